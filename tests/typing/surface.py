"""What a shop writes beyond the README's snippet; checked by mypy, run by nobody."""

from __future__ import annotations

from flask_sqlalchemy import SQLAlchemy
from markupsafe import Markup
from sqlalchemy.orm import DeclarativeBase, sessionmaker

from flask_community import (
    Adapters,
    Community,
    HostHooks,
    Mail,
    Money,
    OrderFacts,
    OrderLine,
    OrderWatch,
    RefundWatch,
    RemedyOrder,
    RemedyResult,
)

from .models import Order, Product, User, community, db


class Hooks(HostHooks):
    """Three of the hooks."""

    def send_mail(self, mail: Mail) -> None:
        letter: str = mail.subject + mail.text
        self.letters = [letter]

    def apply_remedy(self, remedy: RemedyOrder) -> RemedyResult:
        paid: Money | None = remedy.amount
        return RemedyResult(state="done", reference=None if paid is None else paid.currency)

    def verified_email(self, member: object) -> str | None:
        return None


class Plain(DeclarativeBase):
    """A shop without Flask-SQLAlchemy."""


def calls(order: Order) -> None:
    """Tell of events where no watch sees them."""
    community.orders.placed(order)
    community.orders.paid(order)
    community.orders.delivered(order)
    community.orders.refunded(order, "R-1", {"1": 900})
    community.orders.refunded(order, 2, amount_minor=100)
    community.orders.cancelled(order)
    community.orders.charged_back(order)
    community.orders.dispute_won(order)


def parts(product: Product) -> list[Markup]:
    """Ask for the parts of a product page."""
    return [
        community.head(product),
        community.landing(product),
        community.product_rail(product),
        community.share_button(product),
    ]


def facts(order: Order) -> OrderFacts:
    """Stand in for `community_order()`."""
    line = OrderLine(key="1", product=order.product, quantity=1, paid_minor=1, batch="A")
    return OrderFacts(buyer=None, placed_at=order.placed_at, currency="CNY", lines=[line])


def other_ways() -> None:
    """Plug in without mixins, and without Flask-SQLAlchemy."""
    watch = OrderWatch(
        "status",
        paid=["paid"],
        refunds=RefundWatch(model="Refund", order="order", amount="cents"),
    )
    adapters = Adapters(member_name=lambda user: str(user.nick), order_facts=facts)
    community.bind(member=User, product=Product, order=Order, watch=watch, adapters=adapters)
    Community(base=Plain, session=sessionmaker(), current_member_id=lambda: 7, hooks=Hooks())
    Community(SQLAlchemy(model_class=Plain), hooks=Hooks())
    db.create_all()
