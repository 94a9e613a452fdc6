"""The owner's page of payouts: what waits for money, what was sent, what came back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from flask import Response
from flask.typing import ResponseReturnValue

from ..i18n import gettext
from ..web import Web
from .exports import amount_cell, as_csv
from .letters import amount_text, payout_word
from .payouts import REFERENCE
from .service import EarningService
from .settling import PAGE, Due

SETTLERS = ("owner", "lead")
"""Who settles payouts. Two roles, because nobody settles his own."""


class Rooms(Protocol):
    """What these pages need of the services of one request."""

    @property
    def earnings(self) -> EarningService: ...


class PayoutPages:
    """For the owner and leads; nobody settles his own payout."""

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        one = "/owner/payouts/<int(max=2147483647):id>"
        web.add("/owner/payouts", self.payouts, name="owner_payouts")
        web.add("/owner/payouts.csv", self.table, name="payouts_table")
        web.add(f"{one}/sent", self.sent, name="mark_payout_sent", methods=["POST"])
        web.add(f"{one}/failed", self.failed, name="mark_payout_failed", methods=["POST"])

    def payouts(self) -> ResponseReturnValue:
        """Show what waits, oldest first, and what is settled, newest first."""
        member_id = self._may()
        settling = self.rooms().earnings.settling
        after, before = self.web.asked_int("after"), self.web.asked_int("before")
        due = settling.due(after=after, limit=PAGE + 1)
        settled = settling.settled(before=before, limit=PAGE + 1)
        summed = settling.waiting()
        self.web.commit()
        return self.web.render(
            "community/earnings/payouts.html",
            title=gettext("Payouts"),
            summed=summed,
            due=due[:PAGE],
            more=due[PAGE - 1].payout.id if len(due) > PAGE else None,
            settled=settled[:PAGE],
            older=settled[PAGE - 1].payout.id if len(settled) > PAGE else None,
            is_later=bool(after or before),
            actor_id=member_id,
            owns="owner" in self.web.roles(member_id),
            now=self.rooms().earnings.clock(),
            money=amount_text,
            payout_word=payout_word,
            reference_length=REFERENCE,
        )

    def table(self) -> ResponseReturnValue:
        """Return what waits as CSV, oldest first; the reader's own is for somebody else."""
        member_id = self._may()
        heads = [
            gettext("Number"),
            gettext("Asked on"),
            gettext("Payee"),
            gettext("Customer key"),
            gettext("Amount"),
            gettext("Currency"),
        ]
        due = self.rooms().earnings.settling.due(limit=None)
        content = as_csv(heads, [_row(one) for one in due if one.payout.member_id != member_id])
        self.web.commit()
        headers = {"Content-Disposition": 'attachment; filename="payouts.csv"'}
        return Response(content, content_type="text/csv; charset=utf-8", headers=headers)

    def sent(self, id: int) -> ResponseReturnValue:
        """Note that the money went out."""
        member_id = self._may()
        reference = self.web.form_text("reference", most=REFERENCE)
        self.rooms().earnings.payout_sent(id, actor_id=member_id, reference=reference)
        return self._back()

    def failed(self, id: int) -> ResponseReturnValue:
        """Note that it could not be paid: it is available again."""
        member_id = self._may()
        reason = self.web.form_text("reason", most=REFERENCE)
        self.rooms().earnings.payout_failed(id, actor_id=member_id, reason=reason)
        return self._back()

    # -- below --

    def _may(self) -> int:
        return self.web.require_role(*SETTLERS)

    def _back(self) -> ResponseReturnValue:
        self.web.commit()
        return self.web.see_other(self.web.url("owner_payouts"))


def _row(due: Due) -> list[object]:
    payout = due.payout
    return [
        payout.id,
        payout.asked_at.date().isoformat(),
        due.name,
        due.host_key,
        amount_cell(payout.amount_minor, payout.currency),
        payout.currency,
    ]
