"""The desk's API of a whole case: merge, split, note, tell everyone, confirm, stop."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..communities.rules import Remit
from ..errors import Forbidden
from ..i18n import gettext
from ..rest.base import Api
from ..rest.operation import DESK
from . import schemas
from .alone import is_alone, proof_of_identity
from .shown import Rooms, case_mark, desk_case


class GroupApi:
    """For moderators, within their remit, and never their own affair."""

    def __init__(self, api: Api, rooms: Callable[[], Rooms]) -> None:
        self.rooms = rooms
        one, shown = "/desk/cases/{id}", schemas.CaseSchema()
        decides: dict[str, Any] = {"who": DESK, "answer": shown, "guards": "case"}
        post = api.post
        post(f"{one}/merge", self.merge, name="merge_case", body=schemas.MergeSchema(), **decides)
        post(f"{one}/split", self.split, name="split_case", body=schemas.SplitSchema(), **decides)
        post(f"{one}/undo", self.undo, name="undo_merge", body=schemas.UndoMergeSchema(), **decides)
        post(f"{one}/notes", self.note, name="note_case", body=schemas.NoteSchema(), **decides)
        operation = f"{one}/operations/{{operation}}"
        post(f"{operation}/confirm", self.confirm, name="confirm_remedy", **decides)
        post(f"{operation}/halt", self.halt, name="halt_remedy", **decides)
        post(f"{one}/news/{{broadcast}}/stop", self.stop, name="stop_news", **decides)
        post(
            f"{one}/news/preview",
            self.preview,
            name="preview_news",
            who=DESK,
            body=schemas.NewsSchema(),
            answer=schemas.LettersSchema(),
        )
        post(
            f"{one}/news",
            self.tell,
            name="tell_case",
            body=schemas.NewsSchema(),
            key="required",
            who=DESK,
            answer=schemas.MarkSchema(),
            guards="case",
        )

    def merge(self, *, member_id: int, id: int, other: int, reason: str) -> dict[str, Any]:
        """Let everyone in another case stand in this one."""
        remit, complaints = self._remit(member_id, id), self.rooms().complaints
        complaints.access.case(remit, other)
        complaints.merging.merge(id, other, member_id, reason)
        return self._shown(remit, id)

    def split(
        self,
        *,
        member_id: int,
        id: int,
        complaints: Sequence[int],
        title: str,
        reason: str,
        one_batch: bool = False,
    ) -> dict[str, Any]:
        """Make a case of its own of some members; it is the answer."""
        remit, merging = self._remit(member_id, id), self.rooms().complaints.merging
        new = merging.split(
            id, complaints, member_id, title=title, reason=reason, one_batch=one_batch
        )
        return self._shown(remit, new.id)

    def undo(self, *, member_id: int, id: int, other: int) -> dict[str, Any]:
        """Take back that another case was merged into this one, or split off from it."""
        remit, complaints = self._remit(member_id, id), self.rooms().complaints
        complaints.access.case(remit, other)
        complaints.merging.undo(id, other, member_id)
        return self._shown(remit, id)

    def note(
        self, *, member_id: int, id: int, text: str, about: int | None = None
    ) -> dict[str, Any]:
        """Note something for the desk."""
        remit = self._remit(member_id, id)
        self.rooms().complaints.jottings.write(id, member_id, text, about_id=about)
        return self._shown(remit, id)

    def preview(
        self, *, member_id: int, id: int, texts: Sequence[Mapping[str, str]]
    ) -> dict[str, Any]:
        """Show three real letters before any is sent."""
        self._remit(member_id, id)
        people, letters = self.rooms().complaints.broadcasts.preview(id, _by_tag(texts))
        return {"people": people, "letters": letters}

    def tell(
        self, *, member_id: int, id: int, texts: Sequence[Mapping[str, str]], request_key: str
    ) -> dict[str, Any]:
        """Have news sent in a minute to everyone who stands in the case now."""
        self._remit(member_id, id)
        key = hashlib.sha256(f"{member_id}:{request_key}".encode()).hexdigest()[:60]
        self.rooms().complaints.broadcasts.write(id, member_id, _by_tag(texts), key=key)
        return case_mark(self.rooms(), id)

    def stop(self, *, member_id: int, id: int, broadcast: int) -> dict[str, Any]:
        """Send nothing after all."""
        remit = self._remit(member_id, id)
        self.rooms().complaints.broadcasts.stop(id, broadcast, member_id)
        return self._shown(remit, id)

    def confirm(self, *, member_id: int, id: int, operation: int) -> dict[str, Any]:
        """Say yes as the second person."""
        remit, complaints = self._remit(member_id, id), self.rooms().complaints
        found = complaints.access.operation(id, operation)
        alone = is_alone(self.rooms(), remit, complaints.cases.get(id).field)
        is_own = complaints.remedies.remedy(found).decided_by_id == member_id
        if alone and is_own and proof_of_identity(complaints.remedies.hooks) is not None:
            raise Forbidden(gettext("Sign in once more to confirm your own decision."))
        complaints.confirming.confirm(found, member_id, alone=alone, is_fresh=True)
        return self._shown(remit, id)

    def halt(self, *, member_id: int, id: int, operation: int) -> dict[str, Any]:
        """Stop a remedy in its last minute."""
        remit, complaints = self._remit(member_id, id), self.rooms().complaints
        complaints.countdown.halt(complaints.access.operation(id, operation).id, member_id)
        return self._shown(remit, id)

    # -- below --

    def _remit(self, member_id: int, case_id: int) -> Remit:
        """Return the remit of who asks, if this case is his to decide."""
        remit = self.rooms().communities.remit_of(member_id)
        self.rooms().complaints.access.case(remit, case_id)
        return remit

    def _shown(self, remit: Remit, case_id: int) -> dict[str, Any]:
        complaints = self.rooms().complaints
        return desk_case(self.rooms(), remit, complaints.cases.get(case_id))


def _by_tag(texts: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {one["language"]: one["text"] for one in texts}
