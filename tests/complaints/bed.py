"""A plain shop of three models, and complaints over the real rooms below them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped, mapped_column

from flask_community import models as mapping, outbox
from flask_community.audit import Audit
from flask_community.communities.rules import Remit
from flask_community.communities.service import CommunityService
from flask_community.complaints.bulk import run
from flask_community.complaints.models import Case, Complaint
from flask_community.complaints.rules import AmountRule, Decision
from flask_community.complaints.service import JOBS, NOTICES, ComplaintService
from flask_community.config import Settings
from flask_community.files.service import Files
from flask_community.hooks import HostHooks, RemedyOrder, RemedyResult
from flask_community.host import MemberMixin, OrderFacts, OrderMixin, ProductMixin
from flask_community.i18n import Languages
from flask_community.members.service import MemberService
from flask_community.moderation.service import ModerationService
from flask_community.moderation.words import NOTICES as DESK_NOTICES
from flask_community.notices.service import NoticeService
from flask_community.orders.models import Line, Order
from flask_community.orders.service import OrderService
from flask_community.outbox import Outbox
from flask_community.testing import FrozenClock
from flask_community.tokens import PrivateTokens
from tests.furnished import furnished

START = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
TOKENS = PrivateTokens(["a key of the bed"], "bed", "complaint")
FULL = Decision("refund", "Dear {name}, {amount} for {product}, {number}.", AmountRule("full"))


class Base(orm.DeclarativeBase):
    """The host's base."""


class Buyer(MemberMixin, Base):
    """The host's member."""

    __tablename__ = "buyer"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80))

    def community_name(self) -> str:
        return self.name


class Ware(ProductMixin, Base):
    """The host's product."""

    __tablename__ = "ware"
    id: Mapped[int] = mapped_column(primary_key=True)


class Purchase(OrderMixin, Base):
    """The host's order; the tests write our own order rows themselves."""

    __tablename__ = "purchase"
    id: Mapped[int] = mapped_column(primary_key=True)

    def community_order(self) -> OrderFacts:
        raise AssertionError("no order event comes in here")


def models_and_host() -> tuple[Any, Any]:
    """Return the mapped classes and the host."""
    binding = mapping.binding_of(Base.metadata)
    assert binding is not None
    return binding.models, binding.host


class Till(HostHooks):
    """Carries remedies out, once per key, and counts how often it was asked."""

    def __init__(self) -> None:
        self.done: dict[str, RemedyOrder] = {}
        self.asked: list[str] = []
        self.answer: Callable[[RemedyOrder], RemedyResult] = lambda order: RemedyResult(
            state="done", reference=f"R-{order.key}"
        )

    def apply_remedy(self, remedy: RemedyOrder) -> RemedyResult:
        self.asked.append(remedy.key)
        result = self.answer(remedy)
        if result.state == "done":
            self.done.setdefault(remedy.key, remedy)
        return result


