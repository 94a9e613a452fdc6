"""Gives money back to where it came from: each part of an order to the card or to store credit."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import orm

from flask_community.money import largest_remainder

from . import credit
from .extensions import community
from .models import Item, Order, Refund

PAID = ("paid", "sent", "delivered")
"""States of an order for which money can be given back."""


class TooMuchError(ValueError):
    """Not within what is left of what was paid for the line."""


class NotPaidError(ValueError):
    """Nothing was paid for this order, or it has been given back already."""


def give_back(session: orm.Session, item: Item, amount_minor: int, *, reason: str) -> Refund:
    """Refund part of a line, or all of it; the caller commits.

    Raises TooMuchError or NotPaidError.
    """
    order = item.order
    _hold(session, order)
    # Asked and done in one statement: two refunds at once cannot outrun each other.
    taken = session.connection().execute(
        sa.update(Item)
        .where(Item.id == item.id, Item.refunded_minor + amount_minor <= Item.paid_minor)
        .values(refunded_minor=Item.refunded_minor + amount_minor)
    )
    if amount_minor <= 0 or taken.rowcount != 1:
        raise TooMuchError
    session.expire(item, ["refunded_minor"])
    part = _credit_part(item, amount_minor)
    refund = Refund(
        order=order, item=item, amount_minor=amount_minor, credit_minor=part, reason=reason
    )
    session.add(refund)
    session.flush()
    _return(session, order, part, key=f"refund:{refund.id}")
    # The watch would see the refund too, but not which line it was for.
    community.orders.refunded(order, refund.id, lines={str(item.id): amount_minor})
    return refund


def give_all_back(session: orm.Session, order: Order) -> None:
    """Return the credit of a cancelled order that no refund has returned; the caller commits.

    The change of its state must be flushed: that is what keeps a refund from
    coming in between.
    """
    given = sa.select(sa.func.coalesce(sa.func.sum(Refund.credit_minor), 0))
    left = order.credit_minor - (session.scalar(given.filter_by(order_id=order.id)) or 0)
    _return(session, order, left, key=f"cancel:{order.id}")


def _hold(session: orm.Session, order: Order) -> None:
    """Lock an order that is paid until the commit: who changed it since must look again."""
    held = session.connection().execute(
        sa.update(Order)
        .where(Order.id == order.id, Order.status.in_(PAID))
        .values(version=Order.version + 1)
    )
    if held.rowcount != 1:
        raise NotPaidError
    session.refresh(order)


def _credit_part(item: Item, amount_minor: int) -> int:
    """Return how much of a refund was once paid with store credit."""
    order = item.order
    weights = [*(one.paid_minor for one in order.items), order.delivery_minor]
    line, after = order.items.index(item), item.refunded_minor
    return _share(order.credit_minor, weights, line, after - amount_minor, after)


def _share(credit_minor: int, weights: list[int], line: int, before: int, after: int) -> int:
    """Return the credit in what a line has given back between `before` and `after`.

    The line has its share of the order's credit; of that, so much has come back
    as of the line. Rounding evens out: a line that is given back in ten parts
    returns exactly its share.
    """
    share = largest_remainder(credit_minor, weights)[line]
    return share * after // weights[line] - share * before // weights[line]


def _return(session: orm.Session, order: Order, minor: int, *, key: str) -> None:
    if minor > 0 and order.user_id is not None:
        credit.add(session, order.user_id, minor, kind="returned", key=key, order_id=order.id)
