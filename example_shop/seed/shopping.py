"""What buyers and the owner do in the shop itself, by its own functions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from flask_community.referrals.rules import TouchKind

from .. import mail
from ..clock import clock
from ..database import db
from ..extensions import community
from ..models import Batch, Item, Order, User, Variant, now
from ..payments import pay, place
from ..refunds import give_all_back, give_back
from .people import Person
from .town import Town

Basket = Sequence[tuple[str, int, int]]
"""What goes into an order: SKU, the place of a variant, how many."""


class Counter:
    """Orders and what becomes of them; each step is one commit of the shop."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._variants = {
            (one.sku, one.position): one.id for one in db.session.scalars(db.select(Variant))
        }
        made = db.select(Batch.made_on, Batch.id, Batch.sku).order_by(Batch.made_on)
        self._batches = db.session.execute(made).all()

    def buy(self, person: Person, basket: Basket, *, is_paid: bool = True) -> int:
        """Place an order as it would have been on this day, and pay it; return its number."""
        user = self.town.user(person)
        order = self._order(
            basket,
            {"name": user.name, "email": user.email, "address": person.address},
            user,
            locale=user.locale,
        )
        if is_paid:
            self._pay(order, person.card)
        db.session.commit()
        return order.id

    def buy_as_guest(self, name: str, basket: Basket, link: int | None) -> int:
        """Order without an account, through a link perhaps."""
        address = f"{name.lower().replace(' ', '.')}@guests.example.com"
        form = {"name": name, "email": address, "address": "3 Station Road"}
        order = self._order(basket, form, None, locale="en")
        if link is not None:
            at = clock() - dt.timedelta(hours=1)
            touch = {"link": link, "at": at.isoformat(), "kind": int(TouchKind.VISIT)}
            community.orders.placed(order, touches=[touch])
        self._pay(order, "own")
        db.session.commit()
        return order.id

    def send(self, order_id: int) -> None:
        """Hand an order to the courier."""
        order = db.session.get_one(Order, order_id)
        order.tracking, order.sent_at = f"KS{order.id:08}CN", now()
        self._move(order, "sent")

    def deliver(self, order_id: int) -> None:
        """Mark an order delivered."""
        order = db.session.get_one(Order, order_id)
        order.sent_at = order.sent_at or now() - dt.timedelta(days=2)
        order.delivered_at = now()
        self._move(order, "delivered")

    def cancel(self, order_id: int) -> None:
        """Call an order off before it was sent."""
        order = db.session.get_one(Order, order_id)
        order.cancelled_at = now()
        order.status = "cancelled"
        db.session.flush()
        give_all_back(db.session(), order)
        self._move(order, "cancelled")

    def refund(self, order_id: int, percent: int = 100) -> None:
        """Give a part of the first line of an order back, or all of it."""
        self.refund_item(db.session.get_one(Order, order_id).items[0], percent=percent)

    def refund_item(self, item: Item, *, percent: int = 100) -> None:
        """Give a part of what is left of a line back, or all of it."""
        left = item.paid_minor - item.refunded_minor
        given = give_back(db.session(), item, left * percent // 100, reason="goodwill")
        mail.given_back(given)
        db.session.commit()

    # -- below --

    def _order(
        self, basket: Basket, form: Mapping[str, str], user: User | None, *, locale: str
    ) -> Order:
        lines = [
            (db.session.get_one(Variant, self._variants[sku, variant]), quantity)
            for sku, variant, quantity in basket
        ]
        order = place(lines, dict(form), "courier", user)
        order.locale = locale
        for item in order.items:
            item.batch = self._batch(item.product.sku)
        db.session.flush()
        return order

    def _batch(self, sku: str) -> Batch:
        """Return what was on sale on this day: the newest batch that had been made."""
        day = clock().date()
        made = [key for made_on, key, of in self._batches if of == sku and made_on <= day]
        return db.session.get_one(Batch, made[-1])

    @staticmethod
    def _pay(order: Order, card: str) -> None:
        pay(order, card, with_credit=False)
        mail.receipt(order)

    @staticmethod
    def _move(order: Order, status: str) -> None:
        order.status = status
        mail.moved(order)
        db.session.commit()
