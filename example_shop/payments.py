"""Takes an order down and gets it paid, by store credit and a demo card."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from flask_babel import get_locale

from . import credit, delivery
from .database import db
from .models import Item, Order, User, Variant, now

CARDS = ("own", "shared")
"""The demo cards: one's own, and one whose payers look like one person."""


def place(
    lines: Sequence[tuple[Variant, int]], form: dict[str, str], way: str, user: User | None
) -> Order:
    """Take an order down, at the prices and batches of today; it is born unpaid."""
    goods_minor = sum(variant.price_minor * quantity for variant, quantity in lines)
    order = Order(
        **form,
        user=user,
        locale=str(get_locale() or "en"),
        delivery=way,
        delivery_minor=delivery.fee(way, goods_minor),
    )
    order.items = [
        Item(
            product=variant.product,
            variant=variant,
            batch=variant.product.batch_on_sale,
            quantity=quantity,
            paid_minor=variant.price_minor * quantity,
        )
        for variant, quantity in lines
    ]
    db.session.add(order)
    return order


def pay(order: Order, card: str, *, with_credit: bool) -> None:
    """Pay an order: what there is of the buyer's store credit first, if he wants, then the card.

    The caller commits. Raises NotEnoughError if the credit has just gone elsewhere.
    """
    if with_credit and order.user is not None:
        order.credit_minor = min(order.user.credit_minor, order.total_minor)
    if order.credit_minor < order.total_minor:
        order.card = _fingerprint(card, order.email)
    order.status, order.paid_at = "paid", now()
    # The order first: of two tabs that pay it at once, the second stops at its version.
    db.session.flush()
    if order.credit_minor and order.user_id is not None:
        credit.spend(db.session(), order.user_id, order.credit_minor, order_id=order.id)


def _fingerprint(card: str, email: str) -> str:
    """Return what a payment provider would: the same name for the same card."""
    if card == "own":
        card += ":" + hashlib.sha256(email.casefold().encode()).hexdigest()[:16]
    return card
