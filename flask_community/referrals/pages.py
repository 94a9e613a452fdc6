"""The door of a share link, what a browser remembers of it, and a member's shares."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from ..communities.models import Community
from ..communities.service import CommunityService
from ..errors import NotFound, Refused
from ..experiences.models import Post
from ..experiences.service import ExperienceService
from ..i18n import gettext
from ..members.service import MemberService
from ..orders.service import OrderService
from ..web import BLUEPRINT, Web, safe_next
from .cookie import COOKIE
from .door import Door
from .models import Link
from .rules import Touch, TouchKind, ineligible_reason
from .service import ReferralService
from .strip import strip_here

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
    def afterwards(self, response: Response, work: Callable[[Rooms], object]) -> None: ...


class ReferralPages:
    """Lets visitors in, and shows members what came of their sharing."""

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        self.door = Door(web, rooms)
        web.add("/r/<token>", self.visit, name="visit", limit="click")
        web.add("/remembered", self.remembered, name="remembered")
        web.add("/remembered/forget", self.forget, name="forget_links", methods=["POST"])
        web.add(
            "/remembered/code", self.take_code, name="take_code", methods=["POST"], limit="code"
        )
        web.add("/my/shares", self.my_shares, name="my_shares")
        one = "/my/shares/<int(max=2147483647):link_id>"
        post: dict[str, Any] = {"methods": ["POST"]}
        web.add(one, self.change_link, name="change_link", limit="share", **post)
        web.add(f"{one}/rest", self.rest_link, name="rest_link", **post)
        web.add(f"{one}/resume", self.resume_link, name="resume_link", **post)
        web.add(f"{one}/end", self.end_link, name="end_link", **post)
        web.add_panel("post_top", self.strip_of_post)
        web.add_panel("label_top", self.strip_of_label)
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
            response = self._rest(link, target, is_paused=facts.product_paused)
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
        """Show a visitor which links may count, and take a code that he was given."""
        return self._remembered()

    def take_code(self) -> ResponseReturnValue:
        """Count a typed code as a touch, and go on to where it was asked for."""
        try:
            touch = self.door.code_typed(request.form.get("code", ""))
        except Refused as error:
            return self._remembered(error)
        then = safe_next(request.form.get("next"), self.web.url("remembered"))
        response = self.web.see_other(then)
        if self.rooms().referrals.may_remember():
            self._set(response, self.door.remembering(touch))
        self.door.count(touch, None)
        return response

    def forget(self) -> ResponseReturnValue:
        """Let a visitor's browser, and his account, forget one link or all."""
        link_id = self.web.form_int("link", low=1) if request.form.get("link") else None
        left = self.door.forgetting(link_id)
        self.web.commit()
        response = self.web.see_other(self.web.url("remembered"))
        if left is None:
            self._drop(response)
        else:
            self._set(response, left)
        return response

    def strip_of_post(self, *, post: Post, **_: Any) -> Markup:
        """Return who sent the visitor to a post, or to what it tells of."""
        return strip_here(
            self.door,
            lambda link: (
                post.id == link.post_id
                or (link.product_id is not None and link.product_id == post.product_id)
            ),
        )

    def strip_of_label(self, *, community: Community, **_: Any) -> Markup:
        """Return who sent the visitor to a label."""
        return strip_here(self.door, lambda link: link.community_id == community.id)

    def my_shares(self) -> ResponseReturnValue:
        """Show a member his links, and what came of each."""
        member_id = self.web.require_member()
        referrals = self.rooms().referrals
        before = self.web.asked_int("before")
        shares = referrals.own.of(member_id, PAGE + 1, before=before)
        rows = [{"share": share, "title": self.door.title(share.link)} for share in shares[:PAGE]]
        self.web.commit()
        return self.web.render(
            "community/referrals/my_shares.html",
            title=gettext("My shares"),
            rows=rows,
            older=shares[PAGE - 1].link.id if len(shares) > PAGE else None,
        )

    def change_link(self, link_id: int) -> ResponseReturnValue:
        """Name one of the member's own links, or change the line that goes with it."""
        member_id, own = self.web.require_member(), self.rooms().referrals.own
        for field, change in (("name", own.rename), ("line", own.say)):
            if (text := request.form.get(field)) is not None:
                change(member_id, link_id, text)
        return self._changed(link_id)

    def rest_link(self, link_id: int) -> ResponseReturnValue:
        """Let one of the member's own links rest."""
        self.rooms().referrals.own.rest(self.web.require_member(), link_id)
        return self._changed(link_id)

    def resume_link(self, link_id: int) -> ResponseReturnValue:
        """Let one of the member's own links lead on again."""
        self.rooms().referrals.own.resume(self.web.require_member(), link_id)
        return self._changed(link_id)

    def end_link(self, link_id: int) -> ResponseReturnValue:
        """End one of the member's own links."""
        self.rooms().referrals.own.end(self.web.require_member(), link_id)
        return self._changed(link_id)

    def keep_owner(self, response: Response) -> Response:
        """Mark unclaimed touches as the account's that signs in; clear them at log-out.

        Runs after every page of the shop, asks the database nothing before a page of
        the shop's own is sent, and never breaks one.
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

    def _changed(self, link_id: int) -> Response:
        self.web.commit()
        back = self.web.url("own_link", link_id=link_id)
        return self.web.see_other(safe_next(request.form.get("next"), back))

    def _remembered(self, error: Refused | None = None) -> Response:
        if error:
            self.web.session().rollback()
        asked = request.form if error else request.args
        met = [
            {
                "link": one.link,
                "sharer": one.sharer,
                "at": one.touch.at,
                "is_typed": one.touch.kind is TouchKind.CODE,
                "title": self.door.title(one.link),
                "target": self.door.target(one.link),
            }
            for one in self.door.met()
        ]
        return self.web.render(
            "community/referrals/remembered.html",
            title=gettext("Who sent you"),
            status=error.status if error else 200,
            met=met,
            days=self.web.settings.attribution_days,
            saving=self.web.settings.friend_bps,
            error=error,
            typed=request.form.get("code", "")[:40],
            then=safe_next(asked.get("next"), ""),
        )

    def _rest(self, link: Link, target: str | None, *, is_paused: bool) -> Response:
        has_ended = not is_paused and (link.rests_since is None or link.ended_at is not None)
        return self.web.render(
            "community/referrals/rest.html",
            title=gettext("This link has ended") if has_ended else gettext("This link rests"),
            is_paused=is_paused,
            has_ended=has_ended,
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
            elif not carried.is_claimed():
                # He may never come back with this browser: the web view of a chat app.
                self._join_afterwards(response, key, carried.touches)
            if joined or not carried.is_claimed():
                self._set(response, self.door.cookie.dump(carried.touches, key, joined=joined))

    def _join_afterwards(self, response: Response, key: Any, touches: Sequence[Touch]) -> None:
        def join(rooms: Rooms) -> None:
            rooms.referrals.join(rooms.members.of(key).id, touches)

        self.rooms().afterwards(response, join)


def _kind() -> TouchKind:
    return TouchKind.SCAN if "scan" in request.args else TouchKind.VISIT


def _sets_cookie(response: Response) -> bool:
    return any(one.startswith(f"{COOKIE}=") for one in response.headers.getlist("Set-Cookie"))
