"""Claims about who is who."""

from __future__ import annotations

import datetime as dt
import multiprocessing

import pytest
import sqlalchemy as sa

from flask_community.errors import NotFound
from flask_community.members.models import Member
from flask_community.members.rules import Preferences
from tests.rooms import MODELS, NOON, Person, Rooms, together


def person(rooms: Rooms, name: str) -> int:
    with rooms.unit() as unit:
        row = Person(name=name)
        unit.session.add(row)
        unit.session.flush()
        return row.id


def meet(rooms: Rooms, key: int) -> int:
    with rooms.unit() as unit:
        return unit.members.of(key).id


def meet_all(url: str) -> None:
    rooms = Rooms(url)
    for key in range(1, 31):
        meet(rooms, key)


def count(rooms: Rooms) -> int | None:
    with rooms.unit() as unit:
        return unit.session.scalar(sa.select(sa.func.count(MODELS[Member].id)))


def test_one_person_is_one_member(rooms: Rooms) -> None:
    ana = person(rooms, "Ana")
    assert meet(rooms, ana) == meet(rooms, ana)
    with rooms.unit() as unit:
        member = unit.members.of(ana)
        assert (member.host_id, member.joined_at) == (ana, NOON)
        assert unit.members.find(ana) is member


def test_looking_makes_nobody(rooms: Rooms) -> None:
    with rooms.unit() as unit:
        assert unit.members.find(1) is None
        assert unit.members.find(None) is None
    assert count(rooms) == 0


def test_threads_at_first_contact_make_one_member(rooms: Rooms) -> None:
    ana = person(rooms, "Ana")
    members = together(lambda _: meet(rooms, ana), 6)
    assert len(set(members)) == 1
    assert count(rooms) == 1


def test_processes_at_first_contact_make_one_member_each_person(rooms: Rooms) -> None:
    for number in range(30):
        person(rooms, f"P{number}")
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=meet_all, args=(rooms.url,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert count(rooms) == 30


def test_a_member_leads_to_the_host_row_and_its_roles(rooms: Rooms) -> None:
    ana = rooms.member("Ana", role="moderator")
    with rooms.unit() as unit:
        assert isinstance(found := unit.members.host_object(ana), Person)
        assert found.name == "Ana"
        assert unit.members.host_roles(ana) == {"moderator"}
        assert unit.members.name(ana) == "Ana"


def test_a_page_of_names_costs_two_queries(rooms: Rooms) -> None:
    ids = [rooms.member(name) for name in ("Ana", "Ben", "Cem")]
    with rooms.unit() as unit:
        statements: list[str] = []
        sa.event.listen(
            rooms.engine, "before_cursor_execute", lambda *args: statements.append(args[2])
        )
        assert unit.members.names([*ids, *ids]) == dict(
            zip(ids, ("Ana", "Ben", "Cem"), strict=True)
        )
    assert len(statements) == 2


def test_one_whose_host_row_is_gone_is_a_former_member(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    with rooms.unit() as unit:
        unit.session.execute(sa.delete(Person))
    with rooms.unit() as unit:
        assert unit.members.name(ana) == "Former member"
        assert unit.members.host_object(ana) is None
        assert unit.members.host_roles(ana) == frozenset()
        assert unit.members.names([ana, 999]) == {ana: "Former member", 999: "Former member"}


def test_a_stranger_is_not_found(rooms: Rooms) -> None:
    with rooms.unit() as unit, pytest.raises(NotFound):
        unit.members.get(1)


def test_the_last_word_on_a_purpose_counts(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    with rooms.unit() as unit:
        members = unit.members
        assert not members.has_consent(ana, "referral")
        members.grant(ana, "referral")
        assert members.has_consent(ana, "referral")
        assert not members.has_consent(ana, "wake_up")
        members.withdraw(ana, "referral")
        assert not members.has_consent(ana, "referral")


def test_the_history_of_consent_is_kept_without_repeats(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    with rooms.unit() as unit:
        unit.members.withdraw(ana, "referral")
        unit.members.grant(ana, "referral")
        unit.members.grant(ana, "referral")
        unit.members.withdraw(ana, "referral")
        assert [one.granted for one in unit.members.consents(ana)] == [True, False]


def test_preferences_are_kept(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    wish = Preferences(
        locale="zh_Hans",
        zone="Asia/Shanghai",
        mail=False,
        quiet_from=dt.time(22),
        quiet_until=dt.time(7, 30),
    )
    with rooms.unit() as unit:
        assert unit.members.preferences(ana) == Preferences()
        unit.members.prefer(ana, wish)
    with rooms.unit() as unit:
        assert unit.members.preferences(ana) == wish
