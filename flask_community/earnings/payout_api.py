"""The API of payouts for those who send the money: what waits, what was sent or failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from ..money import Money
from ..rest.base import Api
from ..rest.operation import SETTLER, Page, page
from . import schemas
from .models import Payout
from .service import EarningService
from .settling import Due


class Rooms(Protocol):
    """What the API needs of the services of one request."""

    @property
    def earnings(self) -> EarningService: ...


class PayoutApi:
    """For the owner and leads; nobody settles his own payout."""

    def __init__(self, api: Api, rooms: Callable[[], Rooms]) -> None:
        self.rooms = rooms
        one, shown = "/owner/payouts/{id}", schemas.DuePayoutSchema()
        his: dict[str, Any] = {"who": SETTLER, "answer": shown}
        api.list("/owner/payouts", self.due, shown, name="due_payouts", who=SETTLER)
        api.list("/owner/payouts/settled", self.settled, shown, name="settled_payouts", who=SETTLER)
        api.post(
            f"{one}/sent",
            self.sent,
            name="mark_payout_sent",
            body=schemas.SentPayoutSchema(),
            **his,
        )
        api.post(
            f"{one}/failed",
            self.failed,
            name="mark_payout_failed",
            body=schemas.FailedPayoutSchema(),
            **his,
        )

    def due(self, *, member_id: int, after: Sequence[int] | None, limit: int) -> Page:
        """List the payouts that wait for money, oldest first."""
        seen = after[0] if after else None
        return _page(self.rooms().earnings.settling.due(after=seen, limit=limit + 1), limit)

    def settled(self, *, member_id: int, after: Sequence[int] | None, limit: int) -> Page:
        """List the payouts that were sent or failed, newest first."""
        seen = after[0] if after else None
        return _page(self.rooms().earnings.settling.settled(before=seen, limit=limit + 1), limit)

    def sent(self, *, member_id: int, id: int, reference: str) -> dict[str, Any]:
        """Note that a payout went out; told again, it changes nothing."""
        earnings = self.rooms().earnings
        return self._shown(earnings.payout_sent(id, actor_id=member_id, reference=reference))

    def failed(self, *, member_id: int, id: int, reason: str) -> dict[str, Any]:
        """Note that a payout could not be paid: its money is available again."""
        earnings = self.rooms().earnings
        return self._shown(earnings.payout_failed(id, actor_id=member_id, reason=reason))

    def _shown(self, payout: Payout) -> dict[str, Any]:
        return _due(self.rooms().earnings.settling.one(payout))


def _page(found: Sequence[Due], limit: int) -> Page:
    cut = page(found, limit, lambda due: (due.payout.id,))
    return Page([_due(one) for one in cut.rows], cut.place)


def _due(due: Due) -> dict[str, Any]:
    payout = due.payout
    names = ("id", "way", "state", "reference", "asked_at", "settled_at")
    return {
        **{name: getattr(payout, name) for name in names},
        "amount": Money(payout.amount_minor, payout.currency),
        "member": payout.member_id,
        "name": due.name,
        "customer": None if due.host_key is None else str(due.host_key),
    }
