"""Claims about the queue: one holder, one winner, a reason, a way back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from flask_community.audit import AuditEvent
from flask_community.communities.rules import Remit
from flask_community.errors import CommunityError, Conflict, NotFound, Refused
from flask_community.moderation.models import Action, QueueItem
from tests.rooms import MODELS, NOON, Rooms, Unit, together

WEEK = dt.timedelta(days=7)


def push(unit: Unit, subject_id: int = 1, **facts: Any) -> QueueItem:
    return unit.moderation.push(
        "case", subject_id, **{"field": "tea", "title": "Mouldy tea", **facts}
    )


def with_undo(unit: Unit, taken_back: list[int]) -> Unit:
    unit.moderation.on_undo(
        "case", "open", lambda action: taken_back.append(action.id), within=WEEK
    )
    return unit


def opened(rooms: Rooms, moderator: int) -> int:
    with rooms.unit() as unit:
        item = push(with_undo(unit, []))
        return unit.moderation.done(item.id, moderator, item.version, "open", "Three alike").id


def state(rooms: Rooms) -> tuple[str, int | None, int]:
    with rooms.unit() as unit:
        item = unit.session.scalars(sa.select(MODELS[QueueItem])).one()
        return item.state, item.claimed_by, item.version


def audited(rooms: Rooms) -> list[str]:
    with rooms.unit() as unit:
        return [one.action for one in unit.session.scalars(sa.select(MODELS[AuditEvent]))]


def test_a_subject_is_in_the_queue_once(rooms: Rooms) -> None:
    with rooms.unit() as unit:
        first, second = push(unit), push(unit, title="Mouldy tea, 3 of them", priority=2)
        assert first.id == second.id
        assert (second.title, second.priority, second.version) == ("Mouldy tea, 3 of them", 2, 2)
        assert len(unit.moderation.queue()) == 1


def test_pushes_at_once_make_one_item(rooms: Rooms) -> None:
    def work(number: int) -> int:
        with rooms.unit() as unit:
            return push(unit).id

    assert len(set(together(work, 2))) == 1
    assert len(set(together(work, 4))) == 1
    assert state(rooms) == ("open", None, 6)


def test_the_most_pressing_comes_first(rooms: Rooms) -> None:
    with rooms.unit() as unit:
        push(unit, 1)
        push(unit, 2, due_at=NOON + WEEK)
        push(unit, 3, due_at=NOON)
        push(unit, 4, priority=1)
        assert [item.subject_id for item in unit.moderation.queue()] == [4, 3, 2, 1]


def test_a_moderator_sees_his_fields_and_communities(rooms: Rooms) -> None:
    with rooms.unit() as unit:
        push(unit, 1, field="tea")
        push(unit, 2, field="books")
        push(unit, 3, field=None, community_id=5)

        def seen(**remit: Any) -> list[int]:
            return [item.subject_id for item in unit.moderation.queue(Remit(7, **remit))]

        assert seen(everywhere=True) == [1, 2, 3]
        assert seen(fields={"tea"}) == [1]
        assert seen(fields={"tea"}, communities={5}) == [1, 3]
        assert seen() == []


def test_of_two_moderators_at_once_one_holds_the_item(rooms: Rooms) -> None:
    moderators = [rooms.member(name) for name in "ABCD"]
    with rooms.unit() as unit:
        item = push(unit)
        item_id, version = item.id, item.version

    def work(number: int) -> int | None:
        with rooms.unit() as unit:
            return unit.moderation.claim(item_id, moderators[number], version).claimed_by

    answers = together(work, 4)
    assert sum(isinstance(one, Conflict) for one in answers) == 3
    assert state(rooms)[1] in answers


def test_of_two_decisions_at_once_one_counts(rooms: Rooms) -> None:
    moderators = [rooms.member(name) for name in "ABCD"]
    with rooms.unit() as unit:
        item = push(unit)
        item_id, version = item.id, item.version

    def work(number: int) -> int:
        with rooms.unit() as unit:
            unit.moderation.item(item_id)
            actor = moderators[number]
            return unit.moderation.done(item_id, actor, version, "open", "Three alike").id

    answers = together(work, 4)
    assert sum(isinstance(one, Conflict) for one in answers) == 3
    assert audited(rooms) == ["moderation.open"]


def test_a_claim_keeps_others_out_until_it_expires(rooms: Rooms) -> None:
    ana, ben = rooms.member("Ana"), rooms.member("Ben")
    with rooms.unit() as unit:
        held = unit.moderation.claim(push(unit).id, ana, 1)
        assert held.claimed_until == NOON + dt.timedelta(minutes=30)
        his = Remit(ana, everywhere=True)
        assert [item.id for item in unit.moderation.queue(his, view="mine")] == [held.id]
        with pytest.raises(Conflict):
            unit.moderation.claim(held.id, ben, held.version)
        with pytest.raises(Conflict):
            unit.moderation.done(held.id, ben, held.version, "open", "Mine")
        rooms.clock.move(minutes=30)
        assert list(unit.moderation.queue(his, view="mine")) == []
        assert unit.moderation.claim(held.id, ben, held.version).claimed_by == ben


def test_a_holder_renews_and_releases_his_claim(rooms: Rooms) -> None:
    ana, ben = rooms.member("Ana"), rooms.member("Ben")
    with rooms.unit() as unit:
        held = unit.moderation.claim(push(unit).id, ana, 1)
        held = unit.moderation.claim(held.id, ana, held.version)
        with pytest.raises(Conflict):
            unit.moderation.release(held.id, ben, held.version)
        free = unit.moderation.release(held.id, ana, held.version)
        assert (free.claimed_by, free.claimed_until) == (None, None)
        with pytest.raises(Conflict):
            unit.moderation.release(free.id, ana, free.version)


def test_a_decision_on_old_facts_is_refused_with_the_version_of_today(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    with rooms.unit() as unit:
        item = push(unit)
        push(unit, title="More of it")
        with pytest.raises(Conflict) as refusal:
            unit.moderation.done(item.id, ana, 1, "open", "Three alike")
        assert refusal.value.data["version"] == 2


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_decision_needs_a_reason(rooms: Rooms, reason: str) -> None:
    ana = rooms.member("Ana")
    with rooms.unit() as unit:
        item = push(unit)
        with pytest.raises(Refused):
            unit.moderation.done(item.id, ana, item.version, "open", reason)
    assert state(rooms)[0] == "open"


def test_a_decision_is_kept_and_audited(rooms: Rooms) -> None:
    ana, ben = rooms.member("Ana"), rooms.member("Ben")
    with rooms.unit() as unit:
        item = push(unit)
        unit.moderation.done(
            item.id, ana, item.version, "close", " He is wrong ", {"case": 7}, about_id=ben
        )
        (action,) = unit.moderation.actions(item.id)
        assert (action.actor_id, action.verb, action.reason) == (ana, "close", "He is wrong")
        assert (action.at, action.undo_until) == (NOON, None)
        event = unit.session.scalars(sa.select(MODELS[AuditEvent])).one()
        assert (event.action, event.actor_id) == ("moderation.close", ana)
        assert event.subject == "case:1"
        assert event.details == {"case": 7, "item": item.id, "action": action.id}
        assert "He is wrong" not in str(event.details)
    assert state(rooms) == ("done", None, 2)


def test_a_decided_item_cannot_be_claimed_or_decided_again(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    opened(rooms, ana)
    with rooms.unit() as unit:
        item = unit.session.scalars(sa.select(MODELS[QueueItem])).one()
        with pytest.raises(Conflict):
            unit.moderation.claim(item.id, ana, item.version)
        with pytest.raises(Conflict):
            unit.moderation.done(item.id, ana, item.version, "open", "Again")


def test_an_action_is_undone_within_its_time(rooms: Rooms) -> None:
    ana, ben = rooms.member("Ana"), rooms.member("Ben")
    action = opened(rooms, ana)
    taken_back: list[int] = []
    rooms.clock.move(days=6)
    with rooms.unit() as unit:
        assert with_undo(unit, taken_back).moderation.undo(action, ben).state == "open"
        (done,) = unit.moderation.actions(1)
        assert (done.undone_by, done.undone_at) == (ben, rooms.clock())
    assert taken_back == [action]
    assert audited(rooms) == ["moderation.open", "moderation.undone"]


def test_after_its_time_an_action_stands(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    action = opened(rooms, ana)
    rooms.clock.move(days=7)
    with rooms.unit() as unit, pytest.raises(Refused):
        with_undo(unit, []).moderation.undo(action, ana)


def test_a_verb_without_a_way_back_cannot_be_undone(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    action = opened(rooms, ana)
    with rooms.unit() as unit, pytest.raises(Refused):
        unit.moderation.undo(action, ana)


def test_an_action_is_undone_once_even_by_many_at_once(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    action = opened(rooms, ana)
    taken_back: list[int] = []

    def work(number: int) -> int:
        with rooms.unit() as unit:
            return with_undo(unit, taken_back).moderation.undo(action, ana).id

    answers = together(work, 4)
    assert sum(isinstance(one, Conflict) for one in answers) == 3
    assert taken_back == [action]


def test_news_about_a_decided_subject_open_it_again_and_let_the_decision_stand(
    rooms: Rooms,
) -> None:
    ana = rooms.member("Ana")
    action = opened(rooms, ana)
    with rooms.unit() as unit:
        assert push(unit).state == "open"
        with pytest.raises(Conflict):
            with_undo(unit, []).moderation.undo(action, ana)


def test_an_undo_that_is_refused_changes_nothing(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    action = opened(rooms, ana)

    def refuse(_: Action) -> None:
        raise Refused("paid out already")

    with rooms.unit() as unit:
        unit.moderation.on_undo("case", "open", refuse, within=WEEK)
        with pytest.raises(Refused, match="paid out already"):
            unit.moderation.undo(action, ana)
        unit.session.rollback()
    assert state(rooms)[0] == "done"
    assert audited(rooms) == ["moderation.open"]


def test_what_ended_by_itself_leaves_the_queue(rooms: Rooms) -> None:
    with rooms.unit() as unit:
        push(unit, 1)
        push(unit, 2)
        unit.moderation.settle("case", 1)
        unit.moderation.settle("case", 1)
        unit.moderation.settle("case", 3)
        assert [item.subject_id for item in unit.moderation.queue()] == [2]


def test_what_is_not_there_is_not_found(rooms: Rooms) -> None:
    with rooms.unit() as unit:
        with pytest.raises(NotFound):
            unit.moderation.claim(1, 1, 1)
        with pytest.raises(NotFound):
            unit.moderation.undo(1, 1)


def test_a_verb_has_one_way_back(rooms: Rooms) -> None:
    with rooms.unit() as unit:
        with_undo(unit, [])
        with pytest.raises(CommunityError, match="two ways to undo 'open'"):
            with_undo(unit, [])
