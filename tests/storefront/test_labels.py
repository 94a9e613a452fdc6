"""Claims about sharing a label: its link, where it leads, and what it counts for."""

from __future__ import annotations

import dataclasses

from hypothesis import given, strategies as st

from flask_community.referrals.models import Link
from flask_community.referrals.rules import Reach
from tests.rest.callers import Caller
from tests.shops import Order, Product
from tests.stall import Stall
from tests.storefront.test_pages import PERSON, _csrf, _share

PATH = "/community/share/label/slow-mornings"
BOUGHT = st.lists(st.tuples(st.integers(1, 9), st.sampled_from([None, "tea", "clay"])))


def label(stall: Stall, *products: Product, field: str | None = None) -> None:
    """Let Ann found a label; these products, and this field, belong to it."""
    services = stall.shop.services()
    made = services.communities.found(
        stall.ann_id, name="Slow mornings", statement="No hurry.", field=field
    )
    for product in products:
        known = services.orders.product_of(product.sku)
        services.communities.bind_product(made.id, known.id, actor_id=stall.ann_id)
    stall.shop.session.commit()


def to_label(stall: Stall) -> Link:
    """Return Ann's link to the label."""
    communities = stall.shop.services().communities
    community = communities.community_of(communities.label_called("slow-mornings").id)
    return stall.shop.services().referrals.link_for(stall.ann_id, community_id=community.id)


def met(stall: Stall) -> int:
    """Let Bob meet Ann's link to the label, her other one forgotten; return its number."""
    stall.shop.services().referrals.forget(stall.bob_id)
    link = to_label(stall)
    stall.meet(stall.bob_id, link)
    return link.id


def outcome(stall: Stall, order: Order) -> tuple[list[int], str | None]:
    """Return which links have a part in an order, and why none has."""
    services = stall.shop.services()
    known = services.orders.find(order.id)
    assert known is not None
    conversion = services.referrals.conversion(known.id)
    assert conversion is not None
    parts = services.referrals.attributions(known.id)
    return [part.link_id for part in parts if part.share_bps], conversion.reason


@given(BOUGHT, st.frozensets(st.integers(1, 9)), st.frozensets(st.sampled_from(["tea", "clay"])))
def test_a_label_reaches_what_is_bound_to_it_alone(
    bought: list[tuple[int, str | None]], products: frozenset[int], fields: frozenset[str]
) -> None:
    each = [Reach(products, fields).holds([one]) for one in bought]
    assert Reach(products, fields).holds(bought) == any(each)
    assert not Reach().holds(bought)
    wider = dataclasses.replace(Reach(products, fields), products=products | {0})
    assert wider.holds(bought) == any(each)


def test_a_bought_product_of_the_label_counts_for_its_link(stall: Stall) -> None:
    label(stall, stall.gaiwan)
    link = met(stall)
    assert outcome(stall, stall.earn()) == ([link], None)
    assert stall.stands()["available"] == 990


def test_so_does_one_of_its_field(stall: Stall) -> None:
    label(stall, field="teaware")
    link = met(stall)
    assert outcome(stall, stall.sell()) == ([link], None)


def test_nothing_of_the_label_counts_for_nobody_and_says_so(stall: Stall) -> None:
    label(stall, stall.tray)
    met(stall)
    assert outcome(stall, stall.sell()) == ([], "outside_label")
    assert stall.stands() == {}


def test_a_link_to_the_thing_itself_counts_where_a_later_one_to_a_label_does_not(
    stall: Stall,
) -> None:
    label(stall, stall.tray)
    mine = stall.share(stall.shop.member_id(stall.shop.user("carol")))
    met(stall)
    stall.meet(stall.bob_id, mine)
    stall.shop.clock.forward(hours=1)
    stall.meet(stall.bob_id, to_label(stall))
    assert outcome(stall, stall.sell())[0] == [mine.id]


def test_a_label_is_shared_from_its_page_and_the_link_leads_back_to_it(stall: Stall) -> None:
    label(stall, stall.gaiwan)
    client = stall.shop.client(stall.bob)
    assert f'href="{PATH}"' in client.get("/community/labels/slow-mornings").text
    page = _share(client, PATH)
    assert "It counts if something that belongs to this label is bought." in page
    address = page.partition('value="http://localhost')[2].partition('"')[0]
    friend = stall.shop.client()
    answer = friend.get(address, headers=PERSON)
    assert answer.location == "/community/labels/slow-mornings"
    landed = friend.get(answer.location).text
    assert "bob shared this with you." in landed
    assert "Forget this link" in landed
    assert "Slow mornings" in client.get("/community/my/shares").text


def test_a_label_without_products_promises_nothing(stall: Stall) -> None:
    label(stall)
    page = stall.shop.client().get(PATH).text
    assert "no product belongs to this label" in page
    assert "5%" not in page
    told = stall.shop.client().get("/community/api/v1/labels/slow-mornings/share").get_json()
    assert told["reward_bps"] == 0


def test_a_link_is_made_once_and_rests_like_any_other(stall: Stall) -> None:
    label(stall, stall.gaiwan)
    client = stall.shop.client(stall.bob)
    _share(client, PATH)
    (row,) = client.get("/community/api/v1/links").get_json()["items"]
    _share(client, PATH)
    assert len(client.get("/community/api/v1/links").get_json()["items"]) == 1
    csrf = _csrf(client.get(PATH).text)
    client.post(f"/community/my/shares/{row['id']}/rest", data=csrf)
    assert "You let this link rest" in client.get(PATH).text
    path = row["address"].removeprefix("http://localhost")
    assert "This link rests" in stall.shop.client().get(path, headers=PERSON).text
    assert client.get(f"/community/my/shares/{row['id']}/poster").status_code == 200


def test_a_label_that_is_not_there_has_no_share_page(stall: Stall) -> None:
    assert stall.shop.client().get("/community/share/label/ghost").status_code == 404


def test_the_api_tells_and_makes_the_link(stall: Stall) -> None:
    label(stall, stall.gaiwan)
    bob = Caller(stall.shop)
    bob.sign_in(stall.bob)
    assert bob.get("/labels/slow-mornings/share")["address"] is None
    made = bob.put("/labels/slow-mornings/share")
    assert made == bob.get("/labels/slow-mornings/share")
    assert (made["title"], made["reward_bps"]) == ("Slow mornings", 500)
