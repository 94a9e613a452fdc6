"""Claims about appeals from rewards: who asks, who decides, and what it does to the money."""

from __future__ import annotations

import datetime as dt
import html

import pytest
import sqlalchemy as sa

from flask_community.communities.rules import Remit
from flask_community.earnings.appeals import Appeals
from flask_community.earnings.models import Appeal, Earning
from flask_community.errors import Conflict, Forbidden, NotFound, Refused
from flask_community.moderation.models import QueueItem
from tests.rooms import together
from tests.shops import Order
from tests.stall import Stall

WHY = "We are sisters and share one mailbox."
SAID = "You do not live together."


@pytest.fixture
def judge(stall: Stall) -> int:
    """Return a moderator whom nothing here concerns."""
    return stall.shop.member_id(stall.shop.user("judge", rank="moderator"))


def appeals(stall: Stall) -> Appeals:
    return stall.earnings.appeals


def newest(stall: Stall) -> Earning:
    return stall.earnings.rewards_of(stall.ann_id)[0].earning


def commit(stall: Stall) -> None:
    stall.shop.session.commit()


def appeal(stall: Stall, text: str = WHY) -> int:
    made = appeals(stall).make(stall.ann_id, newest(stall).id, text).id
    commit(stall)
    return made


def rejected(stall: Stall) -> Order:
    """Let a reward be rejected because sharer and buyer share a mailbox."""
    stall.bob.email = stall.ann.email
    commit(stall)
    return stall.sell()


def held(stall: Stall) -> Order:
    """Let a case hold a reward."""
    order = stall.sell()
    product = stall.shop.services().orders.product_of("gaiwan").id
    stall.earnings.hold(product_id=product, batch=None, case_id=7, reason="It cracks.")
    commit(stall)
    return order


def reversed_by(stall: Stall, judge_id: int) -> int:
    """Let a case take a reward back after its buyer got money back; appeal from it."""
    stall.refund(held(stall), 9_900)
    stall.earnings.reverse(7, judge_id)
    commit(stall)
    return appeal(stall, "The buyer kept it and uses it daily.")


def grant(stall: Stall, appeal_id: int, judge_id: int) -> Appeal:
    granted = appeals(stall).grant(appeal_id, judge_id, "We believe you.")
    commit(stall)
    return granted


def waiting(stall: Stall) -> list[QueueItem]:
    return list(stall.shop.services().moderation.queue())


# -- asking --


def test_an_appeal_waits_at_the_desk_as_one_and_names_nobody(stall: Stall) -> None:
    rejected(stall)
    appeal(stall)
    (item,) = waiting(stall)
    assert (item.kind, item.is_appeal, item.field) == ("reward_appeal", True, "teaware")
    assert item.title == "Gaiwan"
    assert item.due_at == stall.shop.clock() + dt.timedelta(days=7)


def test_the_same_words_twice_are_one_appeal_and_others_are_refused(stall: Stall) -> None:
    rejected(stall)
    first = appeal(stall)
    assert appeal(stall) == first
    with pytest.raises(Conflict):
        appeal(stall, "And she is taller.")
    assert len(waiting(stall)) == 1


def test_there_is_nothing_to_appeal_from_while_a_reward_is_fine(stall: Stall) -> None:
    stall.sell()
    with pytest.raises(Refused):
        appeal(stall)


def test_an_appeal_comes_within_180_days(stall: Stall) -> None:
    held(stall)
    stall.shop.clock.forward(days=180)
    assert appeals(stall).chance(newest(stall).id) is not None
    stall.shop.clock.forward(seconds=1)
    assert appeals(stall).chance(newest(stall).id) is None
    with pytest.raises(Refused):
        appeal(stall)


def test_nobody_appeals_for_another(stall: Stall) -> None:
    held(stall)
    with pytest.raises(NotFound):
        appeals(stall).make(stall.bob_id, newest(stall).id, WHY)
    made = appeal(stall)
    for verb in (appeals(stall).own, appeals(stall).withdraw):
        with pytest.raises(NotFound):
            verb(stall.bob_id, made)


def test_an_appeal_that_is_taken_back_leaves_the_queue_for_good(stall: Stall) -> None:
    rejected(stall)
    made = appeal(stall)
    for _ in range(2):
        assert appeals(stall).withdraw(stall.ann_id, made).state == "withdrawn"
    commit(stall)
    assert waiting(stall) == []
    assert appeals(stall).chance(newest(stall).id) is None


