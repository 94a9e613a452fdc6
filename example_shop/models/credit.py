"""Store credit: rows that are only ever added; `User.credit_minor` is what they add up to."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..database import Model
from .base import now
from .orders import Order
from .people import User


class CreditEntry(Model):
    """One coming or going of store credit."""

    __tablename__ = "credit_entry"
    __table_args__ = (sa.CheckConstraint("amount_minor <> 0", name="moves_something"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    amount_minor: Mapped[int]
    """Above zero if it came, below if it was spent."""
    kind: Mapped[str] = mapped_column(sa.String(20))
    """`earned` in the community, `remedy`, `spent` on an order, or `returned` from one."""
    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    """Names what moved it, so that nothing moves it twice."""
    order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("order.id"))
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    user: Mapped[User] = relationship()
    order: Mapped[Order | None] = relationship()
