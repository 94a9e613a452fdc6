"""The API of appeals: one's own, and those that one decides at the desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from ..communities.service import CommunityService
from ..members.service import MemberService
from ..money import Money
from ..rest.base import Api
from ..rest.operation import DESK, Page, page
from . import schemas
from .models import Appeal
from .service import EarningService


class Rooms(Protocol):
    """What the API needs of the services of one request."""

    @property
    def earnings(self) -> EarningService: ...
    @property
    def communities(self) -> CommunityService: ...
    @property
    def members(self) -> MemberService: ...


class AppealApi:
    """Each member his own; at the desk nobody his own affair."""

    def __init__(self, api: Api, rooms: Callable[[], Rooms]) -> None:
        self.rooms = rooms
        own, one = schemas.AppealSchema(), "/desk/reward-appeals/{id}"
        decides: dict[str, Any] = {
            "who": DESK,
            "body": schemas.AppealTextSchema(),
            "answer": schemas.DeskAppealSchema(),
            "guards": "desk_reward_appeal",
        }
        api.list("/appeals", self.appeals, own, name="appeals")
        api.get("/appeals/{id}", self.appeal, own, name="appeal")
        api.post(
            "/rewards/{id}/appeal",
            self.make,
            name="appeal_reward",
            body=schemas.AppealTextSchema(),
            answer=own,
            status=201,
            at="appeal",
        )
        api.post("/appeals/{id}/withdraw", self.withdraw, name="withdraw_appeal", answer=own)
        api.get(one, self.show, schemas.DeskAppealSchema(), name="desk_reward_appeal", who=DESK)
        api.post(f"{one}/grant", self.grant, name="grant_appeal", **decides)
        api.post(f"{one}/turn-down", self.turn_down, name="turn_down_appeal", **decides)

    # -- a member --

    def appeals(self, *, member_id: int, after: Sequence[int] | None, limit: int) -> Page:
        """List one's appeals, newest first."""
        before = after[0] if after else None
        found = self.rooms().earnings.appeals.of(member_id, limit + 1, before=before)
        cut = page(found, limit, lambda appeal: (appeal.id,))
        return Page([_own(one) for one in cut.rows], cut.place)

    def appeal(self, *, member_id: int, id: int) -> dict[str, Any]:
        """Show one of one's appeals."""
        return _own(self.rooms().earnings.appeals.own(member_id, id))

    def make(self, *, member_id: int, id: int, text: str) -> dict[str, Any]:
        """Appeal from how one of one's rewards stands; sent again, it is the same appeal."""
        return _own(self.rooms().earnings.appeals.make(member_id, id, text))

    def withdraw(self, *, member_id: int, id: int) -> dict[str, Any]:
        """Take one's appeal back."""
        return _own(self.rooms().earnings.appeals.withdraw(member_id, id))

    # -- a moderator --

    def show(self, *, member_id: int, id: int) -> dict[str, Any]:
        """Show an appeal, the reward it is about, and what granting would do."""
        remit = self.rooms().communities.remit_of(member_id)
        appeals = self.rooms().earnings.appeals
        appeal = appeals.access.appeal(remit, id)
        credited, bar = appeals.outlook(appeal)
        facts = self.rooms().earnings.receipts.of(appeal.member_id, appeal.earning_id)
        return {
            **_own(appeal),
            "member": appeal.member_id,
            "name": self.rooms().members.names([appeal.member_id])[appeal.member_id],
            "field": appeal.field,
            "product": facts["product"],
            "reward_state": facts["state"],
            "reason": facts["reason"],
            "amount": Money(facts["amount_minor"], facts["currency"]),
            "would_credit": Money(credited, facts["currency"]),
            "bar": bar and bar.value,
        }

    def grant(self, *, member_id: int, id: int, text: str) -> dict[str, Any]:
        """Let a reward go, or credit it anew."""
        self._may(member_id, id)
        self.rooms().earnings.appeals.grant(id, member_id, text)
        return self.show(member_id=member_id, id=id)

    def turn_down(self, *, member_id: int, id: int, text: str) -> dict[str, Any]:
        """Leave a reward as it was decided."""
        self._may(member_id, id)
        self.rooms().earnings.appeals.turn_down(id, member_id, text)
        return self.show(member_id=member_id, id=id)

    def _may(self, member_id: int, id: int) -> None:
        remit = self.rooms().communities.remit_of(member_id)
        self.rooms().earnings.appeals.access.appeal(remit, id)


def _own(appeal: Appeal) -> dict[str, Any]:
    names = ("id", "state", "text", "answer", "made_at", "decided_at")
    return {**{name: getattr(appeal, name) for name in names}, "reward": appeal.earning_id}
