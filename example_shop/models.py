"""What the shop keeps: people, tea and teaware, orders, refunds, letters."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from flask import url_for
from flask_login import UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship
from werkzeug.security import check_password_hash, generate_password_hash

from flask_community import (
    MemberMixin,
    OrderFacts,
    OrderLine,
    OrderMixin,
    OrderWatch,
    ProductMixin,
    RefundWatch,
)

from .clock import clock
from .database import Model

CURRENCY = "CNY"


def now() -> dt.datetime:
    """Return the present as the shop stores it: UTC without a zone."""
    return clock().replace(tzinfo=None)


class User(MemberMixin, UserMixin, Model):
    """Somebody with an account."""

    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    role: Mapped[str | None] = mapped_column(sa.String(20))
    """`owner` or `moderator`; None for a customer."""
    password_hash: Mapped[str] = mapped_column(sa.String(255), default="")
    """Empty for an account that is only entered by a sign-in link."""
    confirmed_at: Mapped[dt.datetime | None]
    """When the e-mail address was proved to be his."""
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


class Product(ProductMixin, Model):
    """Something on the shelf, named by its SKU."""

    __tablename__ = "product"
    sku: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    category: Mapped[str] = mapped_column(sa.String(20))
    """`tea` or `teaware`, which is also the field of expertise."""
    price_minor: Mapped[int]
    words: Mapped[str] = mapped_column(sa.Text)
    drawing: Mapped[str] = mapped_column(sa.String(20))
    """Name of a drawing in static/art.svg."""
    batches: Mapped[list[Batch]] = relationship(
        back_populates="product", order_by="Batch.made_on.desc()"
    )

    @property
    def batch_on_sale(self) -> Batch | None:
        """The batch that is sold now: the newest."""
        return self.batches[0] if self.batches else None

    def community_title(self) -> str:
        """Tell the community its name."""
        return self.name

    def community_url(self) -> str:
        """Tell the community where its page is."""
        return url_for("shop.product", sku=self.sku)

    def community_field(self) -> str:
        """Tell the community who may call himself an expert of it."""
        return self.category


class Batch(Model):
    """What was made in one go; if something is wrong, it is wrong with a batch."""

    __tablename__ = "batch"
    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(sa.ForeignKey("product.sku"), index=True)
    code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    made_on: Mapped[dt.date]
    product: Mapped[Product] = relationship(back_populates="batches")


class Order(OrderMixin, Model):
    """What somebody ordered: `placed`, then `paid`, then `delivered`; or `cancelled`."""

    __tablename__ = "order"
    community_watch = OrderWatch(
        "status",
        paid={"paid"},
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
    status: Mapped[str] = mapped_column(sa.String(20), default="placed")
    card: Mapped[str | None] = mapped_column(sa.String(40))
    """Fingerprint of the demo card it was paid with."""
    placed_at: Mapped[dt.datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column()
    user: Mapped[User | None] = relationship()
    items: Mapped[list[Item]] = relationship(back_populates="order", order_by="Item.id")
    refunds: Mapped[list[Refund]] = relationship(back_populates="order", order_by="Refund.id")

    # Two clerks who change one order at once: the second is told to look again.
    __mapper_args__ = {"version_id_col": version}

    @property
    def total_minor(self) -> int:
        """What the order costs."""
        return sum(item.paid_minor for item in self.items)

    def community_order(self) -> OrderFacts:
        """Tell the community what was bought."""
        lines = [
            OrderLine(
                key=str(item.id),
                product=item.product,
                quantity=item.quantity,
                paid_minor=item.paid_minor,
                batch=item.batch,
            )
            for item in self.items
        ]
        return OrderFacts(buyer=self.user, placed_at=self.placed_at, currency=CURRENCY, lines=lines)


class Item(Model):
    """One line of an order, at the price of that day."""

    __tablename__ = "item"
    __table_args__ = (sa.CheckConstraint("refunded_minor <= paid_minor", name="not_too_much"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("order.id"), index=True)
    sku: Mapped[str] = mapped_column(sa.ForeignKey("product.sku"))
    quantity: Mapped[int]
    paid_minor: Mapped[int]
    refunded_minor: Mapped[int] = mapped_column(default=0)
    batch: Mapped[str | None] = mapped_column(sa.String(20))
    order: Mapped[Order] = relationship(back_populates="items")
    product: Mapped[Product] = relationship()


class Refund(Model):
    """Money given back for one line."""

    __tablename__ = "refund"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("order.id"), index=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("item.id"))
    amount_minor: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    order: Mapped[Order] = relationship(back_populates="refunds")
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


class Letter(Model):
    """A mail of the shop. The demo sends none; they are read on the outbox page."""

    __tablename__ = "letter"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    email: Mapped[str] = mapped_column(sa.String(254))
    subject: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
