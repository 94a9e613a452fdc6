"""Lets a visitor in through a link: where it leads, whether that is a touch, what he carries on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from flask import request

from ..communities.service import CommunityService
from ..errors import Refused
from ..i18n import gettext
from ..members.service import MemberService
from ..orders.service import OrderService
from ..tokens import SignedBlob
from ..web import Web, is_own_path
from .cookie import COOKIE_PURPOSE, Carried, TouchCookie, carried_text
from .models import Link
from .rules import Ineligible, Touch, TouchKind, VisitFacts, remember
from .service import ReferralService

log = logging.getLogger("flask_community")


@dataclass(frozen=True, slots=True)
class Met:
    """A link that a visitor has met, and who shared it."""

    link: Link
    sharer: str
    touch: Touch


class Rooms(Protocol):
    """What the door needs of the services of one request."""

    @property
    def members(self) -> MemberService: ...
    @property
    def orders(self) -> OrderService: ...
    @property
    def communities(self) -> CommunityService: ...
    @property
    def referrals(self) -> ReferralService: ...


class Door:
    """The one rule of the page behind a link and of the API's visits."""

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        settings = web.settings
        self.cookie = TouchCookie(
            SignedBlob(settings.secret_keys, settings.shop_id, COOKIE_PURPOSE)
        )

    def target(self, link: Link) -> str | None:
        """Return the path in this shop where a link leads: out of its row, not the request."""
        rooms = self.rooms()
        if link.post_id is not None:
            return self.web.url("post", post_id=link.post_id)
        if link.community_id is not None:
            community = rooms.communities.community(link.community_id)
            return self.web.url("label", slug=rooms.communities.label(community.label_id).slug)
        assert link.product_id is not None
        path = rooms.orders.product_url(rooms.orders.product(link.product_id))
        return path if path and is_own_path(path) else None

    def title(self, link: Link) -> str:
        """Return the name of what a link leads to."""
        rooms = self.rooms()
        if link.community_id is not None:
            community = rooms.communities.community(link.community_id)
            return rooms.communities.label(community.label_id).name
        if link.product_id is not None:
            return rooms.orders.product(link.product_id).title
        return gettext("A post")

    def address(self, link: Link) -> str:
        """Return the full address of a link, to be sent to others."""
        return self.web.external("visit", token=self.rooms().referrals.token(link))

    def facts(self, link: Link, target: str | None, *, by_page: bool = True) -> VisitFacts:
        """Return what is known of this request as a visit of a link.

        Without `by_page` a program of the shop says that somebody opened it:
        what its request is fetched for tells nothing.
        """
        referrals = self.rooms().referrals
        paused = link.product_id is not None and referrals.pause_of(link.product_id, hard=True)
        headers = request.headers
        return VisitFacts(
            method=request.method,
            user_agent=headers.get("User-Agent"),
            sec_purpose=headers.get("Sec-Purpose"),
            purpose=headers.get("Purpose") or headers.get("X-Purpose"),
            x_moz=headers.get("X-Moz"),
            sec_fetch_dest=headers.get("Sec-Fetch-Dest") if by_page else None,
            own_visit=self.web.member_id() == link.sharer_id,
            link_ended=is_at_rest(link) or target is None,
            product_paused=bool(paused),
        )

    def carried(self) -> Carried:
        """Return what whoever is at this browser, or app, carries; nothing of another account."""
        carried = self.cookie.load(carried_text(request))
        return carried if carried.counts_for(self.web.member_key()) else Carried()

    def code_typed(self, typed: str) -> Touch:
        """Return the touch of a person who types a code; raises Refused that says why not."""
        referrals = self.rooms().referrals
        link = referrals.link_coded(typed)
        if link is None:
            words = gettext("No link has this code. It looks like %(code)s.", code="4K7-Q2MF9X")
            raise Refused(words, field="code")
        if link.sharer_id == self.web.member_id():
            raise Refused(gettext("This is your own code: it is for friends."), field="code")
        if link.product_id is not None and referrals.pause_of(link.product_id, hard=True):
            resting = gettext(
                "Sharing of this product rests while reports about it are looked into."
            )
            raise Refused(resting, field="code")
        if is_at_rest(link):
            raise Refused(gettext("Whoever shared this link lets it rest."), field="code")
        if self.web.member_id() is None and not referrals.may_remember():
            raise Refused(gettext("Sign in first: this browser may not remember it."), field="code")
        return referrals.touch(link, TouchKind.CODE)

    def remembering(self, touch: Touch) -> str:
        """Return what he carries on, with one touch more."""
        window = self.web.settings.attribution_window
        touches = remember(self.carried().touches, touch, window=window)
        return self.cookie.dump(touches, self.web.member_key(), joined=False)

    def met(self) -> list[Met]:
        """Return each link that he or his account has met and that may still count, last met first.

        An account is asked too: it has met a link in another browser, or has
        taken its touches over from this one.
        """
        rooms, member_id = self.rooms(), self.web.member_id()
        since = rooms.referrals.clock() - self.web.settings.attribution_window
        touches = [touch for touch in self.carried().touches if touch.at > since]
        if member_id is not None:
            touches += rooms.referrals.touches_of(member_id, since)
        last = {touch.link: touch for touch in sorted(touches, key=lambda one: (one.at, one.kind))}
        if not last:
            return []
        links = rooms.referrals.links(last)
        names = rooms.members.names(link.sharer_id for link in links.values())
        return [
            Met(links[id], names[links[id].sharer_id], touch)
            for id, touch in sorted(last.items(), key=lambda item: item[1].at, reverse=True)
            if id in links
        ]

    def forgetting(self, link_id: int | None) -> str | None:
        """Forget a link, or all, on the account too; return what he carries on, None for nothing."""
        member_id = self.web.member_id()
        if member_id is not None:
            self.rooms().referrals.forget(member_id, link_id)
        left = [one for one in self.carried().touches if link_id not in (None, one.link)]
        return self.cookie.dump(left, self.web.member_key(), joined=False) if left else None

    def count(self, touch: Touch, reason: Ineligible | None) -> None:
        """Count a visit, committed; what goes wrong here keeps nobody from the product."""
        session, referrals = self.web.session(), self.rooms().referrals
        try:
            member_id = self.web.member_id()
            referrals.record_visit(touch.link, touch.kind, reason)
            if reason is None and member_id is not None:
                referrals.join(member_id, [touch])
            session.commit()
        except Exception:
            log.exception("one visit of link %s is not counted", touch.link)
            session.rollback()


def is_at_rest(link: Link) -> bool:
    """Tell whether its sharer has ended a link, or lets it rest."""
    return link.ended_at is not None or link.rests_since is not None