class Brakes:
    """Stands in for referrals and earnings: keeps what cases ask of them."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, int]] = []

    def pause(self, *, case_id: int, **_: Any) -> None:
        self.calls.append(("pause", case_id))

    def lift(self, case_id: int, actor_id: int) -> None:
        self.calls.append(("lift", case_id))

    def hold(self, *, case_id: int, **_: Any) -> None:
        self.calls.append(("hold", case_id))

    def release(self, case_id: int, actor_id: int) -> None:
        self.calls.append(("release", case_id))

    def reverse(self, case_id: int, actor_id: int) -> None:
        self.calls.append(("reverse", case_id))


class Unit:
    """The services over one session."""

    def __init__(self, bed: Bed, session: orm.Session) -> None:
        self.site = bed
        self.session = session
        self.models, self.host = models_and_host()
        self.base: dict[str, Any] = {
            "session": session,
            "models": self.models,
            "clock": bed.clock,
        }

    @cached_property
    def audit(self) -> Audit:
        return Audit(**self.base)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(**self.base)

    @cached_property
    def members(self) -> MemberService:
        return MemberService(**self.base, host=self.host)

    @cached_property
    def orders(self) -> OrderService:
        return OrderService(**self.base, host=self.host, members=self.members)

    @cached_property
    def notices(self) -> NoticeService:
        given: dict[str, Any] = {"texts": {**DESK_NOTICES, **NOTICES}, "hooks": self.site.hooks}
        given["languages"] = Languages(("en", "zh_Hans"))
        return NoticeService(**self.base, **given, members=self.members, outbox=self.outbox)

    @cached_property
    def moderation(self) -> ModerationService:
        return ModerationService(
            **self.base,
            audit=self.audit,
            notices=self.notices,
            remits=lambda member_id: Remit(member_id, everywhere=True),
            verbs=lambda: self.complaints.desk_verbs(),
            finds=lambda words: self.complaints.desk_verbs.find(words),
        )

    @cached_property
    def complaints(self) -> ComplaintService:
        return ComplaintService(
            **self.base,
            members=self.members,
            orders=self.orders,
            communities=CommunityService(**self.base, members=self.members, audit=self.audit),
            notices=self.notices,
            moderation=self.moderation,
            referrals=self.site.brakes,
            earnings=self.site.brakes,
            audit=self.audit,
            outbox=self.outbox,
            tokens=TOKENS,
            languages=Languages(("en", "zh_Hans")),
            files=Files(hooks=self.site.hooks, outbox=self.outbox, settings=Settings()),
            hooks=self.site.hooks,
            settings=self.site.settings,
        )


class Bed:
    """One database, one clock, one shop."""

    def __init__(self, url: str) -> None:
        waits = {"timeout": 30} if url.startswith("sqlite") else {}
        self.engine = sa.create_engine(furnished(url, Base.metadata), connect_args=waits)
        self.clock = FrozenClock(START)
        self.settings = Settings(remedy_limit=10**9)
        self.hooks: Any = Till()
        self.brakes = Brakes()

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        """Open one transaction's worth of services; commits at its good end."""
        with orm.Session(self.engine, expire_on_commit=False) as session:
            yield Unit(self, session)
            session.commit()

    def member(self, name: str) -> int:
        """Return the id of a new member."""
        with self.unit() as unit:
            buyer = Buyer(name=name)
            unit.session.add(buyer)
            unit.session.flush()
            return unit.members.of(buyer.id).id

    def ware(self) -> int:
        """Return the id of a new product."""
        with self.unit() as unit:
            ware = Ware()
            unit.session.add(ware)
            unit.session.flush()
            product = unit.orders.product_of(ware.id)
            product.plain_title = "Gaiwan"
            return product.id

    def line(self, buyer_id: int, product_id: int, *, paid: int = 9_900, batch: str = "B") -> int:
        """Return the id of a line that this member bought and got."""
        with self.unit() as unit:
            purchase = Purchase()
            unit.session.add(purchase)
            unit.session.flush()
            now = self.clock()
            order = unit.models[Order](
                host_id=purchase.id,
                host_key=str(purchase.id),
                buyer_id=buyer_id,
                placed_at=now,
                currency="CNY",
                state="delivered",
                paid_at=now,
                delivered_at=now,
            )
            unit.session.add(order)
            unit.session.flush()
            line = unit.models[Line](
                order_id=order.id,
                line_key="1",
                product_id=product_id,
                plain_title="Gaiwan",
                batch=batch,
                quantity=1,
                paid_minor=paid,
            )
            unit.session.add(line)
            unit.session.flush()
            return int(line.id)

    def complaint(self, name: str, product_id: int, **facts: Any) -> tuple[int, int]:
        """Return (member, complaint) of a new buyer who complains about his line."""
        buyer_id = self.member(name)
        line = {key: facts.pop(key) for key in ("paid", "batch") if key in facts}
        line_id = self.line(buyer_id, product_id, **line)
        with self.unit() as unit:
            said = {"reason": "quality", "text": "The glaze comes off.", **facts}
            return buyer_id, unit.complaints.file(buyer_id, line_id, **said).id

    def case(self, *complaint_ids: int, batch: str | None = "B") -> int:
        """Return the id of a case that a moderator opened from these."""
        with self.unit() as unit:
            boss = self.boss_in(unit)
            case = unit.complaints.cases.open(
                boss, complaint_ids, title="Glaze", reason="Three in a week", batch=batch
            )
            return case.id

    def started(self, case_id: int, decision: Decision = FULL, key: str = "k") -> int:
        """Return the id of the operation of a case decided and started."""
        with self.unit() as unit:
            boss = self.boss_in(unit)
            made = unit.complaints.remedies.decide(
                case_id, boss, decision, reason="The kiln was too cool.", key=key
            )
            return unit.complaints.remedies.start(made.id, boss).id

    def run(self, operation_id: int) -> bool:
        """Carry an operation out."""
        return run(self.unit, self.hooks, operation_id)

    def work(self) -> int:
        """Run the jobs that are due."""
        models, _ = models_and_host()
        return outbox.run_due(self.unit, outbox.JobRegistry(JOBS), models, self.clock)

    def states(self) -> list[str]:
        """Return the states of all complaints, by id."""
        with self.unit() as unit:
            row = unit.models[Complaint]
            return list(unit.session.scalars(sa.select(row.state).order_by(row.id)))

    def case_state(self, case_id: int) -> str:
        """Return the state of a case."""
        with self.unit() as unit:
            row = unit.models[Case]
            return str(unit.session.scalars(sa.select(row.state).filter_by(id=case_id)).one())

    def told(self, member_id: int) -> list[str]:
        """Return the kinds of notices a member got, oldest first."""
        with self.unit() as unit:
            return [notice.kind for notice in unit.notices.inbox(member_id)][::-1]

    def boss(self) -> int:
        """Return the id of the moderator."""
        with self.unit() as unit:
            return self.boss_in(unit)

    def boss_in(self, unit: Unit) -> int:
        """Return the id of the moderator, in an open unit."""
        found = unit.session.scalars(sa.select(Buyer).filter_by(name="Boss")).one_or_none()
        if found is None:
            found = Buyer(name="Boss")
            unit.session.add(found)
            unit.session.flush()
        return unit.members.of(found.id).id
