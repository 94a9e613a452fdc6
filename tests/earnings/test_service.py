"""Claims about rewards: what an order earns, when, and what takes it back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from flask_community.earnings.models import Earning, Hold
from flask_community.errors import Conflict, InsufficientFunds, Refused
from flask_community.money import Money
from tests.rooms import together
from tests.stall import Stall


def test_a_paid_order_makes_a_pending_reward_of_the_sharer(stall: Stall) -> None:
    stall.sell()
    assert stall.stands() == {"pending": 990}
    assert stall.stands(stall.bob_id) == {}


def test_an_order_that_nobody_brought_earns_nothing(stall: Stall) -> None:
    stall.shop.order(stall.ann, (stall.gaiwan, 19_800))
    assert stall.stands() == {}


def test_a_reward_is_available_when_the_hold_after_delivery_is_over(stall: Stall) -> None:
    order = stall.sell()
    stall.wait(days=100)
    assert stall.stands() == {"pending": 990}
    stall.deliver(order)
    stall.wait(days=14, seconds=-1)
    assert stall.stands() == {"pending": 990}
    stall.wait(seconds=1)
    assert stall.stands() == {"available": 990}


def test_a_partial_refund_takes_back_exactly_its_part(stall: Stall) -> None:
    order = stall.sell()
    stall.refund(order, 9_900)
    assert stall.stands() == {"pending": 495}


def test_partial_refunds_that_end_in_a_full_one_leave_nothing(stall: Stall) -> None:
    order = stall.sell((stall.gaiwan, 3_333), (stall.tray, 1_234))
    for number, minor in enumerate((7, 1_111, 3_000)):
        stall.refund(order, minor, id=f"r{number}")
    stall.refund(order, id="rest")
    assert stall.stands() == {}


def test_an_event_told_twice_changes_nothing(stall: Stall) -> None:
    order = stall.sell()
    for _ in range(2):
        stall.refund(order, 9_900, id="same")
        stall.shop.community.orders.paid(order)
        stall.shop.session.commit()
    assert stall.stands() == {"pending": 495}


def test_a_later_change_of_the_rate_reprices_nothing(stall: Stall) -> None:
    order = stall.sell()
    object.__setattr__(stall.shop.site.settings, "reward_bps", 1_000)
    stall.refund(order, 9_900)
    assert stall.stands() == {"pending": 495}


def test_a_cancelled_order_that_is_paid_again_earns_again(stall: Stall) -> None:
    order = stall.sell()
    stall.shop.set_status(order, "cancelled")
    assert stall.stands() == {}
    stall.shop.set_status(order, "paid")
    assert stall.stands() == {"pending": 990}


def test_a_lost_dispute_takes_back_and_a_won_one_returns(stall: Stall) -> None:
    order = stall.earn()
    orders = stall.shop.community.orders
    orders.charged_back(order)
    stall.shop.session.commit()
    assert stall.stands() == {}
    orders.dispute_won(order)
    stall.shop.session.commit()
    assert stall.stands() == {"available": 990}


def test_the_sharer_reads_what_happened_and_when_he_is_paid(stall: Stall) -> None:
    order = stall.earn()
    stall.refund(order, 100)
    assert stall.told() == ["reward_pending", "reward_dated", "reward_available", "reward_reduced"]
    (reward,) = stall.earnings.rewards_of(stall.ann_id)
    assert (reward.title, reward.earning.credited_minor) == ("Gaiwan", 985)


def test_a_pending_reward_says_when_it_is_payable_and_why(stall: Stall) -> None:
    stall.deliver(stall.sell())
    (reward,) = stall.earnings.rewards_of(stall.ann_id)
    assert "15 Nov 2026" in reward.why
    assert "returned" in reward.why


# -- cashing out --


def test_cashing_out_moves_the_money_once_per_key(stall: Stall) -> None:
    stall.earn(40_000)
    first = stall.earnings.cash_out(stall.ann_id, Money(1_500, "CNY"), "form-1")
    again = stall.earnings.cash_out(stall.ann_id, Money(1_500, "CNY"), "form-1")
    stall.shop.session.commit()
    assert first.id == again.id
    assert stall.stands() == {"available": 500, "in_payout": 1_500}


def test_a_key_used_for_another_amount_is_refused(stall: Stall) -> None:
    stall.earn(40_000)
    stall.earnings.cash_out(stall.ann_id, Money(1_500, "CNY"), "form-1")
    stall.shop.session.commit()
    with pytest.raises(Conflict):
        stall.earnings.cash_out(stall.ann_id, Money(1_000, "CNY"), "form-1")


def test_nobody_cashes_out_more_than_is_available(stall: Stall) -> None:
    stall.earn(40_000)
    with pytest.raises(InsufficientFunds):
        stall.earnings.cash_out(stall.ann_id, Money(2_001, "CNY"), "form-1")
    stall.shop.session.rollback()
    assert stall.stands() == {"available": 2_000}


@pytest.mark.parametrize("minor", [-5_000, 0, 999])
def test_less_than_the_minimum_is_not_paid_out(stall: Stall, minor: int) -> None:
    stall.earn(40_000)
    with pytest.raises(Refused, match="¥10"):
        stall.earnings.cash_out(stall.ann_id, Money(minor, "CNY"), "form-1")


def test_a_refund_after_the_payout_is_debt_that_blocks_the_next_payout(stall: Stall) -> None:
    order = stall.earn(40_000)
    _cash_out(stall, 2_000)
    stall.refund(order, 20_000)
    assert stall.stands() == {"paid": 2_000, "debt": -1_000}
    with pytest.raises(Refused, match="¥10"):
        stall.earnings.cash_out(stall.ann_id, Money(1_000, "CNY"), "form-2")


def test_the_next_credit_settles_the_debt_first(stall: Stall) -> None:
    order = stall.earn(40_000)
    _cash_out(stall, 2_000)
    stall.refund(order, 20_000)
    stall.meet(stall.bob_id, stall.link)
    stall.earn(60_000)
    assert stall.stands() == {"paid": 2_000, "available": 2_000}


def test_a_failed_payout_is_available_again(stall: Stall) -> None:
    stall.earn(40_000)
    payout = stall.earnings.cash_out(stall.ann_id, Money(2_000, "CNY"), "form-1")
    stall.earnings.payout_failed(payout.id, actor_id=stall.bob_id, reason="account closed")
    stall.shop.session.commit()
    assert stall.stands() == {"available": 2_000}
    with pytest.raises(Conflict):
        stall.earnings.payout_sent(payout.id, actor_id=None, reference="X")


def test_a_refund_during_a_payout_that_fails_leaves_what_is_due(stall: Stall) -> None:
    order = stall.earn(40_000)
    payout = stall.earnings.cash_out(stall.ann_id, Money(2_000, "CNY"), "form-1")
    stall.shop.session.commit()
    stall.refund(order, 10_000)
    assert stall.stands() == {"in_payout": 2_000, "debt": -500}
    stall.earnings.payout_failed(payout.id, actor_id=None, reason="account closed")
    stall.shop.session.commit()
    assert stall.stands() == {"available": 1_500}


def test_a_failed_payout_pays_back_the_credit_that_settled_its_debt(stall: Stall) -> None:
    order = stall.earn(40_000)
    payout = stall.earnings.cash_out(stall.ann_id, Money(2_000, "CNY"), "form-1")
    stall.shop.session.commit()
    stall.refund(order, 10_000)
    stall.meet(stall.bob_id, stall.link)
    stall.earn(40_000)
    assert stall.stands() == {"in_payout": 2_000, "available": 1_500}
    stall.earnings.payout_failed(payout.id, actor_id=None, reason="account closed")
    stall.shop.session.commit()
    assert stall.stands() == {"available": 3_500}


def _cash_out(stall: Stall, minor: int) -> None:
    payout = stall.earnings.cash_out(stall.ann_id, Money(minor, "CNY"), "form-1")
    stall.earnings.payout_sent(payout.id, actor_id=stall.bob_id, reference="BANK-1")
    stall.shop.session.commit()


def test_of_many_at_once_who_ask_for_the_whole_balance_one_wins(stall: Stall) -> None:
    stall.earn(40_000)

    def ask(number: int) -> int:
        with stall.shop.app.app_context(), stall.shop.site.unit() as services:
            services.earnings.rewards_of(stall.ann_id)  # rows loaded before must not deceive
            return services.earnings.cash_out(stall.ann_id, Money(2_000, "CNY"), f"{number}").id

    answers = together(ask, 6)
    assert sum(type(answer) is int for answer in answers) == 1
    assert stall.stands() == {"in_payout": 2_000}


def test_of_many_at_once_with_one_key_one_payout_is_made(stall: Stall) -> None:
    stall.earn(80_000)

    def ask(number: int) -> int:
        with stall.shop.app.app_context(), stall.shop.site.unit() as services:
            return services.earnings.cash_out(stall.ann_id, Money(2_000, "CNY"), "same").id

    paid_out = {answer for answer in together(ask, 6) if type(answer) is int}
    assert len(paid_out) == 1
    assert stall.stands() == {"available": 2_000, "in_payout": 2_000}


# -- holds --


def _hold(stall: Stall, case_id: int = 7, batch: str | None = None) -> int:
    services = stall.shop.services()
    product = services.orders.product_of("gaiwan")
    held = services.earnings.hold(
        product_id=product.id, batch=batch, case_id=case_id, reason="It cracks."
    )
    stall.shop.session.commit()
    return held


@pytest.mark.parametrize("state", ["pending", "available"])
def test_a_case_holds_and_a_person_releases_it_to_where_it_was(stall: Stall, state: str) -> None:
    _ = stall.sell() if state == "pending" else stall.earn()
    assert _hold(stall) == 1
    assert stall.stands() == {"held": 990}
    stall.wait(days=365)
    assert stall.stands() == {"held": 990}
    assert stall.earnings.release(7, stall.bob_id) == 1
    stall.shop.session.commit()
    assert stall.stands() == {state: 990}


def test_an_earning_held_by_two_cases_waits_for_both(stall: Stall) -> None:
    stall.sell()
    assert (_hold(stall, 7), _hold(stall, 7), _hold(stall, 8)) == (1, 0, 1)
    stall.earnings.release(7, stall.bob_id)
    assert stall.stands() == {"held": 990}
    stall.earnings.release(8, stall.bob_id)
    stall.shop.session.commit()
    assert stall.stands() == {"pending": 990}


def test_only_the_batch_in_question_is_held(stall: Stall) -> None:
    stall.sell(batch="A")
    stall.sell((stall.gaiwan, 10_000), batch="B")
    assert _hold(stall, batch="B") == 1
    assert stall.stands() == {"pending": 990, "held": 500}


def test_an_upheld_case_takes_back_only_what_was_refunded(stall: Stall) -> None:
    refunded = stall.sell()
    stall.sell((stall.gaiwan, 10_000))
    _hold(stall)
    stall.refund(refunded, 9_900)
    assert stall.earnings.reverse(7, stall.bob_id) == 1
    stall.shop.session.commit()
    assert stall.stands() == {"pending": 500}


def test_an_order_paid_while_its_product_is_stopped_is_held_at_once(stall: Stall) -> None:
    services = stall.shop.services()
    product = services.orders.product_of("gaiwan")
    services.referrals.pause(product_id=product.id, level="hard", case_id=7, reason="It cracks.")
    stall.shop.session.commit()
    stall.sell()
    assert stall.stands() == {"held": 990}


def test_every_decision_names_its_person_and_the_audit_log_has_it(stall: Stall) -> None:
    stall.sell()
    _hold(stall)
    stall.earnings.release(7, stall.bob_id)
    stall.shop.session.commit()
    hold = stall.shop.session.scalars(sa.select(stall.shop.site.binding.models[Hold])).one()
    assert (hold.decided_by, hold.verdict) == (stall.bob_id, "clear")


# -- one person --


def test_a_sharer_who_buys_with_another_account_earns_nothing(stall: Stall) -> None:
    stall.bob.email = "An.N+tea@EXAMPLE.org"
    stall.ann.email = "an.n@example.org"
    stall.shop.session.commit()
    stall.sell()
    assert stall.stands() == {}
    assert stall.told()[-1] == "reward_rejected"
    (reward,) = stall.earnings.rewards_of(stall.ann_id)
    assert reward.earning.reason == "same_email"


def test_a_rejected_reward_stays_rejected_whatever_the_order_does(stall: Stall) -> None:
    stall.bob.email = stall.ann.email
    stall.shop.session.commit()
    order = stall.earn()
    stall.refund(order, 100)
    assert stall.stands() == {}


def test_nothing_ripens_before_the_shop_was_asked_who_they_are(stall: Stall) -> None:
    order = stall.shop.order(stall.bob, (stall.gaiwan, 19_800))
    stall.shop.set_status(order, "done")
    stall.shop.clock.forward(days=20)
    assert stall.earnings.ripen() == 0
    stall.wait()
    assert stall.stands() == {"available": 990}


# -- the books --


def test_verify_names_an_earning_that_says_more_than_its_account(stall: Stall) -> None:
    stall.sell()
    row = stall.shop.site.binding.models[Earning]
    stall.shop.session.execute(sa.update(row).values(amount_minor=1_000, credited_minor=1_000))
    (problem,) = stall.earnings.verify()
    assert (
        problem == f"account member:pending:{stall.ann_id}:CNY is at 990, its earnings sum to 1000"
    )


def test_verify_names_an_earning_whose_touch_came_after_the_order(stall: Stall) -> None:
    stall.sell()
    models = stall.shop.site.binding.models
    from flask_community.referrals.models import Attribution

    late = stall.shop.clock.forward(days=1)
    stall.shop.session.execute(sa.update(models[Attribution]).values(touch_at=late))
    assert stall.earnings.verify() == ["earning 1 does not lead back to its order, line and touch"]
