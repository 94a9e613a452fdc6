"""Does what must happen after a commit: put in its transaction, run until done."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped

from .clock import Clock
from .errors import CommunityError
from .records import (
    JsonText,
    Models,
    Record,
    UtcDateTime,
    changed_one,
    check,
    index,
    insert_once,
    key as own_key,
    unique,
    was_outrun,
)

MAX_ATTEMPTS = 8
LEASE = dt.timedelta(minutes=5)
"""How long a worker may be silent about a job before another one takes it."""

logger = logging.getLogger(__name__)


class OutboxJob(Record):
    """One thing to do after a commit. Its payload holds ids, nothing personal."""

    __tablename__ = "community_outbox_job"
    rules = (
        unique("key"),
        index("state", "run_at", "id"),
        check("state", "state IN ('waiting', 'done', 'failed')"),
    )

    id: Mapped[int] = own_key()
    job: Mapped[str] = orm.mapped_column(sa.String(80))
    payload: Mapped[dict[str, Any]] = orm.mapped_column(JsonText)
    key: Mapped[str | None] = orm.mapped_column(sa.String(190))
    state: Mapped[str] = orm.mapped_column(sa.String(8), default="waiting")
    run_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    attempts: Mapped[int] = orm.mapped_column(sa.Integer, default=0)
    leased_until: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    error: Mapped[str | None] = orm.mapped_column(sa.Text)
    created_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    done_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)


TABLES: tuple[type[Record], ...] = (OutboxJob,)

Handler = Callable[[Any, dict[str, Any]], None]
"""Does one job, given a fresh unit of services and the payload; never commits."""


class Unit(Protocol):
    """One transaction's worth of services."""

    @property
    def session(self) -> orm.Session:
        """The session they all share."""


OpenUnit = Callable[[], AbstractContextManager[Unit]]
"""Opens a unit that commits when its block ends well and rolls back otherwise."""


class Outbox:
    """Puts jobs into the caller's transaction."""

    def __init__(self, *, session: orm.Session, models: Models, clock: Clock) -> None:
        self.session = session
        self.OutboxJob = models[OutboxJob]
        self.clock = clock

    def put(
        self,
        job: str,
        payload: dict[str, Any],
        *,
        key: str | None = None,
        at: dt.datetime | None = None,
    ) -> bool:
        """Ask for a job after this transaction commits, not before `at`.

        With a `key` it is put at most once, ever; False if it was there before.
        The payload is JSON and holds ids, nothing personal.
        """
        now = self.clock()
        values = {"job": job, "payload": payload, "run_at": at or now, "created_at": now}
        if key is not None:
            return insert_once(self.session, self.OutboxJob, {**values, "key": key}, on=("key",))
        self.session.add(self.OutboxJob(**values))
        self.session.flush()
        return True

    def drop(self, prefix: str) -> None:
        """Forget every job whose key begins so, whatever became of it."""
        named = self.OutboxJob.key.startswith(prefix, autoescape=True)
        self.session.execute(
            sa.delete(self.OutboxJob).where(named),
            execution_options={"synchronize_session": False},
        )


