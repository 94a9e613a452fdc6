"""Store credit: it comes, it is spent, it comes back, each exactly once.

The entries say why; `User.credit_minor` is their sum, kept by conditional
UPDATEs, so that two orders paid at once cannot spend the same credit. Every
function works inside the caller's transaction.
"""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from sqlalchemy import orm

from .models import CreditEntry, User

Kind = Literal["earned", "remedy", "spent", "returned"]


class NotEnoughError(ValueError):
    """There is less store credit than is to be spent."""


def add(
    session: orm.Session,
    user_id: int,
    amount_minor: int,
    *,
    kind: Kind,
    key: str,
    order_id: int | None = None,
) -> bool:
    """Give somebody credit, once per key; tell whether it was given now.

    Raises ValueError for an amount that gives nothing.
    """
    if amount_minor <= 0:
        raise ValueError("Credit is given in amounts above zero.")
    if session.scalar(sa.select(CreditEntry.id).filter_by(key=key)) is not None:
        return False
    # The key first: who comes second, at the same moment, stops here with IntegrityError.
    _enter(session, user_id, amount_minor, kind=kind, key=key, order_id=order_id)
    _move(session, user_id, amount_minor)
    return True


def spend(session: orm.Session, user_id: int, amount_minor: int, *, order_id: int) -> None:
    """Take credit for an order; raises NotEnoughError if it is no longer there."""
    if _move(session, user_id, -amount_minor) != 1:
        raise NotEnoughError(f"less than {amount_minor} is left")
    _enter(
        session, user_id, -amount_minor, kind="spent", key=f"order:{order_id}", order_id=order_id
    )


def _enter(
    session: orm.Session,
    user_id: int,
    amount_minor: int,
    *,
    kind: Kind,
    key: str,
    order_id: int | None,
) -> None:
    session.add(
        CreditEntry(
            user_id=user_id, amount_minor=amount_minor, kind=kind, key=key, order_id=order_id
        )
    )
    session.flush()


def _move(session: orm.Session, user_id: int, amount_minor: int) -> int:
    """Change a balance, if it stays at zero or above; return how many rows that were."""
    moved = session.connection().execute(
        sa.update(User)
        .where(User.id == user_id, User.credit_minor + amount_minor >= 0)
        .values(credit_minor=User.credit_minor + amount_minor)
    )
    kept = session.get(User, user_id)
    if kept is not None:
        session.expire(kept, ["credit_minor"])
    return moved.rowcount
