"""Asks the shop to give store credit that a member took, once however often it is asked.

Three steps: look and end the transaction; ask the shop's hook, with no
transaction of ours open; keep the answer and commit. Whoever dies in between,
or loses the answer, asks again under the same key.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from ..errors import Conflict, Refused
from ..hooks import HostHooks
from ..members.service import MemberService
from ..money import Money
from .service import EarningService
from .ways import STORE_CREDIT, WAYS

NOBODY = "The member is gone."


class Unit(Protocol):
    """One transaction's worth of services."""

    @property
    def members(self) -> MemberService:
        """Who is who."""

    @property
    def earnings(self) -> EarningService:
        """The books."""


OpenUnit = Callable[[], AbstractContextManager[Unit]]
"""Opens a unit in an own session that commits when its block ends well."""


def give(open_unit: OpenUnit, hooks: HostHooks, payout_id: int) -> None:
    """Have the shop give what a payout is about, and keep what became of it.

    What the hook raises goes through, so that the job comes up again; only
    Refused says that the shop will never give it, and the money is available again.
    """
    with open_unit() as unit:
        payout = unit.earnings.payouts.get(payout_id)
        if payout.state != WAYS[STORE_CREDIT].waiting:
            return
        member = unit.members.host_key(payout.member_id)
        amount = Money(payout.amount_minor, payout.currency)
    refusal = NOBODY if member is None else _ask(hooks, member, amount, payout_id)
    try:
        with open_unit() as unit:
            if refusal is None:
                unit.earnings.payouts.given(payout_id)
            else:
                unit.earnings.payouts.failed(
                    payout_id, actor_id=None, reason=refusal, way=STORE_CREDIT
                )
    except Conflict:
        with open_unit() as unit:
            # Another worker was told the same, and first; anything else is tried again.
            if unit.earnings.payouts.get(payout_id).state == WAYS[STORE_CREDIT].waiting:
                raise


def give_credit(services: Any, payload: dict[str, Any]) -> None:
    """Handle the job `earnings.give_credit`, in units of its own."""
    give(services.site.unit, services.site.hooks, payload["payout"])


def credit_key(payout_id: int) -> str:
    """Return the key under which the shop gives the credit of a payout, once."""
    return f"payout:{payout_id}"


def _ask(hooks: HostHooks, member: Any, amount: Money, payout_id: int) -> str | None:
    """Return None once the shop has given it, or why it never will."""
    try:
        hooks.spend_store_credit(member, amount, credit_key(payout_id))
    except Refused as refusal:
        return str(refusal)
    return None
