"""The letters of the shop."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model
from .base import now


class Letter(Model):
    """A mail of the shop. The demo sends none; they are read on the outbox page."""

    __tablename__ = "letter"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    """None for a guest."""
    email: Mapped[str] = mapped_column(sa.String(254))
    """The address, or the phone number, it goes to."""
    subject: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
