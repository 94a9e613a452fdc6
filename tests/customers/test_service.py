"""Every figure of the owner is the length of the list behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flask_community.customers.lists import PAGE
from flask_community.customers.rules import Wanted
from flask_community.customers.service import CustomerService
from flask_community.referrals.models import Attribution, Link

from ..shops import Shop, open_shop


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    """Return the tea shop, open on each lane."""
    with open_shop(database_url) as opened:
        yield opened


def brought(shop: Shop, order_key: int, sharer: int, product: int, *, share: int = 10_000) -> int:
    """Write down that a new link of `sharer` brought an order; return the link's id."""
    services = shop.services()
    order = services.orders.find(order_key)
    assert order is not None
    models = shop.site.binding.models
    now = shop.clock()
    link = models[Link](sharer_id=sharer, product_id=product, campaign="", made_at=now)
    shop.session.add(link)
    shop.session.flush()
    fact = models[Attribution](
        order_id=order.id,
        link_id=link.id,
        sharer_id=sharer,
        share_bps=share,
        source="touch",
        kind=1,
        touch_at=now,
        model="last",
        window_days=30,
    )
    shop.session.add(fact)
    shop.session.commit()
    return int(link.id)


def test_a_new_shop_counts_nothing(shop: Shop) -> None:
    figures = shop.services().customers.figures()
    assert (figures.people, figures.links, figures.cases) == (0, 0, 0)
    assert figures.orders == {"direct": 0, "link": 0}


def test_orders_are_told_apart_by_the_way_they_came(shop: Shop) -> None:
    gaiwan, li = shop.product(), shop.user("Li")
    sharer = shop.member_id(shop.user("Mei"))
    product = shop.services().orders.product_of(gaiwan.sku).id
    direct, shared = shop.order(li, (gaiwan, 9_900)), shop.order(li, (gaiwan, 5_000))
    shop.order(li, (gaiwan, 100), status="new")
    brought(shop, shared.id, sharer, product)
    customers: CustomerService = shop.services().customers
    assert customers.figures().orders == {"direct": 1, "link": 1}
    (one,), (other,) = (customers.lists.orders(Wanted(path)) for path in ("direct", "link"))
    assert (one.host_key, one.buyer, str(one.paid), one.sharers) == (
        str(direct.id),
        "Li",
        "99.00 CNY",
        [],
    )
    assert (other.host_key, other.sharers) == (str(shared.id), ["Mei"])


def test_a_touch_that_earned_nothing_is_no_path(shop: Shop) -> None:
    gaiwan, li = shop.product(), shop.user("Li")
    sharer = shop.member_id(shop.user("Mei"))
    product = shop.services().orders.product_of(gaiwan.sku).id
    brought(shop, shop.order(li, (gaiwan, 9_900)).id, sharer, product, share=0)
    assert shop.services().customers.figures().orders == {"direct": 1, "link": 0}


def test_a_guest_has_no_name(shop: Shop) -> None:
    shop.order(None, (shop.product(), 9_900))
    (order,) = shop.services().customers.lists.orders(Wanted("direct"))
    assert order.buyer is None


def test_people_and_links_are_listed_with_what_came_of_them(shop: Shop) -> None:
    gaiwan, li = shop.product(), shop.user("Li")
    mei = shop.member_id(shop.user("Mei"))
    product = shop.services().orders.product_of(gaiwan.sku).id
    brought(shop, shop.order(li, (gaiwan, 9_900)).id, mei, product)
    customers = shop.services().customers
    people = {one.name: (one.orders, one.links) for one in customers.lists.people()}
    assert people == {"Li": (1, 0), "Mei": (0, 1)}
    (link,) = customers.lists.links()
    assert (link.sharer, link.product, link.orders) == ("Mei", "Gaiwan", 1)
    figures = customers.figures()
    assert (figures.people, figures.links) == (2, 1)


def test_a_list_is_read_page_by_page_without_gap_or_repeat(shop: Shop) -> None:
    for number in range(PAGE + 3):
        shop.services().members.of(shop.user(f"Buyer {number}").id)
    shop.session.commit()
    customers = shop.services().customers
    first = customers.lists.people()
    rest = customers.lists.people(first[-1].id)
    assert (len(first), len(rest)) == (PAGE, 3)
    assert len({one.id for one in [*first, *rest]}) == customers.figures().people


def test_open_cases_are_listed_and_decided_ones_leave(shop: Shop) -> None:
    gaiwan, li = shop.product(), shop.user("Li")
    boss = shop.member_id(shop.user("Boss"))
    order = shop.order(li, (gaiwan, 9_900), status="done")
    services = shop.services()
    found = services.orders.find(order.id)
    assert found is not None
    (line,) = services.orders.lines(found.id)
    complaint = services.complaints.file(
        found.buyer_id or 0, line.id, reason="quality", text="Flakes"
    )
    case = services.complaints.cases.open(boss, [complaint.id], title="Glaze", reason="By hand")
    shop.session.commit()
    assert services.customers.figures().cases == 1
    (row,) = services.customers.lists.cases()
    assert (row.id, row.title, row.product, row.state) == (case.id, "Glaze", "Gaiwan", "open")
