"""Gives money back for a line of an order."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import orm

from .extensions import community
from .models import Item, Refund


class TooMuchError(ValueError):
    """Not within what is left of what was paid for the line."""


def give_back(session: orm.Session, item: Item, amount_minor: int, *, reason: str) -> Refund:
    """Refund part of a line, or all of it; the caller commits. Raises TooMuchError."""
    # Asked and done in one statement: two refunds at once cannot outrun each other.
    taken = session.connection().execute(
        sa.update(Item)
        .where(Item.id == item.id, Item.refunded_minor + amount_minor <= Item.paid_minor)
        .values(refunded_minor=Item.refunded_minor + amount_minor)
    )
    if amount_minor <= 0 or taken.rowcount != 1:
        raise TooMuchError("That is not within what is left of what was paid.")
    session.expire(item, ["refunded_minor"])
    refund = Refund(order=item.order, item=item, amount_minor=amount_minor, reason=reason)
    session.add(refund)
    session.flush()
    # The watch would see the refund too, but not which line it was for.
    community.orders.refunded(item.order, refund.id, lines={str(item.id): amount_minor})
    return refund
