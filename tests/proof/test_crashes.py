"""kill -9 on the way from an order to its reward: nothing is lost, nothing happens twice."""

from __future__ import annotations

import datetime as dt
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import pytest
import sqlalchemy as sa

from flask_community.earnings.models import Earning
from flask_community.orders.models import InboxRow, Order as KnownOrder
from flask_community.outbox import OutboxJob
from tests.proof import bed
from tests.proof.processes import PATIENCE, PROCESSES
from tests.proof.victim import NEVER, Life, live
from tests.shops import START, Order, Shop, User, db

MOMENTS = 100
POINTS = 100
LEAST = 40
"""Points that are tried however short the run: every commit, and some between them."""

REWARDS = {"new": [], "paid": ["pending"], "done": ["available"]}
"""What a sharer has by an order of this status, once everything due is done."""


# -- the one who cleans up --


@dataclass
class Coroner:
    """Starts processes, sees them die, and looks at what they leave behind."""

    shop: Shop
    told: dict[int, str] = field(default_factory=dict)
    """The status of each order as the dead last told it."""
    unfinished: int = 0
    """How many deaths left work for the next worker."""

    @property
    def url(self) -> str:
        url: str = self.shop.app.config["SQLALCHEMY_DATABASE_URI"]
        return url

    def start(self, die_at: int | None) -> tuple[BaseProcess, Connection]:
        """Start a process; return it, and what it tells."""
        ours, theirs = PROCESSES.Pipe(duplex=False)
        process = PROCESSES.Process(target=live, args=(self.url, die_at, theirs))
        process.start()
        theirs.close()
        assert ours.recv() == "ready"
        return process, ours

    def one_life(self) -> Life:
        """Let a process live to its end, and return what it went through."""
        process, wire = self.start(None)
        (life,) = (word for word in self._words(wire) if isinstance(word, Life))
        process.join(PATIENCE)
        self.look()
        return life

    def bury(self, process: BaseProcess, wire: Connection) -> None:
        """See that a process was killed, and that nothing was lost with it."""
        process.join(PATIENCE)
        assert process.exitcode == -signal.SIGKILL
        self.told.update(word for word in self._words(wire) if isinstance(word, tuple))
        self._wait_for_its_connection()
        self.look()

    def look(self) -> None:
        """Check what a death left, let a worker do what is due, and check that."""
        shop = self.shop
        assert bed.breaches(shop) == []
        self.unfinished += bool(self._waiting())
        bed.work(shop)
        assert self._waiting() == 0
        assert bed.reconcile(shop) == 0
        assert bed.breaches(shop) == []
        self._assert_all_is_there()

    def _words(self, wire: Connection) -> Iterator[Any]:
        with wire:
            while wire.poll(PATIENCE):
                try:
                    yield wire.recv()
                except EOFError:
                    return

    def _wait_for_its_connection(self) -> None:
        # A server notices a death a moment later, and may commit until then.
        if db.engine.name == "sqlite":
            return
        db.session.remove()
        db.engine.dispose()
        others = {
            "postgresql": "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            "mysql": "SELECT count(*) FROM information_schema.processlist"
            " WHERE db = database() AND id <> connection_id()",
        }[db.engine.name]
        with db.engine.connect() as connection:
            deadline = time.monotonic() + PATIENCE
            while connection.exec_driver_sql(others).scalar():
                assert time.monotonic() < deadline
                connection.rollback()
                time.sleep(0.002)

    def _waiting(self) -> int:
        models, session = self.shop.site.binding.models, self.shop.session
        rows, jobs = models[InboxRow], models[OutboxJob]
        due = sa.and_(jobs.state != "done", jobs.run_at <= self.shop.clock())
        counts = (
            sa.select(sa.func.count()).select_from(rows).where(rows.state != "done"),
            sa.select(sa.func.count()).select_from(jobs).where(due),
        )
        return sum(session.scalar(count) or 0 for count in counts)

    def _assert_all_is_there(self) -> None:
        found = rewards_by_order(self.shop)
        statuses = {order_id: status for order_id, (status, _) in found.items()}
        ranks = list(REWARDS)
        assert all(ranks.index(statuses[id]) >= ranks.index(s) for id, s in self.told.items())
        assert {id: states for id, (_, states) in found.items()} == {
            id: REWARDS[status] for id, status in statuses.items()
        }
        sharer = self.shop.session.scalars(sa.select(User).filter_by(nick="sharer-0")).one()
        member_id = self.shop.services().members.of(sharer.id).id
        count = Counter(statuses.values())
        assert bed.balance(self.shop, member_id, "pending") == bed.REWARD_MINOR * count["paid"]
        assert bed.balance(self.shop, member_id, "available") == bed.REWARD_MINOR * count["done"]


