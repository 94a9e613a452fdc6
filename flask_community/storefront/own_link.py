"""The page of one of a member's links; its QR code as a picture, and as a card to print."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Protocol

from flask import Response, make_response
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from ..communities.service import CommunityService
from ..i18n import gettext
from ..members.service import MemberService
from ..money import FULL_BPS
from ..orders.service import OrderService
from ..referrals.door import Door
from ..referrals.models import Link
from ..referrals.own import LINE_LENGTH, NAME_LENGTH
from ..referrals.service import ReferralService
from ..web import Web
from .rules import qr_png, qr_svg
from .service import Storefront


class Rooms(Protocol):
    """What these pages need of the services of one request."""

    @property
    def members(self) -> MemberService: ...
    @property
    def orders(self) -> OrderService: ...
    @property
    def communities(self) -> CommunityService: ...
    @property
    def referrals(self) -> ReferralService: ...
    @property
    def storefront(self) -> Storefront: ...


class OwnLinkPages:
    """Of a member's own links; another's is not found."""

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        self.door = Door(web, rooms)
        one = "/my/shares/<int(max=2147483647):link_id>"
        web.add(one, self.own_link, name="own_link")
        web.add(f"{one}/poster", self.poster, name="poster")
        web.add(f"{one}/qr.png", self.qr, name="link_qr")

    def own_link(self, link_id: int) -> ResponseReturnValue:
        """Show what came of a link, and all that its sharer can do with it."""
        member_id = self.web.require_member()
        referrals = self.rooms().referrals
        share = referrals.own.one(member_id, link_id)
        link, name = share.link, self.door.title(share.link)
        self.web.commit()
        return self.web.render(
            "community/storefront/own_link.html",
            title=link.name or name,
            link=link,
            share=share,
            thanks=referrals.thanks.counted(link.id),
            name=name,
            target=self.door.target(link),
            address=self.door.address(link),
            code=referrals.code(link),
            qr=Markup(qr_svg(self._scanned(link))),  # nosec B704 # paths of squares
            longest_name=NAME_LENGTH,
            longest_line=LINE_LENGTH,
        )

    def poster(self, link_id: int) -> ResponseReturnValue:
        """Show a card of A6 to print."""
        link = self._own(link_id)
        settings, rooms = self.web.settings, self.rooms()
        return self.web.render(
            "community/storefront/poster.html",
            title=gettext("A card to print"),
            link=link,
            name=self.door.title(link),
            image=rooms.storefront.image_of(link),
            sharer=rooms.members.name(link.sharer_id),
            code=rooms.referrals.code(link),
            saving=Fraction(settings.friend_bps, FULL_BPS),
            is_paid=settings.reward_bps > 0,
            qr=Markup(qr_svg(self._scanned(link))),  # nosec B704 # paths of squares
        )

    def qr(self, link_id: int) -> ResponseReturnValue:
        """Return the QR code as a picture to keep."""
        link = self._own(link_id)
        response: Response = make_response(qr_png(self._scanned(link)))
        response.mimetype = "image/png"
        name = f"{self.rooms().referrals.code(link)}.png"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def _own(self, link_id: int) -> Link:
        link = self.rooms().referrals.own.link(self.web.require_member(), link_id)
        self.web.commit()
        return link

    def _scanned(self, link: Link) -> str:
        return self.web.external("visit", token=self.rooms().referrals.token(link), scan=1)
