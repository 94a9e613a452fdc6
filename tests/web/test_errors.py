"""Claims about what our routes say when something goes wrong, and whose error pages stay."""

from __future__ import annotations

import flask
import pytest
from werkzeug.exceptions import HTTPException

from flask_community.web.errors import TEXTS
from tests.shops import Shop, db
from tests.web.conftest import Open

MARK = "<script>alert(7)</script>"


def broken(shop: Shop) -> None:
    """Let our page of labels break, as it would in public."""
    shop.app.view_functions["flask_community.labels"] = lambda: str(1 / 0)
    shop.app.testing = False


@pytest.mark.parametrize("status", TEXTS)
def test_each_fault_is_a_page_of_ours_in_words(shop: Shop, status: int) -> None:
    shop.app.view_functions["flask_community.labels"] = lambda: flask.abort(status, MARK)
    answer = shop.client().get("/community/labels")
    assert answer.status_code == status
    assert TEXTS[status] in answer.text
    assert 'class="fc"' in answer.text
    assert "alert(7)" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        f"/community/labels/{MARK}",
        f"/community/r/{MARK}",
        f"/community/labels?tab={MARK}",
        f"/community/owner/orders?path={MARK}",
        f"/community/share/product/{MARK}",
    ],
)
def test_no_page_echoes_what_was_asked_for(shop: Shop, path: str) -> None:
    owner = shop.client(shop.user("ann", rank="owner"))
    for client in (shop.client(), owner):
        answer = client.get(path, headers={"Referer": MARK, "User-Agent": MARK})
        assert answer.status_code < 500
        assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/community/labels/nothing-like-it", "There is nothing here"),
        ("/community/owner", "This is not open to you"),
    ],
)
def test_the_heading_says_what_kind_of_fault_it_is(shop: Shop, path: str, heading: str) -> None:
    answer = shop.client(shop.user("ann")).get(path)
    assert f"<h1>{heading}</h1>" in answer.text


def test_a_form_without_its_token_is_no_lock(shop: Shop) -> None:
    answer = shop.client(shop.user("ann")).post("/community/notices/read")
    assert answer.status_code == 403
    assert "That did not work" in answer.text


def test_the_wrong_method_is_answered_by_us_and_says_the_right_one(shop: Shop) -> None:
    answer = shop.client().get("/community/notices/read")
    assert answer.status_code == 405
    assert set(answer.allow) == {"POST", "OPTIONS"}
    assert TEXTS[405] in answer.text


def test_what_breaks_tells_nothing_of_why(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    broken(shop)
    answer = shop.client().get("/community/labels")
    assert answer.status_code == 500
    assert TEXTS[500] in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert "ZeroDivisionError" in caplog.text


def test_even_without_a_layout_something_is_said(open_with: Open) -> None:
    shop = open_with(COMMUNITY_BASE_TEMPLATE="gone.html")
    broken(shop)
    answer = shop.client().get("/community/labels")
    assert (answer.status_code, answer.mimetype) == (500, "text/plain")
    assert TEXTS[500] in answer.text


def test_nothing_of_a_broken_request_is_kept(shop: Shop) -> None:
    def half() -> str:
        db.session.execute(db.text("UPDATE users SET nick = 'half'"))
        raise RuntimeError

    shop.user("ann")
    shop.app.view_functions["flask_community.labels"] = half
    shop.app.testing = False
    shop.client().get("/community/labels")
    assert db.session.scalars(db.text("SELECT nick FROM users")).all() == ["ann"]


def test_a_fault_of_the_set_up_is_for_the_developer(shop: Shop) -> None:
    from flask_community import ConfigError

    def misconfigured() -> str:
        raise ConfigError("write this")

    shop.app.view_functions["flask_community.labels"] = misconfigured
    with pytest.raises(ConfigError):
        shop.client().get("/community/labels")


def test_the_shops_error_pages_stay_its_own(shop: Shop) -> None:
    @shop.app.errorhandler(HTTPException)
    def own(error: HTTPException) -> tuple[str, int]:
        return f"the shop's own {error.code}", error.code or 500

    @shop.app.errorhandler(404)
    def lost(_: HTTPException) -> tuple[str, int]:
        return "the shop's own 404", 404

    client = shop.client()
    assert client.get("/nowhere").text == "the shop's own 404"
    assert client.get("/community/nowhere").text == "the shop's own 404"
    assert client.get("/logout").text == "the shop's own 405"
    assert TEXTS[405] in client.get("/community/notices/read").text
    assert 'class="fc"' in client.get("/community/labels/nobody").text


def test_what_the_shop_refuses_before_us_is_the_shops_page(shop: Shop) -> None:
    @shop.app.before_request
    def closed() -> None:
        flask.abort(503)

    @shop.app.errorhandler(503)
    def own(_: HTTPException) -> tuple[str, int]:
        return "closed today", 503

    assert shop.client().get("/community/labels").text == "closed today"
