"""Claims about many items at once: each by itself, left where it moved on, and taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from flask_community.audit import AuditEvent
from flask_community.communities.rules import Remit
from flask_community.errors import Conflict, NotFound, Refused
from flask_community.moderation.deeds import done_of, left_of
from flask_community.moderation.models import Deed, QueueItem
from flask_community.moderation.verbs import Chosen, Wish
from tests.rooms import MODELS, NOON, Rooms, Unit, together

HOUR = dt.timedelta(hours=1)


def filled(unit: Unit, *dues: dt.datetime | None) -> list[Chosen]:
    items = [
        unit.moderation.push("complaint", n, field="tea", title="T", due_at=due)
        for n, due in enumerate(dues or (None, None, None), start=1)
    ]
    return [Chosen(item.id, item.version) for item in items]


def do(unit: Unit, who: int, verb: str, chosen: list[Chosen], **wish: Any) -> Deed:
    return unit.moderation.deeds.do(Remit(who, everywhere=True), verb, chosen, Wish(**wish))


def undo(unit: Unit, who: int, token: str) -> Deed:
    return unit.moderation.deeds.undo(token, Remit(who, everywhere=True))


def seen(unit: Unit, who: int, view: str | None = None) -> list[int]:
    return [one.subject_id for one in unit.moderation.queue(Remit(who, everywhere=True), view=view)]


def test_what_changed_meanwhile_is_left_and_named_and_the_rest_is_done(rooms: Rooms) -> None:
    ana, ben = rooms.member("Ana"), rooms.member("Ben")
    with rooms.unit() as unit:
        chosen = filled(unit)
        unit.moderation.claim(chosen[1].id, ben, 1)
        deed = do(unit, ana, "take", chosen)
        assert left_of(deed) == {chosen[1].id: "changed"}
        assert seen(unit, ana, "mine") == [1, 3]


def test_what_is_not_ones_own_to_decide_is_left(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    with rooms.unit() as unit:
        (chosen, *_) = filled(unit)
        other = Remit(ana, fields=frozenset({"books"}))
        deed = unit.moderation.deeds.do(other, "take", [chosen])
        assert left_of(deed) == {chosen.id: "gone"}
        assert unit.moderation.item(chosen.id).claimed_by is None


def test_of_two_who_take_the_same_items_at_once_one_gets_each(rooms: Rooms) -> None:
    moderators = [rooms.member(name) for name in "AB"]
    with rooms.unit() as unit:
        chosen = filled(unit)

    def work(number: int) -> int:
        with rooms.unit() as unit:
            order = chosen if number else chosen[::-1]
            return len(done_of(do(unit, moderators[number], "take", order)))

    assert sum(together(work, 2)) == 3


def test_a_deed_is_undone_and_others_work_on_what_moved_on(rooms: Rooms) -> None:
    ana, ben = rooms.member("Ana"), rooms.member("Ben")
    with rooms.unit() as unit:
        chosen = filled(unit)
        deed = do(unit, ana, "take", chosen)
        now = unit.moderation.item(chosen[0].id)
        do(unit, ana, "assign", [Chosen(now.id, now.version)], member=ben)
        again = undo(unit, ana, deed.token)
        assert left_of(again) == {chosen[0].id: "changed"}
        assert (seen(unit, ben, "mine"), seen(unit, ana, "free")) == ([1], [2, 3])
        with pytest.raises(Conflict):
            undo(unit, ana, deed.token)


def test_undo_gives_an_item_back_to_who_held_it(rooms: Rooms) -> None:
    ana, ben = rooms.member("Ana"), rooms.member("Ben")
    with rooms.unit() as unit:
        (chosen, *_) = filled(unit)
        held = unit.moderation.claim(chosen.id, ana, 1)
        deed = do(unit, ana, "assign", [Chosen(held.id, held.version)], member=ben)
        assert seen(unit, ben, "mine") == [1]
        undo(unit, ana, deed.token)
        item = unit.moderation.item(chosen.id)
        assert (item.claimed_by, item.claimed_until) == (ana, NOON + HOUR / 2)


def test_nobody_undoes_anothers_deed_or_an_old_one(rooms: Rooms) -> None:
    ana, ben = rooms.member("Ana"), rooms.member("Ben")
    with rooms.unit() as unit:
        deed = do(unit, ana, "take", filled(unit))
        with pytest.raises(NotFound):
            undo(unit, ben, deed.token)
        rooms.clock.move(minutes=10)
        with pytest.raises(Refused, match="can no longer"):
            undo(unit, ana, deed.token)


def test_two_undos_at_once_are_one(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    with rooms.unit() as unit:
        token = do(unit, ana, "take", filled(unit)).token

    def work(number: int) -> int:
        with rooms.unit() as unit:
            return len(done_of(undo(unit, ana, token)))

    answers = together(work, 2)
    assert [one for one in answers if not isinstance(one, Exception)] == [3]


def test_a_snoozed_item_comes_back_by_itself_and_with_news(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    with rooms.unit() as unit:
        do(unit, ana, "snooze", filled(unit), hours=1)
        assert (seen(unit, ana), seen(unit, ana, "snoozed")) == ([], [1, 2, 3])
        unit.moderation.push("complaint", 2, field="tea", title="News")
        assert seen(unit, ana) == [2]
        rooms.clock.move(hours=1)
        assert seen(unit, ana) == [1, 2, 3]


def test_nothing_is_snoozed_past_its_date(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    with rooms.unit() as unit:
        chosen = filled(unit, NOON - HOUR, NOON + 3 * HOUR, NOON + 4 * HOUR)
        deed = do(unit, ana, "snooze", chosen, hours=4)
        assert set(left_of(deed).values()) == {"due"}
        assert seen(unit, ana, "snoozed") == [3]


def test_what_is_snoozed_is_woken(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    with rooms.unit() as unit:
        do(unit, ana, "snooze", filled(unit), hours=24)
        do(unit, ana, "wake", [Chosen(1, 2)])
        assert seen(unit, ana) == [1]


def test_a_colleague_is_told_once_what_he_was_given(rooms: Rooms) -> None:
    ana, ben = rooms.member("Ana"), rooms.member("Ben")
    with rooms.unit() as unit:
        do(unit, ana, "assign", filled(unit), member=ben)
        (told,) = unit.notices.inbox(ben)
        assert (told.subject, told.url) == ("Given to you at the desk: 3", "/desk?view=mine")


def test_every_item_of_a_deed_is_audited(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    with rooms.unit() as unit:
        undo(unit, ana, do(unit, ana, "take", filled(unit)).token)
        audited = unit.session.scalars(sa.select(MODELS[AuditEvent].action)).all()
        assert sorted(audited) == ["moderation.take"] * 3 + ["moderation.undone"] * 3


@pytest.mark.parametrize(
    ("verb", "wish"), [("burn", {}), ("assign", {}), ("snooze", {}), ("snooze", {"hours": 5})]
)
def test_a_made_up_verb_or_wish_is_refused(rooms: Rooms, verb: str, wish: dict[str, int]) -> None:
    ana = rooms.member("Ana")
    with rooms.unit() as unit, pytest.raises(Refused):
        do(unit, ana, verb, filled(unit), **wish)


def test_an_erased_member_leaves_no_desk(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    with rooms.unit() as unit:
        do(unit, ana, "take", filled(unit))
        unit.moderation.seats.take(ana)
        unit.moderation.seats.save(ana, "Tea", view=None, field="tea", words=None)
        assert {"saved": "Tea", "view": None, "field": "tea", "words": None} in (
            unit.moderation.export_personal(ana)
        )
        unit.moderation.erase_personal(ana)
        assert unit.moderation.export_personal(ana) == []
        assert unit.session.scalars(sa.select(MODELS[Deed])).all() == []
        assert unit.session.scalars(sa.select(MODELS[QueueItem])).all()
