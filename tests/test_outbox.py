"""Claims about the outbox: put with the change, run once, whatever dies."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
import threading
from typing import Any

import pymysql
import pytest
import sqlalchemy as sa

from flask_community.errors import CommunityError
from flask_community.outbox import LEASE, MAX_ATTEMPTS, JobRegistry, OutboxJob, backoff
from tests.furnished import furnished
from tests.rooms import MODELS, Base, Mark, Rooms, Unit, together


def mark(unit: Unit, payload: dict[str, Any]) -> None:
    unit.session.add(Mark(note=payload["note"]))


def refuse(unit: Unit, payload: dict[str, Any]) -> None:
    mark(unit, payload)
    unit.session.flush()
    raise ValueError("no answer")


def die(unit: Unit, payload: dict[str, Any]) -> None:
    mark(unit, payload)
    unit.session.flush()
    os.kill(os.getpid(), signal.SIGKILL)


def run_and_die(url: str) -> None:
    Rooms(url).run({"mark": die})


def put(rooms: Rooms, *notes: str, **options: Any) -> None:
    with rooms.unit() as unit:
        for note in notes:
            unit.outbox.put("mark", {"note": note}, **options)


def job(rooms: Rooms) -> OutboxJob:
    with rooms.unit() as unit:
        found = unit.session.scalars(sa.select(MODELS[OutboxJob])).one()
        unit.session.expunge(found)
        return found


def test_a_job_runs_once(rooms: Rooms) -> None:
    put(rooms, "a")
    assert rooms.run({"mark": mark}) == 1
    assert rooms.run({"mark": mark}) == 0
    assert rooms.marks() == ["a"]
    assert job(rooms).state == "done"


def test_a_job_of_a_rolled_back_change_never_runs(rooms: Rooms) -> None:
    with rooms.unit() as unit:
        unit.outbox.put("mark", {"note": "a"}, key="a")
        unit.outbox.put("mark", {"note": "b"})
        unit.session.rollback()
    assert rooms.run({"mark": mark}) == 0


def test_a_key_is_put_once_ever(rooms: Rooms) -> None:
    for wanted in (True, False):
        with rooms.unit() as unit:
            assert unit.outbox.put("mark", {"note": "a"}, key="a") is wanted
        rooms.run({"mark": mark})
    assert rooms.marks() == ["a"]


def test_jobs_run_oldest_first_and_not_before_their_time(rooms: Rooms) -> None:
    put(rooms, "late", at=rooms.clock() + dt.timedelta(hours=1))
    put(rooms, "second", "third")
    put(rooms, "first", at=rooms.clock() - dt.timedelta(hours=1))
    assert rooms.run({"mark": mark}) == 3
    rooms.clock.move(hours=1)
    rooms.run({"mark": mark})
    assert rooms.marks() == ["first", "second", "third", "late"]


def test_a_turn_ends_at_its_limit(rooms: Rooms) -> None:
    put(rooms, "a", "b", "c")
    assert rooms.run({"mark": mark}, limit=2) == 2
    assert rooms.marks() == ["a", "b"]


def test_a_failed_job_leaves_nothing_and_comes_back_later(rooms: Rooms) -> None:
    put(rooms, "a")
    assert rooms.run({"mark": refuse}) == 1
    assert rooms.marks() == []
    assert job(rooms).error == "ValueError: no answer"
    assert rooms.run({"mark": mark}) == 0
    rooms.clock.move(seconds=30)
    assert rooms.run({"mark": mark}) == 1
    assert rooms.marks() == ["a"]
    assert job(rooms).error is None


def test_a_job_that_fails_does_not_hold_up_the_next(rooms: Rooms) -> None:
    put(rooms, "a")
    with rooms.unit() as unit:
        unit.outbox.put("refuse", {"note": "b"}, at=rooms.clock() - dt.timedelta(1))
    rooms.run({"mark": mark, "refuse": refuse})
    assert rooms.marks() == ["a"]


def test_the_eighth_failure_is_the_last_and_keeps_its_error(rooms: Rooms) -> None:
    put(rooms, "a")
    for _ in range(MAX_ATTEMPTS):
        assert rooms.run({"mark": refuse}) == 1
        rooms.clock.move(hours=6)
    assert rooms.run({"mark": mark}) == 0
    assert (job(rooms).state, job(rooms).error) == ("failed", "ValueError: no answer")


def test_a_job_without_a_handler_waits_for_one(rooms: Rooms) -> None:
    put(rooms, "a")
    rooms.run({})
    assert "no handler for the job 'mark'" in (job(rooms).error or "")
    rooms.clock.move(seconds=30)
    rooms.run({"mark": mark})
    assert rooms.marks() == ["a"]


def test_a_killed_worker_loses_its_lease_and_another_does_the_job(rooms: Rooms) -> None:
    put(rooms, "a")
    worker = multiprocessing.get_context("spawn").Process(target=run_and_die, args=(rooms.url,))
    worker.start()
    worker.join()
    assert worker.exitcode == -signal.SIGKILL
    assert job(rooms).attempts == 1
    assert rooms.run({"mark": mark}) == 0
    rooms.clock.move(seconds=LEASE.total_seconds())
    assert rooms.run({"mark": mark}) == 1
    assert rooms.marks() == ["a"]


def test_a_job_that_kills_every_worker_fails_in_the_end(rooms: Rooms) -> None:
    put(rooms, "a")
    with rooms.unit() as unit:
        unit.session.execute(
            sa.update(MODELS[OutboxJob]).values(
                attempts=MAX_ATTEMPTS, leased_until=rooms.clock() - LEASE
            )
        )
    rooms.run({"mark": mark})
    assert (job(rooms).state, rooms.marks()) == ("failed", [])


def test_a_worker_that_overran_its_lease_rolls_back(rooms: Rooms) -> None:
    put(rooms, "a")

    def overrun(unit: Unit, payload: dict[str, Any]) -> None:
        rooms.clock.move(seconds=LEASE.total_seconds())
        # In a thread, as another worker would be; SQLite lets one of us write.
        other = threading.Thread(target=rooms.run, args=({"mark": mark},))
        other.start()
        other.join()
        mark(unit, {"note": "too late"})

    rooms.run({"mark": overrun})
    assert rooms.marks() == ["a"]
    assert (job(rooms).state, job(rooms).attempts) == ("done", 2)


def test_workers_at_once_share_the_jobs_and_run_each_once(rooms: Rooms) -> None:
    notes = [f"{number:02}" for number in range(20)]
    put(rooms, *notes)
    tried = sum(together(lambda _: rooms.run({"mark": mark}), 4))
    while left := rooms.run({"mark": mark}):
        tried += left
    assert tried >= 20
    assert sorted(rooms.marks()) == notes


@pytest.mark.parametrize("code", [1020, 1205, 1213])
def test_a_job_that_lost_a_deadlock_is_due_again_at_once(sqlite_url: str, code: int) -> None:
    rooms = Rooms(furnished(sqlite_url, Base.metadata))
    put(rooms, "a")
    times: list[int] = []

    def outrun_once(unit: Unit, payload: dict[str, Any]) -> None:
        mark(unit, payload)
        times.append(1)
        if len(times) == 1:
            lost = pymysql.err.OperationalError(code, "try restarting transaction")
            raise sa.exc.OperationalError("INSERT", {}, lost)

    assert [rooms.run({"mark": outrun_once}) for _ in range(3)] == [1, 1, 0]
    assert rooms.marks() == ["a"]
    rooms.engine.dispose()


def test_one_key_put_by_many_at_once_is_one_job(rooms: Rooms) -> None:
    def work(number: int) -> bool:
        with rooms.unit() as unit:
            return unit.outbox.put("mark", {"note": "a"}, key="same")

    assert sorted(together(work, 4)) == [False, False, False, True]


def test_dropping_by_prefix_takes_no_neighbour(rooms: Rooms) -> None:
    for key in ("mail:1:a", "mail:1:b", "mail:10:a", "mail_1:a"):
        put(rooms, key, key=key)
    with rooms.unit() as unit:
        unit.outbox.drop("mail:1:")
    rooms.run({"mark": mark})
    assert sorted(rooms.marks()) == ["mail:10:a", "mail_1:a"]


def test_waiting_grows_to_six_hours() -> None:
    waits = [backoff(attempts).total_seconds() for attempts in range(1, MAX_ATTEMPTS + 1)]
    assert waits[:3] == [30, 90, 270]
    assert waits == sorted(waits)
    assert waits[-1] == 6 * 3600


def test_a_job_has_one_handler() -> None:
    registry = JobRegistry({"mark": mark})
    with pytest.raises(CommunityError, match="two handlers for the job 'mark'"):
        registry.add("mark", refuse)
    assert list(registry) == ["mark"]
    assert len(registry) == 1
