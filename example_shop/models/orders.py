"""Orders, and what can be put right about them: refunds, replacements, remedies."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flask_community import OrderFacts, OrderLine, OrderMixin, OrderWatch, RefundWatch

from ..database import Model
from .base import CURRENCY, now
from .goods import Batch, Product, Variant
from .people import User


class Order(OrderMixin, Model):
    """What somebody ordered: `placed`, `paid`, `sent`, then `delivered`; or `cancelled`."""

    __tablename__ = "order"
    __table_args__ = (
        sa.CheckConstraint("credit_minor >= 0 AND delivery_minor >= 0", name="no_minus"),
    )
    community_watch = OrderWatch(
        "status",
        paid={"paid", "sent"},
        delivered={"delivered"},
        reversed={"cancelled"},
        refunds=RefundWatch("Refund", order="order", amount="amount_minor"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    """None for a guest."""
    name: Mapped[str] = mapped_column(sa.String(60))
    email: Mapped[str] = mapped_column(sa.String(254))
    address: Mapped[str] = mapped_column(sa.String(300))
    locale: Mapped[str] = mapped_column(sa.String(10), default="en")
    """The language in which it was placed, and in which letters about it are written."""
    status: Mapped[str] = mapped_column(sa.String(20), default="placed", index=True)
    delivery: Mapped[str] = mapped_column(sa.String(20), default="courier")
    """`courier` or `pickup`."""
    delivery_minor: Mapped[int] = mapped_column(default=0)
    """What the delivery costs."""
    credit_minor: Mapped[int] = mapped_column(default=0)
    """How much of the total was paid with store credit; the rest went on the card."""
    card: Mapped[str | None] = mapped_column(sa.String(40))
    """Fingerprint of the demo card it was paid with."""
    tracking: Mapped[str | None] = mapped_column(sa.String(40))
    """Number of the parcel."""
    placed_at: Mapped[dt.datetime] = mapped_column(default=now)
    paid_at: Mapped[dt.datetime | None]
    sent_at: Mapped[dt.datetime | None]
    delivered_at: Mapped[dt.datetime | None]
    cancelled_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column()
    user: Mapped[User | None] = relationship()
    items: Mapped[list[Item]] = relationship(back_populates="order", order_by="Item.id")
    refunds: Mapped[list[Refund]] = relationship(back_populates="order", order_by="Refund.id")
    replacements: Mapped[list[Replacement]] = relationship(
        back_populates="order", order_by="Replacement.id"
    )

    # Two clerks who change one order at once: the second is told to look again.
    __mapper_args__ = {"version_id_col": version}

    @property
    def goods_minor(self) -> int:
        """What the goods cost, without their delivery."""
        return sum(item.paid_minor for item in self.items)

    @property
    def total_minor(self) -> int:
        """What the order costs."""
        return self.goods_minor + self.delivery_minor

    def community_order(self) -> OrderFacts:
        """Tell the community what was bought."""
        lines = [
            OrderLine(
                key=str(item.id),
                product=item.product,
                quantity=item.quantity,
                paid_minor=item.paid_minor,
                batch=item.batch.code if item.batch else None,
                variant=item.variant.title,
            )
            for item in self.items
        ]
        return OrderFacts(buyer=self.user, placed_at=self.placed_at, currency=CURRENCY, lines=lines)


class Item(Model):
    """One line of an order: so many of a variant, of one batch, at the price of that day."""

    __tablename__ = "item"
    __table_args__ = (sa.CheckConstraint("refunded_minor <= paid_minor", name="not_too_much"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("order.id"), index=True)
    sku: Mapped[str] = mapped_column(sa.ForeignKey("product.sku"))
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variant.id"))
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("batch.id"))
    quantity: Mapped[int]
    paid_minor: Mapped[int]
    """The price of all its pieces, however it was paid."""
    refunded_minor: Mapped[int] = mapped_column(default=0)
    order: Mapped[Order] = relationship(back_populates="items")
    product: Mapped[Product] = relationship()
    variant: Mapped[Variant] = relationship()
    batch: Mapped[Batch | None] = relationship()


class Refund(Model):
    """Money given back for one line, to where it came from: the card, or store credit."""

    __tablename__ = "refund"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("order.id"), index=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("item.id"))
    amount_minor: Mapped[int]
    credit_minor: Mapped[int] = mapped_column(default=0)
    """How much of the amount was given back as store credit."""
    reason: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    order: Mapped[Order] = relationship(back_populates="refunds")
    item: Mapped[Item] = relationship()


class Replacement(Model):
    """Goods that are sent once more, free of charge."""

    __tablename__ = "replacement"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("order.id"), index=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("item.id"))
    quantity: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    order: Mapped[Order] = relationship(back_populates="replacements")
    item: Mapped[Item] = relationship()


class AppliedRemedy(Model):
    """A remedy that was carried out; its key makes asking twice harmless."""

    __tablename__ = "applied_remedy"
    key: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("order.id"), index=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("item.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    reference: Mapped[str] = mapped_column(sa.String(40), default="")
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
