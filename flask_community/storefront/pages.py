"""The share page of a product, a post or a label: what both get, then the link itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from flask import Response, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from ..communities.models import Label
from ..communities.service import CommunityService
from ..experiences.models import Post
from ..experiences.service import ExperienceService
from ..i18n import gettext
from ..members.service import MemberService
from ..money import FULL_BPS
from ..orders.service import OrderService
from ..referrals.models import Link
from ..referrals.own import LINE_LENGTH
from ..referrals.service import ReferralService
from ..referrals.strip import strip
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
    def communities(self) -> CommunityService: ...
    @property
    def experiences(self) -> ExperienceService: ...
    @property
    def referrals(self) -> ReferralService: ...
    @property
    def storefront(self) -> Storefront: ...


@dataclass(frozen=True, slots=True)
class Shared:
    """What the share page is about."""

    title: str
    bare: str
    """Its full address, without a link."""
    here: str
    """Path of the share page."""
    image: str | None
    product_id: int | None
    """What it sells, if that is known here."""
    label: Label | None = None
    """The label, if it is one."""


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
        web.add("/share/label/<slug>", self.label, name="share_label")
        web.add(
            "/share/label/<slug>",
            self.link_label,
            name="make_label_link",
            methods=["POST"],
            limit="share",
        )
        web.add_panel("post", self.offer)
        web.add_panel("label_share", self.offer_label)

    def offer(self, post: Post) -> Markup:
        """Return the way from a post to its share page, as a panel of the post's page."""
        return self.web.part("community/storefront/share_post_button.html", post=post)

    def offer_label(self, label: Label) -> Markup:
        """Return the way from a label to its share page."""
        return self.web.part("community/storefront/share_label_button.html", label=label)

    def product(self, key: str) -> ResponseReturnValue:
        """Show what sharing a product means, and the member's link if he has one."""
        storefront = self.rooms().storefront
        known, title = storefront.product_named(key)
        return self._show(
            Shared(
                title,
                bare=storefront.product_address(key),
                here=self.web.url("share_product", key=key),
                image=storefront.picture_named(key),
                product_id=known.id if known else None,
            ),
            self._live("product", known.id) if known else None,
        )

    def link_product(self, key: str) -> ResponseReturnValue:
        """Make the member's link to a product."""
        member_id = self.web.require_member()
        rooms = self.rooms()
        product = rooms.orders.product_of(rooms.storefront.product_key(key))
        link = rooms.referrals.link_for(member_id, product_id=product.id)
        return self._made(link, self.web.url("share_product", key=key))

    def post(self, id: int) -> ResponseReturnValue:
        """Show what sharing a post means, and the member's link if he has one."""
        rooms = self.rooms()
        post = rooms.experiences.post(id)
        pictures = rooms.experiences.pictures.of(id)
        return self._show(
            Shared(
                post.title,
                bare=self.web.external("post", post_id=id),
                here=self.web.url("share_post", id=id),
                image=pictures[0].url if pictures else None,
                product_id=post.product_id,
            ),
            self._live("post", id),
        )

    def link_post(self, id: int) -> ResponseReturnValue:
        """Make the member's link to a post."""
        member_id = self.web.require_member()
        link = self.rooms().referrals.link_for(member_id, post_id=id)
        return self._made(link, self.web.url("share_post", id=id))

    def label(self, slug: str) -> ResponseReturnValue:
        """Show what sharing a label means, and the member's link if he has one."""
        communities = self.rooms().communities
        label = communities.label_called(slug)
        return self._show(
            Shared(
                label.name,
                bare=self.web.external("label", slug=slug),
                here=self.web.url("share_label", slug=slug),
                image=None,
                product_id=None,
                label=label,
            ),
            self._live("community", communities.community_of(label.id).id),
        )

    def link_label(self, slug: str) -> ResponseReturnValue:
        """Make the member's link to a label."""
        member_id = self.web.require_member()
        communities = self.rooms().communities
        community = communities.community_of(communities.label_called(slug).id)
        link = self.rooms().referrals.link_for(member_id, community_id=community.id)
        return self._made(link, self.web.url("share_label", slug=slug))

    # -- below --

    def _earns(self, label: Label | None) -> bool:
        """Tell whether sharing can earn: by a label only what belongs to it does."""
        if label is None:
            return True
        community = self.rooms().communities.community_of(label.id)
        return bool(self.rooms().referrals.reach(community.id))

    def _live(self, kind: str, target_id: int) -> Link | None:
        member_id = self.web.member_id()
        if member_id is None:
            return None
        return self.rooms().referrals.live_link(member_id, kind, target_id)

    def _made(self, link: Link, here: str) -> Response:
        if line := request.form.get("line"):
            self.rooms().referrals.own.say(link.sharer_id, link.id, line)
        self.web.commit()
        return self.web.see_other(here)

    def _show(self, shared: Shared, link: Link | None) -> Response:
        referrals, settings = self.rooms().referrals, self.web.settings
        product_id = shared.product_id
        sharer, line = self._sharer(), link.line if link else ""
        return self.web.render(
            "community/storefront/share.html",
            title=gettext("Share %(name)s", name=shared.title),
            shared=shared,
            is_paused=product_id is not None and referrals.pause_of(product_id) is not None,
            link=link,
            earns=self._earns(shared.label),
            sharer=sharer,
            line=line,
            longest=LINE_LENGTH,
            strip=strip(
                self.web, sharer=sharer, line=line, code=referrals.code(link) if link else ""
            ),
            saving=Fraction(settings.friend_bps, FULL_BPS),
            reward=Fraction(settings.reward_bps, FULL_BPS),
            hold_days=settings.hold_days,
            days=settings.attribution_days,
            **(self._sent(link, shared.title) if link else {}),
        )

    def _sharer(self) -> str:
        member_id = self.web.member_id()
        return gettext("A friend") if member_id is None else self.rooms().members.name(member_id)

    def _sent(self, link: Link, title: str) -> dict[str, Any]:
        """Return what can be sent of a link: addresses, the text, the ways, the QR code."""
        token = self.rooms().referrals.token(link)
        address = self.web.external("visit", token=token)
        scanned = self.web.external("visit", token=token, scan=1)
        said = gettext("“%(words)s”", words=link.line) if link.line else ""
        lines = [said, title, address, gettext("Ad: I earn if you buy")]
        text = "\n".join(filter(None, lines))
        return {
            "address": address,
            "text": text,
            "ways": ways(name=title, address=address, text=text),
            "qr": Markup(qr_svg(scanned)),  # nosec B704 # paths of squares
        }
