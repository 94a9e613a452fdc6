"""Claims about `flask community failed`: nothing that was given up is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from flask_community.audit import AuditEvent
from flask_community.notices.service import naming
from flask_community.orders.models import InboxRow
from flask_community.orders.service import OrderService
from flask_community.outbox import MAX_ATTEMPTS, OutboxJob
from tests.shops import Shop, open_shop


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    """Return the tea shop; the test runs on each lane."""
    with open_shop(database_url) as opened:
        yield opened


def run(shop: Shop, *arguments: str, code: int = 0) -> str:
    """Run a command of `flask community`; return what it printed."""
    result = shop.app.test_cli_runner().invoke(args=["community", *arguments])
    assert result.exit_code == code, result.output
    shop.session.rollback()
    return result.output.strip()


class Broken(Exception):
    """What the shop's mail raises."""


def no_mail(_: object) -> None:
    raise Broken("no answer from the mail server")


def no_work(*_: object) -> None:
    raise Broken("not today")


def states(shop: Shop, table: type[OutboxJob] | type[InboxRow]) -> set[str]:
    """Return the states of all rows of a table."""
    row = shop.site.binding.models[table]
    found = set(shop.session.scalars(sa.select(row.state)))
    shop.session.rollback()
    return found


def until_given_up(shop: Shop) -> None:
    """Let a worker try eight times."""
    for _ in range(MAX_ATTEMPTS):
        shop.clock.forward(hours=7)
        run(shop, "work", "--once")


def test_a_letter_that_was_given_up_goes_out_once_the_mail_works(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    mei, buyer = shop.user("mei"), shop.user("buyer")
    with monkeypatch.context() as broken:
        broken.setattr(shop.hooks, "send_mail", no_mail)
        params = {"name": naming(shop.member_id(buyer)), "label": "Slow tea"}
        shop.services().notices.tell(shop.member_id(mei), "greeted", params, key="hello")
        shop.session.commit()
        until_given_up(shop)
    assert states(shop, OutboxJob) == {"failed"}
    told = run(shop, "failed", code=1)
    assert "notices.mail, of 2026-11-01 09:00\n    Broken: no answer from the mail server" in told
    assert run(shop, "failed", "--retry") == "1 will be tried again"
    assert run(shop, "failed") == "nothing was given up"
    run(shop, "work", "--once")
    assert states(shop, OutboxJob) == {"done"}
    assert [mail.subject for mail in shop.hooks.mails] == ["buyer says hello"]
    assert run(shop, "failed", "--retry") == "0 will be tried again"


def test_an_order_event_that_was_given_up_is_worked_off(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(OrderService, "work", no_work)
        shop.order(shop.user("buyer"), (shop.product(), 10_000))
        until_given_up(shop)
    assert states(shop, InboxRow) == {"failed"}
    assert "paid of order 1, of 2026-11-01 09:00\n    Broken: not today" in run(
        shop, "failed", code=1
    )
    assert run(shop, "failed", "--retry") == "2 will be tried again"
    run(shop, "work", "--once")
    assert states(shop, InboxRow) == {"done"}
    event = shop.site.binding.models[AuditEvent]
    kept = shop.session.scalars(sa.select(event).filter_by(action="work.taken_up")).one()
    assert kept.details == {"jobs": 0, "order_events": 2}
