"""A shop on plain SQLAlchemy with every trap of orders, and an app that works its inbox."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped, mapped_column

from flask_community.host import (
    Binding,
    MemberMixin,
    OrderEvent,
    OrderFacts,
    OrderLine,
    OrderMixin,
    OrderWatch,
    ProductMixin,
    RefundWatch,
)
from flask_community.members.service import MemberService
from flask_community.orders import inbox
from flask_community.orders.calls import OrderCalls
from flask_community.orders.models import InboxRow, Line, Order
from flask_community.orders.service import OrderService
from flask_community.testing import FrozenClock
from tests.furnished import furnished

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


class Base(orm.DeclarativeBase):
    """The shop's base."""


class Shopper(MemberMixin, Base):
    """The shop's member."""

    __tablename__ = "shopper"
    id: Mapped[int] = mapped_column(primary_key=True)


class Good(ProductMixin, Base):
    """The shop's product."""

    __tablename__ = "good"
    sku: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(40), default="Gaiwan")

    def community_title(self) -> str:
        return self.name

    def community_field(self) -> str:
        return "teaware"


class Purchase(OrderMixin, Base):
    """The shop's order; `fault` runs before it answers."""

    __tablename__ = "purchase"
    community_watch = OrderWatch(
        "status",
        paid={"paid", "packed"},
        delivered={"done"},
        reversed={"cancelled"},
        refunds=RefundWatch(
            "Payback", order="purchase", amount="cents", attribute="status", done={"accepted"}
        ),
    )
    fault: ClassVar[Callable[[Purchase], object] | None] = None

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10), default="plain")
    status: Mapped[str] = mapped_column(sa.String(20), default="open")
    shopper_id: Mapped[int | None] = mapped_column(sa.ForeignKey("shopper.id"))
    placed_at: Mapped[dt.datetime] = mapped_column(default=NOON.replace(tzinfo=None))
    shopper: Mapped[Shopper | None] = orm.relationship()
    entries: Mapped[list[Entry]] = orm.relationship(cascade="all, delete-orphan")
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "plain"}

    def community_order(self) -> OrderFacts:
        if (fault := type(self).fault) is not None:
            fault(self)
        lines = [
            OrderLine(
                key=entry.key,
                product=entry.good,
                quantity=1,
                paid_minor=entry.cents,
                batch=entry.batch,
            )
            for entry in self.entries
        ]
        return OrderFacts(buyer=self.shopper, placed_at=self.placed_at, currency="CNY", lines=lines)


class Gift(Purchase):
    """A kind of order of its own."""

    __mapper_args__ = {"polymorphic_identity": "gift"}


class Entry(Base):
    """A line of an order."""

    __tablename__ = "entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    purchase_id: Mapped[int] = mapped_column(sa.ForeignKey("purchase.id"))
    sku: Mapped[str] = mapped_column(sa.ForeignKey("good.sku"))
    key: Mapped[str] = mapped_column(sa.String(20))
    cents: Mapped[int]
    batch: Mapped[str | None] = mapped_column(sa.String(20))
    good: Mapped[Good] = orm.relationship()


class Payback(Base):
    """Where the shop keeps its refunds."""

    __tablename__ = "payback"
    id: Mapped[int] = mapped_column(primary_key=True)
    purchase_id: Mapped[int] = mapped_column(sa.ForeignKey("purchase.id"))
    cents: Mapped[int | None]
    status: Mapped[str] = mapped_column(sa.String(20), default="accepted")
    purchase: Mapped[Purchase] = orm.relationship()


BINDING: Binding = Base.metadata.info["community"]
ROW, ORDER, LINE = BINDING.models[InboxRow], BINDING.models[Order], BINDING.models[Line]


