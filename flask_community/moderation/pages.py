"""The moderators' desk: the queue in its views, and who holds which item."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from flask import current_app, request
from flask.typing import ResponseReturnValue

from ..communities.rules import Remit
from ..communities.service import CommunityService
from ..errors import NotFound
from ..i18n import gettext
from ..members.service import MemberService
from ..web import BLUEPRINT, Web
from .deed_pages import DeedPages
from .deeds import left_of
from .models import Deed, QueueItem
from .seat_pages import SeatPages
from .service import ModerationService
from .shown import Wanted, wanted_by, wanted_in
from .verbs import SNOOZES, Chosen
from .views import SOON
from .words import KINDS, LEFT, clock_tone, priority_look


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
    `items` of the page, and a dict `kept` to read them all at once into; what
    can be done with all ticked ones as the panel `desk.bulk`, which gets the
    `remit` and stands in the form.
    """

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        number = "<int(max=2147483647):id>"
        web.add("/desk", self.index, name="desk")
        web.add(f"/desk/{number}/claim", self.claim, name="claim_item", methods=["POST"])
        web.add(f"/desk/{number}/release", self.release, name="release_item", methods=["POST"])
        DeedPages(web, rooms)
        SeatPages(web, rooms)

    def index(self) -> ResponseReturnValue:
        """Show open items, the most pressing first; a view is a URL."""
        remit, wanted = self._remit(), wanted_in(request.args)
        moderation = self.rooms().moderation
        self.web.commit()
        items = moderation.queue(remit, view=wanted.view, field=wanted.field, words=wanted.words)
        return self.web.render(
            "community/moderation/desk.html",
            title=gettext("Desk"),
            items=items,
            remit=remit,
            waiting=moderation.waiting(remit),
            wanted=wanted,
            has_keys=moderation.seats.has_keys(remit.member_id),
            hours=SNOOZES,
            page_of=self._page_of,
            kinds=KINDS,
            priority_look=priority_look,
            clock_tone=clock_tone,
            soon=SOON,
            **self._people(remit, items),
            **self._saved(remit, wanted),
            **self._left(remit),
        )

    def claim(self, id: int) -> ResponseReturnValue:
        """Take an item for half an hour, if it is as it was shown; go to its page."""
        remit, deed = self._one(id, "take")
        to = self._page_of(self.rooms().moderation.item_in(remit, id))
        self.web.commit()
        if to is None:
            return self.web.see_other(self.web.url("desk", done=deed.token))
        return self.web.see_other(f"{to}?done={deed.token}")

    def release(self, id: int) -> ResponseReturnValue:
        """Let others take an item."""
        _, deed = self._one(id, "release")
        self.web.commit()
        back = wanted_in(request.form).address
        return self.web.see_other(self.web.url("desk", **back, done=deed.token))

    # -- below --

    def _one(self, id: int, verb: str) -> tuple[Remit, Deed]:
        """Do a verb with one item; raises what the verb by itself would."""
        remit, moderation = self._remit(), self.rooms().moderation
        item = moderation.item_in(remit, id)
        version = self.web.form_int("version", low=1)
        return remit, moderation.deeds.one(remit, verb, Chosen(item.id, version))

    def _people(self, remit: Remit, items: Any) -> dict[str, Any]:
        """Return who holds what right now, and whom one could give something."""
        moderation = self.rooms().moderation
        now = moderation.clock()
        holders = {
            item.id: item.claimed_by
            for item in items
            if item.claimed_by and item.claimed_until and item.claimed_until > now
        }
        colleagues = moderation.seats.colleagues(remit.member_id)
        names = self.rooms().members.names([*holders.values(), *colleagues])
        return {"holders": holders, "colleagues": colleagues, "names": names, "now": now}

    def _saved(self, remit: Remit, wanted: Wanted) -> dict[str, Any]:
        """Return the saved views with their addresses, and which of them this one is."""
        saved = self.rooms().moderation.seats.saved(remit.member_id)
        shown = [(one, self.web.url("desk", **wanted_by(one).address)) for one in saved]
        here = next((one.id for one in saved if wanted_by(one) == wanted), None)
        return {"saved": shown, "here": here}

    def _left(self, remit: Remit) -> dict[str, Any]:
        """Return the items that the deed just done had to leave, with the reasons."""
        moderation, token = self.rooms().moderation, request.args.get("done", "")
        try:
            why = left_of(moderation.deeds.of(token, remit.member_id)) if token else {}
        except NotFound:
            why = {}
        items = moderation.items_in(remit, why)
        return {"left": [(items.get(one), gettext(LEFT.get(why[one], why[one]))) for one in why]}

    def _remit(self) -> Remit:
        return self.rooms().communities.remit_of(self.web.require_member())

    def _page_of(self, item: QueueItem) -> str | None:
        name = f"desk_{item.kind}"
        has_page = f"{BLUEPRINT}.{name}" in current_app.view_functions
        return self.web.url(name, id=item.subject_id) if has_page else None
