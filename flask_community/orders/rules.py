"""The pure rules of orders: how events add up to a state, and refunds to lines."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..errors import BindingError, Refused
from ..host import OrderEvent, OrderWatch
from ..i18n import gettext
from ..money import largest_remainder

MAX_ATTEMPTS = 8
"""Failures after which an event waits for a person instead of a worker."""

_FIRST_WAIT = dt.timedelta(seconds=15)

STATE_EVENTS = frozenset(OrderEvent) - {OrderEvent.PLACED, OrderEvent.REFUNDED}
"""The events that are numbered, since an order may live through each more than once."""


class OrderState(enum.StrEnum):
    """Where an order stands."""

    PLACED = "placed"
    PAID = "paid"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    CHARGED_BACK = "charged_back"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the events of an order, taken in their order, add up to."""

    known: bool = False
    paid: bool = False
    delivered: bool = False
    cancelled: bool = False
    charged_back: bool = False
    changes: int = 0
    """How many state events there were; the next one gets the number after it."""

    @property
    def state(self) -> OrderState:
        """The one word for it."""
        if self.cancelled:
            return OrderState.CANCELLED
        if self.charged_back:
            return OrderState.CHARGED_BACK
        if self.delivered:
            return OrderState.DELIVERED
        return OrderState.PAID if self.paid else OrderState.PLACED

    def after(self, event: OrderEvent) -> Standing:
        """Return the standing once this event has happened too."""
        if event not in STATE_EVENTS:
            return replace(self, known=True) if event is OrderEvent.PLACED else self
        changed = replace(self, changes=self.changes + 1)
        match event:
            case OrderEvent.PAID:
                # Paid after delivery (cash on delivery) stays delivered; an
                # order that was paid already has gone back to «paid».
                arrived = self.delivered and not self.paid
                return replace(
                    changed, paid=True, delivered=arrived, cancelled=False, charged_back=False
                )
            case OrderEvent.DELIVERED:
                return replace(changed, delivered=True, cancelled=False)
            case OrderEvent.CANCELLED:
                return Standing(known=self.known, cancelled=True, changes=changed.changes)
            case OrderEvent.CHARGED_BACK:
                return replace(changed, charged_back=True)
            case _:
                return replace(changed, charged_back=False)


def standing(events: Iterable[OrderEvent]) -> Standing:
    """Return what these events, oldest first, add up to."""
    so_far = Standing()
    for event in events:
        so_far = so_far.after(event)
    return so_far


@dataclass(frozen=True, slots=True)
class Course:
    """Where an order stands, and since when it is paid and delivered."""

    now: Standing = Standing()
    paid_at: dt.datetime | None = None
    delivered_at: dt.datetime | None = None


def course(events: Iterable[tuple[OrderEvent, dt.datetime]]) -> Course:
    """Return what these events and their instants, oldest first, add up to.

    Delivery is remembered through a cancellation, until the order is paid anew.
    """
    so_far = Course()
    for event, at in events:
        before, now = so_far.now, so_far.now.after(event)
        paid_at = (so_far.paid_at if before.paid else at) if now.paid else None
        delivered_at = so_far.delivered_at
        if event is OrderEvent.DELIVERED and not before.delivered:
            delivered_at = at
        elif event is OrderEvent.PAID and not now.delivered:
            delivered_at = None
        so_far = Course(now, paid_at, delivered_at)
    return so_far


def is_news(now: Standing, event: OrderEvent) -> bool:
    """Tell whether an event that the shop's code calls out changes anything."""
    match event:
        case OrderEvent.PLACED:
            return not now.known
        case OrderEvent.PAID:
            return not now.paid
        case OrderEvent.DELIVERED:
            return not now.delivered
        case OrderEvent.CANCELLED:
            return not now.cancelled
        case OrderEvent.CHARGED_BACK:
            return not now.charged_back
        case OrderEvent.DISPUTE_WON:
            return now.charged_back
        case _:
            return True


def seen(now: Standing, event: OrderEvent | None, watch: OrderWatch) -> list[OrderEvent]:
    """Return the events that bring `now` to where the watched attribute has changed to.

    An order that arrives as delivered was paid on the way, if the watch knows
    any value for paid.
    """
    if event is OrderEvent.DELIVERED and watch.paid and not now.paid:
        return [OrderEvent.PAID] if now.delivered else [OrderEvent.PAID, OrderEvent.DELIVERED]
    if event is None or now.state == event.value:
        return []
    if event is OrderEvent.DELIVERED and now.delivered and now.charged_back:
        return []
    if event is OrderEvent.PAID and now.state is OrderState.DELIVERED and not watch.delivered:
        return [] if now.paid else [event]
    return [event]


def missed(now: Standing, event: OrderEvent | None, watch: OrderWatch) -> list[OrderEvent]:
    """Return the events that bring `now` to where the watched attribute stands.

    Unlike `seen`, nothing tells that the attribute has just changed: what the
    shop's code called out, and the watch has no value for, is left alone.
    """
    if now.cancelled and not watch.reversed:
        return []
    if now.charged_back and event is not OrderEvent.CANCELLED:
        return []
    return seen(now, event, watch)


@dataclass(frozen=True, slots=True)
class Returned:
    """One refund: minor units by line, or an amount for all of them, or everything."""

    lines: Mapping[str, int] | None = None
    amount_minor: int | None = None


def check_refund(lines: Mapping[str, int] | None, amount_minor: int | None) -> None:
    """Raise BindingError unless this can be a refund."""
    if lines is not None and amount_minor is not None:
        raise BindingError("a refund has lines= or amount_minor=, not both")
    amounts = [*(lines or {}).values(), *([] if amount_minor is None else [amount_minor])]
    for amount in amounts:
        if type(amount) is not int or amount < 0:
            raise BindingError(f"a refund takes integer minor units >= 0, not {amount!r}")


def returned(paid: Mapping[str, int], refunds: Sequence[Returned]) -> dict[str, int]:
    """Return how much of each line's paid minor units these refunds took back.

    An amount for the whole order is spread over what is left of the lines by
    largest remainder; nothing goes beyond what was paid.

    :raises Refused: a refund names a line that the order does not have.
    """
    back = dict.fromkeys(paid, 0)
    for refund in refunds:
        left = {key: paid[key] - back[key] for key in sorted(paid)}
        if refund.lines is not None:
            if unknown := sorted(set(refund.lines) - set(paid)):
                message = gettext("The order has no line %(keys)s.", keys=", ".join(unknown))
                raise Refused(message, lines=unknown)
            taken = {key: min(left[key], amount) for key, amount in refund.lines.items()}
        elif refund.amount_minor is None:
            taken = left
        else:
            amount = min(refund.amount_minor, sum(left.values()))
            shares = largest_remainder(amount, list(left.values()))
            taken = dict(zip(left, shares, strict=True))
        for key, amount in taken.items():
            back[key] += amount
    return back


def kept_minor(state: str, *, is_paid: bool, paid_minor: int, returned_minor: int) -> int:
    """Return what the shop still has of a line's price: the basis of every reward."""
    stands = is_paid and state in (OrderState.PAID, OrderState.DELIVERED)
    return paid_minor - returned_minor if stands else 0


def wait(attempts: int) -> dt.timedelta:
    """Return how long to wait after the n-th failure: 15 s, doubled each time."""
    return _FIRST_WAIT * (1 << max(attempts - 1, 0))
