"""People with an account: customers, and those who work in the shop."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from flask import url_for
from flask_login import UserMixin
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.security import check_password_hash, generate_password_hash

from flask_community import MemberMixin

from ..database import Model
from .base import now


class User(MemberMixin, UserMixin, Model):
    """Somebody with an account."""

    __tablename__ = "user"
    __table_args__ = (sa.CheckConstraint("credit_minor >= 0", name="no_credit_below_zero"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    role: Mapped[str | None] = mapped_column(sa.String(20))
    """`owner`, `moderator` or `seller`; None for a customer."""
    locale: Mapped[str] = mapped_column(sa.String(10), default="en")
    """The language he reads: `en` or `zh_Hans`."""
    avatar: Mapped[str] = mapped_column(sa.String(40), default="")
    """Name of a drawing in static/people; empty for the first letter of his name."""
    password_hash: Mapped[str] = mapped_column(sa.String(255), default="")
    """Empty for an account that is only entered by a sign-in link."""
    confirmed_at: Mapped[dt.datetime | None]
    """When the e-mail address was proved to be his."""
    phone: Mapped[str | None] = mapped_column(sa.String(16))
    """A number that was proved to be his, E.164."""
    credit_minor: Mapped[int] = mapped_column(default=0)
    """Store credit he may spend; only `example_shop.credit` changes it."""
    created_at: Mapped[dt.datetime] = mapped_column(default=now)

    @property
    def is_owner(self) -> bool:
        """Whether the back office is his."""
        return self.role == "owner"

    def set_password(self, password: str) -> None:
        """Keep a password, as a hash."""
        self.password_hash = generate_password_hash(password)

    def has_password(self, password: str) -> bool:
        """Tell whether this is the password."""
        return bool(self.password_hash) and check_password_hash(self.password_hash, password)

    def community_name(self) -> str:
        """Tell the community by what name he goes."""
        return self.name

    def community_roles(self) -> tuple[str, ...]:
        """Tell the community what he may do in it."""
        return (self.role,) if self.role else ()

    def community_avatar(self) -> str | None:
        """Tell the community where his drawing is."""
        name = f"people/{self.avatar}.svg"
        return url_for("static", filename=name) if self.avatar else None

    def community_language(self) -> str:
        """Tell the community in which language to write to him."""
        return self.locale
