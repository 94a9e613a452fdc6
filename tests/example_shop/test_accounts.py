"""Accounts: signing up and in, and where one goes from there."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from example_shop.app import create_app
from example_shop.blueprint import is_own_path
from example_shop.database import db
from example_shop.models import User
from example_shop.seed import CUSTOMER, MODERATOR, OWNER

from .conftest import Enter
from .walk import Walker, WalkError

MARA = {"name": "Mara", "email": "Mara@Example.com", "password": "oolong at dawn"}


def user(shop: Flask, email: str) -> User:
    with shop.app_context():
        found: User = db.session.scalars(db.select(User).filter_by(email=email)).one()
        return found


def test_a_newcomer_signs_up_and_goes_on(shop: Flask, enter: Enter) -> None:
    arrived = enter(None).send("/sign-up?next=/p/clay-pot", **MARA)
    assert arrived.request.path == "/p/clay-pot"
    assert "Mara" in arrived.text
    assert "oolong" not in user(shop, "mara@example.com").password_hash


def test_a_member_signs_in_with_his_password(enter: Enter) -> None:
    enter(None).send("/sign-up", **MARA)
    back = {"email": "mara@example.com", "password": MARA["password"]}
    assert enter(None).send("/sign-in?next=/orders", **back).request.path == "/orders"
    with pytest.raises(WalkError, match="not right"):
        enter(None).send("/sign-in", **{**back, "password": "oolong at dusk"})


def test_no_password_opens_an_account_without_one(enter: Enter) -> None:
    with pytest.raises(WalkError, match="not right"):
        enter(None).send("/sign-in", email=OWNER.email, password="")
    with pytest.raises(WalkError, match="not right"):
        enter(None).send("/sign-in", email=OWNER.email, password="anything")


def test_an_address_has_one_account(enter: Enter) -> None:
    enter(None).send("/sign-up", **MARA)
    with pytest.raises(WalkError, match="There is an account with this address"):
        enter(None).send("/sign-up", **{**MARA, "email": "MARA@example.COM"})


def test_a_short_password_is_refused(enter: Enter) -> None:
    with pytest.raises(WalkError, match="At least 8"):
        enter(None).send("/sign-up", **{**MARA, "password": "oolong"})


@pytest.mark.parametrize(
    "away",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "evil",
        "/a\n",
        "\t/a",
        "/ a",
        "",
    ],
)
def test_next_never_leads_out_of_the_shop(away: str) -> None:
    assert not is_own_path(away)


def test_signing_up_ignores_a_next_that_leads_away(enter: Enter) -> None:
    assert enter(None).send("/sign-up?next=//evil.example", **MARA).request.path == "/"


def test_the_link_of_the_letter_confirms_the_address(shop: Flask, enter: Enter) -> None:
    walker = enter(None)
    walker.send("/sign-up", **MARA)
    assert user(shop, "mara@example.com").confirmed_at is None
    link = re.search(r"http://localhost(/confirm/[\w.-]+)", walker.open("/outbox"))
    assert link is not None
    walker.open(link[1])
    assert user(shop, "mara@example.com").confirmed_at is not None


def test_a_sign_in_link_signs_in(enter: Enter) -> None:
    assert CUSTOMER.name in enter(CUSTOMER).open("/account")


@pytest.mark.parametrize("token", ["MQ", "MQ.awMYaw.YKyhMYNGCdgK8kbAUD122pfHZis", "1", "a.b.c"])
def test_a_forged_sign_in_link_leads_nowhere(shop: Flask, token: str) -> None:
    assert shop.test_client().get(f"/sign-in/{token}").status_code == 404


def test_a_link_for_one_purpose_does_not_serve_another(shop: Flask, enter: Enter) -> None:
    with shop.test_request_context():
        from example_shop.signing import confirmation_link

        token = confirmation_link(user(shop, CUSTOMER.email)).rpartition("/")[2]
    assert shop.test_client().get(f"/sign-in/{token}").status_code == 404


def test_outside_of_the_demo_no_link_signs_in(shop: Flask, enter: Enter) -> None:
    shop.config["DEMO"] = False
    with pytest.raises(WalkError, match="404"):
        enter(CUSTOMER)


def test_signing_out_forgets_the_visitor(enter: Enter) -> None:
    walker = enter(CUSTOMER)
    walker.send("/account", to="/sign-out")
    assert CUSTOMER.name not in walker.open("/")


def test_the_outbox_shows_a_member_his_own_letters_only(enter: Enter) -> None:
    newcomer = enter(None)
    newcomer.send("/sign-up", **MARA)
    assert "Confirm your address" in newcomer.open("/outbox")
    assert "Confirm your address" not in enter(MODERATOR).open("/outbox")
    assert "Confirm your address" in enter(OWNER).open("/outbox")


def test_each_instance_has_a_key_of_its_own(
    shop: Flask, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = create_app(instance=tmp_path_factory.mktemp("other"))
    assert other.secret_key != shop.secret_key
    key = tmp_path_factory.getbasetemp() / "other0" / "secret-key"
    assert key.stat().st_mode & 0o777 == 0o600


def test_every_page_keeps_to_a_strict_policy(shop: Flask) -> None:
    answer = Walker(shop).client.get("/")
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.text
    assert "style=" not in answer.text
