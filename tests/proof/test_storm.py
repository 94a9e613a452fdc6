"""64 requests at once at the page that pays out: one debit, whatever the keys."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from werkzeug.serving import make_server

from flask_community.earnings.models import Payout
from tests.browsing import Browser
from tests.proof import bed
from tests.proof.bed import Account
from tests.shops import Shop, User

AT_ONCE = 64
ROUNDS = [1, pytest.param(20, marks=pytest.mark.long)]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_one_form_sent_by_64_at_once_pays_once_and_tells_all_so(
    database_url: str, rounds: int
) -> None:
    with _open(database_url) as (shop, port):
        answers = _storms(shop, port, rounds, distinct_keys=False)
        assert answers == [Counter({303: AT_ONCE})] * rounds


@pytest.mark.parametrize("rounds", ROUNDS)
def test_of_64_forms_sent_at_once_one_is_paid(database_url: str, rounds: int) -> None:
    with _open(database_url) as (shop, port):
        answers = _storms(shop, port, rounds, distinct_keys=True)
        assert answers == [Counter({409: AT_ONCE - 1, 303: 1})] * rounds


# -- below --


@contextmanager
def _open(url: str) -> Iterator[tuple[Shop, int]]:
    # 64 writers take longer than the 5 seconds that SQLite waits for a lock.
    waits = {"connect_args": {"timeout": 60}} if url.startswith("sqlite") else {}
    with bed.open_bed(url, SQLALCHEMY_ENGINE_OPTIONS=waits) as shop:
        server = make_server("127.0.0.1", 0, shop.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield shop, server.server_port
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def _storms(shop: Shop, port: int, rounds: int, *, distinct_keys: bool) -> list[Counter[int]]:
    accounts = bed.rich_sharers(shop, rounds)
    began = time.perf_counter()
    answers = [_storm(shop, port, account, distinct_keys) for account in accounts]
    kind = "distinct keys" if distinct_keys else "one key"
    total = sum(answers, Counter[int]())
    bed.tell(f"storm, {kind}: {rounds} x {AT_ONCE} requests, {dict(total)}", began)
    payout = shop.site.binding.models[Payout]
    shop.session.rollback()
    paid = shop.session.execute(sa.select(payout.member_id, payout.amount_minor))
    assert sorted(paid) == sorted((one.member_id, one.amount_minor) for one in accounts)
    assert all(bed.balance(shop, one.member_id, "available") == 0 for one in accounts)
    assert bed.breaches(shop) == []
    return answers


def _storm(shop: Shop, port: int, account: Account, distinct_keys: bool) -> Counter[int]:
    form = _form(shop, account)
    gate = threading.Barrier(AT_ONCE, timeout=60)

    def send(number: int) -> int:
        key = f"{form.fields['key']}{number if distinct_keys else ''}"
        gate.wait()
        return _post(port, form.path, {**form.fields, "key": key}, form.cookies)

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        return Counter(crowd.map(send, range(AT_ONCE)))


@dataclass(frozen=True)
class _Form:
    path: str
    fields: dict[str, str]
    cookies: str


def _form(shop: Shop, account: Account) -> _Form:
    """Return the form by which a sharer asks for all he has, as his browser holds it."""
    client = shop.client(shop.session.get(User, account.user_id))
    form = Browser(client).get("/community/my/rewards").form("Take it")
    kept = [client.get_cookie(name) for name in ("session", "community_csrf")]
    return _Form(form.action, form.fields, "; ".join(f"{c.key}={c.value}" for c in kept if c))


def _post(port: int, path: str, fields: dict[str, str], cookies: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies}
    try:
        connection.request("POST", path, urlencode(fields), form)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()
