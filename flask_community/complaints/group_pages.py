"""What the desk does with a whole case: merge, split, note, tell everyone, confirm, stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import request
from flask.typing import ResponseReturnValue

from ..communities.rules import Remit
from ..i18n import gettext
from ..web import Web
from .alone import is_alone, proof_of_identity
from .rules import TEXT_LENGTH, TITLE_LENGTH

if TYPE_CHECKING:
    from .pages import Rooms

CASE = "/desk/cases/<int(max=2147483647):id>"


class GroupPages:
    """For moderators, within their remit, and never their own affair."""

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        for verb, view, name in (
            ("merge", self.merge, "merge_case"),
            ("split", self.split, "split_case"),
            ("undo", self.undo, "undo_merge"),
            ("note", self.note, "note_case"),
            ("news/preview", self.preview, "preview_news"),
            ("news", self.tell, "tell_case"),
            ("news/stop", self.stop, "stop_news"),
            ("confirm", self.confirm, "confirm_remedy"),
            ("halt", self.halt, "halt_remedy"),
        ):
            web.add(f"{CASE}/{verb}", view, name=name, methods=["POST"])

    def merge(self, id: int) -> ResponseReturnValue:
        """Let everyone in another case stand in this one."""
        remit, complaints = self._remit(id), self.rooms().complaints
        other = complaints.access.case(remit, self.web.form_int("other", low=1, high=2**31))
        complaints.merging.merge(id, other.id, remit.member_id, self._text("reason"))
        return self._back(id)

    def split(self, id: int) -> ResponseReturnValue:
        """Make a case of its own of the ticked members."""
        remit, complaints = self._remit(id), self.rooms().complaints
        ticked = [n for n in request.form.getlist("complaint", type=int) if 0 < n < 2**31]
        new = complaints.merging.split(
            id,
            ticked,
            remit.member_id,
            title=self.web.form_text("title", most=TITLE_LENGTH),
            reason=self._text("reason"),
            one_batch=request.form.get("one_batch") == "1",
        )
        return self._back(new.id)

    def undo(self, id: int) -> ResponseReturnValue:
        """Take a merge or a split back."""
        remit, complaints = self._remit(id), self.rooms().complaints
        other = complaints.access.case(remit, self.web.form_int("other", low=1, high=2**31))
        complaints.merging.undo(id, other.id, remit.member_id)
        return self._back(id)

    def note(self, id: int) -> ResponseReturnValue:
        """Note something for the desk."""
        remit, about = self._remit(id), request.form.get("about", type=int)
        self.rooms().complaints.jottings.write(
            id, remit.member_id, self._text("text"), about_id=about or None
        )
        return self._back(id)

    # -- news for everyone --

    def preview(self, id: int) -> ResponseReturnValue:
        """Show three real letters before any is sent."""
        self._remit(id)
        self.web.commit()
        complaints, texts = self.rooms().complaints, self._texts()
        people, letters = complaints.broadcasts.preview(id, texts)
        return self.web.render(
            "community/complaints/preview_news.html",
            title=gettext("Before you send it"),
            case=complaints.cases.get(id),
            people=people,
            letters=letters,
            form=request.form,
        )

    def tell(self, id: int) -> ResponseReturnValue:
        """Have the news sent in a minute."""
        remit, key = self._remit(id), self.web.form_text("key", least=8, most=60)
        self.rooms().complaints.broadcasts.write(id, remit.member_id, self._texts(), key=key)
        return self._back(id)

    def stop(self, id: int) -> ResponseReturnValue:
        """Send nothing after all."""
        remit, broadcast = self._remit(id), self.web.form_int("broadcast", low=1, high=2**31)
        self.rooms().complaints.broadcasts.stop(id, broadcast, remit.member_id)
        return self._back(id)

    # -- before a remedy begins --

    def confirm(self, id: int) -> ResponseReturnValue:
        """Say yes as the second person."""
        remit, complaints = self._remit(id), self.rooms().complaints
        operation = complaints.access.operation(id, self.web.form_int("operation", low=1))
        alone = is_alone(self.rooms(), remit, complaints.cases.get(id).field)
        is_own = complaints.remedies.remedy(operation).decided_by_id == remit.member_id
        answer = proof_of_identity(complaints.remedies.hooks) if alone and is_own else None
        if answer is not None:
            return answer  # type: ignore[no-any-return]  # whatever the shop answers with
        complaints.confirming.confirm(operation, remit.member_id, alone=alone, is_fresh=True)
        return self._back(id)

    def halt(self, id: int) -> ResponseReturnValue:
        """Stop a remedy in its last minute."""
        remit, complaints = self._remit(id), self.rooms().complaints
        operation = complaints.access.operation(id, self.web.form_int("operation", low=1))
        complaints.countdown.halt(operation.id, remit.member_id)
        return self._back(id)

    # -- below --

    def _remit(self, case_id: int) -> Remit:
        """Return the remit of who asks, if this case is his to decide."""
        remit = self.rooms().communities.remit_of(self.web.require_member())
        self.rooms().complaints.access.case(remit, case_id)
        return remit

    def _text(self, name: str) -> str:
        return self.web.form_text(name, most=TEXT_LENGTH)

    def _texts(self) -> dict[str, str]:
        tags = self.rooms().complaints.broadcasts.languages
        return {tag: request.form.get(f"text.{tag}", "")[:TEXT_LENGTH] for tag in tags}

    def _back(self, id: int) -> ResponseReturnValue:
        self.web.commit()
        return self.web.see_other(self.web.url("desk_case", id=id))
