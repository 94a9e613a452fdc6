"""Claims about telling, reading and reacting, walked as a person walks them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.browsing import Browser, Page
from tests.shops import Order, Shop, User, open_shop


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with open_shop(database_url) as shop:
        yield shop


@pytest.fixture
def mei(shop: Shop) -> User:
    """Return somebody to whom a gaiwan of one batch was delivered."""
    mei = shop.user("Mei")
    order = shop.order(mei, (shop.product("gaiwan"), 10_000), batch="2026-10-B")
    shop.set_status(order, "done")
    shop.clock.forward(days=3)
    return mei


def tell(shop: Shop, author: User, body: str = "It **pours** well.") -> Page:
    person = Browser(shop.client(author))
    form = person.get("/community/tell").follow("Gaiwan")
    return form.submit("Post it", title="A good lid", body=body)


def test_what_was_delivered_is_told_of_with_its_facts(shop: Shop, mei: User) -> None:
    post = tell(shop, mei)
    assert post.status == 200
    for words in ("A good lid", "By Mei", "2026-10-B", "1 Nov 2026", "3 days"):
        assert words in post.text
    assert "<strong>pours</strong>" in post.html
    assert post.links["Gaiwan"] == "/p/gaiwan"
    assert "Gaiwan" not in post.browser.get("/community/tell").links


def test_nobody_tells_of_the_line_of_another(shop: Shop, mei: User) -> None:
    path = Browser(shop.client(mei)).get("/community/tell").links["Gaiwan"]
    thief = Browser(shop.client(shop.user("Thief")))
    assert thief.get(path).status == thief.get("/community/tell/999999").status == 404
    assert thief.get(path).text == thief.get("/community/tell/999999").text


def test_the_post_is_found_in_the_community_it_was_told_in(shop: Shop, mei: User) -> None:
    person = Browser(shop.client(mei))
    person.get("/community/found").submit("Found it", name="Slow tea", statement="Tea takes time.")
    tell_page = person.get("/community/tell").follow("Gaiwan")
    community = tell_page.form("Post it").choices["Slow tea"]
    post = tell_page.submit("Post it", title="A good lid", body="Yes.", community=community)
    # Its founder reads it in one more place: among the posts that wait for a first answer.
    home = Browser(shop.client(shop.user("Bo"))).get(post.links["Slow tea"])
    assert "A good lid" in home.links
    assert "A good lid" not in home.follow("Fun").links
    assert "A good lid" in home.follow("New").links
    assert "Profitable" not in home.links


def test_a_reaction_is_given_and_taken_back_by_one_button(shop: Shop, mei: User) -> None:
    path = tell(shop, mei).path
    reader = Browser(shop.client(shop.user("Lin")))
    page = reader.get(path).submit("Useful")
    assert page.form("Useful").words.split() == ["Useful", "1"]
    page = page.submit("Useful")
    assert page.form("Useful").words.split() == ["Useful", "0"]


def test_the_author_may_not_lift_his_own_post(shop: Shop, mei: User) -> None:
    page = tell(shop, mei).submit("Useful")
    assert page.form("Useful").words.split() == ["Useful", "0"]


def test_an_edit_shows_and_the_old_text_stays_to_be_read(shop: Shop, mei: User) -> None:
    form = tell(shop, mei, body="First words").follow("Edit")
    assert form.form("Save it").fields["body"] == "First words"
    page = form.submit("Save it", body="Second words")
    assert "Second words" in page.text
    assert "First words" in page.follow("earlier texts").text
    assert form.submit("Save it", body="Too late").status == 409


def test_a_withdrawn_post_is_gone_like_one_that_never_was(shop: Shop, mei: User) -> None:
    post = tell(shop, mei)
    post.follow("Edit").submit("Take this post away")
    reader = Browser(shop.client(shop.user("Lin")))
    assert reader.get(post.path).status == 404
    assert reader.get(post.path).text == reader.get("/community/posts/999999").text


def test_others_cannot_open_the_edit_page_nor_send_it(shop: Shop, mei: User) -> None:
    post = tell(shop, mei)
    thief = Browser(shop.client(shop.user("Thief")))
    assert thief.get(f"{post.path}/edit").status == 404
    fields = thief.get(post.path).form("Useful").fields
    assert thief.post(f"{post.path}/withdraw", fields).status == 404
    forged = {**fields, "title": "x", "body": "x", "revision": "0"}
    assert thief.post(f"{post.path}/edit", forged).status == 404


def test_what_became_of_the_order_shows_on_the_post(shop: Shop, mei: User) -> None:
    post = tell(shop, mei)
    (order,) = shop.session.scalars(sa.select(Order)).all()
    shop.set_status(order, "refunded")
    assert "returned" in post.browser.get(post.path).text


def test_a_hostile_text_stays_text_on_every_page(shop: Shop, mei: User) -> None:
    attack = "<script>alert(1)</script> [x](javascript:alert(1)) ![y](https://t.example/p.png)"
    post = tell(shop, mei, body=attack)
    edit = post.follow("Edit")
    assert edit.form("Save it").fields["body"] == attack
    history = edit.submit("Save it", title="<img src=x>", body="x").follow("earlier texts")
    for page in (post, edit, history, history.browser.get(post.path)):
        assert "<script>" not in page.html
        assert "<img" not in page.html
        assert 'href="javascript' not in page.html


@pytest.mark.parametrize("query", ["tab=profitable", "tab=rank%20desc", "after=x", "after="])
def test_a_feed_takes_no_place_it_did_not_give(shop: Shop, mei: User, query: str) -> None:
    person = Browser(shop.client(mei))
    person.get("/community/found").submit("Found it", name="Tea", statement="Yes.")
    assert person.get(f"/community/labels/tea?{query}").status == 422


@pytest.mark.parametrize("number", ["0", "2147483648", "9" * 30, "-1", "x"])
def test_a_number_that_no_post_has_is_not_found(shop: Shop, mei: User, number: str) -> None:
    assert Browser(shop.client(mei)).get(f"/community/posts/{number}").status == 404
