"""Claims about export and erasure."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import sqlalchemy as sa

from flask_community.audit import AuditEvent
from flask_community.errors import CommunityError
from flask_community.members.rules import Preferences
from tests.rooms import MODELS, NOON, Base, Rooms, naming, together


def tell_all(rooms: Rooms, ana: int, ben: int) -> None:
    with rooms.unit() as unit:
        unit.members.prefer(
            ana,
            Preferences(zone="Europe/Berlin", quiet_from=dt.time(22), quiet_until=dt.time(8)),
        )
        unit.members.grant(ana, "referral")
        unit.notices.tell(ana, "paused", {"title": "Ana's tea"}, key="a")
        unit.notices.tell(ben, "greeting", {"who": naming(ana)}, key="b")
        item = unit.moderation.push("post", 1, field=None, title="A post")
        reason = "Ana asked for it"
        unit.moderation.done(item.id, ben, item.version, "hide", reason, about_id=ana)


def everything(rooms: Rooms) -> str:
    with rooms.unit() as unit:
        tables = [table for table in Base.metadata.sorted_tables if table.name != "person"]
        return str([unit.session.execute(sa.select(table)).all() for table in tables])


def test_a_member_gets_all_that_is_kept_about_him(rooms: Rooms) -> None:
    ana, ben = rooms.member("Ana"), rooms.member("Ben")
    tell_all(rooms, ana, ben)
    with rooms.unit() as unit:
        found = unit.personal.export(ana)
    assert json.loads(json.dumps(found)) == found
    assert list(found) == ["profile", "audit", "notices", "moderation"]
    assert found["profile"] == {
        "member": ana,
        "name": "Ana",
        "joined_at": NOON.isoformat(),
        "preferences": {
            "locale": None,
            "zone": "Europe/Berlin",
            "mail": True,
            "quiet_from": "22:00:00",
            "quiet_until": "08:00:00",
        },
        "consents": [{"purpose": "referral", "granted": True, "at": NOON.isoformat()}],
    }
    assert "Ana asked for it" in str(found["moderation"])
    assert "Ana's tea" in str(found["notices"])


def test_nothing_leads_back_to_an_erased_member(rooms: Rooms) -> None:
    ana, ben = rooms.member("Ana"), rooms.member("Ben")
    tell_all(rooms, ana, ben)
    assert "Ana" in everything(rooms)
    with rooms.unit() as unit:
        unit.audit.seal()
        assert unit.personal.erase(ana, actor_id=ana)
    assert "Ana" not in everything(rooms)
    assert "Berlin" not in everything(rooms)
    with rooms.unit() as unit:
        assert unit.members.get(ana).host_id is None
        assert unit.members.get(ana).erased_at == NOON
        assert unit.members.name(ana) == "Former member"
        assert unit.notices.inbox(ben)[0].body == "Former member greets you."
        assert unit.audit.verify() == []


def test_erasing_is_audited_once(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    for wanted in (True, False):
        with rooms.unit() as unit:
            assert unit.personal.erase(ana, actor_id=None) is wanted
    with rooms.unit() as unit:
        (event,) = unit.session.scalars(sa.select(MODELS[AuditEvent]))
        assert (event.action, event.subject) == ("member.erased", f"member:{ana}")


def test_of_many_erasures_at_once_one_does_it(rooms: Rooms) -> None:
    ana = rooms.member("Ana")

    def work(number: int) -> bool:
        with rooms.unit() as unit:
            return unit.personal.erase(ana, actor_id=None)

    assert sorted(together(work, 4)) == [False, False, False, True]


def test_rooms_forget_in_order_and_while_the_host_row_can_be_reached(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    seen: list[object] = []
    with rooms.unit() as unit:
        for name in ("first", "second"):
            unit.personal.add(
                name,
                export=lambda _: None,
                erase=lambda who, name=name: seen.append((name, unit.members.name(who))),  # type: ignore[misc]
            )
        unit.personal.erase(ana, actor_id=None)
    assert seen == [("first", "Ana"), ("second", "Ana")]


def test_a_room_that_cannot_forget_stops_the_whole_erasure(rooms: Rooms) -> None:
    ana = rooms.member("Ana")

    def fail(_: int) -> None:
        raise ZeroDivisionError

    def erase() -> None:
        with rooms.unit() as unit:
            unit.personal.add("broken", export=lambda _: None, erase=fail)
            unit.personal.erase(ana, actor_id=None)

    with pytest.raises(ZeroDivisionError):
        erase()
    with rooms.unit() as unit:
        assert unit.members.get(ana).erased_at is None
        assert unit.members.name(ana) == "Ana"


def test_one_who_comes_back_is_a_new_member(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    with rooms.unit() as unit:
        key = unit.members.host_key(ana)
        unit.personal.erase(ana, actor_id=None)
    with rooms.unit() as unit:
        assert unit.members.of(key).id != ana


def test_two_rooms_cannot_share_a_name(rooms: Rooms) -> None:
    with rooms.unit() as unit, pytest.raises(CommunityError, match="two rooms"):
        unit.personal.add("notices", export=lambda _: None, erase=lambda _: None)
