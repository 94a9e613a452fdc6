"""A shop that hides every fifth change from us: its rewards come out right all the same."""

from __future__ import annotations

import random
import time
from collections import Counter

import sqlalchemy as sa

from flask_community.earnings.models import Earning
from flask_community.orders.models import Order as KnownOrder
from tests.proof import bed
from tests.shops import Item, Order, Product, Shop, User

ORDERS = 60
HIDDEN = 0.2

LIVES = (("paid",), ("paid", "done"), ("paid", "refunded"), ("paid", "done", "refunded"))
WORTH = {"paid": bed.REWARD_MINOR, "done": bed.REWARD_MINOR, "refunded": 0}
"""What a sharer has in the end by an order of this status."""


def test_rewards_converge_though_a_fifth_of_the_events_is_dropped(database_url: str) -> None:
    began, seed = time.perf_counter(), bed.new_seed()
    chance = random.Random(seed)
    with bed.open_bed(database_url) as shop:
        buyers, product = bed.sign_up(shop, "buyer", 6), shop.product()
        (sharer,) = bed.sign_up(shop, "sharer", 1)
        for buyer in buyers:
            bed.share(shop, product, buyer, sharer)
        seen = Counter[bool]()
        for _ in range(ORDERS):
            _live(shop, chance, chance.choice(buyers), product, seen)
        found = bed.reconcile(shop)
        bed.ripen(shop)
        drops = f"{seen[False]} of {seen.total()} changes hidden, {found} events found"
        bed.tell(f"reconcile, seed {seed}: {drops}", began)
        worth = _worth(shop)
        statuses = dict(shop.session.execute(sa.select(Order.id, Order.status)).all())
        # An order of which we saw only the refund has earned nothing, not even zero.
        assert {order_id: worth.get(order_id, 0) for order_id in statuses} == {
            order_id: WORTH[status] for order_id, status in statuses.items()
        }
        _assert_balances(shop, sharer, Counter(statuses.values()))
        assert found > 0 == bed.reconcile(shop)
        assert bed.breaches(shop) == []


def _live(
    shop: Shop, chance: random.Random, buyer: User, product: Product, seen: Counter[bool]
) -> None:
    """Take an order through a life; each change is seen by us, or it is done in plain SQL."""
    shop.clock.forward(minutes=1)
    first, *others = chance.choice(LIVES)
    is_seen = chance.random() >= HIDDEN
    seen[is_seen] += 1
    if is_seen:
        order_id = shop.order(buyer, (product, bed.PAID_MINOR), status=first).id
    else:
        order_id = _insert(shop, buyer, product, first)
    for status in others:
        shop.clock.forward(minutes=1)
        is_seen = chance.random() >= HIDDEN
        seen[is_seen] += 1
        if is_seen:
            shop.set_status(shop.session.get_one(Order, order_id), status)
        else:
            hidden = sa.update(Order).where(Order.id == order_id).values(status=status)
            shop.session.execute(hidden, execution_options={"synchronize_session": False})
            shop.session.commit()


def _insert(shop: Shop, buyer: User, product: Product, status: str) -> int:
    created = shop.clock().replace(tzinfo=None)
    row = {"user_id": buyer.id, "status": status, "created": created}
    order_id = shop.session.scalars(sa.insert(Order).values(row).returning(Order.id)).one()
    line = {"order_id": order_id, "sku": product.sku, "quantity": 1, "paid_minor": bed.PAID_MINOR}
    shop.session.execute(sa.insert(Item).values(line))
    shop.session.commit()
    return order_id


def _worth(shop: Shop) -> dict[int, int]:
    """Return what the one earning of each order is worth now; none may lack or be double."""
    models = shop.site.binding.models
    known, earning = models[KnownOrder], models[Earning]
    rows = shop.session.execute(
        sa.select(known.host_id, earning.credited_minor).join(earning, earning.order_id == known.id)
    ).all()
    assert len(rows) == len({host_id for host_id, _ in rows})
    return dict(rows)


def _assert_balances(shop: Shop, sharer: User, count: Counter[str]) -> None:
    member_id = shop.services().members.of(sharer.id).id
    pending, available = (bed.balance(shop, member_id, kind) for kind in ("pending", "available"))
    assert pending == bed.REWARD_MINOR * count["paid"]
    assert available == bed.REWARD_MINOR * count["done"]
