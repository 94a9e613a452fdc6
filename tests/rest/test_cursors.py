"""Claims about places in lists: signed, and good for one list and one reader."""

from __future__ import annotations

import pytest

from flask_community.config import Settings
from flask_community.errors import Refused
from flask_community.rest.cursors import Cursors
from tests.rest.callers import Caller, TokenShop

HERE = Cursors(Settings(secret_keys=["a key"]))


@pytest.mark.parametrize("place", [(7,), (0, -1, 2**63 - 1), ()])
def test_a_place_comes_back_as_it_went_out(place: tuple[int, ...]) -> None:
    assert HERE.read(HERE.write(place, of="feed"), of="feed") == place


def test_a_place_of_another_list_or_shop_is_none() -> None:
    text = HERE.write((7,), of="feed")
    elsewhere = Cursors(Settings(secret_keys=["a key"], shop_id="another"))
    for cursors, of in ((HERE, "queue"), (elsewhere, "feed")):
        with pytest.raises(Refused):
            cursors.read(text, of=of)


def test_a_list_is_read_page_by_page_and_ends(ann: Caller, token_shop: TokenShop) -> None:
    for name in ("one", "two", "three"):
        ann.post("/labels", {"name": name, "statement": name}, status=201)
    seen, path = [], "/labels?limit=2"
    while path:
        page = ann.get(path)
        seen += [label["slug"] for label in page["items"]]
        path = page["next"] and f"/labels?limit=2&cursor={page['next']}"
    assert seen == ["three", "two", "one"]


def test_the_next_page_is_also_a_link(ann: Caller) -> None:
    for name in ("one", "two"):
        ann.post("/labels", {"name": name, "statement": name}, status=201)
    link = ann.send("GET", "/labels?limit=1").headers["Link"]
    address, _, rel = link.partition("; ")
    assert rel == 'rel="next"'
    there = ann.client.get(address.strip("<>"), headers=ann.headers)
    assert [label["slug"] for label in there.get_json()["items"]] == ["one"]


def test_a_cursor_is_its_readers_own(ann: Caller, token_shop: TokenShop) -> None:
    tell(token_shop, ann, 2)
    cursor = ann.get("/notices?limit=1")["next"]
    bob = Caller(token_shop, token_shop.user("bob"))
    assert len(ann.get(f"/notices?limit=1&cursor={cursor}")["items"]) == 1
    for path in (f"/notices?cursor={cursor}", f"/notices?cursor={cursor[:-1]}", "/notices?cursor="):
        assert bob.get(path, 422)["errors"][0]["field"] == "cursor"


def tell(shop: TokenShop, to: Caller, times: int) -> None:
    member_id = to.get("/me")["id"]
    for number in range(times):
        told = {"amount": "5", "title": "Tea", "days": 14}
        shop.services().notices.tell(member_id, "reward_pending", told, key=f"{number}")
    shop.session.commit()
