"""A reward on its way to the checkout: taken as store credit after a proof."""

from __future__ import annotations

import html
import re
import shutil
import time
from pathlib import Path

from flask import Flask

from example_shop import fresh
from example_shop.app import create_app
from example_shop.database import db
from example_shop.seed import LEADER
from example_shop.serve import DEMO
from example_shop.signing import sign_in_link
from tests.sown_shop import sown_shop, this_run

from .conftest import account
from .walk import Walker

REWARDS = "/community/my/rewards"


def opened(folder: Path) -> Flask:
    """Return an app over a copy of the year."""
    shutil.copy(sown_shop(this_run()).database, folder / "shop.sqlite3")
    return create_app({**DEMO, "TESTING": True}, instance=folder)


def form_of(page: str, amount: str) -> dict[str, str]:
    fields = re.findall(r'name="(community_csrf|key|currency)"[^>]*value="([^"]*)"', page)
    return {**dict(fields), "way": "store_credit", "amount": amount}


def proved(walker: Walker, seconds: int) -> None:
    """Let the last proof be so old."""
    with walker.client as client, client.session_transaction() as session:
        session["proved_at"] = int(time.time()) - seconds


def test_a_reward_becomes_credit_after_a_proof(tmp_path: Path) -> None:
    shop = opened(tmp_path)
    walker = Walker(shop)
    with shop.test_request_context():
        link = sign_in_link(account(shop, LEADER.email))
    walker.open(link)
    before = account(shop, LEADER.email).credit_minor
    proved(walker, fresh.LASTS + 1)
    form = form_of(walker.open(REWARDS), "12.50")
    asked = walker.client.post(f"{REWARDS}/cash-out", data=form)
    away = walker.client.get(asked.location)
    assert away.location == f"/prove?next={REWARDS}/prove/store_credit/CNY/1250"
    proved(walker, 0)
    back = html.unescape(walker.open(away.location.partition("=")[2]))
    assert 'value="12.50"' in back
    assert walker.client.post(f"{REWARDS}/cash-out", data=form_of(back, "12.50")).status_code == 303
    assert account(shop, LEADER.email).credit_minor == before + 1_250
    assert "Earned in the community" in walker.open("/account")
    with shop.app_context():
        db.engine.dispose()
