"""Verbs of orders: work an event off, look orders, lines and products up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy import orm

from .. import signals
from ..clock import Clock
from ..errors import NotFound
from ..host import HostModels, OrderEvent
from ..i18n import gettext
from ..members.service import MemberService
from ..records import Models, changed_one
from .facts import names_of
from .intake import Intake
from .models import InboxRow, Line, Order, Product
from .rules import MAX_ATTEMPTS, kept_minor, wait

T = TypeVar("T")


class OrderSubscriber(Protocol):
    """A room above that wants to know what happens to orders."""

    def order_changed(self, order: Order, event: OrderEvent) -> None:
        """Take one event in, inside the transaction that works it off.

        Called once per event, never for imported orders. The order is given as
        it stands now: an event that had to wait may find it further on, so that
        what follows is computed from the order, not from the event.
        """


class OrderService:
    """Turns inbox rows into orders, and answers who bought what."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        host: HostModels,
        members: MemberService,
        clock: Clock,
        subscribers: Callable[[], Iterable[OrderSubscriber]] = tuple,
    ) -> None:
        self.session = session
        self.Product = models[Product]
        self.Order = models[Order]
        self.Line = models[Line]
        self.InboxRow = models[InboxRow]
        self.host = host
        self.clock = clock
        # Asked for late: the rooms above are built with this one in hand.
        self.subscribers = subscribers
        self._intake = Intake(session=session, models=models, host=host, members=members)

    # -- the inbox --

    def work(self, key: str) -> bool:
        """Work one inbox row off, if it waits and its facts are known; True if it did.

        All of it happens in the caller's transaction, which he commits.

        :raises Conflict: another worker is just making this order known; try again.
        """
        claim = (
            sa.update(self.InboxRow)
            .where(
                self.InboxRow.key == key,
                self.InboxRow.state == "new",
                self.InboxRow.facts.is_not(None),
            )
            .values(state="done", done_at=self.clock(), error=None)
        )
        if not changed_one(self._execute(claim)):
            return False
        order, event = self._intake.take(key)
        if not order.imported:
            for subscriber in self.subscribers():
                subscriber.order_changed(order, event)
            if event is OrderEvent.PAID:
                signals.later(self.session, signals.order_paid, order=order.id)
        return True

    def failed(self, key: str, error: BaseException) -> None:
        """Keep why an inbox row could not be worked off, and when to try again.

        After 8 failures it is left to a person, as `failed`.
        """
        attempts = self.session.scalar(
            sa.select(self.InboxRow.attempts).where(self.InboxRow.key == key)
        )
        again = self.clock() + wait((attempts or 0) + 1)
        spent = self.InboxRow.attempts + 1 >= MAX_ATTEMPTS
        self._execute(
            sa.update(self.InboxRow)
            .where(self.InboxRow.key == key, self.InboxRow.state == "new")
            .values(
                # The table has `state` before `attempts`, and MariaDB assigns in
                # that order: both read the old count.
                state=sa.case((spent, "failed"), else_="new"),
                attempts=self.InboxRow.attempts + 1,
                error=f"{type(error).__name__}: {error}"[:2000],
                due_at=again,
            )
        )

    def pending(self, limit: int = 100) -> list[str]:
        """Return the keys of rows to work off now, oldest first.

        Commit before working them off, so that each is read as it is by then.
        """
        due = (
            sa.select(self.InboxRow.key)
            .where(
                self.InboxRow.state == "new",
                self.InboxRow.facts.is_not(None),
                self.InboxRow.due_at <= self.clock(),
            )
            .order_by(self.InboxRow.id)
            .limit(limit)
        )
        return list(self.session.scalars(due))

    # -- look-ups --

    def order(self, order_id: int) -> Order:
        """Return an order; raises NotFound."""
        return _found(self.session.get(self.Order, order_id), gettext("There is no such order."))

    def find(self, host_key: Any) -> Order | None:
        """Return the order behind a host key, or None if no event of it came in yet."""
        return self.session.scalars(
            sa.select(self.Order).filter_by(host_key=str(host_key))
        ).one_or_none()

    def product(self, product_id: int) -> Product:
        """Return a product; raises NotFound."""
        found = self.session.get(self.Product, product_id)
        return _found(found, gettext("There is no such product."))

    def known_product(self, host_key: Any) -> Product | None:
        """Return the product behind a host key, or None if we never met it; a read."""
        return self.session.scalars(
            sa.select(self.Product).filter_by(host_key=str(host_key))
        ).one_or_none()

    def product_of(self, host_key: Any) -> Product:
        """Return the product behind a host key, made known if need be; raises NotFound."""
        if (known := self.known_product(host_key)) is not None:
            return known
        obj = _found(
            self.host.product.load(self.session, host_key), gettext("There is no such product.")
        )
        names, field = names_of(self.host, obj), self.host.product_field(obj)
        return self._intake.product(str(host_key), names=names, field=field)

    def product_key(self, text: str) -> Any:
        """Return the shop's own key of a product from its text; raises NotFound."""
        try:
            # PostgreSQL takes no NUL, and a database fails on what it takes for no text.
            return self.host.product.key_from_text(text) if text.isprintable() else _no_product()
        except ValueError:
            return _no_product()

    def product_called(self, text: str) -> Product:
        """Return the product by the text of its host key, as `product_of()`; raises NotFound."""
        try:
            return self.product_of(self.product_key(text))
        except OverflowError:  # SQLite, for a number longer than it has
            return _no_product()

    def product_url(self, product: Product) -> str | None:
        """Return the path of the product's own page, or None once the host deleted it."""
        obj = self.host.product.load(self.session, product.host_id)
        return None if obj is None else self.host.product_url(obj)

    def line(self, line_id: int) -> Line:
        """Return an order line; raises NotFound."""
        found = self.session.get(self.Line, line_id)
        return _found(found, gettext("There is no such order line."))

    def lines(self, order_id: int) -> Sequence[Line]:
        """Return the lines of an order that the host has not taken out, by id."""
        lines = sa.select(self.Line).where(self.Line.order_id == order_id, self.Line.quantity > 0)
        return self.session.scalars(lines.order_by(self.Line.id)).all()

    def kept(self, order: Order) -> dict[int, int]:
        """Return what the shop keeps of each line now, in minor units by line id.

        All zero while the order is not paid, cancelled or charged back.
        """
        lines = sa.select(self.Line).filter_by(order_id=order.id).order_by(self.Line.id)
        return {
            line.id: kept_minor(
                order.state,
                is_paid=order.paid_at is not None,
                paid_minor=line.paid_minor,
                returned_minor=line.returned_minor,
            )
            for line in self.session.scalars(lines)
        }

    def lines_of_buyer(self, member_id: int, *, delivered: bool = True) -> Sequence[Line]:
        """Return what a member bought and paid for, newest first.

        With `delivered` it is what reached him, even if he sent it back since.
        """
        reached = self.Order.delivered_at if delivered else self.Order.paid_at
        lines = (
            sa.select(self.Line)
            .join(self.Order, self.Order.id == self.Line.order_id)
            .where(self.Order.buyer_id == member_id, reached.is_not(None), self.Line.quantity > 0)
            .order_by(self.Order.placed_at.desc(), self.Line.id)
        )
        return self.session.scalars(lines).all()

    def buyers_of(self, product_id: int, *, batch: str | None = None) -> list[int]:
        """Return the ids of the members who bought a product, or one batch of it, each once."""
        buyers = (
            sa.select(self.Order.buyer_id)
            .join(self.Line, self.Line.order_id == self.Order.id)
            .where(
                self.Line.product_id == product_id,
                self.Line.quantity > 0,
                self.Order.buyer_id.is_not(None),
                sa.or_(self.Order.paid_at.is_not(None), self.Order.delivered_at.is_not(None)),
            )
            .distinct()
            .order_by(self.Order.buyer_id)
        )
        if batch is not None:
            buyers = buyers.where(self.Line.batch == batch)
        return [buyer for buyer in self.session.scalars(buyers) if buyer is not None]

    # -- personal facts --

    def export(self, member_id: int) -> list[dict[str, object]]:
        """Return what is kept about a member's orders, ready for JSON."""
        orders = sa.select(self.Order).filter_by(buyer_id=member_id).order_by(self.Order.id)
        return [
            {
                "order": order.host_key,
                "placed_at": order.placed_at.isoformat(),
                "state": order.state,
                "currency": order.currency,
                "touches": order.touches,
                "lines": [
                    {"title": line.title, "quantity": line.quantity, "paid_minor": line.paid_minor}
                    for line in self.lines(order.id)
                ],
            }
            for order in self.session.scalars(orders)
        ]

    def erase(self, member_id: int) -> None:
        """Forget the touches of a member's orders, and the events' facts with his key.

        The orders stay, under his opaque id: money has been computed from them.
        """
        mine = sa.select(self.Order.host_key).where(self.Order.buyer_id == member_id)
        rows = sa.update(self.InboxRow).where(
            self.InboxRow.order_key.in_(mine), self.InboxRow.state != "new"
        )
        self._execute(rows.values(facts=None, touches=None, error=None))
        orders = sa.update(self.Order).where(self.Order.buyer_id == member_id)
        self._execute(orders.values(touches=None))

    def _execute(self, statement: sa.UpdateBase) -> sa.Result[Any]:
        return self.session.execute(statement, execution_options={"synchronize_session": False})


def _no_product() -> NoReturn:
    raise NotFound(gettext("There is no such product."))


def _found(row: T | None, otherwise: str) -> T:
    if row is None:
        raise NotFound(otherwise)
    return row