# -- granting --


def test_a_rejected_reward_is_credited_anew_and_ripens_on_its_day(stall: Stall, judge: int) -> None:
    order, made = rejected(stall), appeal(stall)
    assert appeals(stall).outlook(appeals(stall).own(stall.ann_id, made)) == (990, None)
    assert grant(stall, made, judge).state == "granted"
    assert stall.stands() == {"pending": 990}
    assert stall.told()[-1] == "appeal_granted"
    assert waiting(stall) == []
    stall.deliver(order)
    stall.wait(days=14)
    assert stall.stands() == {"available": 990}


def test_what_is_granted_late_is_available_at_once(stall: Stall, judge: int) -> None:
    order, made = rejected(stall), appeal(stall)
    stall.deliver(order)
    stall.wait(days=30)
    grant(stall, made, judge)
    stall.work()
    assert stall.stands() == {"available": 990}


def test_only_what_the_shop_kept_is_granted_and_a_refund_takes_its_part(
    stall: Stall, judge: int
) -> None:
    order, made = rejected(stall), appeal(stall)
    stall.refund(order, 9_900)
    grant(stall, made, judge)
    assert stall.stands() == {"pending": 495}
    stall.refund(order, id="rest")
    assert stall.stands() == {}


def test_nothing_is_granted_for_a_sale_that_was_given_back(stall: Stall, judge: int) -> None:
    order, made = rejected(stall), appeal(stall)
    stall.refund(order)
    with pytest.raises(Refused) as caught:
        grant(stall, made, judge)
    assert caught.value.data["bar"] == "nothing"
    stall.shop.session.rollback()
    assert appeals(stall).turn_down(made, judge, SAID).state == "upheld"
    commit(stall)
    assert stall.stands() == {}


def test_a_reward_that_fell_with_its_order_is_not_granted(stall: Stall, judge: int) -> None:
    stall.refund(stall.sell())
    with pytest.raises(Refused):
        grant(stall, appeal(stall), judge)


def test_what_a_case_took_back_is_credited_as_far_as_it_was_kept(stall: Stall, judge: int) -> None:
    made = reversed_by(stall, stall.bob_id)
    assert stall.stands() == {}
    grant(stall, made, judge)
    assert stall.stands() == {"pending": 495}
    assert newest(stall).reason == "granted"


def test_what_is_credited_anew_is_held_if_another_case_stopped_the_product(
    stall: Stall, judge: int
) -> None:
    made = reversed_by(stall, stall.bob_id)
    services = stall.shop.services()
    product = services.orders.product_of("gaiwan").id
    services.referrals.pause(product_id=product, level="hard", case_id=8, reason="It leaks.")
    commit(stall)
    grant(stall, made, judge)
    assert stall.stands() == {"held": 495}


def test_what_a_case_holds_only_the_case_lets_go(stall: Stall, judge: int) -> None:
    held(stall)
    made = appeal(stall)
    with pytest.raises(Refused) as caught:
        grant(stall, made, judge)
    assert caught.value.data["bar"] == "case"
    stall.shop.session.rollback()
    assert stall.stands() == {"held": 990}
    assert appeals(stall).own(stall.ann_id, made).state == "open"


@pytest.mark.parametrize("end", ["release", "reverse"])
def test_a_case_that_is_decided_overtakes_the_appeal_from_its_hold(
    stall: Stall, judge: int, end: str
) -> None:
    stall.refund(held(stall), 9_900)
    made = appeal(stall)
    assert len(waiting(stall)) == 1
    getattr(stall.earnings, end)(7, judge)
    commit(stall)
    assert appeals(stall).own(stall.ann_id, made).state == "overtaken"
    assert waiting(stall) == []
    # What the case took back is a decision of its own.
    assert (appeals(stall).chance(newest(stall).id) is not None) is (end == "reverse")


def test_a_part_refund_leaves_an_appeal_from_a_hold_open(stall: Stall) -> None:
    order, made = held(stall), appeal(stall)
    stall.refund(order, 9_900)
    assert appeals(stall).own(stall.ann_id, made).state == "open"


# -- deciding --


