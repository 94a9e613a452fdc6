"""Claims about requests that a browser sends by itself: only the shop's own pages may."""

from __future__ import annotations

from collections.abc import Iterator

import flask
import pytest
from flask.testing import FlaskClient
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf

from tests.rest.callers import PREFIX, Caller, TokenShop
from tests.shops import Shop, db, open_shop

NEW = {"name": "Slow tea", "statement": "Tea takes time."}
HOME = "http://localhost"


def found(client: FlaskClient, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(f"{PREFIX}/labels", json=NEW, headers=named).status_code


def test_a_cookie_counts_only_from_the_shops_own_pages(shop: Shop) -> None:
    ann = shop.client(shop.user("ann"))
    assert found(ann) == 403
    assert found(ann, Origin="http://evil.example") == 403
    assert found(ann, Origin="null") == 403
    assert found(ann, Sec_Fetch_Site="same-site", Origin=HOME) == 403
    assert found(ann, Sec_Fetch_Site="none") == 403
    assert found(ann, Sec_Fetch_Site="same-origin") == 201


def test_a_form_of_another_site_is_no_json(shop: Shop) -> None:
    ann = shop.client(shop.user("ann"))
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = ann.post(
            f"{PREFIX}/labels", data=b"{}", content_type=kind, headers={"Origin": HOME}
        )
        assert answer.status_code == 415


def test_reading_needs_no_proof(shop: Shop) -> None:
    ann = shop.client(shop.user("ann"))
    assert ann.get(f"{PREFIX}/me").status_code == 200


def test_a_token_is_proof_enough(token_shop: TokenShop) -> None:
    ann = Caller(token_shop, token_shop.user("ann"))
    assert ann.send("POST", "/labels", NEW, Origin="http://app.example").status_code == 201


def test_a_password_that_the_browser_repeats_is_none(token_shop: TokenShop) -> None:
    ann = Caller(token_shop)
    assert ann.send("POST", "/labels", NEW, Authorization="Basic YTpi").status_code == 403


# -- where Flask-WTF guards the shop --


@pytest.fixture(params=["before us", "after us"])
def guarded(
    request: pytest.FixtureRequest, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shop]:
    """Return a shop that Flask-WTF guards, set up before us or after us."""
    protect, is_first = CSRFProtect(), request.param == "before us"
    begin = db.init_app

    def set_up(app: flask.Flask) -> None:
        begin(app)
        protect.init_app(app)

    if is_first:
        monkeypatch.setattr(db, "init_app", set_up)
    with open_shop(sqlite_url) as opened:
        if not is_first:
            protect.init_app(opened.app)
        opened.app.add_url_rule("/token", view_func=generate_csrf)
        protect.exempt(opened.app.view_functions["log_in"])
        yield opened


def test_the_shops_own_token_is_the_proof_there(guarded: Shop) -> None:
    ann = guarded.client(guarded.user("ann"))
    token = ann.get("/token").get_data(as_text=True)
    assert found(ann, Origin=HOME) == 400
    assert found(ann, X_CSRFToken=token) == 201


def test_what_the_shops_guard_refuses_is_a_problem_too(guarded: Shop) -> None:
    ann = guarded.client(guarded.user("ann"))
    answer = ann.post(f"{PREFIX}/labels", json=NEW)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_without_cookies_the_shops_guard_asks_nothing(guarded: Shop) -> None:
    answer = guarded.client().post(f"{PREFIX}/labels", json=NEW)
    assert answer.status_code == 401


def test_the_shops_own_pages_stay_guarded(guarded: Shop) -> None:
    assert guarded.client().post("/signup/eve").status_code == 400