def rewards_by_order(shop: Shop) -> dict[int, tuple[str, list[str]]]:
    """Return the status of each order of the shop, and the states of its earnings."""
    models = shop.site.binding.models
    known, earning = models[KnownOrder], models[Earning]
    rows = shop.session.execute(
        sa.select(Order.id, Order.status, earning.state)
        .outerjoin(known, known.host_id == Order.id)
        .outerjoin(earning, earning.order_id == known.id)
    )
    found: dict[int, tuple[str, list[str]]] = {}
    for order_id, status, state in rows:
        states = found.setdefault(order_id, (status, []))[1]
        states += [state] if state else []
    return found


# -- the claims --


@pytest.fixture
def coroner(database_url: str) -> Iterator[Coroner]:
    """Return a coroner in a shop with a sharer and a buyer; the test runs on each lane."""
    with bed.open_bed(database_url) as shop:
        buyer = shop.user("buyer")
        bed.share(shop, shop.product(), buyer, *bed.sign_up(shop, "sharer", 1))
        # Late enough for all that the dead have put off, and for their leases.
        shop.clock.now = START + bed.HOLD + dt.timedelta(hours=1)
        yield Coroner(shop)


@pytest.mark.long
def test_nothing_is_lost_whichever_statement_is_the_last(coroner: Coroner) -> None:
    began = time.perf_counter()
    points = coroner.one_life().points
    chosen = _spread(points, max(LEAST, bed.often(POINTS)))
    for number in chosen:
        try:
            coroner.bury(*coroner.start(number))
        except BaseException as fault:
            fault.add_note(f"killed at point {number}, {points[number - 1]}")
            raise
    names = Counter(points[number - 1] for number in chosen)
    _report(coroner, f"{len(chosen)} of {len(points)} points: {dict(names)}", began)
    _finish(coroner)


@pytest.mark.long
def test_nothing_is_lost_at_a_random_moment(coroner: Coroner) -> None:
    began, seed = time.perf_counter(), bed.new_seed()
    moment = random.Random(seed)
    life = coroner.one_life()
    moments = bed.often(MOMENTS)
    for number in range(moments):
        process, wire = coroner.start(NEVER)
        delay = moment.uniform(0, 2 * life.seconds)
        time.sleep(delay)
        process.kill()
        try:
            coroner.bury(process, wire)
        except BaseException as fault:
            fault.add_note(f"seed {seed}, moment {number}, after {delay * 1000:.1f} ms")
            raise
    _report(coroner, f"{moments} random moments (seed {seed})", began)
    _finish(coroner)


# -- below --


def _spread(points: list[str], count: int) -> list[int]:
    """Return the numbers of every commit, and of statements spread evenly between them."""
    commits = [n for n, name in enumerate(points, 1) if "commit" in name]
    others = [n for n, name in enumerate(points, 1) if "commit" not in name]
    left = count - len(commits)
    assert 0 < left <= len(others)
    return sorted(commits + [others[k * len(others) // left] for k in range(left)])


def _finish(coroner: Coroner) -> None:
    """Let the shop pay and deliver what the dead left open; every order is rewarded then."""
    shop = coroner.shop
    for status in ("paid", "done"):
        for order in shop.session.scalars(sa.select(Order).where(Order.status != "done")).all():
            shop.set_status(order, status)
    bed.ripen(shop)
    coroner.look()
    assert {status for status, _ in rewards_by_order(shop).values()} == {"done"}
    assert "whole" in bed.command(shop, "audit")


def _report(coroner: Coroner, what: str, began: float) -> None:
    orders = Counter(status for status, _ in rewards_by_order(coroner.shop).values())
    left = f"{coroner.unfinished} left work behind, orders {dict(orders)}"
    bed.tell(f"kill -9 at {what}: {left}", began)
