"""Many items at once, from the desk's one form; what was done, and its way back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from ..errors import NotFound, Refused
from ..i18n import gettext
from ..web import Web
from .deeds import done_of
from .shown import wanted_in
from .verbs import MOST, Chosen, Wish
from .words import deed_words

if TYPE_CHECKING:
    from .pages import Rooms

TEXT_LENGTH = 4_000
_TICKED = re.compile(r"([0-9]{1,10})-([0-9]{1,9})")


class DeedPages:
    """Verbs over ticked items. A deed is told on the page that follows: `?done=<its token>`."""

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        web.add("/desk/do", self.do, name="do_at_desk", methods=["POST"])
        web.add("/desk/undo", self.undo, name="undo_at_desk", methods=["POST"])
        web.add_panel("footer", self.told)

    def do(self) -> ResponseReturnValue:
        """Do one verb with every ticked item that is as it was shown."""
        remit = self.rooms().communities.remit_of(self.web.require_member())
        back = wanted_in(request.form).address
        verb = request.form.get("verb", "")
        deed = self.rooms().moderation.deeds.do(remit, verb, self._ticked(), self._wish(verb))
        self.web.commit()
        return self.web.see_other(self.web.url("desk", **back, done=deed.token))

    def undo(self) -> ResponseReturnValue:
        """Take one's own deed back."""
        remit = self.rooms().communities.remit_of(self.web.require_member())
        token = self.web.form_text("done", most=32)
        deed = self.rooms().moderation.deeds.undo(token, remit)
        self.web.commit()
        return self.web.see_other(self.web.url("desk", done=deed.token))

    def told(self) -> Markup:
        """Return what was just done, with its way back; nothing for anybody else."""
        token, member_id = request.args.get("done"), self.web.member_id()
        if not token or member_id is None:
            return Markup()
        moderation = self.rooms().moderation
        try:
            deed = moderation.deeds.of(token, member_id)
        except NotFound:
            return Markup()
        count, is_undone = len(done_of(deed)), deed.undone_at is not None
        can_undo = deed.can_be_undone and not is_undone and deed.undo_until > moderation.clock()
        return self.web.part(
            "community/moderation/_told.html",
            deed=deed,
            count=count,
            can_undo=can_undo and count > 0,
            words=deed_words(deed.verb, count, undone=is_undone),
        )

    def _ticked(self) -> list[Chosen]:
        ticked = [_TICKED.fullmatch(one) for one in request.form.getlist("item")]
        chosen = [Chosen(int(one[1]), int(one[2])) for one in ticked if one]
        if not chosen or len(chosen) < len(ticked) or len(chosen) > MOST:
            raise Refused(gettext("Tick at least one."), field="item")
        return chosen

    def _wish(self, verb: str) -> Wish:
        """Read what this verb needs; what the form holds for others does not count."""
        return Wish(
            member=self.web.form_int("member", low=1) if verb == "assign" else None,
            hours=self.web.form_int("hours", low=1, high=999) if verb == "snooze" else None,
            into=self.web.form_int("into", low=1, high=2**31) if verb == "join" else None,
            text=self.web.form_text("text", most=TEXT_LENGTH) if verb == "ask" else None,
        )
