"""Claims about posts that nobody has answered, and who is shown them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flask_community.experiences.models import Post
from flask_community.experiences.unanswered import LATELY, PATIENCE
from tests.browsing import Browser
from tests.shops import Shop, User, open_shop


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with open_shop(database_url) as opened:
        yield opened


def label_of(shop: Shop, founder: User) -> tuple[int, int]:
    """Found a label; return its id and that of its community."""
    communities = shop.services().communities
    label = communities.found(shop.member_id(founder), name="Slow tea", statement="Slowly.")
    shop.session.commit()
    return label.id, communities.community_of(label.id).id


def tell(shop: Shop, user: User, title: str, place: int | None = None) -> Post:
    """Let somebody buy something and tell of it."""
    order = shop.order(user, (shop.product(title.lower()), 100), status="done")
    services = shop.services()
    known = services.orders.find(order.id)
    assert known is not None
    (line,) = services.orders.lines(known.id)
    author = shop.member_id(user)
    post = services.experiences.post_experience(
        author, line.id, title=title, body="So.", community_id=place
    )
    shop.session.commit()
    return post


def test_only_the_word_of_another_is_an_answer(shop: Shop) -> None:
    mei, lin = shop.user("Mei"), shop.user("Lin")
    _, place = label_of(shop, mei)
    post, experiences = tell(shop, mei, "Cup", place), shop.services().experiences
    experiences.react(post.id, shop.member_id(mei), "useful")
    assert list(experiences.unanswered.of_community(place)) == [post]
    experiences.react(post.id, shop.member_id(lin), "fun")
    assert list(experiences.unanswered.of_community(place)) == []


def test_the_longest_waiting_comes_first_and_a_first_note_is_known(shop: Shop) -> None:
    mei = shop.user("Mei")
    _, place = label_of(shop, mei)
    first, second = tell(shop, mei, "Cup", place), tell(shop, mei, "Pot", place)
    unanswered = shop.services().experiences.unanswered
    posts = unanswered.of_community(place)
    assert [post.id for post in posts] == [first.id, second.id]
    assert unanswered.first_of(posts) == {first.id}


def test_the_owner_hears_of_it_after_a_day_and_not_after_a_month(shop: Shop) -> None:
    post = tell(shop, shop.user("Mei"), "Cup")
    unanswered = shop.services().experiences.unanswered
    assert unanswered.waiting() is None
    shop.clock.forward(seconds=PATIENCE.total_seconds())
    waiting = unanswered.waiting()
    assert waiting is not None
    assert (waiting.count, waiting.longest.id) == (1, post.id)
    shop.clock.forward(seconds=LATELY.total_seconds())
    assert unanswered.waiting() is None


def test_what_was_withdrawn_waits_for_nobody(shop: Shop) -> None:
    mei = shop.user("Mei")
    _, place = label_of(shop, mei)
    experiences, post = shop.services().experiences, tell(shop, mei, "Cup", place)
    experiences.withdraw(post.id, shop.member_id(mei))
    assert list(experiences.unanswered.of_community(place)) == []


def test_hosts_are_shown_it_and_wearers_are_not(shop: Shop) -> None:
    mei, lin = shop.user("Mei"), shop.user("Lin")
    label_id, place = label_of(shop, mei)
    shop.services().communities.wear(label_id, shop.member_id(lin))
    tell(shop, lin, "Cup", place)
    path = "/community/labels/slow-tea"
    mine = Browser(shop.client(mei)).get(path).text
    assert "Nobody answered yet" in mine
    assert "first note" in mine
    assert "Nobody answered yet" not in Browser(shop.client(lin)).get(path).text


def test_the_api_lists_it_for_hosts_page_by_page(shop: Shop) -> None:
    mei, lin = shop.user("Mei"), shop.user("Lin")
    _, place = label_of(shop, mei)
    for title in ("Cup", "Pot"):
        tell(shop, mei, title, place)
    path = "/community/api/v1/labels/slow-tea/unanswered"
    page = shop.client(mei).get(path, query_string={"limit": 1}).get_json()
    assert [(one["title"], one["is_first"]) for one in page["items"]] == [("Cup", True)]
    later = {"limit": 1, "cursor": page["next"]}
    rest = shop.client(mei).get(path, query_string=later).get_json()
    assert [one["title"] for one in rest["items"]] == ["Pot"]
    assert shop.client(lin).get(path).status_code == 403
