"""The moderators' desk: the queue, and who holds which item."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from flask import current_app, request
from flask.typing import ResponseReturnValue

from ..communities.rules import Remit
from ..communities.service import CommunityService
from ..errors import Refused
from ..i18n import gettext
from ..members.service import MemberService
from ..web import BLUEPRINT, Web
from .models import QueueItem
from .service import ModerationService
from .views import SOON, VIEWS
from .words import KINDS, clock_tone, priority_look


class Rooms(Protocol):
    """What these pages need of the services of one request."""

    @property
    def moderation(self) -> ModerationService:
        """What moderators must decide."""

    @property
    def members(self) -> MemberService:
        """Who is who."""

    @property
    def communities(self) -> CommunityService:
        """Who moderates what."""


class DeskPages:
    """One queue for every kind of item.

    A slice whose items have a page of their own serves it under the name
    `desk_<kind>` with the subject's `id`; the queue links there. What else it
    says of an item it adds as the panel `desk.item`, which gets the `item`, all
    `items` of the page, and a dict `kept` to read them all at once into.
    """

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        number = "<int(max=2147483647):id>"
        web.add("/desk", self.index, name="desk")
        web.add(f"/desk/{number}/claim", self.claim, name="claim_item", methods=["POST"])
        web.add(f"/desk/{number}/release", self.release, name="release_item", methods=["POST"])

    def index(self) -> ResponseReturnValue:
        """Show open items, the most pressing first; a view is a URL."""
        remit = self._remit()
        self.web.commit()
        view, field = _view(), request.args.get("field") or None
        moderation = self.rooms().moderation
        items = moderation.queue(remit, view=view, field=field)
        now = moderation.clock()
        holders = {
            item.id: item.claimed_by
            for item in items
            if item.claimed_by and item.claimed_until and item.claimed_until > now
        }
        names = self.rooms().members.names(holders.values())
        return self.web.render(
            "community/moderation/desk.html",
            title=gettext("Desk"),
            items=items,
            holders=holders,
            names=names,
            actor_id=remit.member_id,
            waiting=moderation.waiting(remit),
            view=view,
            field=field,
            page_of=self._page_of,
            kinds=KINDS,
            priority_look=priority_look,
            clock_tone=clock_tone,
            now=now,
            soon=SOON,
        )

    def claim(self, id: int) -> ResponseReturnValue:
        """Take an item for half an hour, if it is as it was shown; go to its page."""
        remit, moderation = self._remit(), self.rooms().moderation
        item = moderation.item_in(remit, id)
        version = self.web.form_int("version", low=1)
        item = moderation.claim(item.id, remit.member_id, version)
        to = self._page_of(item) or self.web.url("desk")
        self.web.commit()
        return self.web.see_other(to)

    def release(self, id: int) -> ResponseReturnValue:
        """Let others take an item."""
        remit, moderation = self._remit(), self.rooms().moderation
        item = moderation.item_in(remit, id)
        version = self.web.form_int("version", low=1)
        moderation.release(item.id, remit.member_id, version)
        self.web.commit()
        return self.web.see_other(self.web.url("desk"))

    def _remit(self) -> Remit:
        return self.rooms().communities.remit_of(self.web.require_member())

    def _page_of(self, item: QueueItem) -> str | None:
        name = f"desk_{item.kind}"
        has_page = f"{BLUEPRINT}.{name}" in current_app.view_functions
        return self.web.url(name, id=item.subject_id) if has_page else None


def _view() -> str | None:
    view = request.args.get("view") or None
    if view is not None and view not in VIEWS:
        raise Refused(gettext("There is no such view."), field="view")
    return view
