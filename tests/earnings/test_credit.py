"""Claims about rewards taken as store credit: given once, and exact whatever comes back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from flask_community.audit import AuditEvent
from flask_community.earnings.credit import give
from flask_community.earnings.models import Earning, Payout
from flask_community.earnings.payouts import CREDIT_JOB
from flask_community.errors import Conflict, HookMissing, InsufficientFunds, Refused
from flask_community.hooks import HostHooks
from flask_community.money import Money
from flask_community.outbox import OutboxJob
from tests.rooms import together
from tests.stall import Stall


def take(stall: Stall, minor: int, key: str = "form-1") -> int:
    """Take credit and commit, as a page does; the jobs have not run yet."""
    payout = stall.earnings.take_credit(stall.ann_id, Money(minor, "CNY"), key)
    stall.shop.session.commit()
    return payout.id


def state_of(stall: Stall, payout_id: int) -> tuple[str, str | None]:
    """Return where a payout stands, and why."""
    row = stall.earnings.payouts.get(payout_id)
    return row.state, row.reference


def try_again(stall: Stall, times: int = 1) -> None:
    """Let the job come up again, whenever that is."""
    for _ in range(times):
        stall.wait(hours=7)


def test_credit_is_given_once_and_after_the_commit(stall: Stall) -> None:
    stall.earn(40_000)
    payout = take(stall, 1_500)
    assert stall.stands() == {"available": 500, "store_credit": 1_500}
    assert stall.shop.hooks.credits == {}
    for _ in range(2):
        stall.work()
    assert stall.shop.hooks.credits == {f"payout:{payout}": (stall.ann.id, Money(1_500, "CNY"))}
    assert stall.stands() == {"available": 500}
    assert state_of(stall, payout) == ("redeemed", None)
    assert stall.told()[-1] == "credit_sent"


def test_the_same_request_again_takes_nothing_more(stall: Stall) -> None:
    stall.earn(40_000)
    assert take(stall, 1_500) == take(stall, 1_500)
    stall.work()
    assert len(stall.shop.hooks.credit_asks) == 1
    with pytest.raises(Conflict):
        stall.earnings.take_credit(stall.ann_id, Money(1_400, "CNY"), "form-1")
    with pytest.raises(Conflict):
        stall.earnings.cash_out(stall.ann_id, Money(1_500, "CNY"), "form-1")


def test_any_amount_will_do_but_not_more_than_there_is(stall: Stall) -> None:
    stall.earn()
    for minor, wrong in ((0, Refused), (-5, Refused), (991, InsufficientFunds)):
        with pytest.raises(wrong):
            stall.earnings.take_credit(stall.ann_id, Money(minor, "CNY"), "form-1")
        stall.shop.session.rollback()
    take(stall, 1)
    stall.work()
    assert stall.stands() == {"available": 989}


def test_the_oldest_reward_is_taken_first_and_says_where_it_is(stall: Stall) -> None:
    stall.earn()
    stall.earn()
    take(stall, 1_000)
    stall.work()
    newest, oldest = (one.earning for one in stall.earnings.rewards_of(stall.ann_id))
    assert (oldest.state, oldest.out_minor) == ("redeemed", 990)
    assert (newest.state, newest.out_minor) == ("available", 10)


def test_a_shop_that_fails_is_asked_again_under_the_same_key(stall: Stall) -> None:
    stall.earn()
    stall.shop.hooks.credit_fails = ConnectionError("The till is off.")
    payout = take(stall, 990)
    try_again(stall, 2)
    assert stall.stands() == {"store_credit": 990}
    job = stall.shop.site.binding.models[OutboxJob]
    found = stall.shop.session.scalars(sa.select(job).filter_by(job=CREDIT_JOB)).one()
    assert (found.state, found.error) == ("waiting", "ConnectionError: The till is off.")
    stall.shop.hooks.credit_fails = None
    try_again(stall)
    assert set(stall.shop.hooks.credit_asks) == {f"payout:{payout}"}
    assert state_of(stall, payout)[0] == "redeemed"


def test_a_lost_answer_gives_no_second_credit(stall: Stall) -> None:
    stall.earn()
    stall.shop.hooks.credit_is_lost = True
    payout = take(stall, 990)
    stall.work()
    assert state_of(stall, payout)[0] == "store_credit"
    stall.shop.hooks.credit_is_lost = False
    try_again(stall)
    assert len(stall.shop.hooks.credit_asks) == 2
    assert len(stall.shop.hooks.credits) == 1
    assert state_of(stall, payout)[0] == "redeemed"


def test_what_the_shop_refuses_for_good_is_available_again_and_says_why(stall: Stall) -> None:
    stall.earn()
    stall.shop.hooks.credit_fails = Refused("Your account at the till is closed.")
    payout = take(stall, 990)
    stall.work()
    assert stall.stands() == {"available": 990}
    assert state_of(stall, payout) == ("failed", "Your account at the till is closed.")
    (notice, *_) = stall.shop.services().notices.inbox(stall.ann_id)
    assert notice.kind == "credit_failed"
    assert "Your account at the till is closed." in notice.body
    event = stall.shop.site.binding.models[AuditEvent]
    actions = stall.shop.session.scalars(
        sa.select(event.action).filter_by(subject=f"payout:{payout}")
    )
    assert list(actions) == ["payout.asked", "payout.failed"]
    try_again(stall)
    assert len(stall.shop.hooks.credit_asks) == 1


def test_a_shop_without_the_hook_gives_none(stall: Stall) -> None:
    stall.earn()
    stall.shop.site.hooks = HostHooks()
    with pytest.raises(HookMissing):
        stall.earnings.take_credit(stall.ann_id, Money(990, "CNY"), "form-1")
    assert stall.stands() == {"available": 990}


def test_who_owes_takes_no_credit(stall: Stall) -> None:
    order = stall.earn()
    take(stall, 990)
    stall.work()
    stall.refund(order, 9_900)
    assert stall.stands() == {"debt": -495}
    with pytest.raises(Refused, match="You owe"):
        stall.earnings.take_credit(stall.ann_id, Money(1, "CNY"), "form-2")


@pytest.mark.parametrize("is_given", [True, False])
def test_a_refund_after_taking_it_is_debt_that_the_next_reward_settles(
    stall: Stall, is_given: bool
) -> None:
    order = stall.earn()
    take(stall, 990)
    if is_given:
        stall.work()
    stall.shop.community.orders.refunded(order, "r1", amount_minor=None)
    stall.shop.session.commit()
    assert stall.stands()["debt"] == -990
    stall.work()
    assert [minor for _, minor in stall.shop.hooks.credits.values()] == [Money(990, "CNY")]
    stall.earn(20_000)
    assert stall.stands() == {"available": 10}


def test_a_won_dispute_gives_back_what_had_become_debt(stall: Stall) -> None:
    order = stall.earn()
    take(stall, 990)
    stall.work()
    orders = stall.shop.community.orders
    for event in (orders.charged_back, orders.dispute_won):
        event(order)
        stall.shop.session.commit()
    assert stall.stands() == {}
    (reward,) = stall.earnings.rewards_of(stall.ann_id)
    assert reward.earning.state == "redeemed"


def test_a_refusal_after_a_refund_leaves_what_is_due(stall: Stall) -> None:
    order = stall.earn(40_000)
    stall.shop.hooks.credit_fails = Refused("The till is closed.")
    take(stall, 1_500)
    stall.shop.community.orders.refunded(order, "r1", amount_minor=20_000)
    stall.shop.session.commit()
    stall.work()
    assert stall.stands() == {"available": 1_000}


def test_credit_of_a_member_who_is_gone_goes_nowhere(stall: Stall) -> None:
    stall.earn()
    payout = take(stall, 990)
    stall.shop.services().personal.erase(stall.ann_id, actor_id=None)
    stall.shop.session.commit()
    stall.work()
    assert stall.shop.hooks.credit_asks == []
    assert state_of(stall, payout)[0] == "failed"


def test_money_and_credit_of_one_balance_at_once_have_one_winner(stall: Stall) -> None:
    stall.earn(40_000)

    def ask(number: int) -> int:
        with stall.shop.app.app_context(), stall.shop.site.unit() as services:
            earnings = services.earnings
            verb = earnings.take_credit if number % 2 else earnings.cash_out
            return verb(stall.ann_id, Money(2_000, "CNY"), f"form-{number}").id

    answers = together(ask, 6)
    assert len([one for one in answers if isinstance(one, int)]) == 1
    stall.shop.session.rollback()
    payouts = sa.select(sa.func.count()).select_from(stall.shop.site.binding.models[Payout])
    assert stall.shop.session.scalar(payouts) == 1
    stall.work()
    assert sum(stall.stands().values()) + 2_000 * len(stall.shop.hooks.credits) == 2_000


def test_many_workers_at_once_settle_one_credit_once(stall: Stall) -> None:
    stall.earn()
    payout = take(stall, 990)
    site = stall.shop.site

    def work(_: int) -> None:
        with stall.shop.app.app_context():
            give(site.unit, stall.shop.hooks, payout)

    answers = together(work, 4)
    stall.shop.session.rollback()
    assert state_of(stall, payout)[0] == "redeemed"
    assert None in answers
    assert len(stall.shop.hooks.credits) == 1


def test_verify_names_credit_that_is_under_way_in_one_book_only(stall: Stall) -> None:
    stall.earn()
    payout = take(stall, 990)
    row = stall.shop.site.binding.models[Payout]
    change = sa.update(row).where(row.id == payout)
    for state, breaches in (("redeemed", 1), ("store_credit", 0)):
        stall.shop.session.execute(change.values(state=state))
        stall.shop.session.commit()
        assert len(stall.earnings.verify()) == breaches


def test_what_was_taken_is_among_what_one_takes_along(stall: Stall) -> None:
    stall.earn()
    take(stall, 990)
    stall.work()
    exported = stall.shop.services().personal.export(stall.ann_id)
    assert "'way': 'store_credit', 'state': 'redeemed'" in str(exported)


def test_an_earning_that_left_in_both_ways_comes_back_as_far_as_one_fails(stall: Stall) -> None:
    stall.earn(40_000)
    money = stall.earnings.cash_out(stall.ann_id, Money(1_200, "CNY"), "form-0")
    stall.shop.session.commit()
    take(stall, 800)
    stall.work()
    stall.earnings.payout_failed(money.id, actor_id=None, reason="closed")
    stall.shop.session.commit()
    assert stall.stands() == {"available": 1_200}
    earning = stall.shop.session.scalars(sa.select(stall.shop.site.binding.models[Earning])).one()
    assert (earning.state, earning.out_minor) == ("available", 800)
