"""The API of the moderators' desk: the queue, and who holds which item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from ..communities.rules import Remit
from ..communities.service import CommunityService
from ..rest.base import Api
from ..rest.operation import DESK, Page, page
from . import schemas
from .models import Deed, QueueItem, SavedView
from .service import ModerationService
from .verbs import Chosen, Wish
from .views import place_of


class Rooms(Protocol):
    """What the API needs of the services of one request."""

    @property
    def moderation(self) -> ModerationService: ...
    @property
    def communities(self) -> CommunityService: ...


class DeskApi:
    """One queue for every kind of item."""

    def __init__(self, api: Api, rooms: Callable[[], Rooms]) -> None:
        self.rooms = rooms
        item, one = schemas.ItemSchema(), "/desk/items/{id}"
        held: dict[str, Any] = {"who": DESK, "answer": item, "guards": "item"}
        api.list(
            "/desk/items", self.items, item, name="items", query=schemas.QueueQuery(), who=DESK
        )
        api.get(one, self.item, item, name="item", who=DESK)
        api.put(f"{one}/claim", self.claim, name="claim_item", **held)
        api.delete(f"{one}/claim", self.release, name="release_item", **held)
        deed = schemas.DeedSchema()
        api.post(
            "/desk/deeds",
            self.do,
            name="do_at_desk",
            body=schemas.DoSchema(),
            answer=deed,
            who=DESK,
            key="optional",
        )
        api.post("/desk/deeds/{key}/undo", self.undo, name="undo_at_desk", answer=deed, who=DESK)
        self._serve_seat(api)

    def _serve_seat(self, api: Api) -> None:
        seat = schemas.SeatSchema()
        api.get("/desk/seat", self.seat, seat, name="desk_seat", who=DESK)
        api.patch(
            "/desk/seat",
            self.keys,
            name="desk_keys",
            body=schemas.KeysSchema(),
            answer=seat,
            who=DESK,
        )
        api.post(
            "/desk/views",
            self.save,
            name="save_view",
            body=schemas.NewViewSchema(),
            answer=schemas.SavedSchema(),
            status=201,
            who=DESK,
        )
        api.delete("/desk/views/{id}", self.remove, name="remove_view", who=DESK)

    def items(
        self,
        *,
        member_id: int,
        after: Sequence[int] | None,
        limit: int,
        field: str | None = None,
        view: str | None = None,
        words: str | None = None,
    ) -> Page:
        """List open items that one may decide, the most pressing first."""
        found = self.rooms().moderation.queue(
            self._remit(member_id),
            view=view,
            field=field,
            words=words,
            after=(after[0], after[1], after[2]) if after else None,
            limit=limit + 1,
        )
        return page(found, limit, place_of)

    def item(self, *, member_id: int, id: int) -> QueueItem:
        """Show an item as it is now."""
        return self.rooms().moderation.item_in(self._remit(member_id), id)

    def claim(self, *, member_id: int, id: int) -> QueueItem:
        """Hold an item for half an hour, if it is as one has seen it."""
        item = self.item(member_id=member_id, id=id)
        return self.rooms().moderation.claim(id, member_id, item.version)

    def release(self, *, member_id: int, id: int) -> QueueItem:
        """Let others take an item."""
        item = self.item(member_id=member_id, id=id)
        return self.rooms().moderation.release(id, member_id, item.version)

    def do(
        self, *, member_id: int, verb: str, items: list[dict[str, int]], **wish: Any
    ) -> dict[str, Any]:
        """Do one verb with many items: what is as it was seen is done, the rest is left."""
        chosen = [Chosen(**one) for one in items]
        deeds = self.rooms().moderation.deeds
        return _shown(deeds.do(self._remit(member_id), verb, chosen, Wish(**wish)))

    def undo(self, *, member_id: int, key: str) -> dict[str, Any]:
        """Take one's own deed back, within ten minutes; what changed since is left."""
        return _shown(self.rooms().moderation.deeds.undo(key, self._remit(member_id)))

    def seat(self, *, member_id: int) -> dict[str, Any]:
        """Show one's saved views, and whether single keys do things."""
        seats = self.rooms().moderation.seats
        remit = self._remit(member_id)
        has_keys = seats.has_keys(remit.member_id)
        return {"has_keys": has_keys, "saved": seats.saved(remit.member_id)}

    def keys(self, *, member_id: int, has_keys: bool) -> dict[str, Any]:
        """Let single keys do things at the desk, or not."""
        self.rooms().moderation.seats.set_keys(self._remit(member_id).member_id, on=has_keys)
        return self.seat(member_id=member_id)

    def save(
        self,
        *,
        member_id: int,
        name: str,
        view: str | None = None,
        field: str | None = None,
        words: str | None = None,
    ) -> SavedView:
        """Keep a view by a name; a name is taken once, and a moderator keeps twenty."""
        seats, own = self.rooms().moderation.seats, self._remit(member_id).member_id
        return seats.save(own, name, view=view, field=field, words=words)

    def remove(self, *, member_id: int, id: int) -> None:
        """Forget a saved view."""
        self.rooms().moderation.seats.remove(self._remit(member_id).member_id, id)

    def _remit(self, member_id: int) -> Remit:
        return self.rooms().communities.remit_of(member_id)


def _shown(deed: Deed) -> dict[str, Any]:
    results = [{"item": one["item"], "left": one.get("left")} for one in deed.results]
    return {
        "token": deed.token,
        "verb": deed.verb,
        "results": results,
        "undo_until": deed.undo_until if deed.can_be_undone else None,
        "undone_at": deed.undone_at,
    }
