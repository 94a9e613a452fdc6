"""The API of sharing: one's links, the door of a link for apps, what an app remembers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from ..communities.service import CommunityService
from ..errors import NotFound
from ..i18n import gettext
from ..members.service import MemberService
from ..orders.service import OrderService
from ..rest.base import Api
from ..rest.operation import ANYBODY, Page, page
from . import schemas
from .door import Door
from .own import Share
from .rules import TouchKind, ineligible_reason
from .service import ReferralService


class Rooms(Protocol):
    """What the API needs of the services of one request."""

    @property
    def members(self) -> MemberService: ...
    @property
    def orders(self) -> OrderService: ...
    @property
    def communities(self) -> CommunityService: ...
    @property
    def referrals(self) -> ReferralService: ...


class LinkApi:
    """A shop without cookies carries touches in the header Community-Touches."""

    def __init__(self, api: Api, rooms: Callable[[], Rooms]) -> None:
        self.rooms = rooms
        self.door = Door(api.web, rooms)
        api.list("/links", self.links, schemas.LinkSchema(), name="links")
        api.get("/links/{id}", self.link, schemas.LinkSchema(), name="link")
        api.patch(
            "/links/{id}",
            self.change,
            name="change_link",
            body=schemas.LinkChangeSchema(),
            answer=schemas.LinkSchema(),
        )
        api.delete("/links/{id}", self.end, name="end_link")
        api.post(
            "/visits",
            self.visit,
            name="visit",
            who=ANYBODY,
            body=schemas.VisitSchema(),
            answer=schemas.LedSchema(),
            limit="click",
            refuses=(404,),
        )
        api.post(
            "/codes",
            self.take_code,
            name="take_code",
            who=ANYBODY,
            body=schemas.CodeSchema(),
            answer=schemas.LedSchema(),
            limit="code",
        )
        api.list("/touches", self.touches, schemas.TouchSchema(), name="touches", who=ANYBODY)
        api.list("/thanks", self.thanks, schemas.OwedSchema(), name="thanks")
        api.post(
            "/thanks/{id}",
            self.say_thanks,
            name="say_thanks",
            body=schemas.ThanksSchema(),
            limit="react",
        )
        api.put("/me/touches", self.join, name="join_touches")

    def links(self, *, member_id: int, after: Sequence[int] | None, limit: int) -> Page:
        """List one's links, newest first, and what came of each."""
        before = after[0] if after else None
        found = self.rooms().referrals.own.of(member_id, limit + 1, before=before)
        cut = page(found, limit, lambda share: (share.link.id,))
        return Page([self._shown(share) for share in cut.rows], cut.place)

    def link(self, *, member_id: int, id: int) -> dict[str, Any]:
        """Show one of one's links."""
        return self._shown(self.rooms().referrals.own.one(member_id, id))

    def end(self, *, member_id: int, id: int) -> None:
        """End one of one's links."""
        self.rooms().referrals.own.end(member_id, id)

    def change(
        self,
        *,
        member_id: int,
        id: int,
        name: str | None = None,
        line: str | None = None,
        rests: bool | None = None,
    ) -> dict[str, Any]:
        """Name one of one's links, say a line with it, let it rest or lead on."""
        own = self.rooms().referrals.own
        if name is not None:
            own.rename(member_id, id, name)
        if line is not None:
            own.say(member_id, id, line)
        if rests is not None:
            (own.rest if rests else own.resume)(member_id, id)
        return self._shown(own.one(member_id, id))

    def visit(self, *, token: str, kind: str = "visit") -> dict[str, Any]:
        """Go through a link: where it leads, and the touches to carry on."""
        referrals = self.rooms().referrals
        link = referrals.link_of(token)
        if link is None:
            raise NotFound(gettext("There is nothing under this link."))
        target = self.door.target(link)
        facts = self.door.facts(link, target, by_page=False)
        reason = ineligible_reason(facts)
        touch = referrals.touch(link, TouchKind.SCAN if kind == "scan" else TouchKind.VISIT)
        rests = facts.link_ended or facts.product_paused
        keeps = reason is None and referrals.may_remember()
        answer = {
            "target": None if rests else target,
            "is_paused": facts.product_paused,
            "touches": self.door.remembering(touch) if keeps else None,
        }
        self.door.count(touch, reason)
        return answer

    def take_code(self, *, code: str) -> dict[str, Any]:
        """Type the code of a link: where it leads, and the touches to carry on."""
        touch = self.door.code_typed(code)
        referrals = self.rooms().referrals
        link = referrals.links([touch.link])[touch.link]
        keeps = referrals.may_remember()
        answer = {
            "target": self.door.target(link),
            "is_paused": False,
            "touches": self.door.remembering(touch) if keeps else None,
        }
        self.door.count(touch, None)
        return answer

    def touches(self, *, after: Sequence[int] | None, limit: int) -> Page:
        """List whose links this browser or app remembers."""
        met = [{"sharer": one.sharer, "at": one.touch.at} for one in self.door.met()]
        first = after[0] if after else 0
        more = first + limit < len(met)
        return Page(met[first : first + limit], (first + limit,) if more else None)

    def thanks(self, *, member_id: int, after: Sequence[int] | None, limit: int) -> Page:
        """List whom one may thank for what has arrived, the last one first."""
        rooms = self.rooms()
        owed = rooms.referrals.thanks.owed_by(member_id)
        first = after[0] if after else 0
        names = rooms.members.names(one.sharer_id for one in owed)
        rows = [
            {
                "id": one.id,
                "sharer": names[one.sharer_id],
                "title": one.title,
                "arrived_at": one.arrived_at,
            }
            for one in owed[first : first + limit]
        ]
        return Page(rows, (first + limit,) if first + limit < len(owed) else None)

    def say_thanks(self, *, member_id: int, id: int, said: str, by_name: bool = False) -> None:
        """Thank a sharer, once."""
        self.rooms().referrals.thanks.say(member_id, id, said, by_name=by_name)

    def join(self, *, member_id: int) -> None:
        """Write what this browser or app remembers to one's account, as after signing up."""
        self.rooms().referrals.join(member_id, self.door.carried().touches)

    def _shown(self, share: Share) -> dict[str, Any]:
        link = share.link
        names = ("id", "campaign", "name", "line", "made_at", "rests_since", "ended_at")
        return {
            **{name: getattr(link, name) for name in names},
            "title": self.door.title(link),
            "address": self.door.address(link),
            "code": self.rooms().referrals.code(link),
            "visits": share.visits,
            "orders": share.orders,
            "kept": share.kept,
        }
