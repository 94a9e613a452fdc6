"""The share page of a product or a post: what both get, then the link itself."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Protocol

from flask.typing import ResponseReturnValue
from markupsafe import Markup

from ..experiences.models import Post
from ..experiences.service import ExperienceService
from ..i18n import gettext
from ..members.service import MemberService
from ..money import FULL_BPS
from ..orders.service import OrderService
from ..referrals.models import Link
from ..referrals.service import ReferralService
from ..web import Web
from .rules import qr_svg, ways
from .service import Storefront


class Rooms(Protocol):
    """What these pages need of the services of one request."""

    @property
    def members(self) -> MemberService: ...
    @property
    def orders(self) -> OrderService: ...
    @property
    def experiences(self) -> ExperienceService: ...
    @property
    def referrals(self) -> ReferralService: ...
    @property
    def storefront(self) -> Storefront: ...


class SharePages:
    """Anybody may read what sharing means; making a link asks for an account."""

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        web.add("/share/product/<path:key>", self.product, name="share_product")
        web.add(
            "/share/product/<path:key>",
            self.link_product,
            name="make_product_link",
            methods=["POST"],
            limit="share",
        )
        web.add("/share/post/<int(max=2147483647):id>", self.post, name="share_post")
        web.add(
            "/share/post/<int(max=2147483647):id>",
            self.link_post,
            name="make_post_link",
            methods=["POST"],
            limit="share",
        )
        web.add_panel("post", self.offer)

    def offer(self, post: Post) -> Markup:
        """Return the way from a post to its share page, as a panel of the post's page."""
        return self.web.part("community/storefront/share_post_button.html", post=post)

    def product(self, key: str) -> ResponseReturnValue:
        """Show what sharing a product means, and the member's link if he has one."""
        storefront = self.rooms().storefront
        known, title = storefront.product_named(key)
        return self._show(
            title,
            bare=storefront.product_address(key),
            link=self._live("product", known.id) if known else None,
            product_id=known.id if known else None,
            make=self.web.url("make_product_link", key=key),
        )

    def link_product(self, key: str) -> ResponseReturnValue:
        """Make the member's link to a product."""
        member_id = self.web.require_member()
        rooms = self.rooms()
        product = rooms.orders.product_of(rooms.storefront.product_key(key))
        rooms.referrals.link_for(member_id, product_id=product.id)
        self.web.commit()
        return self.web.see_other(self.web.url("share_product", key=key))

    def post(self, id: int) -> ResponseReturnValue:
        """Show what sharing a post means, and the member's link if he has one."""
        post = self.rooms().experiences.post(id)
        return self._show(
            post.title,
            bare=self.web.external("post", post_id=id),
            link=self._live("post", id),
            product_id=post.product_id,
            make=self.web.url("make_post_link", id=id),
        )

    def link_post(self, id: int) -> ResponseReturnValue:
        """Make the member's link to a post."""
        member_id = self.web.require_member()
        self.rooms().referrals.link_for(member_id, post_id=id)
        self.web.commit()
        return self.web.see_other(self.web.url("share_post", id=id))

    # -- below --

    def _live(self, kind: str, target_id: int) -> Link | None:
        member_id = self.web.member_id()
        if member_id is None:
            return None
        return self.rooms().referrals.live_link(member_id, kind, target_id)

    def _show(
        self, name: str, *, bare: str, link: Link | None, product_id: int | None, make: str
    ) -> ResponseReturnValue:
        referrals, settings = self.rooms().referrals, self.web.settings
        member_id = self.web.member_id()
        address = self.web.external("visit", token=referrals.token(link)) if link else ""
        scanned = self.web.external("visit", token=referrals.token(link), scan=1) if link else ""
        text = "\n".join([name, address, gettext("Ad: I earn if you buy")])
        return self.web.render(
            "community/storefront/share.html",
            title=gettext("Share %(name)s", name=name),
            name=name,
            is_paused=product_id is not None and referrals.pause_of(product_id) is not None,
            sharer=self.rooms().members.name(member_id) if member_id else None,
            saving=Fraction(settings.friend_bps, FULL_BPS),
            reward=Fraction(settings.reward_bps, FULL_BPS),
            hold_days=settings.hold_days,
            days=settings.attribution_days,
            bare=bare,
            back=bare,
            address=address,
            text=text,
            ways=ways(name=name, address=address, text=text),
            qr=Markup(qr_svg(scanned)) if scanned else "",  # nosec B704 # paths of squares
            make=make,
        )
