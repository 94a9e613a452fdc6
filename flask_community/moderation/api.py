"""The API of the moderators' desk: the queue, and who holds which item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from ..communities.rules import Remit
from ..communities.service import CommunityService
from ..rest.base import Api
from ..rest.operation import DESK, Page, page
from . import schemas
from .models import QueueItem
from .service import ModerationService
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

    def items(
        self,
        *,
        member_id: int,
        after: Sequence[int] | None,
        limit: int,
        field: str | None = None,
        view: str | None = None,
    ) -> Page:
        """List open items that one may decide, the most pressing first."""
        found = self.rooms().moderation.queue(
            self._remit(member_id),
            view=view,
            field=field,
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

    def _remit(self, member_id: int) -> Remit:
        return self.rooms().communities.remit_of(member_id)
