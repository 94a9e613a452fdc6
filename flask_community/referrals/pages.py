"""The door of a share link, what a browser remembers of it, and a member's shares."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue

from ..communities.service import CommunityService
from ..errors import NotFound
from ..experiences.service import ExperienceService
from ..i18n import gettext
from ..members.service import MemberService
from ..orders.service import OrderService
from ..web import BLUEPRINT, Web
from .cookie import COOKIE
from .door import Door
from .rules import TouchKind, ineligible_reason
from .service import ReferralService

log = logging.getLogger("flask_community")

PAGE = 10
"""Links on one page of a member's shares."""


class Rooms(Protocol):
    """What these pages need of the services of one request."""

    @property
    def members(self) -> MemberService: ...
    @property
    def orders(self) -> OrderService: ...
    @property
    def communities(self) -> CommunityService: ...
    @property
    def experiences(self) -> ExperienceService: ...
    @property
    def referrals(self) -> ReferralService: ...


class ReferralPages:
    """Lets visitors in, and shows members what came of their sharing."""

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        self.door = Door(web, rooms)
        web.add("/r/<token>", self.visit, name="visit", limit="click")
        web.add("/remembered", self.remembered, name="remembered")
        web.add("/remembered/forget", self.forget, name="forget_links", methods=["POST"])
        web.add("/my/shares", self.my_shares, name="my_shares")
        web.add(
            "/my/shares/<int(max=2147483647):link_id>/end",
            self.end_link,
            name="end_link",
            methods=["POST"],
        )
        web.blueprint.after_app_request(self.keep_owner)

    def visit(self, token: str) -> ResponseReturnValue:
        """Lead a visitor on; what he carries away is a touch, if he may have one."""
        referrals = self.rooms().referrals
        link = referrals.link_of(token)
        if link is None:
            raise NotFound(gettext("There is nothing under this link."))
        target = self.door.target(link)
        facts = self.door.facts(link, target)
        reason = ineligible_reason(facts)
        if target is None or facts.link_ended or facts.product_paused:
            response = self._rest(target, is_paused=facts.product_paused)
        else:
            response = make_response(redirect(target, 302))
            response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        touch = referrals.touch(link, _kind())
        if reason is None and referrals.may_remember():
            self._set(response, self.door.remembering(touch))
        # The answer stands: nothing below can keep a visitor from the product.
        self.door.count(touch, reason)
        return response

    def remembered(self) -> ResponseReturnValue:
        """Show a visitor whose links his browser remembers."""
        met = [(name, touch.at) for _, name, touch in self.door.met()]
        return self.web.render(
            "community/referrals/remembered.html",
            title=gettext("What this browser remembers"),
            met=met,
            days=self.web.settings.attribution_days,
        )

    def forget(self) -> ResponseReturnValue:
        """Let a visitor's browser forget every link."""
        response = self.web.see_other(self.web.url("remembered"))
        self._drop(response)
        return response

    def my_shares(self) -> ResponseReturnValue:
        """Show a member his links, and what came of each."""
        member_id = self.web.require_member()
        rooms = self.rooms()
        before = self.web.asked_int("before")
        shares = rooms.referrals.shares_of(member_id, PAGE + 1, before=before)
        rows = [
            {
                "share": share,
                "title": self.door.title(share.link),
                "address": self.door.address(share.link),
            }
            for share in shares[:PAGE]
        ]
        self.web.commit()
        return self.web.render(
            "community/referrals/my_shares.html",
            title=gettext("My shares"),
            rows=rows,
            older=shares[PAGE - 1].link.id if len(shares) > PAGE else None,
        )

    def end_link(self, link_id: int) -> ResponseReturnValue:
        """End one of the member's own links."""
        member_id = self.web.require_member()
        if not self.rooms().referrals.end(link_id, member_id):
            raise NotFound(gettext("There is no such link."))
        self.web.commit()
        return self.web.see_other(self.web.url("my_shares"))

    def keep_owner(self, response: Response) -> Response:
        """Mark unclaimed touches as the account's that signs in; clear them at log-out.

        Runs after every page of the shop, asks the database nothing there, and
        never breaks a page.
        """
        if COOKIE not in request.cookies or response.mimetype != "text/html":
            return response
        try:
            if not _sets_cookie(response):
                self._keep_owner(response)
        except Exception:
            log.exception("the touches of this browser stay as they were")
            self.web.session().rollback()
        return response

    # -- below --

    def _rest(self, target: str | None, *, is_paused: bool) -> Response:
        return self.web.render(
            "community/referrals/rest.html",
            title=gettext("This link rests"),
            is_paused=is_paused,
            target=target,
        )

    def _set(self, response: Response, text: str) -> None:
        seconds = self.web.settings.attribution_days * 86_400
        self.web.set_cookie(response, COOKIE, text, max_age=seconds)

    def _drop(self, response: Response) -> None:
        response.delete_cookie(
            COOKIE,
            path="/",
            secure=self.web.settings.secure_cookies,
            httponly=True,
            samesite="Lax",
        )

    def _keep_owner(self, response: Response) -> None:
        carried, key = self.door.cookie.load(request.cookies[COOKIE]), self.web.member_key()
        if carried.is_claimed() and not (key is not None and carried.counts_for(key)):
            # He has logged out, or another account is here now: it keeps what
            # it was joined with and takes nothing over.
            self._drop(response)
        elif key is not None and not carried.joined:
            joined = request.blueprint == BLUEPRINT and response.status_code < 400
            if joined:
                self.rooms().referrals.join(self.web.require_member(), carried.touches)
                self.web.session().commit()
            if joined or not carried.is_claimed():
                self._set(response, self.door.cookie.dump(carried.touches, key, joined=joined))


def _kind() -> TouchKind:
    return TouchKind.SCAN if "scan" in request.args else TouchKind.VISIT


def _sets_cookie(response: Response) -> bool:
    return any(one.startswith(f"{COOKIE}=") for one in response.headers.getlist("Set-Cookie"))
