"""A small host with members, products and delivered orders, for tests of the lower pillars."""

from __future__ import annotations

import datetime as dt
import itertools
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from flask_community import audit, outbox
from flask_community.audit import Audit, AuditEvent
from flask_community.clock import Clock
from flask_community.communities import models as communities
from flask_community.communities.models import Label
from flask_community.communities.service import CommunityService
from flask_community.config import Settings
from flask_community.experiences import models as experiences
from flask_community.experiences.models import Post
from flask_community.experiences.service import ExperienceService
from flask_community.files.service import Files
from flask_community.hooks import HostHooks
from flask_community.host import HostModels, OrderEvent, Role
from flask_community.members import models as members
from flask_community.members.service import MemberService
from flask_community.orders import models as orders
from flask_community.orders.models import Line, Order, Product
from flask_community.orders.service import OrderService
from flask_community.outbox import Outbox
from flask_community.records import Models, Record
from tests.databases import hurry
from tests.furnished import furnished

NOON = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)


class Base(orm.DeclarativeBase):
    """The host's base."""


class Villager(Base):
    """The host's member."""

    __tablename__ = "villager"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    role: orm.Mapped[str | None] = orm.mapped_column(sa.String(20))

    def community_name(self) -> str:
        return self.name

    def community_roles(self) -> tuple[str, ...]:
        return (self.role,) if self.role else ()


class Ware(Base):
    """The host's product."""

    __tablename__ = "ware"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)


class Sale(Base):
    """The host's order."""

    __tablename__ = "sale"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)


def _role(name: str, cls: type[Base]) -> Role:
    return Role(name, cls, Base.metadata.tables[cls.__tablename__].c.id)


HOST = HostModels(
    member=_role("member", Villager), product=_role("product", Ware), order=_role("order", Sale)
)


def _map() -> Models:
    registry = orm.registry(metadata=Base.metadata)
    keys = {role.name: role.key for role in (HOST.member, HOST.product, HOST.order)}
    mapped: dict[type[Record], type[Record]] = {}
    for room in (audit, outbox, members, orders, communities, experiences):
        for own in room.TABLES:
            names = {"__host_keys__": keys, "__module__": own.__module__}
            mapped[own] = registry.mapped(type(f"Community{own.__name__}", (own,), names))
    return Models(mapped)


MODELS = _map()


class Services:
    """The services of one session."""

    def __init__(self, session: orm.Session, clock: Clock) -> None:
        common: dict[str, Any] = {"session": session, "models": MODELS, "clock": clock}
        self.session = session
        self.members = MemberService(**common, host=HOST)
        self.audit = Audit(**common)
        self.orders = OrderService(**common, host=HOST, members=self.members)
        self.communities = CommunityService(**common, members=self.members, audit=self.audit)
        self.experiences = ExperienceService(
            **common,
            members=self.members,
            orders=self.orders,
            communities=self.communities,
            files=Files(hooks=HostHooks(), outbox=Outbox(**common), settings=Settings()),
        )


class Village(Services):
    """One database, the services over one session of it, and a clock to move."""

    def __init__(self, url: str) -> None:
        waits = {"timeout": 30} if url.startswith("sqlite") else {}
        here = furnished(url, Base.metadata)
        self.engine = hurry(sa.create_engine(here, connect_args=waits))
        self.now = NOON
        self._numbers = itertools.count(1)
        super().__init__(orm.Session(self.engine), self.clock)

    def clock(self) -> dt.datetime:
        """Return the village's time."""
        return self.now

    def at_once(self, *works: Callable[[Services], object]) -> list[Exception]:
        """Do works in threads, each in a committed session of its own; return what failed."""
        self.session.commit()
        gate, faults = threading.Barrier(len(works)), list[Exception]()

        def run(work: Callable[[Services], object]) -> None:
            gate.wait()
            with orm.Session(self.engine) as session:
                try:
                    work(Services(session, self.clock))
                    session.commit()
                except Exception as fault:
                    faults.append(fault)

        threads = [threading.Thread(target=run, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return faults

    def later(self, **step: float) -> None:
        """Let time pass."""
        self.now += dt.timedelta(**step)

    def member(self, name: str = "Mei", role: str | None = None) -> int:
        """Return the id of a new member."""
        person = Villager(name=name, role=role)
        self.session.add(person)
        self.session.flush()
        return self.members.of(person.id).id

    def product(self, title: str = "Gaiwan", *, seller_id: int | None = None) -> Product:
        """Put something on the shelf, in the field `teaware`."""
        product = MODELS[Product](
            host_key=f"ware-{next(self._numbers)}", plain_title=title, field="teaware"
        )
        product.seller_id = seller_id
        self.session.add(product)
        self.session.flush()
        return product

    def line(
        self,
        buyer_id: int | None,
        product: Product | None = None,
        *,
        state: str = "delivered",
        batch: str | None = None,
    ) -> Line:
        """Let somebody buy something for 100.00; paid 5 days ago, delivered 3 days ago."""
        product = product or self.product()
        order = MODELS[Order](
            host_key=f"sale-{next(self._numbers)}",
            buyer_id=buyer_id,
            placed_at=self.now - dt.timedelta(days=5),
            paid_at=self.now - dt.timedelta(days=5),
            delivered_at=self.now - dt.timedelta(days=3) if state == "delivered" else None,
            currency="CNY",
            state=state,
        )
        self.session.add(order)
        self.session.flush()
        line = MODELS[Line](
            order_id=order.id,
            line_key="1",
            product_id=product.id,
            plain_title=product.plain_title,
            batch=batch,
            quantity=1,
            paid_minor=10_000,
        )
        self.session.add(line)
        self.session.flush()
        return line

    def label(self, founder_id: int | None = None, name: str = "Slow tea") -> Label:
        """Found a label, by a new member if by nobody else."""
        founder_id = founder_id or self.member("Founder")
        return self.communities.found(founder_id, name=name, statement="Tea takes time.")

    def post(
        self, author_id: int | None = None, line: Line | None = None, title: str = "Good"
    ) -> Post:
        """Let somebody tell of something he bought."""
        author_id = author_id or self.member("Author")
        line = line or self.line(author_id)
        return self.experiences.post_experience(author_id, line.id, title=title, body="I like it.")

    def turn(self, line: Line, state: str | None = None, returned_minor: int = 0) -> None:
        """Let something happen to the order of a line, and tell who listens."""
        order = self.orders.order(line.order_id)
        order.state, line.returned_minor = state or order.state, returned_minor
        self.session.flush()
        self.experiences.order_changed(order, OrderEvent.REFUNDED)

    def audited(self) -> list[tuple[str, str]]:
        """Return (action, subject) of everything in the audit log."""
        event = MODELS[AuditEvent]
        rows = self.session.execute(sa.select(event.action, event.subject).order_by(event.id))
        return [(action, subject) for action, subject in rows]


@pytest.fixture
def village(database_url: str) -> Iterator[Village]:
    """Return a village on an empty database; the test runs on each lane."""
    made = Village(database_url)
    yield made
    made.session.close()
    made.engine.dispose()
