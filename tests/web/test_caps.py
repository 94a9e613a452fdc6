"""Claims about how much a request may carry to us."""

from __future__ import annotations

import io
from urllib.parse import quote

import pytest
from flask import request
from flask.testing import FlaskClient
from flask_wtf import CSRFProtect
from werkzeug.test import EnvironBuilder, run_wsgi_app

from flask_community.web.caps import MOST_FIELDS
from flask_community.web.errors import TEXTS
from tests.browsing import Browser
from tests.shops import Shop
from tests.web.conftest import Open

SMALL = {"COMMUNITY_MAX_BODY": 16_384}
FORM = "/community/notices/read"


def send(client: FlaskClient, size: int) -> int:
    """Send a form of so many bytes; return the status of the answer."""
    return client.post(FORM, data={"x": "x" * (size - 2)}).status_code


def test_a_form_that_is_too_long_is_refused_in_words(open_with: Open) -> None:
    client = open_with(**SMALL).client()
    answer = client.post(FORM, data={"x": "x" * 20_000})
    assert answer.status_code == 413
    assert TEXTS[413] in answer.text


def test_a_form_may_be_just_as_long_as_it_may(open_with: Open) -> None:
    client = open_with(**SMALL).client()
    assert send(client, 16_384) == 403  # read to its end, and then found without a token
    assert send(client, 16_385) == 413


def test_a_lower_limit_of_the_shop_holds(open_with: Open) -> None:
    client = open_with(MAX_CONTENT_LENGTH=1_000).client()
    assert send(client, 1_000) == 403
    assert send(client, 1_001) == 413


def test_a_higher_limit_of_the_shop_is_for_its_own_pages(open_with: Open) -> None:
    shop = open_with(MAX_CONTENT_LENGTH=10**6, **SMALL)

    @shop.app.post("/upload")
    def upload() -> str:
        return str(len(request.get_data()))

    assert shop.client().post("/upload", data=b"x" * 500_000).text == "500000"
    assert send(shop.client(), 20_000) == 413


def test_a_body_of_unknown_length_is_read_no_further(open_with: Open) -> None:
    shop, read = open_with(**SMALL), io.BytesIO(b"x=" + b"x" * 10**6)
    environ = EnvironBuilder(
        FORM, method="POST", content_type="application/x-www-form-urlencoded"
    ).get_environ()
    environ.update({"wsgi.input": read, "wsgi.input_terminated": True})
    environ.pop("CONTENT_LENGTH", None)
    _, status, _ = run_wsgi_app(shop.app, environ)
    assert status.startswith("413")
    assert read.tell() < 100_000


def test_the_shops_csrf_guard_reads_no_further_either(open_with: Open) -> None:
    shop = open_with(**SMALL)
    CSRFProtect(shop.app)
    assert send(shop.client(), 20_000) == 413


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_form_of_ten_thousand_fields_is_refused(shop: Shop, kind: str) -> None:
    fields = {f"f{n}": "" for n in range(10_000 if "www" in kind else 1_000)}
    assert shop.client().post(FORM, data=fields, content_type=kind).status_code == 413


def test_a_long_form_has_room(shop: Shop) -> None:
    fields = {f"f{n}": "x" for n in range(MOST_FIELDS)}
    assert shop.client().post(FORM, data=fields).status_code == 403


def test_pictures_may_come_where_they_are_asked_for_only(open_with: Open) -> None:
    shop = open_with(COMMUNITY_UPLOAD_BYTES=200_000, COMMUNITY_UPLOAD_PICTURES=1, **SMALL)
    client = shop.client(shop.user("ann"))

    def send_file(path: str, size: int) -> int:
        return client.post(path, data={"p": (io.BytesIO(b"x" * size), "p.png")}).status_code

    assert send_file("/community/found", 100_000) == 413
    assert send_file("/community/tell/1", 100_000) == 403
    assert send_file("/community/tell/1", 300_000) == 413


@pytest.mark.parametrize(
    "path",
    [
        "/community/complaints/" + "9" * 4_000,
        "/community/posts/99999999999999999999",
        "/community/posts/٣",
        "/community/labels/" + "x" * 5_000,
        "/community/labels?before=" + "9" * 4_000,
        "/community/labels?before=-1",
        "/community/r/" + "A" * 100_000,
        "/community/labels/%00",
        "/community/labels/%ff%fe",
        "/community/labels/%ED%A0%80",
        "/community/share/product/%00",
        "/community/orders/%00/wrong",
        "/community/desk?field=%00",
        "/community/labels?tab=%00",
        "/community/labels/%E2%80%AEx",
    ],
    ids=lambda path: path[11:25].replace("/", " "),
)
def test_an_odd_address_is_nothing_and_no_fault(any_shop: Shop, path: str) -> None:
    ann = any_shop.client(any_shop.user("ann", rank="moderator"))
    for client in (any_shop.client(), ann):
        assert client.get(path).status_code in (200, 303, 400, 404, 422)


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "\u202egpj", "x" * 5_000])
def test_an_odd_text_is_refused_in_words_and_no_fault(any_shop: Shop, text: str) -> None:
    browser = Browser(any_shop.client(any_shop.user("ann")))
    (form,) = (one for one in browser.get("/community/found").forms if "statement" in one.fields)
    raw = {**form.fields, "name": text, "statement": "It is so."}
    body = "&".join(f"{name}={quote(value, errors='surrogatepass')}" for name, value in raw.items())
    answer = browser.client.post(
        form.action, data=body, content_type="application/x-www-form-urlencoded"
    )
    # Half a surrogate becomes U+FFFD, which is a character, when a form is read.
    assert answer.status_code == (303 if "\ud800" in text else 422)
