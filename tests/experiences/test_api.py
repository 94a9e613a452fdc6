"""Claims about experience over JSON: pictures, the feed, the lines to tell of."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from tests.pictures import Gallery, picture
from tests.rest.callers import Caller, TokenShop, open_token_shop


@pytest.fixture
def shop(database_url: str) -> Iterator[TokenShop]:
    """Return the shop for apps, which keeps pictures."""
    with open_token_shop(database_url) as opened:
        opened.hooks = opened.site.hooks = Gallery()
        opened.product("tray")
        yield opened


@pytest.fixture
def ann(shop: TokenShop) -> Caller:
    """Return Ann, who has got a tray and told nobody yet."""
    user = shop.user("ann")
    tray = shop.product("lid")
    shop.set_status(shop.order(user, (tray, 5_000)), "done")
    return Caller(shop, user)


def told(ann: Caller, status: int = 201, **more: Any) -> Any:
    (line,) = ann.get("/lines?untold=true")["items"]
    post = {"line": line["id"], "title": "Good", "body": "Heavy, **really**.", **more}
    return ann.post("/posts", post, status=status)


def photo(alt: str | None = "A lid") -> dict[str, str | None]:
    return {"content": base64.b64encode(picture()).decode(), "alt": alt}


def test_a_line_is_to_tell_of_once(ann: Caller) -> None:
    post = told(ann)
    assert post["html"] == "<p>Heavy, <strong>really</strong>.</p>\n"
    assert ann.get("/lines?untold=true")["items"] == []
    assert ann.get("/lines")["items"][0]["told"] is True


def test_pictures_come_with_a_post_and_go_again(ann: Caller) -> None:
    post = told(ann, pictures=[photo(), photo(None)])
    assert [one["alt"] for one in post["pictures"]] == ["A lid", ""]
    first = post["pictures"][0]["id"]
    changed = ann.send("PATCH", f"/posts/{post['id']}/pictures", {"remove": [first]})
    assert [one["alt"] for one in changed.get_json()["pictures"]] == [""]


@pytest.mark.parametrize("content", ["", "no base64!", "aGVsbG8=", 5])
def test_what_is_no_picture_is_refused(ann: Caller, content: object) -> None:
    assert told(ann, 422, pictures=[{"content": content, "alt": "A lid"}])["errors"]


def test_a_reaction_said_twice_is_one(ann: Caller, shop: TokenShop) -> None:
    post = told(ann)
    bob = Caller(shop, shop.user("bob"))
    for _ in range(2):
        bob.put(f"/posts/{post['id']}/reactions/fun", status=204)
    seen = bob.get(f"/posts/{post['id']}")
    assert (seen["counts"]["fun"], seen["given"]) == (1, ["fun"])
    bob.put(f"/posts/{post['id']}/reactions/boring", status=404)


def test_an_edit_names_the_text_it_changes(ann: Caller) -> None:
    there = f"/posts/{told(ann)['id']}"
    edit = {"title": "Better", "body": "Lighter.", "revision": 0}
    assert ann.send("PATCH", there, edit).get_json()["revision"] == 1
    assert ann.send("PATCH", there, {**edit, "body": "No."}).status_code == 409
    (older,) = ann.get(f"{there}/revisions")["items"]
    assert older["title"] == "Good"


def test_the_post_of_another_is_not_his_to_change(ann: Caller, shop: TokenShop) -> None:
    there = f"/posts/{told(ann)['id']}"
    bob = Caller(shop, shop.user("bob"))
    edit = {"title": "Mine", "body": "Mine.", "revision": 0}
    answers = [bob.send("PATCH", path, edit) for path in (there, "/posts/999999")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data
