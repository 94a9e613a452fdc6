"""The link of a complaint: opens this one for its time, and dies when it should."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask_wtf import CSRFProtect
from werkzeug.test import TestResponse

from flask_community.audit import AuditEvent
from flask_community.tokens import PrivateTokens
from tests.browsing import Browser, Page
from tests.complaints.test_pages import buyer, complain, moderator
from tests.shops import Shop, db, open_shop

SAFE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with open_shop(database_url) as opened:
        yield opened


def filed(shop: Shop) -> tuple[Browser, str]:
    """Return a buyer who has complained, and the path of the link he is shown."""
    person = buyer(shop, "Li", shop.product())
    return person, link_of(shop, complain(person))


def link_of(shop: Shop, page: Page) -> str:
    complaint = shop.services().complaints.get(1)
    path = shop.services().complaints.links.path(complaint)
    shop.session.rollback()
    assert path is not None
    assert path in page.html
    return path


def stranger(shop: Shop) -> Browser:
    """Return a browser of a chat app: nobody is signed in, and it keeps no cookies."""
    return Browser(shop.app.test_client(use_cookies=False))


@contextmanager
def queries() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(conn: object, cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def opens(shop: Shop, path: str) -> TestResponse:
    return shop.app.test_client(use_cookies=False).get(path)


# -- what it opens --


def test_the_link_opens_the_complaint_for_whoever_is_not_signed_in(shop: Shop) -> None:
    _, path = filed(shop)
    page = stranger(shop).get(path)
    assert page.status == 200
    assert "Three flakes off the rim." in page.text
    assert "My complaints" not in page.text
    assert path + "/add" in page.html


def test_it_is_kept_nowhere_and_told_to_nobody(shop: Shop) -> None:
    _, path = filed(shop)
    for address in (path, f"{path[:-1]}?"):
        headers = opens(shop, address).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in headers["X-Robots-Tag"]


def test_a_browser_without_cookies_answers_accepts_and_withdraws(shop: Shop) -> None:
    _, path = filed(shop)
    moderator(shop).get("/community/desk/complaints/1").submit("Ask", text="Which rim?")
    page = stranger(shop).get(path).submit("Answer", text="The lid's.")
    assert "The lid's." in page.text
    page = page.submit("Send", text="And the foot's.")
    assert "And the foot's." in page.text
    page = page.submit("Withdraw")
    assert "Your complaint is withdrawn" in page.text
    assert opens(shop, path).status_code == 404


def test_what_is_done_by_link_is_audited_as_such(shop: Shop) -> None:
    _, path = filed(shop)
    stranger(shop).get(path).submit("Send", text="More")
    row = shop.site.binding.models[AuditEvent]
    event = shop.session.scalars(sa.select(row).filter_by(action="complaint.add")).one()
    assert event.details["via"] == "link"
    assert event.actor_id == shop.services().complaints.get(1).member_id


def test_other_sites_cannot_use_it(shop: Shop) -> None:
    _, path = filed(shop)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = shop.client().post(f"{path}/withdraw", headers=headers)
        assert answer.status_code == 403
    assert opens(shop, path).status_code == 200


def test_the_shops_own_guard_does_not_ask_it_for_a_cookie(shop: Shop) -> None:
    CSRFProtect(shop.app)
    person = shop.user("Li")
    shop.order(person, (shop.product(), 16_800), status="done")
    complaints, member = shop.services().complaints, shop.member_id(person)
    made = complaints.file(member, 1, reason="other", text="Crooked.")
    path = complaints.links.path(made)
    shop.session.commit()
    assert path is not None
    assert "More of it" in stranger(shop).get(path).submit("Send", text="More of it").text
    own = shop.client().post("/community/complaints/1/add", data={"text": "x"})
    assert own.status_code == 400


def test_the_api_has_the_same_by_the_same_token(shop: Shop) -> None:
    _, path = filed(shop)
    api = f"/community/api/v1/tracker/{path.rpartition('/')[2]}"
    client = shop.app.test_client(use_cookies=False)
    assert client.get(api).get_json()["text"] == "Three flakes off the rim."
    said = client.post(f"{api}/add", json={"text": "More"})
    assert said.get_json()["thread"][-1]["text"] == "More"
    assert client.post(f"{api}/withdraw", json={}).get_json()["state"] == "withdrawn"
    assert client.get(api).status_code == 404


# -- what it does not --


@pytest.mark.parametrize("token", ["x", "A" * 48, "A" * 100_000, "%00%ff"])
def test_a_forged_link_is_a_404_without_a_query(shop: Shop, token: str) -> None:
    with queries() as seen:
        answer = opens(shop, f"/community/c/{token}")
    assert (answer.status_code, seen) == (404, [])


def test_a_link_of_another_purpose_or_shop_is_a_404_without_a_query(shop: Shop) -> None:
    filed(shop)
    ends, keys = shop.clock() + dt.timedelta(days=1), shop.site.settings.secret_keys
    tokens = [
        PrivateTokens(keys, shop.site.settings.shop_id, "receipt").sign(1, ends),
        PrivateTokens(keys, "another shop", "complaint").sign(1, ends),
        shop.site.links.sign(1),
        shop.site.blob("csrf").dumps(b"x" * 20),
    ]
    for token in tokens:
        with queries() as seen:
            answer = opens(shop, f"/community/c/{token}")
        assert (answer.status_code, seen) == (404, [])


def test_a_link_ends_after_180_days_and_says_so(shop: Shop) -> None:
    _, path = filed(shop)
    shop.clock.forward(days=180)
    assert opens(shop, path).status_code == 200
    shop.clock.forward(days=1)
    with queries() as seen:
        answer = opens(shop, path)
    assert (answer.status_code, seen) == (404, [])
    assert "This link has ended" in answer.text


def test_its_owner_ends_it_and_makes_a_new_one(shop: Shop) -> None:
    person, path = filed(shop)
    page = person.get("/community/complaints/1").submit("End this link and make a new one")
    assert opens(shop, path).status_code == 404
    assert opens(shop, link_of(shop, page)).status_code == 200


def test_a_renewed_link_answers_as_a_forged_one(shop: Shop) -> None:
    person, path = filed(shop)
    person.get("/community/complaints/1").submit("End this link and make a new one")
    token, forged = path.rpartition("/")[2], "A" * 48
    old, made_up = opens(shop, path), opens(shop, f"/community/c/{forged}")
    assert old.status_code == made_up.status_code == 404
    assert old.text.replace(token, "") == made_up.text.replace(forged, "")


def test_an_erased_members_link_is_dead(shop: Shop) -> None:
    _, path = filed(shop)
    services = shop.services()
    services.personal.erase(services.complaints.get(1).member_id, actor_id=None)
    shop.session.commit()
    assert opens(shop, path).status_code == 404
    assert shop.services().complaints.get(1).link_nonce is None


def test_it_opens_no_picture_of_another_complaint(shop: Shop) -> None:
    _, path = filed(shop)
    assert opens(shop, f"{path}/pictures/1").status_code == 404


def test_its_holder_reaches_nothing_else(shop: Shop) -> None:
    _, path = filed(shop)
    browser = stranger(shop)
    browser.get(path)
    for page in ("complaints/1", "complaints", "notices", "my/rewards"):
        assert browser.get(f"/community/{page}").path == "/login"


def test_every_letter_about_a_complaint_brings_the_link(database_url: str) -> None:
    with open_shop(database_url, COMMUNITY_BASE_URL="https://shop.example") as shop:
        complain(buyer(shop, "Li", shop.product()))
        moderator(shop).get("/community/desk/complaints/1").submit("Ask", text="Which rim?")
        shop.site.run_jobs()
        paths = [mail.text.rpartition("https://shop.example")[2] for mail in shop.hooks.mails]
        assert [opens(shop, path).status_code for path in paths] == [200, 200]
