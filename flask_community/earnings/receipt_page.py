"""Pages of what a member can keep of his rewards: receipts, a table, a calendar."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from fractions import Fraction
from typing import Protocol

from flask import Response
from flask.typing import ResponseReturnValue

from ..i18n import gettext, marked
from ..money import FULL_BPS
from ..referrals.rules import Source, TouchKind
from ..web import Web
from .exports import amount_cell, as_calendar, as_csv
from .letters import amount_text, event_word, reason_text, state_word
from .rules import State
from .second_look import ANSWER, STATES, TEXT_LENGTH
from .service import EarningService, Reward

TOUCHES = {
    TouchKind.VISIT: marked("opened a link"),
    TouchKind.SCAN: marked("scanned a code"),
    TouchKind.PURCHASE_TAP: marked("said why it was bought"),
    TouchKind.CODE: marked("typed a code"),
}
"""What a buyer did, by kind of touch."""

SOURCES = {
    Source.CODE.value: marked("the code that was typed last"),
    Source.TOUCH.value: marked("the links that were met"),
    Source.RELATION.value: marked("who brought this buyer first"),
}
"""What decided, by source of an attribution."""


class Rooms(Protocol):
    """What these pages need of the services of one request."""

    @property
    def earnings(self) -> EarningService: ...


class ReceiptPages:
    """Of a member's own rewards; another's is not found."""

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        one = "/my/rewards/<int(max=2147483647):reward_id>/receipt"
        web.add(one, self.receipt, name="receipt")
        web.add(f"{one}.json", self.signed, name="signed_receipt")
        web.add("/my/rewards.csv", self.table, name="rewards_table")
        web.add("/my/rewards.ics", self.calendar, name="rewards_calendar")

    def receipt(self, reward_id: int) -> ResponseReturnValue:
        """Show who gets what of an order and why, as far as it is the member's affair."""
        member_id = self.web.require_member()
        earnings = self.rooms().earnings
        receipt = earnings.receipts.of(member_id, reward_id)
        appeal = earnings.appeals.newest([reward_id]).get(reward_id)
        chance = earnings.appeals.chance(reward_id)
        self.web.commit()
        return self.web.render(
            "community/earnings/receipt.html",
            title=gettext("Receipt of a reward"),
            receipt=receipt,
            appeal=appeal,
            chance=chance,
            looks=STATES,
            answer_within=ANSWER,
            appeal_length=TEXT_LENGTH,
            moment=dt.datetime.fromisoformat,
            share=lambda bps: Fraction(bps, FULL_BPS),
            touches=TOUCHES,
            sources=SOURCES,
            money=amount_text,
            state_word=state_word,
            event_word=event_word,
            reason_text=reason_text,
        )

    def signed(self, reward_id: int) -> ResponseReturnValue:
        """Return the same as JSON, which `flask community verify-receipt` checks."""
        member_id = self.web.require_member()
        receipt = self.rooms().earnings.receipts.of(member_id, reward_id)
        text = json.dumps(receipt, ensure_ascii=False, indent=2).encode()
        return self._file(text, "application/json", f"receipt-{reward_id}.json")

    def table(self) -> ResponseReturnValue:
        """Return all rewards of the member as CSV, newest first."""
        heads = [
            gettext("Number"),
            gettext("Since"),
            gettext("Product"),
            gettext("Amount"),
            gettext("Currency"),
            gettext("State"),
            gettext("Payable on"),
            gettext("Why"),
        ]
        rewards = self.rooms().earnings.rewards_of(self.web.require_member(), None)
        content = as_csv(heads, map(_row, rewards))
        return self._file(content, "text/csv", "rewards.csv")

    def calendar(self) -> ResponseReturnValue:
        """Return when each pending reward ripens, as a calendar."""
        earnings = self.rooms().earnings
        rewards = earnings.rewards_of(self.web.require_member(), None)
        title, shop = gettext("My rewards"), self.web.settings.shop_id
        events = [
            (f"reward-{one.earning.id}@{shop}", one.earning.payable_on, _ripens(one))
            for one in rewards
            if one.earning.state == State.PENDING and one.earning.payable_on is not None
        ]
        content = as_calendar(title, events, earnings.clock())
        return self._file(content, "text/calendar", "rewards.ics")

    def _file(self, content: bytes, kind: str, name: str) -> Response:
        self.web.commit()
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, content_type=f"{kind}; charset=utf-8", headers=headers)


def _row(reward: Reward) -> list[object]:
    earning = reward.earning
    on = earning.payable_on
    return [
        earning.id,
        earning.created_at.date().isoformat(),
        reward.title,
        amount_cell(earning.credited_minor, earning.currency),
        earning.currency,
        state_word(earning.state),
        "" if on is None else on.date().isoformat(),
        reward.why,
    ]


def _ripens(reward: Reward) -> str:
    earning = reward.earning
    return gettext(
        "%(amount)s for %(title)s is yours",
        amount=amount_text(earning.credited_minor, earning.currency),
        title=reward.title,
    )
