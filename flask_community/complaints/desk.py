"""The desk's pages of complaints and cases: read, open, decide with a preview, run."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from flask import current_app, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from ..communities.rules import Remit
from ..i18n import gettext
from ..i18n.voice import EXTENSION
from ..moderation.models import QueueItem
from ..web import Web
from ..web.fields import plain_amount
from .case_page import case_figures
from .follow import by_event
from .group_pages import GroupPages
from .merging import shared_batch
from .models import Complaint
from .offers import UNDECIDED
from .rules import (
    CASE_STEPS,
    LIVE_CASES,
    MODERATOR,
    PAYING,
    TEXT_LENGTH,
    TITLE_LENGTH,
    AmountRule,
    Decision,
    case_number,
    events_for,
    number_text,
)
from .words import WORDS

if TYPE_CHECKING:
    from .pages import Rooms

NUMBER = "<int(max=2147483647):id>"


class CasePages:
    """For moderators only."""

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        one, case = f"/desk/complaints/{NUMBER}", f"/desk/cases/{NUMBER}"
        web.add(one, self.complaint, name="desk_complaint")
        web.add(f"{one}/ask", self.ask, name="ask_customer", methods=["POST"])
        web.add(f"{one}/reject", self.reject, name="reject_complaint", methods=["POST"])
        web.add("/desk/cases", self.open, name="open_case", methods=["POST"])
        web.add(case, self.case, name="desk_case")
        web.add(f"{case}/add", self.add, name="add_to_case", methods=["POST"])
        web.add(f"{case}/remove", self.remove, name="remove_from_case", methods=["POST"])
        web.add(f"{case}/dismiss", self.dismiss, name="dismiss_case", methods=["POST"])
        web.add(f"{case}/investigate", self.investigate, name="investigate_case", methods=["POST"])
        web.add(f"{case}/preview", self.preview, name="preview_remedy", methods=["POST"])
        web.add(f"{case}/decide", self.decide, name="decide_case", methods=["POST"])
        web.add(f"{case}/start", self.start, name="start_remedy", methods=["POST"])
        web.add(f"{case}/retry", self.retry, name="retry_remedy", methods=["POST"])
        web.add(f"{case}/skip", self.skip, name="skip_item", methods=["POST"])
        web.add_panel("desk.item", self.row)
        web.add_panel("desk.bulk", self.bulk)
        GroupPages(web, rooms)

    def row(self, *, item: QueueItem, items: Sequence[QueueItem], kept: dict[str, Any]) -> Markup:
        """Return what the queue says of a complaint or a case; read for a page at once."""
        if "complaints" not in kept:
            subjects = [(one.kind, one.subject_id) for one in items]
            kept["complaints"] = self.rooms().complaints.rows.of(subjects)
        row = kept["complaints"].get((item.kind, item.subject_id))
        if row is None:
            return Markup()
        return self.web.part("community/complaints/_row.html", row=row, number=item.number)

    def bulk(self, *, remit: Remit) -> Markup:
        """Return what moderators can do with all complaints that they ticked."""
        cases = self.rooms().complaints.access.joinable(remit)
        return self.web.part("community/complaints/_bulk.html", cases=cases, number=case_number)

    # -- one complaint --

    def complaint(self, id: int) -> ResponseReturnValue:
        """Show a complaint, and others about the product to tick for a case."""
        remit, rooms = self._remit(), self.rooms()
        self.web.commit()
        one = rooms.complaints.access.complaint(remit, id)
        alike = rooms.complaints.access.about_product(remit, one.product_id)
        line, history = rooms.orders.line(one.line_id), rooms.complaints.history(id)
        return self._render(
            "community/complaints/desk_complaint.html",
            title=gettext("Complaint %(number)s", number=number_text(id)),
            complaint=one,
            line=line,
            order=rooms.orders.order(line.order_id),
            history=history,
            pictures=by_event(
                history,
                rooms.complaints.evidence.of(id),
                lambda one: self.web.url("desk_complaint_picture", id=id, picture_id=one),
            ),
            alike=_near_and_far(one, alike),
            names=rooms.members.names([one.member_id, *(other.member_id for other in alike)]),
            now=rooms.complaints.clock(),
        )

    def ask(self, id: int) -> ResponseReturnValue:
        """Ask the customer."""
        actor_id = self._decides_complaint(id)
        self.rooms().complaints.ask(id, actor_id, self._text("text"))
        return self._back("desk_complaint", id)

    def reject(self, id: int) -> ResponseReturnValue:
        """Turn the complaint down."""
        actor_id = self._decides_complaint(id)
        self.rooms().complaints.reject(id, actor_id, self._text("text"))
        return self._back("desk_complaint", id)

    # -- a case --

    def open(self) -> ResponseReturnValue:
        """Open a case from the ticked complaints; of one batch if the box is ticked."""
        remit, complaints = self._remit(), self.rooms().complaints
        ticked = complaints.access.complaints(remit, self._ticked())
        narrow = request.form.get("one_batch") == "1"
        case = complaints.cases.open(
            remit.member_id,
            [one.id for one in ticked],
            title=self.web.form_text("title", most=TITLE_LENGTH),
            reason=self._text("reason"),
            batch=shared_batch(ticked) if narrow else None,
        )
        return self._back("desk_case", case.id)

    def case(self, id: int) -> ResponseReturnValue:
        """Show a case: members, timeline, what can be done now."""
        remit = self._remit()
        self.web.commit()
        complaints = self.rooms().complaints
        case = complaints.access.case(remit, id)
        if case.state == "merged":
            heir = complaints.access.case(remit, complaints.cases.leading(id).id)
            return self.web.see_other(self.web.url("desk_case", id=heir.id))
        return self._render(
            "community/complaints/desk_case.html",
            title=case.title,
            case=case,
            events=events_for(CASE_STEPS, case.state, MODERATOR),
            key=secrets.token_urlsafe(16),
            languages=self._languages(),
            is_live=case.state in LIVE_CASES,
            is_undecided=case.state in ("candidate", *UNDECIDED),
            now=complaints.clock(),
            **case_figures(self.rooms(), remit, case),
        )

    def add(self, id: int) -> ResponseReturnValue:
        """Let ticked complaints join."""
        remit, complaints = self._remit(), self.rooms().complaints
        complaints.access.case(remit, id)
        ticked = [one.id for one in complaints.access.complaints(remit, self._ticked())]
        complaints.cases.add(id, ticked, remit.member_id)
        return self._back("desk_case", id)

    def remove(self, id: int) -> ResponseReturnValue:
        """Take one complaint out."""
        actor_id = self._decides(id)
        number = self.web.form_int("complaint", low=1, high=2**31)
        self.rooms().complaints.cases.remove(id, number, actor_id)
        return self._back("desk_case", id)

    def dismiss(self, id: int) -> ResponseReturnValue:
        """End a candidate: no group."""
        actor_id = self._decides(id)
        self.rooms().complaints.cases.dismiss(id, actor_id, self._text("reason"))
        return self._back("desk_case", id)

    def investigate(self, id: int) -> ResponseReturnValue:
        """Look into it first."""
        actor_id = self._decides(id)
        self.rooms().complaints.cases.investigate(id, actor_id, self._text("reason"))
        return self._back("desk_case", id)

    # -- its remedy --

    def preview(self, id: int) -> ResponseReturnValue:
        """Show what a decision would do, with real letters, before it is one."""
        self._decides(id)
        self.web.commit()
        decision, rooms = self._decision(), self.rooms()
        preview = rooms.complaints.remedies.preview(id, decision)
        return self._render(
            "community/complaints/preview.html",
            title=gettext("Before you decide"),
            case=rooms.complaints.cases.get(id),
            preview=preview,
            names=rooms.members.names(one.complaint.member_id for one in preview.planned),
            decision=decision,
            needs_second=rooms.complaints.confirming.would_need(id, decision),
            form=request.form,
        )

    def decide(self, id: int) -> ResponseReturnValue:
        """Decide; nothing is carried out yet."""
        actor_id, key = self._decides(id), self.web.form_text("key", least=8, most=60)
        self.rooms().complaints.remedies.decide(
            id, actor_id, self._decision(), reason=self._text("reason"), key=key
        )
        return self._back("desk_case", id)

    def start(self, id: int) -> ResponseReturnValue:
        """Have the decision carried out."""
        actor_id, operation = self._decides(id), self._operation(id)
        self.rooms().complaints.countdown.start(operation, actor_id)
        return self._back("desk_case", id)

    def retry(self, id: int) -> ResponseReturnValue:
        """Ask the shop again for what failed."""
        actor_id, operation = self._decides(id), self._operation(id)
        self.rooms().complaints.remedies.retry(operation, actor_id)
        return self._back("desk_case", id)

    def skip(self, id: int) -> ResponseReturnValue:
        """Leave out one that failed."""
        actor_id, complaints = self._decides(id), self.rooms().complaints
        item = complaints.access.item(id, self.web.form_int("item", low=1))
        complaints.remedies.skip(item.id, actor_id, self._text("reason"))
        return self._back("desk_case", id)

    # -- below --

    def _render(self, template: str, *, title: str, **context: Any) -> ResponseReturnValue:
        words: dict[str, Any] = {**WORDS, "number": number_text, **context}
        return self.web.render(template, title=title, **words)

    def _languages(self) -> dict[str, str]:
        """Return what each language calls itself, by the tag that the shop's settings have."""
        named = current_app.extensions[EXTENSION].named()
        return dict(zip(self.web.settings.languages, named.values(), strict=False))

    def _remit(self) -> Remit:
        return self.rooms().communities.remit_of(self.web.require_member())

    def _decides_complaint(self, id: int) -> int:
        """Return who asks, if this complaint is his to decide."""
        remit = self._remit()
        self.rooms().complaints.access.complaint(remit, id)
        return remit.member_id

    def _decides(self, case_id: int) -> int:
        """Return who asks, if this case is his to decide."""
        remit = self._remit()
        self.rooms().complaints.access.case(remit, case_id)
        return remit.member_id

    def _text(self, name: str) -> str:
        return self.web.form_text(name, most=TEXT_LENGTH)

    def _ticked(self) -> list[int]:
        return [n for n in request.form.getlist("complaint", type=int) if 0 < n < 2**31]

    def _operation(self, case_id: int) -> int:
        """Return the operation named by the form, if it is one of this case."""
        wanted = self.web.form_int("operation", low=1)
        return self.rooms().complaints.access.operation(case_id, wanted).id

    def _decision(self) -> Decision:
        kind = request.form.get("kind", "")
        others = {
            tag: self._text(f"letter_{tag}")
            for tag in self.rooms().complaints.letters.languages.named()
            if request.form.get(f"letter_{tag}", "").strip()
        }
        spoken = request.form.get("language") or None
        return Decision(kind, self._text("letter"), self._amount(kind), spoken, others)

    def _amount(self, kind: str) -> AmountRule:
        """Read how much: everything, a part in per cent, or an amount such as 40.00."""
        if kind not in PAYING:
            return AmountRule()
        if kind == "refund":
            return AmountRule("full")
        if request.form.get("percent", "").strip():
            return AmountRule("bps", 100 * self.web.form_int("percent", low=1, high=100))
        currency = request.form.get("currency", "").strip() or self.web.settings.currency
        amount = plain_amount(request.form.get("amount", ""), currency)
        return AmountRule("fixed", amount.minor, currency)

    def _back(self, name: str, id: int) -> ResponseReturnValue:
        self.web.commit()
        return self.web.see_other(self.web.url(name, id=id))


def _near_and_far(one: Complaint, alike: Sequence[Complaint]) -> dict[str, list[Complaint]]:
    """Tell complaints that may have the same cause from others about the product."""
    split: dict[str, list[Complaint]] = {"near": [], "far": []}
    for other in sorted(alike, key=lambda other: (other.id != one.id, other.id)):
        same_batch = one.batch is not None and other.batch == one.batch
        split["near" if same_batch or other.reason == one.reason else "far"].append(other)
    return split
