"""Three buyers of one batch complain, and one remedy answers all, through the shop's own hook."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask

from example_shop.clock import clock
from example_shop.database import db
from example_shop.models import AppliedRemedy, Refund
from example_shop.seed import CUSTOMER, GU_QING, MODERATOR, OWNER, SOFIA

from .conftest import Enter, buy
from .walk import Walker

BUYERS = (CUSTOMER, GU_QING, SOFIA)


def complain(walker: Walker) -> str:
    form = walker.link("/community/wrong", "Glass pitcher")
    filed = walker.send(form, reason="stopped", text="It cracked at the handle.")
    return filed.request.path


@pytest.fixture
def case(enter: Enter) -> str:
    """Return the path of a case of three complaints, under investigation."""
    for buyer in BUYERS:
        walker = enter(buyer)
        order_id = buy(walker, "glass-pitcher")
        enter(OWNER).send(f"/office/orders/{order_id}", to="/deliver")
        complain(walker)
    moderator = enter(MODERATOR)
    complaint = moderator.link("/community/desk", "It stopped working")
    alike = re.findall(r'name="complaint" value="(\d+)"', moderator.open(complaint))
    reported = moderator.send(
        complaint, to="/desk/cases", complaint=alike, title="Handles crack", reason="Three of GP-B"
    )
    path = reported.request.path
    moderator.send(path, to="/investigate", reason="The glass works")
    return path


def remedy(moderator: Walker, case: str) -> None:
    letter = "{name}: {amount} for {product}."
    preview = moderator.send(
        case, to="/preview", kind="part_refund", percent="50", letter=letter, reason="A bad batch"
    )
    moderator.send(preview, to="/decide")
    moderator.send(case, to="/start")
    clock.stand_at(clock() + dt.timedelta(minutes=1))
    done = moderator.client.application.test_cli_runner().invoke(
        args=["community", "work", "--once"]
    )
    clock.run()
    assert done.exit_code == 0, done.output


def test_one_remedy_refunds_everyone_once(shop: Flask, enter: Enter, case: str) -> None:
    remedy(enter(MODERATOR), case)
    with shop.app_context():
        assert db.session.scalars(db.select(Refund.amount_minor)).all() == [3_900] * 3
        assert len(db.session.scalars(db.select(AppliedRemedy)).all()) == 3
    for buyer in BUYERS:
        assert "¥39 for" in enter(buyer).open("/outbox")


def test_the_product_rests_while_the_case_is_open(enter: Enter, case: str) -> None:
    assert "Sharing rests" in enter(None).open("/p/glass-pitcher")
    remedy(enter(MODERATOR), case)
    assert "Sharing rests" not in enter(None).open("/p/glass-pitcher")
