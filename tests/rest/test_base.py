"""Claims about the base of the API: what is refused, how, and what is sent around an answer."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from flask_community.members.service import MemberService
from flask_community.rest.problems import TYPE
from tests.rest.callers import PREFIX, Caller, TokenShop
from tests.shops import Shop

NEW = {"name": "Slow tea", "statement": "Tea takes time."}


def problem(response: TestResponse, status: int, code: str) -> dict[str, object]:
    """Return the problem that a response must be."""
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.mimetype == "application/problem+json"
    body: dict[str, object] = response.get_json()
    assert set(body) == {"type", "title", "status", "detail", "errors"}
    assert (body["type"], body["status"]) == (TYPE + code, status)
    return body


# -- refusals --


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/labels/x/y/z", "/posts/0", "/posts/x"])
def test_what_is_not_there_is_a_problem(ann: Caller, path: str) -> None:
    problem(ann.send("GET", path), 404, "not-found")


@pytest.mark.parametrize("id", ["9" * 5_000, "-1", "1.0", "٣", "1e3", "0x1", "%00", "1%2F2"])
def test_an_id_that_is_no_number_names_nothing(ann: Caller, id: str) -> None:
    problem(ann.send("GET", f"/posts/{id}"), 404, "not-found")


@pytest.mark.parametrize("key", ["a%00b", "nothing", "9" * 300, "%F0%28", "a/b/c", "a%0Ab"])
def test_a_key_of_no_product_names_nothing(ann: Caller, key: str) -> None:
    problem(ann.send("GET", f"/products/{key}"), 404, "not-found")


@pytest.mark.parametrize("method", ["PATCH", "POST", "TRACE"])
def test_a_method_that_is_not_served_says_which_are(ann: Caller, method: str) -> None:
    answer = ann.send(method, "/labels/slow-tea/membership")
    problem(answer, 405, "wrong-method")
    assert answer.headers["Allow"] == "GET, PUT, DELETE"


def test_options_tell_what_is_served(ann: Caller) -> None:
    answer = ann.send("OPTIONS", "/labels")
    assert (answer.status_code, answer.headers["Allow"]) == (204, "GET, POST")


def test_a_stranger_is_asked_who_he_is_and_never_sent_elsewhere(token_shop: TokenShop) -> None:
    answer = Caller(token_shop).send("GET", "/me")
    problem(answer, 401, "sign-in")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    "raw",
    [
        *(b"{", b"", b"NaN", b'{"name": Infinity}', b'{"a":1,"a":2}', b"\xff"),
        b"[" * 100_000,
        b'{"n": ' + b"9" * 5_000 + b"}",
    ],
)
def test_what_is_no_clear_json_cannot_be_read(ann: Caller, raw: bytes) -> None:
    answer = ann.client.post(
        f"{PREFIX}/labels", data=raw, headers=ann.headers, content_type="application/json"
    )
    problem(answer, 400, "bad-request")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_is_json_and_says_so(ann: Caller, kind: str) -> None:
    answer = ann.client.post(f"{PREFIX}/labels", data=b"{}", headers=ann.headers, content_type=kind)
    problem(answer, 415, "wrong-type")


def test_a_body_has_an_end(ann: Caller, token_shop: TokenShop) -> None:
    most = token_shop.site.settings.max_body
    problem(ann.send("POST", "/labels", {"name": "a" * most}), 413, "too-large")


@pytest.mark.parametrize("body", [[], "x", 1, {"name": "A"}, {**NEW, "founder": 2}])
def test_each_mistake_is_named(ann: Caller, body: object) -> None:
    answer = ann.client.post(f"{PREFIX}/labels", json=body, headers=ann.headers)
    errors = problem(answer, 422, "refused")["errors"]
    assert errors
    if isinstance(body, dict):
        wrong = "statement" if len(body) == 1 else "founder"
        assert [error["field"] for error in errors] == [wrong]  # type: ignore[attr-defined]


@pytest.mark.parametrize("query", ["x=1", "limit=0", "limit=101", "limit=1&limit=2", "limit=+5"])
def test_a_query_is_taken_word_by_word(ann: Caller, query: str) -> None:
    problem(ann.send("GET", f"/labels?{query}"), 422, "refused")


def test_what_was_sent_is_not_echoed_where_nothing_is(ann: Caller) -> None:
    answer = ann.send("GET", "/labels/%3Cscript%3E")
    assert "script" not in answer.get_data(as_text=True)


def test_the_shops_own_missing_page_stays_its_own(shop: Shop) -> None:
    answer = shop.client().get("/community/apiary")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


# -- around an answer --


def test_answers_are_json_that_nobody_keeps_or_guesses(ann: Caller) -> None:
    for path in ("/me", "/nothing", "/labels"):
        headers = ann.send("GET", path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


def test_who_has_the_newest_is_not_sent_it_again(ann: Caller) -> None:
    tag = ann.tag("/me")
    again = ann.send("GET", "/me", If_None_Match=tag)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    ann.send("PATCH", "/me/preferences", {"mail": False})
    assert ann.send("GET", "/me", If_None_Match=tag).status_code == 200


def test_what_is_made_says_where_it_is(ann: Caller) -> None:
    made = ann.send("POST", "/labels", NEW)
    assert made.headers["Location"] == f"{PREFIX}/labels/slow-tea"
    assert ann.client.get(made.headers["Location"], headers=ann.headers).status_code == 200


def test_times_are_utc_and_say_so(ann: Caller) -> None:
    assert ann.get("/me")["joined_at"] == "2026-11-01T09:00:00Z"


# -- versions --


def test_a_moderator_says_which_version_he_decides_on(token_shop: TokenShop) -> None:
    mod = Caller(token_shop, token_shop.user("mod", rank="moderator"))
    token_shop.services().moderation.push("complaint", 1, field="teaware", title="Cracks")
    token_shop.session.commit()
    problem(mod.send("PUT", "/desk/items/1/claim"), 428, "version-needed")
    seen = mod.tag("/desk/items/1")
    assert mod.send("PUT", "/desk/items/1/claim", If_Match=seen).status_code == 200
    problem(mod.send("PUT", "/desk/items/1/claim", If_Match=seen), 412, "changed-since")


def test_the_answer_to_a_write_carries_the_next_version(token_shop: TokenShop) -> None:
    mod = Caller(token_shop, token_shop.user("mod", rank="moderator"))
    token_shop.services().moderation.push("complaint", 1, field="teaware", title="Cracks")
    token_shop.session.commit()
    claimed = mod.send("PUT", "/desk/items/1/claim", If_Match=mod.tag("/desk/items/1"))
    assert claimed.headers["ETag"] == mod.tag("/desk/items/1")
    freed = mod.send("DELETE", "/desk/items/1/claim", If_Match=claimed.headers["ETag"])
    assert freed.get_json()["claimed_by"] is None


def test_a_server_that_ends_bodies_itself_makes_none_of_nothing(ann: Caller) -> None:
    answer = ann.client.put(
        f"{PREFIX}/notices/read",
        headers=ann.headers,
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 204


def test_a_database_that_is_away_is_a_problem_to_try_again(
    ann: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> str | None:
        raise sa.exc.OperationalError("SELECT 1", {}, ConnectionError())

    ann.send("GET", "/me")  # only now she is known, and asked for her language
    monkeypatch.setattr(MemberService, "language", away)
    answer = ann.send("GET", "/me")
    problem(answer, 503, "try-again")
    assert answer.headers["Retry-After"]
