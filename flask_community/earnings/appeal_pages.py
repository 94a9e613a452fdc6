"""Pages of appeals: a member asks from his receipt, a moderator decides at the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from typing import Protocol

from flask.typing import ResponseReturnValue

from ..communities.rules import Remit
from ..communities.service import CommunityService
from ..i18n import gettext
from ..members.service import MemberService
from ..money import FULL_BPS
from ..web import Web
from .letters import amount_text, event_word, reason_text, state_word
from .models import Appeal
from .second_look import BARS, STATES, TEXT_LENGTH
from .service import EarningService


class Rooms(Protocol):
    """What these pages need of the services of one request."""

    @property
    def earnings(self) -> EarningService: ...
    @property
    def communities(self) -> CommunityService: ...
    @property
    def members(self) -> MemberService: ...


class AppealPages:
    """Each member his own; at the desk nobody his own affair."""

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        number = "<int(max=2147483647):id>"
        one = f"/desk/reward-appeals/{number}"
        web.add(f"/my/rewards/{number}/appeal", self.make, name="appeal_reward", methods=["POST"])
        web.add(
            f"/my/appeals/{number}/withdraw",
            self.withdraw,
            name="withdraw_appeal",
            methods=["POST"],
        )
        web.add(one, self.show, name="desk_reward_appeal")
        web.add(f"{one}/grant", self.grant, name="grant_appeal", methods=["POST"])
        web.add(f"{one}/turn-down", self.turn_down, name="turn_down_appeal", methods=["POST"])

    # -- a member --

    def make(self, id: int) -> ResponseReturnValue:
        """Appeal from how one of one's rewards stands."""
        member_id = self.web.require_member()
        text = self.web.form_text("text", most=TEXT_LENGTH)
        return self._to_receipt(self.rooms().earnings.appeals.make(member_id, id, text))

    def withdraw(self, id: int) -> ResponseReturnValue:
        """Take one's appeal back."""
        member_id = self.web.require_member()
        return self._to_receipt(self.rooms().earnings.appeals.withdraw(member_id, id))

    # -- a moderator --

    def show(self, id: int) -> ResponseReturnValue:
        """Show what was decided, what its member says, and what granting would do."""
        appeals = self.rooms().earnings.appeals
        appeal = appeals.access.appeal(self._remit(), id)
        credited, bar = appeals.outlook(appeal)
        receipt = self.rooms().earnings.receipts.of(appeal.member_id, appeal.earning_id)
        people = [appeal.member_id, *([appeal.decided_by] if appeal.decided_by else [])]
        names = self.rooms().members.names(people)
        self.web.commit()
        return self.web.render(
            "community/earnings/desk_appeal.html",
            title=gettext("Appeal %(number)s", number=id),
            appeal=appeal,
            receipt=receipt,
            credited=credited,
            bar=BARS[bar] if bar else None,
            names=names,
            looks=STATES,
            now=appeals.clock(),
            moment=dt.datetime.fromisoformat,
            share=lambda bps: Fraction(bps, FULL_BPS),
            money=amount_text,
            state_word=state_word,
            event_word=event_word,
            reason_text=reason_text,
            length=TEXT_LENGTH,
        )

    def grant(self, id: int) -> ResponseReturnValue:
        """Let the reward go, or credit it anew."""
        actor_id, answer = self._decides(id)
        self.rooms().earnings.appeals.grant(id, actor_id, answer)
        return self._to_desk(id)

    def turn_down(self, id: int) -> ResponseReturnValue:
        """Leave it as it was decided."""
        actor_id, answer = self._decides(id)
        self.rooms().earnings.appeals.turn_down(id, actor_id, answer)
        return self._to_desk(id)

    # -- below --

    def _remit(self) -> Remit:
        return self.rooms().communities.remit_of(self.web.require_member())

    def _decides(self, id: int) -> tuple[int, str]:
        """Return who asks, if this appeal is his to decide, and what he answers."""
        remit = self._remit()
        self.rooms().earnings.appeals.access.appeal(remit, id)
        return remit.member_id, self.web.form_text("text", most=TEXT_LENGTH)

    def _to_receipt(self, appeal: Appeal) -> ResponseReturnValue:
        to = self.web.url("receipt", reward_id=appeal.earning_id)
        self.web.commit()
        return self.web.see_other(f"{to}#appeal")

    def _to_desk(self, id: int) -> ResponseReturnValue:
        self.web.commit()
        return self.web.see_other(self.web.url("desk_reward_appeal", id=id))
