"""Tables of orders: the inbox of events, and orders, lines, products as they were."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped

from ..i18n import spoken
from ..records import (
    JsonText,
    Record,
    UtcDateTime,
    check,
    exact_text,
    host_ref,
    index,
    key as own_key,
    ref,
    unique,
)

KEY_LENGTH = 190
"""Longest text of a host's key, of a line's and of a refund's."""
ROW_KEY_LENGTH = 450
"""Enough for an order key, an event and a refund id, within MariaDB's index limit."""
TITLE_LENGTH = 255
FIELD_LENGTH = 80


class Titled:
    """A product's name as the shop told it at some moment, in each language it has one in."""

    plain_title: Mapped[str] = orm.mapped_column(sa.String(TITLE_LENGTH))
    """In the language of whoever was at hand."""
    titles: Mapped[dict[str, str] | None] = orm.mapped_column(JsonText)
    """By language tag; None in a shop of one language."""

    @property
    def title(self) -> str:
        """In the language of whoever reads it."""
        return spoken(self.plain_title, self.titles)


NAMES = ("plain_title", "titles")
"""The columns of `Titled`."""


class Product(Titled, Record):
    """A product as orders and communities know it; stays when the host's row goes."""

    __tablename__ = "community_product"
    rules = (unique("host_id"), unique("host_key"), index("seller_id"))

    id: Mapped[int] = own_key()
    host_key: Mapped[str] = orm.mapped_column(exact_text(KEY_LENGTH))
    field: Mapped[str | None] = orm.mapped_column(sa.String(FIELD_LENGTH))
    seller_id: Mapped[int | None] = ref("community_member", nullable=True)

    @orm.declared_attr
    def host_id(cls) -> Mapped[Any]:
        return host_ref(cls, "product")


class Order(Record):
    """An order as its events tell it; stays when the host's row goes."""

    __tablename__ = "community_order"
    rules = (
        unique("host_id"),
        unique("host_key"),
        index("buyer_id", "placed_at"),
        index("placed_at"),
        check("state", "state IN ('placed', 'paid', 'delivered', 'cancelled', 'charged_back')"),
    )

    id: Mapped[int] = own_key()
    host_key: Mapped[str] = orm.mapped_column(exact_text(KEY_LENGTH))
    buyer_id: Mapped[int | None] = ref("community_member", nullable=True)
    placed_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    currency: Mapped[str] = orm.mapped_column(sa.String(3))
    state: Mapped[str] = orm.mapped_column(sa.String(20), default="placed")
    paid_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    """None unless it is paid now; a charge-back leaves it, a cancellation does not."""
    delivered_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    """When the goods arrived; stays when the order is cancelled afterwards."""
    touches: Mapped[list[Any] | None] = orm.mapped_column(JsonText)
    """The touches that counted when it was placed; None if nobody could know them."""
    imported: Mapped[bool] = orm.mapped_column(sa.Boolean, default=False)
    """Brought in by backfill: pays nothing, whatever happens to it."""
    revision: Mapped[int] = orm.mapped_column(sa.Integer, default=0)
    """Counts the events worked off; its UPDATE lets one event in at a time."""

    @orm.declared_attr
    def host_id(cls) -> Mapped[Any]:
        return host_ref(cls, "order")


class Line(Titled, Record):
    """One line of an order: what was bought, paid for it, and taken back."""

    __tablename__ = "community_order_line"
    rules = (
        unique("order_id", "line_key"),
        index("product_id", "batch"),
        check("returned", "returned_minor >= 0 AND returned_minor <= paid_minor"),
        check("quantity", "quantity >= 0"),
    )

    id: Mapped[int] = own_key()
    order_id: Mapped[int] = ref("community_order")
    line_key: Mapped[str] = orm.mapped_column(exact_text(KEY_LENGTH))
    product_id: Mapped[int] = ref("community_product")
    variant: Mapped[str | None] = orm.mapped_column(sa.String(TITLE_LENGTH))
    batch: Mapped[str | None] = orm.mapped_column(exact_text(KEY_LENGTH))
    quantity: Mapped[int] = orm.mapped_column(sa.Integer)
    """0 once the host has taken the line out of the order."""
    paid_minor: Mapped[int] = orm.mapped_column(sa.BigInteger)
    returned_minor: Mapped[int] = orm.mapped_column(sa.BigInteger, default=0)
    returned_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)


class Refund(Record):
    """Money that went back to the buyer of an order; counts once per refund id."""

    __tablename__ = "community_order_refund"
    rules = (unique("order_id", "refund_id"),)

    id: Mapped[int] = own_key()
    order_id: Mapped[int] = ref("community_order")
    refund_id: Mapped[str] = orm.mapped_column(exact_text(KEY_LENGTH))
    amount_minor: Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    """Spread over what is left of the lines; None if `lines` says it, or for all."""
    lines: Mapped[dict[str, int] | None] = orm.mapped_column(JsonText)
    """Minor units by line key; None if `amount_minor` says it, or for all."""
    at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


class InboxRow(Record):
    """One event of one order, written in the host's own transaction."""

    __tablename__ = "community_order_inbox"
    rules = (
        unique("key"),
        index("order_key", "id"),
        index("state", "due_at", "id"),
        check("state", "state IN ('new', 'done', 'failed')"),
    )

    id: Mapped[int] = own_key()
    key: Mapped[str] = orm.mapped_column(exact_text(ROW_KEY_LENGTH))
    order_key: Mapped[str] = orm.mapped_column(exact_text(KEY_LENGTH))
    event: Mapped[str] = orm.mapped_column(sa.String(20))
    number: Mapped[int] = orm.mapped_column(sa.Integer, default=0)
    """Which change of the order's state this is, from 1; 0 for placed and refunds."""
    facts: Mapped[dict[str, Any] | None] = orm.mapped_column(JsonText)
    """The order at that moment, see `facts.snapshot`; None if the host could not tell."""
    refund: Mapped[dict[str, Any] | None] = orm.mapped_column(JsonText)
    """`id`, `lines`, `amount_minor` of a refund; None if the host could not tell."""
    touches: Mapped[list[Any] | None] = orm.mapped_column(JsonText)
    imported: Mapped[bool] = orm.mapped_column(sa.Boolean, default=False)
    state: Mapped[str] = orm.mapped_column(sa.String(8), default="new")
    error: Mapped[str | None] = orm.mapped_column(sa.Text)
    attempts: Mapped[int] = orm.mapped_column(sa.Integer, default=0)
    due_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    created_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    done_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)


TABLES: tuple[type[Record], ...] = (Product, Order, Line, Refund, InboxRow)
