"""Claims about notices: told once, in words, and by mail when it is welcome."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from flask_community.errors import CommunityError
from flask_community.hooks import HostHooks, Mail
from flask_community.members.rules import Preferences
from flask_community.notices.models import Notice
from flask_community.notices.rules import day, moment, money, words
from flask_community.notices.service import JOBS, naming
from flask_community.outbox import OutboxJob
from tests.rooms import MODELS, NOON, Person, Post, Rooms, Unit, together

NIGHT = Preferences(quiet_from=dt.time(22), quiet_until=dt.time(8))
TEA = {"title": "Green tea"}


def tell(rooms: Rooms, member_id: int, key: str = "k") -> bool:
    with rooms.unit() as unit:
        return unit.notices.tell(member_id, "paused", TEA, url="/p/tea", key=key)


def prefer(rooms: Rooms, member_id: int, wish: Preferences) -> None:
    with rooms.unit() as unit:
        unit.members.prefer(member_id, wish)


def sent(rooms: Rooms) -> list[Mail]:
    rooms.run(dict(JOBS))
    assert isinstance(rooms.hooks, Post)
    return rooms.hooks.sent


def waiting(rooms: Rooms) -> list[dt.datetime]:
    with rooms.unit() as unit:
        job = MODELS[OutboxJob]
        return list(unit.session.scalars(sa.select(job.run_at).where(job.state == "waiting")))


def test_a_notice_is_told_once_per_key(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    assert [tell(rooms, ana), tell(rooms, ana), tell(rooms, ana, "other")] == [True, False, True]
    assert len(sent(rooms)) == 2


def test_many_tellers_at_once_tell_once(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    assert sorted(together(lambda _: tell(rooms, ana), 4)) == [False, False, False, True]
    assert len(sent(rooms)) == 1


def test_a_letter_says_what_the_page_says_and_leads_back(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    tell(rooms, ana)
    with rooms.unit() as unit:
        (shown,) = unit.notices.inbox(ana)
        key = unit.members.host_key(ana)
    assert (shown.subject, shown.body) == ("Green tea is paused", "Links to Green tea rest.")
    assert (shown.url, shown.created_at, shown.read_at) == ("/p/tea", NOON, None)
    text = "Links to Green tea rest.\n\nhttps://shop.example/p/tea"
    assert sent(rooms) == [Mail(to=key, subject="Green tea is paused", text=text)]


def test_a_letter_is_in_the_language_of_its_reader_and_not_of_its_teller(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    prefer(rooms, ana, Preferences(locale="zh-CN"))
    facts = {"amount": money(5_280, "CNY"), "by": moment(NOON), "on": day(NOON)}
    with rooms.unit() as unit:
        unit.notices.tell(ana, "priced", {**facts, "why": words("Useful")}, key="k")
        (shown,) = unit.notices.inbox(ana)
    assert shown.body == "CN¥52.80 by 2 Mar 2026, 12:00 UTC on 2 Mar 2026: Useful"
    assert sent(rooms)[0].text == "¥52.80 by 2026年3月2日 12:00 UTC on 2026年3月2日: 有用"


def test_the_inbox_is_newest_first_in_pages(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    for key in "abc":
        tell(rooms, ana, key)
    with rooms.unit() as unit:
        newest = unit.notices.inbox(ana, limit=2)
        (oldest,) = unit.notices.inbox(ana, limit=2, before=newest[-1].id)
        assert newest[0].id > newest[1].id > oldest.id


def test_each_reads_and_marks_only_his_own(rooms: Rooms) -> None:
    ana, ben = rooms.member("Ana"), rooms.member("Ben")
    tell(rooms, ana, "a")
    tell(rooms, ana, "b")
    with rooms.unit() as unit:
        first = unit.notices.inbox(ana)[0].id
        assert unit.notices.mark_read(ben, [first]) == 0
        assert unit.notices.unread(ana) == 2
        assert unit.notices.mark_read(ana, [first]) == 1
        assert unit.notices.mark_read(ana, [first]) == 0
        assert unit.notices.unread(ana) == 1
        assert unit.notices.mark_read(ana) == 1
        assert unit.notices.inbox(ana)[0].read_at == NOON
        assert unit.notices.inbox(ben) == []


def test_a_person_is_named_as_he_is_named_now(rooms: Rooms) -> None:
    ana, ben = rooms.member("Ana"), rooms.member("Ben")
    with rooms.unit() as unit:
        unit.notices.tell(ben, "greeting", {"who": naming(ana)}, key="k")
        unit.session.execute(sa.update(Person).where(Person.name == "Ana").values(name="Anna"))
    with rooms.unit() as unit:
        assert unit.notices.inbox(ben)[0].body == "Anna greets you."


def test_quiet_hours_put_the_letter_off_but_not_the_notice(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    prefer(rooms, ana, NIGHT)
    rooms.clock.move(hours=11)
    tell(rooms, ana)
    assert sent(rooms) == []
    with rooms.unit() as unit:
        assert unit.notices.unread(ana) == 1
    rooms.clock.move(hours=9)
    assert len(sent(rooms)) == 1


def test_a_worker_that_is_late_keeps_the_quiet_hours_too(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    prefer(rooms, ana, NIGHT)
    tell(rooms, ana)
    rooms.clock.move(hours=11)
    assert sent(rooms) == []
    assert waiting(rooms) == [NOON + dt.timedelta(hours=20)]
    rooms.clock.move(hours=9)
    assert len(sent(rooms)) == 1
    assert sent(rooms) == sent(rooms)[:1]


@pytest.mark.parametrize("when", ["before", "after"])
def test_one_who_wants_no_mail_gets_none(rooms: Rooms, when: str) -> None:
    ana = rooms.member("Ana")
    if when == "before":
        prefer(rooms, ana, Preferences(mail=False))
    tell(rooms, ana)
    prefer(rooms, ana, Preferences(mail=False))
    assert sent(rooms) == []
    assert waiting(rooms) == []


def test_a_letter_that_was_refused_is_tried_again(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    tell(rooms, ana)

    def broken(unit: Unit, payload: dict[str, int]) -> None:
        raise OSError("no route")

    rooms.run({"notices.mail": broken})
    rooms.clock.move(minutes=1)
    assert len(sent(rooms)) == 1


def test_a_shop_without_mail_still_tells_in_page(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    rooms.hooks = HostHooks()
    assert tell(rooms, ana)
    assert waiting(rooms) == []
    with rooms.unit() as unit:
        assert unit.notices.unread(ana) == 1


def test_an_erased_member_is_told_nothing_more(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    tell(rooms, ana, "a")
    with rooms.unit() as unit:
        unit.personal.erase(ana, actor_id=None)
    assert not tell(rooms, ana, "b")
    assert sent(rooms) == []
    with rooms.unit() as unit:
        assert unit.session.scalar(sa.select(sa.func.count(MODELS[Notice].id))) == 0


def test_a_notice_that_could_not_be_read_is_never_told(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    with rooms.unit() as unit:
        with pytest.raises(CommunityError, match="no texts for notices of the kind 'odd'"):
            unit.notices.tell(ana, "odd", {}, key="k")
        with pytest.raises(KeyError):
            unit.notices.tell(ana, "paused", {"name": "Green tea"}, key="k")


def test_a_kind_that_a_new_version_dropped_does_not_break_the_inbox(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    tell(rooms, ana)
    with rooms.unit() as unit:
        unit.session.execute(sa.update(MODELS[Notice]).values(kind="dropped"))
    with rooms.unit() as unit:
        assert [one.subject for one in unit.notices.inbox(ana)] == ["A notice"]
