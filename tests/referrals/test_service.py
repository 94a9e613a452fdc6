"""Claims about links, and about who brought an order."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from flask_community.errors import NotFound, Refused
from flask_community.referrals.models import Link, Pause
from flask_community.referrals.service import ReferralService
from tests.shops import Order
from tests.stall import Stall


def _referrals(stall: Stall) -> ReferralService:
    return stall.shop.services().referrals


def _parts(stall: Stall, order: Order) -> list[tuple[int, int, str | None]]:
    services = stall.shop.services()
    known = services.orders.find(order.id)
    assert known is not None
    parts = services.referrals.attributions(known.id)
    return [(part.sharer_id, part.share_bps, part.reason) for part in parts]


def _reason(stall: Stall, order: Order) -> str | None:
    services = stall.shop.services()
    known = services.orders.find(order.id)
    assert known is not None
    conversion = services.referrals.conversion(known.id)
    assert conversion is not None
    return conversion.reason


def test_a_member_has_one_live_link_to_a_thing(stall: Stall) -> None:
    first, again = stall.share(stall.ann_id), stall.share(stall.ann_id)
    assert first.id == again.id == stall.link.id
    assert stall.share(stall.bob_id).id != first.id


def test_a_new_link_can_be_made_once_the_old_one_has_ended(stall: Stall) -> None:
    _referrals(stall).own.end(stall.ann_id, stall.link.id)
    with pytest.raises(NotFound):
        _referrals(stall).own.end(stall.ann_id, stall.link.id)
    assert stall.share(stall.ann_id).id != stall.link.id


@pytest.mark.parametrize("campaign", ["a b", "x;HttpOnly", "é", "x" * 41, "a\r\nb"])
def test_a_campaign_is_a_plain_name(stall: Stall, campaign: str) -> None:
    with pytest.raises(Refused):
        _referrals(stall).link_for(stall.ann_id, product_id=1, campaign=campaign)


def test_a_link_leads_to_one_thing(stall: Stall) -> None:
    with pytest.raises(Refused):
        _referrals(stall).link_for(stall.ann_id)
    with pytest.raises(NotFound):
        _referrals(stall).link_for(stall.ann_id, post_id=12_345)


@pytest.mark.parametrize("level", ["soft", "hard"])
def test_no_new_links_while_sharing_rests(stall: Stall, level: str) -> None:
    product_id = stall.link.product_id
    assert product_id is not None
    _referrals(stall).pause(product_id=product_id, level=level, case_id=1, reason="It cracks.")
    with pytest.raises(Refused):
        _referrals(stall).link_for(stall.bob_id, product_id=product_id)
    assert _referrals(stall).lift(1) == 1
    assert _referrals(stall).link_for(stall.bob_id, product_id=product_id).id


def test_a_pause_can_be_made_harder_and_put_on_again(stall: Stall) -> None:
    product_id = stall.link.product_id
    assert product_id is not None
    referrals = _referrals(stall)

    def pause(level: str) -> Pause:
        return referrals.pause(product_id=product_id, level=level, case_id=1, reason="It cracks.")

    assert pause("soft").id == pause("hard").id
    referrals.lift(1)
    assert pause("hard").lifted_at is None


def test_the_last_person_before_the_order_brought_it(stall: Stall) -> None:
    cem_id = stall.shop.member_id(stall.shop.user("cem"))
    stall.meet(stall.bob_id, stall.share(cem_id))
    order = stall.sell()
    stall.meet(stall.bob_id, stall.link)
    assert _parts(stall, order) == [(cem_id, 10_000, None)]
    assert _reason(stall, order) is None


def test_ones_own_link_brings_nothing_and_says_why(stall: Stall) -> None:
    own = stall.share(stall.bob_id)
    kept = {"link": own.id, "at": stall.shop.clock().isoformat(), "kind": 1}
    order = stall.shop.order(stall.ann, (stall.gaiwan, 100))
    assert _reason(stall, order) == "no_touch"
    order = Order(user=stall.bob, created=stall.shop.clock().replace(tzinfo=None))
    stall.shop.session.add(order)
    stall.shop.session.flush()
    stall.shop.community.orders.placed(order, touches=[kept])
    stall.shop.session.commit()
    assert _parts(stall, order) == [(stall.ann_id, 10_000, None), (stall.bob_id, 0, "same_account")]


def test_a_touch_counts_until_its_window_closes(stall: Stall) -> None:
    stall.shop.clock.forward(days=30, hours=-1, seconds=-1)
    within = stall.shop.order(stall.bob, (stall.gaiwan, 100))
    stall.shop.clock.forward(seconds=1)
    after = stall.shop.order(stall.bob, (stall.gaiwan, 100))
    assert _parts(stall, within) == [(stall.ann_id, 10_000, None)]
    assert _parts(stall, after) == []
    assert _reason(stall, after) == "outside_window"


def test_what_was_decided_stays_decided(stall: Stall) -> None:
    order = stall.shop.order(stall.bob, (stall.gaiwan, 100), status="new")
    cem_id = stall.shop.member_id(stall.shop.user("cem"))
    stall.meet(stall.bob_id, stall.share(cem_id))
    stall.shop.set_status(order, "paid")
    assert _parts(stall, order) == [(stall.ann_id, 10_000, None)]


def test_erasing_a_member_ends_his_links_and_forgets_his_touches(stall: Stall) -> None:
    _referrals(stall).erase(stall.ann_id)
    _referrals(stall).erase(stall.bob_id)
    stall.shop.session.commit()
    link = stall.shop.site.binding.models[Link]
    assert list(stall.shop.session.scalars(sa.select(link.live_key))) == [None]
    assert _referrals(stall).export(stall.bob_id) == {"links": [], "touches": []}
