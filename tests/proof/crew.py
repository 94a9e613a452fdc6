"""Eight processes that do the same thing at the same moment, round by round."""

from __future__ import annotations

import itertools
import logging
import random
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

import sqlalchemy as sa

from flask_community.earnings.models import Account as LedgerAccount, Earning, Payout
from flask_community.errors import Refused
from flask_community.services import Services
from tests.proof.bed import Account, enter
from tests.proof.processes import PATIENCE, PROCESSES
from tests.shops import Shop, User

SIZE = 8


@dataclass(frozen=True)
class Turn:
    """What one process has in its hands in one round."""

    shop: Shop
    number: int
    """Which of the processes this is."""
    account: Account
    before: str
    """What the transaction has done before the race starts, one of BEFORE."""
    wait: Callable[[], object]
    """Returns when all are here."""

    def start(self) -> Services:
        """Do what comes before, wait for the others, and return the request's services."""
        self.shop.session.rollback()
        BEFORE[self.before](self)
        self.wait()
        return self.shop.services()


@dataclass(frozen=True)
class Outcome:
    """How one process fared in one round."""

    word: str
    """`done`, or the name of the error that refused it."""
    answer: Any
    """What the act returned."""
    retries: int
    """How often the whole unit was done again, as a caller does when it was busy."""


Act = Callable[[Turn], Any]
"""One unit of work over the session of the shop, which the crew commits."""


def _load(turn: Turn) -> None:
    """Load the rows that the race is about, as Flask-Login and a page before the POST do."""
    shop, models = turn.shop, turn.shop.site.binding.models
    shop.session.get(User, turn.account.user_id)
    for record in (LedgerAccount, Earning, Payout):
        rows = sa.select(models[record]).filter_by(member_id=turn.account.member_id)
        # Kept, or the session would forget them.
        shop.session.info[record] = shop.session.scalars(rows).all()


def _look(turn: Turn) -> None:
    """Read something else, which fixes the snapshot where the database keeps one."""
    turn.shop.session.execute(sa.select(User.id).limit(1)).all()


BEFORE: dict[str, Callable[[Turn], None]] = {
    "fresh": lambda _: None,
    "loaded": _load,
    "looked": _look,
}


def race(url: str, accounts: Sequence[Account], act: Act, before: str) -> list[list[Outcome]]:
    """Let eight processes do `act` at once, one round for each account; return how all fared."""
    gate = PROCESSES.Barrier(SIZE, timeout=PATIENCE)
    pipes = [PROCESSES.Pipe(duplex=False) for _ in range(SIZE)]
    crew = [
        PROCESSES.Process(
            target=_take_part, args=(url, number, accounts, act, before, gate, pipes[number][1])
        )
        for number in range(SIZE)
    ]
    for process, (_, theirs) in zip(crew, pipes, strict=True):
        process.start()
        theirs.close()
    try:
        reports = [ours.recv() for ours, _ in pipes]
    finally:
        for process, (ours, _) in zip(crew, pipes, strict=True):
            process.join(PATIENCE)
            process.kill()
            ours.close()
    faults = [report for report in reports if isinstance(report, str)]
    assert not faults, "\n".join(faults)
    return [list(outcomes) for outcomes in zip(*reports, strict=True)]


def persist(shop: Shop, unit: Callable[[], Any]) -> Outcome:
    """Do a unit and commit; where SQLite is busy do it all again, as its caller would."""
    patience = time.monotonic() + PATIENCE
    for retries in itertools.count():
        try:
            answer = unit()
            shop.session.commit()
        except Refused as refusal:
            shop.session.rollback()
            return Outcome(type(refusal).__name__, str(refusal), retries)
        except sa.exc.OperationalError as error:
            shop.session.rollback()
            if "database is locked" not in str(error) or time.monotonic() > patience:
                raise
            time.sleep(random.uniform(0, 0.02))
        else:
            return Outcome("done", answer, retries)
    raise AssertionError


def _take_part(
    url: str,
    number: int,
    accounts: Sequence[Account],
    act: Act,
    before: str,
    gate: Barrier,
    report: Connection,
) -> None:
    outcomes: list[Outcome] = []
    # Events that lose are left for the worker, and logged: here that is the plan.
    logging.getLogger("flask_community").setLevel(logging.CRITICAL)
    try:
        with enter(url) as shop:
            shop.session.execute(sa.select(User.id).limit(1)).all()
            outcomes.extend(_round(shop, number, one, act, before, gate) for one in accounts)
        report.send(outcomes)
    except Exception:
        gate.abort()
        report.send(f"process {number}, round {len(outcomes)}:\n{traceback.format_exc()}")


def _round(
    shop: Shop, number: int, account: Account, act: Act, before: str, gate: Barrier
) -> Outcome:
    # Only the first try waits: in the next one the others are on their way.
    waits = iter([gate.wait])
    turn = Turn(shop, number, account, before, lambda: next(waits, lambda: None)())
    outcome = persist(shop, lambda: act(turn))
    next(waits, lambda: None)()
    return outcome
