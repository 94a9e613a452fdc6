"""The desk's API of complaints and cases: read, open, decide with a preview, run.

Every write names in If-Match the version it was decided on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..communities.rules import Remit
from ..errors import Refused
from ..i18n import gettext
from ..rest.base import Api
from ..rest.operation import DESK
from . import schemas
from .group_api import GroupApi
from .merging import shared_batch
from .rules import AmountRule, Decision
from .shown import Rooms, case_mark, desk_case, desk_complaint


class CaseApi:
    """For moderators, within their remit, and never their own affair."""

    def __init__(self, api: Api, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = api.web, rooms
        self._serve_complaints(api)
        self._serve_cases(api)
        self._serve_remedies(api)
        GroupApi(api, rooms)

    def _serve_complaints(self, api: Api) -> None:
        one, shown = "/desk/complaints/{id}", schemas.DeskComplaintSchema()
        says: dict[str, Any] = {
            "who": DESK,
            "body": schemas.MessageSchema(),
            "answer": shown,
            "guards": "desk_complaint",
        }
        api.get(one, self.complaint, shown, name="desk_complaint", who=DESK)
        api.post(f"{one}/ask", self.ask, name="ask_customer", **says)
        api.post(f"{one}/reject", self.reject, name="reject_complaint", **says)

    def _serve_cases(self, api: Api) -> None:
        one, shown = "/desk/cases/{id}", schemas.CaseSchema()
        decides: dict[str, Any] = {"who": DESK, "answer": shown, "guards": "case"}
        api.get(one, self.case, shown, name="case", who=DESK)
        api.post(
            "/desk/cases",
            self.open,
            name="open_case",
            who=DESK,
            body=schemas.NewCaseSchema(),
            answer=schemas.MarkSchema(),
            status=201,
            at="case",
            key="optional",
            refuses=(404,),
        )
        member = f"{one}/members/{{complaint}}"
        why = schemas.ReasonSchema()
        api.put(member, self.add, name="add_to_case", **decides)
        api.delete(member, self.remove, name="remove_from_case", **decides)
        api.post(f"{one}/dismiss", self.dismiss, name="dismiss_case", body=why, **decides)
        api.post(
            f"{one}/investigate", self.investigate, name="investigate_case", body=why, **decides
        )

    def _serve_remedies(self, api: Api) -> None:
        one, shown = "/desk/cases/{id}", schemas.CaseSchema()
        decides: dict[str, Any] = {"who": DESK, "answer": shown, "guards": "case"}
        operation = f"{one}/operations/{{operation}}"
        api.post(
            f"{one}/preview",
            self.preview,
            name="preview_remedy",
            who=DESK,
            body=schemas.DecisionSchema(),
            answer=schemas.PreviewSchema(),
        )
        api.post(
            f"{one}/remedies",
            self.decide,
            name="decide_case",
            body=schemas.RemedySchema(),
            key="required",
            refuses=(501,),
            who=DESK,
            answer=schemas.MarkSchema(),
            guards="case",
        )
        api.post(f"{operation}/start", self.start, name="start_remedy", **decides)
        api.post(f"{operation}/retry", self.retry, name="retry_remedy", **decides)
        api.post(
            f"{one}/items/{{item}}/skip",
            self.skip,
            name="skip_item",
            body=schemas.ReasonSchema(),
            **decides,
        )

    # -- one complaint --

    def complaint(self, *, member_id: int, id: int) -> dict[str, Any]:
        """Show a complaint, and which others about the product wait."""
        remit = self._remit(member_id)
        return desk_complaint(
            self.web, self.rooms(), remit, self.rooms().complaints.access.complaint(remit, id)
        )

    def ask(self, *, member_id: int, id: int, text: str) -> dict[str, Any]:
        """Ask the customer."""
        remit, complaints = self._remit(member_id), self.rooms().complaints
        complaints.access.complaint(remit, id)
        return desk_complaint(self.web, self.rooms(), remit, complaints.ask(id, member_id, text))

    def reject(self, *, member_id: int, id: int, text: str) -> dict[str, Any]:
        """Turn a complaint down, with the reason that its customer reads."""
        remit, complaints = self._remit(member_id), self.rooms().complaints
        complaints.access.complaint(remit, id)
        return desk_complaint(self.web, self.rooms(), remit, complaints.reject(id, member_id, text))

    # -- a case --

    def case(self, *, member_id: int, id: int) -> dict[str, Any]:
        """Show a case: members, timeline, what can be done now."""
        remit = self._remit(member_id)
        return desk_case(self.rooms(), remit, self.rooms().complaints.access.case(remit, id))

    def open(
        self,
        *,
        member_id: int,
        complaints: Sequence[int],
        title: str,
        reason: str,
        one_batch: bool = False,
    ) -> dict[str, Any]:
        """Open a case: sharing pauses and rewards are held."""
        remit, service = self._remit(member_id), self.rooms().complaints
        chosen = service.access.complaints(remit, complaints)
        case = service.cases.open(
            member_id,
            [one.id for one in chosen],
            title=title,
            reason=reason,
            batch=shared_batch(chosen) if one_batch else None,
        )
        return case_mark(self.rooms(), case.id)

    def add(self, *, member_id: int, id: int, complaint: int) -> dict[str, Any]:
        """Let a complaint join."""
        remit, service = self._remit(member_id), self.rooms().complaints
        service.access.case(remit, id)
        chosen = service.access.complaint(remit, complaint)
        return desk_case(self.rooms(), remit, service.cases.add(id, [chosen.id], member_id))

    def remove(self, *, member_id: int, id: int, complaint: int) -> dict[str, Any]:
        """Take a complaint out."""
        self._decides(member_id, id).cases.remove(id, complaint, member_id)
        return self.case(member_id=member_id, id=id)

    def dismiss(self, *, member_id: int, id: int, reason: str) -> dict[str, Any]:
        """End a candidate: no group."""
        self._decides(member_id, id).cases.dismiss(id, member_id, reason)
        return self.case(member_id=member_id, id=id)

    def investigate(self, *, member_id: int, id: int, reason: str) -> dict[str, Any]:
        """Look into it first."""
        self._decides(member_id, id).cases.investigate(id, member_id, reason)
        return self.case(member_id=member_id, id=id)

    # -- its remedy --

    def preview(
        self,
        *,
        member_id: int,
        id: int,
        kind: str,
        letter: str,
        percent: int | None = None,
        amount: Mapping[str, Any] | None = None,
        language: str | None = None,
        letters: Sequence[Mapping[str, str]] = (),
    ) -> dict[str, Any]:
        """Show what a decision would do, with real letters, before it is one."""
        rule, others = _rule(kind, percent, amount), {x["language"]: x["letter"] for x in letters}
        decision = Decision(kind, letter, rule, language, others)
        preview = self._decides(member_id, id).remedies.preview(id, decision)
        return {
            "planned": [
                {"complaint": one.complaint.id, "amount": one.amount, "skip": one.skip}
                for one in preview.planned
            ],
            "totals": preview.totals,
            "letters": preview.letters,
        }

    def decide(
        self,
        *,
        member_id: int,
        id: int,
        kind: str,
        letter: str,
        reason: str,
        request_key: str,
        percent: int | None = None,
        amount: Mapping[str, Any] | None = None,
        language: str | None = None,
        letters: Sequence[Mapping[str, str]] = (),
    ) -> dict[str, Any]:
        """Decide; nothing is carried out yet."""
        rule, others = _rule(kind, percent, amount), {x["language"]: x["letter"] for x in letters}
        decision = Decision(kind, letter, rule, language, others)
        # Keys of decisions are the shop's, not the member's: two may choose the same.
        key = hashlib.sha256(f"{member_id}:{request_key}".encode()).hexdigest()[:60]
        remedies = self._decides(member_id, id).remedies
        remedies.decide(id, member_id, decision, reason=reason, key=key)
        return case_mark(self.rooms(), id)

    def start(self, *, member_id: int, id: int, operation: int) -> dict[str, Any]:
        """Have a decision carried out, in a minute."""
        complaints = self._decides(member_id, id)
        complaints.countdown.start(complaints.access.operation(id, operation).id, member_id)
        return self.case(member_id=member_id, id=id)

    def retry(self, *, member_id: int, id: int, operation: int) -> dict[str, Any]:
        """Ask the shop again for what failed."""
        complaints = self._decides(member_id, id)
        complaints.remedies.retry(complaints.access.operation(id, operation).id, member_id)
        return self.case(member_id=member_id, id=id)

    def skip(self, *, member_id: int, id: int, item: int, reason: str) -> dict[str, Any]:
        """Leave out one that failed."""
        complaints = self._decides(member_id, id)
        complaints.remedies.skip(complaints.access.item(id, item).id, member_id, reason)
        return self.case(member_id=member_id, id=id)

    # -- below --

    def _remit(self, member_id: int) -> Remit:
        return self.rooms().communities.remit_of(member_id)

    def _decides(self, member_id: int, case_id: int) -> Any:
        """Return the service of complaints, if this case is his to decide."""
        complaints = self.rooms().complaints
        complaints.access.case(self._remit(member_id), case_id)
        return complaints


def _rule(kind: str, percent: int | None, amount: Mapping[str, Any] | None) -> AmountRule:
    if percent is not None and amount is not None:
        raise Refused(gettext("Say a part or an amount, not both."), field="amount")
    if percent is not None:
        return AmountRule("bps", 100 * percent)
    if amount is not None:
        return AmountRule("fixed", amount["minor"], amount["currency"])
    return AmountRule("full") if kind == "refund" else AmountRule()
