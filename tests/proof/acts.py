"""What eight processes do at once: units of work as a page or a job does them."""

from __future__ import annotations

from flask_community.money import Money
from tests.proof import bed
from tests.proof.crew import SIZE, Turn
from tests.shops import Order

CASE = 7
"""The id of the case that holds rewards."""


def cash_out(turn: Turn) -> int:
    """Ask for the whole balance, under a key of one's own."""
    return _ask(turn, f"process-{turn.number}")


def credit_or_cash_out(turn: Turn) -> int:
    """Ask for the whole balance, as store credit or as money."""
    earnings = turn.start().earnings
    amount = Money(turn.account.amount_minor, "CNY")
    ask = earnings.take_credit if turn.number % 2 else earnings.cash_out
    return ask(turn.account.member_id, amount, f"process-{turn.number}").id


def cash_out_again(turn: Turn) -> int:
    """Ask for the whole balance, under the same key as everybody."""
    return _ask(turn, "the-same")


def refund_or_cash_out(turn: Turn) -> int | None:
    """Give a quarter of the order back, or ask for the whole balance."""
    if turn.number % 2:
        return cash_out(turn)
    turn.start()
    order = turn.shop.session.get(Order, turn.account.order_id)
    part = bed.PAID_MINOR // (SIZE // 2)
    turn.shop.community.orders.refunded(order, f"refund-{turn.number}", amount_minor=part)
    return None


def ripen_or_hold(turn: Turn) -> int:
    """Make available what is due, or hold it for a case."""
    turn.shop.clock.now = turn.account.ripe_at
    earnings = turn.start().earnings
    if turn.number % 2:
        return earnings.ripen()
    product_id = turn.account.product_id
    return earnings.hold(product_id=product_id, batch=None, case_id=CASE, reason="Leaks.")


def _ask(turn: Turn, key: str) -> int:
    earnings = turn.start().earnings
    amount = Money(turn.account.amount_minor, "CNY")
    return earnings.cash_out(turn.account.member_id, amount, key).id