@pytest.mark.parametrize("verb", ["grant", "turn_down"])
def test_an_appeal_is_decided_once(stall: Stall, judge: int, verb: str) -> None:
    rejected(stall)
    made = appeal(stall)
    appeals(stall).turn_down(made, judge, SAID)
    commit(stall)
    assert stall.told()[-1] == "appeal_upheld"
    with pytest.raises(Conflict):
        getattr(appeals(stall), verb)(made, judge, SAID)


def test_of_two_who_decide_at_once_one_wins(stall: Stall, judge: int) -> None:
    rejected(stall)
    made = appeal(stall)

    def decide(number: int) -> str:
        with stall.shop.app.app_context(), stall.shop.site.unit() as services:
            desk = services.earnings.appeals
            verb = (desk.grant, desk.turn_down)[number]
            return verb(made, judge, SAID).state

    answers = together(decide, 2)
    stall.shop.session.rollback()
    (won,) = [one for one in answers if isinstance(one, str)]
    assert stall.stands() == ({"pending": 990} if won == "granted" else {})
    assert stall.told()[-1] == f"appeal_{won}"


def test_whom_it_concerns_does_not_decide(stall: Stall, judge: int) -> None:
    made, access = reversed_by(stall, judge), appeals(stall).access
    other = stall.shop.member_id(stall.shop.user("other", rank="moderator"))
    with pytest.raises(Forbidden):
        access.appeal(Remit(stall.ann_id, everywhere=True), made)
    for party in (stall.bob_id, judge):
        with pytest.raises(NotFound):
            access.appeal(Remit(party, everywhere=True), made)
    with pytest.raises(NotFound):
        access.appeal(Remit(other, fields=frozenset({"books"})), made)
    assert access.appeal(Remit(other, fields=frozenset({"teaware"})), made).id == made


def test_it_is_not_in_the_queue_of_whom_it_concerns(stall: Stall, judge: int) -> None:
    reversed_by(stall, judge)
    desk = stall.shop.services().moderation
    for party in (stall.ann_id, stall.bob_id, judge):
        assert desk.queue(Remit(party, everywhere=True)) == []
    assert len(desk.queue(Remit(judge + 1, everywhere=True))) == 1


def test_an_owner_decides_on_his_own_decision_after_a_day(stall: Stall) -> None:
    boss = stall.shop.member_id(stall.shop.user("boss", rank="owner"))
    made, remit = reversed_by(stall, boss), Remit(boss, everywhere=True, owns=True)
    with pytest.raises(NotFound):
        appeals(stall).access.appeal(remit, made)
    stall.shop.clock.forward(days=1)
    assert appeals(stall).access.appeal(remit, made).id == made


# -- personal facts --


def test_who_is_erased_leaves_no_words_and_nothing_to_decide(stall: Stall) -> None:
    rejected(stall)
    made = appeal(stall)
    services = stall.shop.services()
    assert WHY in str(services.personal.export(stall.ann_id)["earnings"])
    services.personal.erase(stall.ann_id, actor_id=None)
    commit(stall)
    row = stall.shop.site.binding.models[Appeal]
    kept = stall.shop.session.scalars(sa.select(row).filter_by(id=made)).one()
    assert (kept.text, kept.state) == ("", "withdrawn")
    assert waiting(stall) == []


# -- pages --


def test_a_member_appeals_on_his_receipt_and_a_moderator_grants_it(stall: Stall) -> None:
    rejected(stall)
    reward = newest(stall).id
    ann, desk = (
        stall.shop.client(stall.ann),
        stall.shop.client(stall.shop.user("desk", rank="moderator")),
    )
    receipt = f"/community/my/rewards/{reward}/receipt"
    assert f"{receipt}#appeal" in ann.get("/community/my/rewards").text
    form = {**_token(ann.get(receipt).text), "text": WHY}
    assert ann.post(f"/community/my/rewards/{reward}/appeal", data=form).status_code == 303
    assert "A person looks at your appeal" in ann.get(receipt).text
    (item,) = waiting(stall)
    address = f"/community/desk/reward-appeals/{item.subject_id}"
    page = html.unescape(desk.get(address).text)
    assert WHY in page
    assert "¥9.90 goes to the member" in page
    assert "bob" not in page
    form = {**_token(page), "text": "We believe you."}
    assert desk.post(f"{address}/grant", data=form).status_code == 303
    assert "We believe you." in ann.get(receipt).text
    assert stall.stands() == {"pending": 990}


def _token(page: str) -> dict[str, str]:
    return {"community_csrf": page.split('name="community_csrf" value="')[1].split('"')[0]}