class App:
    """Serves the shop: a runtime, and a subscriber that keeps what it is told."""

    def __init__(self, *, works_on_commit: bool = True, binding: Binding = BINDING) -> None:
        self.works_inbox_on_commit = works_on_commit
        self.clock = FrozenClock(NOON)
        self.binding = binding
        self.cookie: list[Any] | None = None
        self.asked = 0
        self.fault: Callable[[], object] | None = None
        self.told: list[tuple[str, str]] = []
        binding.attach(self)

    def touches_for(self, order: Any) -> list[Any] | None:
        self.asked += 1
        return self.cookie

    def seller_of(self, product: Any) -> Any | None:
        return None

    def order_changed(self, order: Order, event: OrderEvent) -> None:
        if self.fault is not None:
            self.fault()
        self.told.append((order.host_key, event.value))

    def service(self, session: orm.Session) -> OrderService:
        common: dict[str, Any] = {
            "session": session,
            "models": self.binding.models,
            "clock": self.clock,
        }
        people = MemberService(host=self.binding.host, **common)
        return OrderService(
            host=self.binding.host, members=people, subscribers=lambda: [self], **common
        )

    def work_inbox(self, session: orm.Session, keys: Sequence[str]) -> None:
        for key in keys:
            try:
                self.service(session).work(key)
                session.commit()
            except Exception as error:
                session.rollback()
                self.service(session).failed(key, error)
                session.commit()


class Bench:
    """The shop, open on one database."""

    def __init__(self, url: str, **options: Any) -> None:
        self.engine = sa.create_engine(furnished(url, Base.metadata), **options)
        self.make = orm.sessionmaker(self.engine)
        self.app = App()
        self.calls = OrderCalls(lambda: [Base.metadata])
        with self.make() as session:
            session.add_all([Shopper(id=1), Shopper(id=2), Good(sku="gaiwan"), Good(sku="pu-erh")])
            session.commit()

    def close(self) -> None:
        """Let the database go."""
        self.close_app()
        self.engine.dispose()

    def close_app(self) -> None:
        """Let the app go, so that it does not serve the next test."""
        del self.app
        # By hand: a sweep for cycles that keep it alive takes a second, late in a run.
        BINDING._attached.clear()

    def own(self) -> orm.Session:
        """Return a session that the inbox does not watch."""
        return orm.Session(self.engine, info={inbox.OWN_SESSION: True}, expire_on_commit=False)

    def buy(self, status: str = "open", *, buyer: int | None = 1, **options: Any) -> int:
        """Place an order of 1000 and 990 cents; committed; return its key."""
        with self.make() as session:
            order = purchase(status, shopper_id=buyer, **options)
            session.add(order)
            session.commit()
            return order.id

    def set_status(self, order_id: int, *states: str) -> None:
        """Change an order's status, with a commit after each."""
        with self.make() as session:
            for status in states:
                session.get_one(Purchase, order_id).status = status
                session.commit()

    def rows(self) -> list[str]:
        """Return the keys of the inbox rows, oldest first."""
        with self.own() as session:
            return list(session.scalars(sa.select(ROW.key).order_by(ROW.id)))

    def states(self) -> list[str]:
        """Return the states of the inbox rows, oldest first."""
        with self.own() as session:
            return list(session.scalars(sa.select(ROW.state).order_by(ROW.id)))

    def order(self, order_id: int = 1) -> Order:
        """Return our own order, detached."""
        with self.own() as session:
            return session.scalars(sa.select(ORDER).filter_by(host_key=str(order_id))).one()

    def lines(self, order_id: int = 1) -> dict[str, tuple[int, int]]:
        """Return (paid, returned) of each line of an order."""
        with self.own() as session:
            found = session.scalars(
                sa.select(LINE)
                .join(ORDER, ORDER.id == LINE.order_id)
                .where(ORDER.host_key == str(order_id))
            )
            return {line.line_key: (line.paid_minor, line.returned_minor) for line in found}

    def work(self) -> int:
        """Do what a worker does; return how many rows waited."""
        with self.own() as session:
            keys = self.app.service(session).pending()
            session.commit()
            self.app.work_inbox(session, keys)
            return len(keys)


def purchase(status: str = "open", *, cls: type[Purchase] = Purchase, **options: Any) -> Purchase:
    """Return a new order of 1000 and 990 cents, in no session yet."""
    order = cls(status=status, **options)
    order.entries = entries((1000, 990))
    return order


def entries(cents: Iterable[int]) -> list[Entry]:
    """Return lines with the keys "1", "2" and so on."""
    return [
        Entry(key=str(number), sku="gaiwan", cents=amount, batch="B-1")
        for number, amount in enumerate(cents, 1)
    ]
