"""Claims about the desk over JSON: the order of the queue, page by page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from tests.rest.callers import Caller, TokenShop, open_token_shop


@pytest.fixture
def shop(database_url: str) -> Iterator[TokenShop]:
    """Return the shop for apps with items of every urgency in its queue."""
    with open_token_shop(database_url) as opened:
        moderation, now = opened.services().moderation, opened.clock()
        soon, late = now + dt.timedelta(hours=1), now + dt.timedelta(days=9)
        for number, (priority, due) in enumerate(
            [(0, None), (0, late), (2, None), (0, soon), (0, soon), (2, late), (0, None)]
        ):
            moderation.push(
                "complaint", number, field="teaware", title="T", priority=priority, due_at=due
            )
        opened.session.commit()
        yield opened


def test_the_queue_is_read_page_by_page_in_its_order(shop: TokenShop) -> None:
    mod = Caller(shop, shop.user("mod", rank="moderator"))
    whole = [item["id"] for item in mod.get("/desk/items")["items"]]
    seen: list[int] = []
    path = "/desk/items?limit=1"
    while path:
        page = mod.get(path)
        seen += [item["id"] for item in page["items"]]
        path = page["next"] and f"/desk/items?limit=1&cursor={page['next']}"
    assert seen == whole == [6, 3, 4, 5, 2, 1, 7]


def test_the_desk_is_closed_to_others(shop: TokenShop) -> None:
    bob = Caller(shop, shop.user("bob"))
    bob.get("/desk/items", 403)
    bob.get("/desk/items/1", 403)


def test_a_view_shows_what_one_holds(shop: TokenShop) -> None:
    mod = Caller(shop, shop.user("mod", rank="moderator"))
    mod.put("/desk/items/3/claim", If_Match=mod.tag("/desk/items/3"))
    assert [item["id"] for item in mod.get("/desk/items?view=mine")["items"]] == [3]
    assert 3 not in [item["id"] for item in mod.get("/desk/items?view=free")["items"]]
