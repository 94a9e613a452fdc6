"""A host of one model, and over it the rooms below the pillars, on any database."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, cast

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from flask_community import audit, outbox
from flask_community.audit import Audit
from flask_community.communities.rules import Remit
from flask_community.hooks import HostHooks, Mail
from flask_community.host import HostModels, Role
from flask_community.i18n import Languages
from flask_community.members import models as members
from flask_community.members.personal import Personal
from flask_community.members.service import MemberService
from flask_community.moderation import models as moderation
from flask_community.moderation.service import ModerationService
from flask_community.moderation.words import NOTICES as DESK_NOTICES
from flask_community.notices import models as notices
from flask_community.notices.service import NoticeService, naming as naming
from flask_community.outbox import Outbox
from flask_community.records import Models, Record
from tests.furnished import furnished

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)

TEXTS = {
    **DESK_NOTICES,
    "greeting": ("Welcome", "%(who)s greets you."),
    "paused": ("%(title)s is paused", "Links to %(title)s rest."),
    "priced": ("A price", "%(amount)s by %(by)s on %(on)s: %(why)s"),
}


class Base(orm.DeclarativeBase):
    """The host's base."""


class Person(Base):
    """The host's member."""

    __tablename__ = "person"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(80))
    role: orm.Mapped[str | None] = orm.mapped_column(sa.String(20))

    def community_name(self) -> str:
        return self.name

    def community_roles(self) -> tuple[str, ...]:
        return (self.role,) if self.role else ()


class Mark(Base):
    """What a handler leaves behind, so that a test can count it."""

    __tablename__ = "mark"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    note: orm.Mapped[str] = orm.mapped_column(sa.String(80))


KEY = cast("sa.Column[int]", Person.__table__.c.id)
HOST = HostModels(
    member=Role("member", Person, KEY),
    product=Role("product", Person, KEY),
    order=Role("order", Person, KEY),
)


def _map() -> Models:
    registry = orm.registry(metadata=Base.metadata)
    mapped: dict[type[Record], type[Record]] = {}
    for room in (audit, outbox, members, notices, moderation):
        for own in room.TABLES:
            names = {"__host_keys__": {"member": KEY}, "__module__": own.__module__}
            mapped[own] = registry.mapped(type(f"Community{own.__name__}", (own,), names))
    return Models(mapped)


MODELS = _map()


class StoppedClock:
    """Stands still until a test moves it on."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> dt.datetime:
        return self.now

    def move(self, **step: float) -> None:
        """Let time pass."""
        self.now += dt.timedelta(**step)


class Post(HostHooks):
    """A host that sends mail: into a list."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []

    def send_mail(self, mail: Mail) -> None:
        self.sent.append(mail)


class Unit:
    """The rooms' services over one session."""

    def __init__(self, rooms: Rooms, session: orm.Session) -> None:
        self.rooms = rooms
        self.session = session
        self.common: dict[str, Any] = {
            "session": session,
            "models": MODELS,
            "clock": rooms.clock,
        }

    @cached_property
    def audit(self) -> Audit:
        return Audit(**self.common)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(**self.common)

    @cached_property
    def members(self) -> MemberService:
        return MemberService(**self.common, host=HOST)

    @cached_property
    def notices(self) -> NoticeService:
        return NoticeService(
            **self.common,
            members=self.members,
            outbox=self.outbox,
            texts=TEXTS,
            hooks=self.rooms.hooks,
            languages=Languages(("en", "zh_Hans")),
            base_url="https://shop.example/",
        )

    @cached_property
    def moderation(self) -> ModerationService:
        return ModerationService(
            **self.common,
            audit=self.audit,
            notices=self.notices,
            remits=lambda member_id: Remit(member_id, everywhere=True),
        )

    @cached_property
    def personal(self) -> Personal:
        personal = Personal(**self.common, members=self.members, audit=self.audit)
        for room in ("notices", "moderation"):
            service = getattr(self, room)
            personal.add(room, export=service.export_personal, erase=service.erase_personal)
        return personal

    def member(self, name: str, role: str | None = None) -> int:
        """Return the id of a new member, whose host row is new too."""
        person = Person(name=name, role=role)
        self.session.add(person)
        self.session.flush()
        return self.members.of(person.id).id


class Rooms:
    """One database, one clock, one host."""

    def __init__(self, url: str) -> None:
        self.url = url
        waits = {"timeout": 30} if url.startswith("sqlite") else {}
        self.engine = sa.create_engine(url, connect_args=waits)
        self.clock = StoppedClock()
        self.hooks: HostHooks = Post()

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        """Open one transaction's worth of services; commits at its good end."""
        with orm.Session(self.engine) as session:
            yield Unit(self, session)
            session.commit()

    def member(self, name: str, role: str | None = None) -> int:
        """Return the id of a new, committed member."""
        with self.unit() as unit:
            return unit.member(name, role)

    def run(self, handlers: dict[str, outbox.Handler], limit: int = 100) -> int:
        """Run the jobs that are due."""
        return outbox.run_due(self.unit, outbox.JobRegistry(handlers), MODELS, self.clock, limit)

    def marks(self) -> list[str]:
        """Return what handlers left behind, in order."""
        with self.unit() as unit:
            return list(unit.session.scalars(sa.select(Mark.note).order_by(Mark.id)))


@pytest.fixture
def rooms(database_url: str) -> Iterator[Rooms]:
    """Return the rooms on an empty database; the test runs on each lane."""
    made = Rooms(furnished(database_url, Base.metadata))
    yield made
    made.engine.dispose()


def together(work: Callable[[int], Any], times: int) -> list[Any]:
    """Call `work(0)`, `work(1)` … at the same moment; return results and exceptions."""
    gate = threading.Barrier(times)
    answers: list[Any] = [None] * times

    def run(number: int) -> None:
        gate.wait()
        try:
            answers[number] = work(number)
        except Exception as error:
            answers[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
