"""Claims about who may send a change: only a form of this shop."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from flask_wtf import CSRFProtect
from werkzeug.test import TestResponse

from flask_community.web import CSRF_COOKIE, CSRF_FIELD
from flask_community.web.csrf import CSRF_HEADER
from tests.shops import Shop
from tests.web.conftest import Open

FORM = "/community/found"
SAID = {"name": "Slow mornings", "statement": "The first ten minutes belong to us."}


@pytest.fixture
def client(shop: Shop) -> FlaskClient:
    """Return the browser of a member."""
    return shop.client(shop.user("ann"))


def token(client: FlaskClient, name: str = CSRF_FIELD) -> str:
    """Return what the hidden field of the form says."""
    page = client.get(FORM).text
    (value,) = re.findall(f'name="{name}" value="([^"]+)"', page)
    return str(value)


def send(client: FlaskClient, *, sent: str | None = None, **headers: str) -> TestResponse:
    """Send the form, with a token or without."""
    fields = SAID if sent is None else {**SAID, CSRF_FIELD: sent}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(FORM, data=fields, headers=named)


def test_our_own_form_passes(client: FlaskClient) -> None:
    assert send(client, sent=token(client)).status_code == 303


def test_a_form_without_its_token_is_refused(client: FlaskClient) -> None:
    token(client)
    assert send(client).status_code == 403
    assert send(client, sent="").status_code == 403
    assert send(client, sent="guessed").status_code == 403


def test_a_token_is_good_for_its_own_browser_only(shop: Shop, client: FlaskClient) -> None:
    theirs = token(client)
    other = shop.client(shop.user("bob"))
    token(other)
    assert send(other, sent=theirs).status_code == 403


def test_a_token_without_its_cookie_is_refused(client: FlaskClient) -> None:
    sent = token(client)
    client.delete_cookie(CSRF_COOKIE)
    assert send(client, sent=sent).status_code == 403


def test_a_script_of_ours_may_send_the_token_as_a_header(client: FlaskClient) -> None:
    assert send(client, **{CSRF_HEADER: token(client)}).status_code == 303


def test_the_cookie_is_for_our_eyes_only(open_with: Open) -> None:
    shop = open_with(COMMUNITY_SECURE_COOKIES=True)
    ann = shop.client(shop.user("ann"))
    (cookie,) = (c for c in ann.get(FORM).headers.getlist("Set-Cookie") if CSRF_COOKIE in c)
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:8080"},
        {"Origin": "http://["},
    ],
    ids=str,
)
def test_another_site_is_refused_even_with_a_token(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    assert send(client, sent=token(client), **headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Site": "none"},
        {"Origin": "http://localhost"},
        {"Origin": "https://localhost"},
        {"Origin": "null"},
    ],
    ids=str,
)
def test_our_own_pages_may_say_where_they_are(client: FlaskClient, headers: dict[str, str]) -> None:
    assert send(client, **headers).status_code == 403  # saying so is not enough
    assert send(client, sent=token(client), **headers).status_code == 303


def test_the_base_url_is_an_origin_of_ours(open_with: Open) -> None:
    shop = open_with(COMMUNITY_BASE_URL="https://shop.example")
    ann = shop.client(shop.user("ann"))
    assert send(ann, sent=token(ann), Origin="https://shop.example").status_code == 303


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/json", "application/xml", "image/png", "x"]
)
def test_a_page_takes_forms_only(client: FlaskClient, content_type: str) -> None:
    answer = client.post(
        FORM,
        data='{"name": "Slow mornings"}',
        content_type=content_type,
        headers={CSRF_HEADER: token(client)},
    )
    assert answer.status_code == 415


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_no_other_method_gets_round_it(client: FlaskClient, method: str) -> None:
    assert client.open(FORM, method=method, data=SAID).status_code == 405


def test_every_change_of_every_page_needs_the_token(shop: Shop, client: FlaskClient) -> None:
    adapter = shop.app.url_map.bind("localhost")
    answers = {}
    for rule in shop.app.url_map.iter_rules():
        if rule.endpoint.startswith("flask_community.") and "POST" in (rule.methods or ()):
            values = {name: _PARTS.get(name, "1") for name in rule.arguments}
            path = adapter.build(rule.endpoint, values, method="POST")
            answers[rule.endpoint] = client.post(path).status_code
    by_secret = {name for name in answers if shop.site.web.rules[name].by_secret}
    assert len(answers) - len(by_secret) > 20
    # There the path is the token, and "x" is none.
    assert {answers.pop(name) for name in by_secret} == {404}
    assert set(answers.values()) == {403}, answers


_PARTS = {"step": "wear", "slug": "x", "kind": "x", "token": "x", "key": "x"}


# -- where Flask-WTF guards the shop --


def guarded(shop: Shop) -> CSRFProtect:
    """Put the shop's own guard over everything but its log-in."""
    guard = CSRFProtect(shop.app)
    guard.exempt(shop.app.view_functions["log_in"])
    return guard


def test_the_shops_own_token_is_the_one(shop: Shop) -> None:
    guarded(shop)
    client = shop.client(shop.user("ann"))
    sent = token(client, "csrf_token")
    assert send(client).status_code == 400
    assert client.post(FORM, data={**SAID, "csrf_token": sent}).status_code == 303


def test_the_shops_guard_does_not_let_other_sites_in(shop: Shop) -> None:
    guarded(shop)
    client = shop.client(shop.user("ann"))
    fields = {**SAID, "csrf_token": token(client, "csrf_token")}
    answer = client.post(FORM, data=fields, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize("setting", ["WTF_CSRF_ENABLED", "WTF_CSRF_CHECK_DEFAULT"])
def test_a_guard_that_is_told_not_to_look_leaves_it_to_ours(shop: Shop, setting: str) -> None:
    guarded(shop)
    shop.app.config[setting] = False
    client = shop.client(shop.user("ann"))
    assert send(client).status_code == 403
    assert send(client, sent=token(client)).status_code == 303


def test_a_guard_that_spares_our_blueprint_leaves_it_to_ours(shop: Shop) -> None:
    guarded(shop).exempt(shop.app.blueprints["flask_community"])
    client = shop.client(shop.user("ann"))
    assert send(client).status_code == 403
    assert send(client, sent=token(client)).status_code == 303