class JobRegistry(Mapping[str, Handler]):
    """The handler of each job, by the job's name."""

    def __init__(self, handlers: Mapping[str, Handler] | None = None) -> None:
        self._handlers: dict[str, Handler] = {}
        for name, handler in (handlers or {}).items():
            self.add(name, handler)

    def add(self, name: str, handler: Handler) -> None:
        """Name the handler of a job; raises CommunityError if it has one already."""
        if name in self._handlers:
            raise CommunityError(f"two handlers for the job {name!r}: rename one")
        self._handlers[name] = handler

    def __getitem__(self, name: str) -> Handler:
        try:
            return self._handlers[name]
        except KeyError:
            raise CommunityError(f"no handler for the job {name!r}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._handlers)

    def __len__(self) -> int:
        return len(self._handlers)


def run_due(
    open_unit: OpenUnit,
    registry: Mapping[str, Handler],
    models: Models,
    clock: Clock,
    limit: int = 100,
) -> int:
    """Run up to `limit` jobs that are due, oldest first; return how many were tried.

    Each job is one transaction. Its row is marked done in it, under the number
    of the attempt: a worker that lost its lease meanwhile rolls back. So what a
    handler writes happens once, and what it does outside the database happens
    at least once, twice only if a worker died or overran its lease.
    A failed attempt is put off, ever longer; the eighth one is the last.
    """
    worker = _Worker(open_unit, registry, models[OutboxJob], clock)
    return sum(worker.try_job(job_id) for job_id in worker.due(limit))


def backoff(attempts: int) -> dt.timedelta:
    """Return how long to wait after this many failed attempts: 30 s to 6 h."""
    return min(dt.timedelta(seconds=30 * 3 ** (attempts - 1)), dt.timedelta(hours=6))


@dataclass(frozen=True)
class _Lease:
    job_id: int
    job: str
    payload: dict[str, Any]
    attempt: int


class _LeaseLost(Exception):
    """Another worker took the job while we were at it."""


class _Worker:
    def __init__(
        self,
        open_unit: OpenUnit,
        registry: Mapping[str, Handler],
        job: type[OutboxJob],
        clock: Clock,
    ) -> None:
        self.open_unit = open_unit
        self.registry = registry
        self.OutboxJob = job
        self.clock = clock

    def due(self, limit: int) -> list[int]:
        job = self.OutboxJob
        with self.open_unit() as unit:
            oldest = sa.select(job.id).where(self._free()).order_by(job.run_at, job.id)
            return list(unit.session.scalars(oldest.limit(limit)))

    def try_job(self, job_id: int) -> bool:
        lease = None
        with _unless_outrun():
            lease = self._claim(job_id)
        if lease is None:
            return False
        if lease.attempt > MAX_ATTEMPTS:
            self._put_off(lease, "every worker that ran it died", backoff(MAX_ATTEMPTS))
            return True
        try:
            with self.open_unit() as unit:
                self.registry[lease.job](unit, lease.payload)
                self._finish(unit.session, lease)
        except _LeaseLost:
            logger.warning("job %s took longer than its lease and was rolled back", job_id)
        except Exception as error:
            logger.exception("job %s (%s) failed", job_id, lease.job)
            at_once = isinstance(error, sa.exc.OperationalError) and was_outrun(error)
            wait = dt.timedelta(0) if at_once else backoff(lease.attempt)
            self._put_off(lease, f"{type(error).__name__}: {error}", wait)
        return True

    def _free(self) -> sa.ColumnElement[bool]:
        job, now = self.OutboxJob, self.clock()
        unleased = sa.or_(job.leased_until.is_(None), job.leased_until <= now)
        return sa.and_(job.state == "waiting", job.run_at <= now, unleased)

    def _claim(self, job_id: int) -> _Lease | None:
        job = self.OutboxJob
        # A unit that begins with its write: one that had read first could be
        # refused the write lock by SQLite.
        with self.open_unit() as unit:
            take = sa.update(job).where(job.id == job_id, self._free())
            taken = take.values(attempts=job.attempts + 1, leased_until=self.clock() + LEASE)
            if not changed_one(_write(unit.session, taken)):
                return None
            found = sa.select(job.id, job.job, job.payload, job.attempts).where(job.id == job_id)
            return _Lease(*unit.session.execute(found).one())

    def _finish(self, session: orm.Session, lease: _Lease) -> None:
        session.flush()
        done = self._held(lease).values(
            state="done", done_at=self.clock(), leased_until=None, error=None
        )
        if not changed_one(_write(session, done)):
            raise _LeaseLost

    def _put_off(self, lease: _Lease, error: str, wait: dt.timedelta) -> None:
        later = self._held(lease).values(
            state="failed" if lease.attempt >= MAX_ATTEMPTS else "waiting",
            run_at=self.clock() + wait,
            leased_until=None,
            error=error[:2000],
        )
        with _unless_outrun(), self.open_unit() as unit:
            _write(unit.session, later)

    def _held(self, lease: _Lease) -> sa.Update:
        job = self.OutboxJob
        return sa.update(job).where(
            job.id == lease.job_id, job.state == "waiting", job.attempts == lease.attempt
        )


@contextlib.contextmanager
def _unless_outrun() -> Iterator[None]:
    """Let another worker be first: what was to be done here is seen to in a later turn."""
    try:
        yield
    except sa.exc.OperationalError as error:
        if not was_outrun(error):
            raise


def _write(session: orm.Session, statement: sa.Update) -> sa.Result[Any]:
    return session.execute(statement.execution_options(synchronize_session=False))
