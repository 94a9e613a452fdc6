"""The API of products: what owners tell of one, and one's link to it, to a post or to a label."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from ..communities.service import CommunityService
from ..experiences.api import listed
from ..experiences.service import ExperienceService
from ..files.service import Files
from ..members.service import MemberService
from ..orders.service import OrderService
from ..referrals.models import Link
from ..referrals.service import ReferralService
from ..rest.base import Api
from ..rest.operation import ANYBODY
from . import schemas
from .service import POSTS_ON_RAIL, Storefront
from .vouching import Voucher


class Rooms(Protocol):
    """What the API needs of the services of one request."""

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
    def files(self) -> Files: ...
    @property
    def storefront(self) -> Storefront: ...


class ShareApi:
    """Anybody may read what sharing means; making a link asks for an account."""

    def __init__(self, api: Api, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = api.web, rooms
        share, product, post = schemas.ShareSchema(), "/products/{key}/share", "/posts/{id}/share"
        more: dict[str, Any] = {"answer": share, "limit": "share"}
        api.get(
            "/products/{key}", self.product, schemas.ProductSchema(), name="product", who=ANYBODY
        )
        api.get(product, self.share_product, share, name="share_product", who=ANYBODY)
        api.put(product, self.link_product, name="make_product_link", **more)
        api.get(post, self.share_post, share, name="share_post", who=ANYBODY)
        api.put(post, self.link_post, name="make_post_link", **more)
        label = "/labels/{slug}/share"
        api.get(label, self.share_label, share, name="share_label", who=ANYBODY)
        api.put(label, self.link_label, name="make_label_link", **more)

    def product(self, *, key: str) -> dict[str, Any]:
        """Show a product: what owners tell of it, and whether sharing rests."""
        rooms = self.rooms()
        known, title = rooms.storefront.product_named(key)
        posts = rooms.experiences.posts_of_product(known.id, POSTS_ON_RAIL) if known else ()
        reader_id = self.web.member_id()
        vouched = rooms.storefront.vouching.of(known.id, reader_id) if known else None
        return {
            "key": key,
            "title": title,
            "is_paused": self._is_paused(known.id if known else None),
            "kept": vouched.kept if vouched else 0,
            "vouchers": [_voucher(one) for one in vouched.vouchers] if vouched else [],
            "posts": listed(rooms, posts),
        }

    def share_product(self, *, key: str) -> dict[str, Any]:
        """Tell what sharing a product means, with one's link if there is one."""
        known, title = self.rooms().storefront.product_named(key)
        product_id = known.id if known else None
        return self._share(title, product_id, self._live("product", product_id))

    def link_product(self, *, member_id: int, key: str) -> dict[str, Any]:
        """Make one's link to a product; there is one at most."""
        product = self.rooms().orders.product_called(key)
        link = self.rooms().referrals.link_for(member_id, product_id=product.id)
        return self._share(product.title, product.id, link)

    def share_post(self, *, id: int) -> dict[str, Any]:
        """Tell what sharing a post means, with one's link if there is one."""
        post = self.rooms().experiences.post(id)
        return self._share(post.title, post.product_id, self._live("post", id))

    def link_post(self, *, member_id: int, id: int) -> dict[str, Any]:
        """Make one's link to a post; there is one at most."""
        link = self.rooms().referrals.link_for(member_id, post_id=id)
        post = self.rooms().experiences.post(id)
        return self._share(post.title, post.product_id, link)

    def share_label(self, *, slug: str) -> dict[str, Any]:
        """Tell what sharing a label means, with one's link if there is one."""
        label = self.rooms().communities.label_called(slug)
        community = self.rooms().communities.community_of(label.id)
        return self._share(label.name, None, self._live("community", community.id), community.id)

    def link_label(self, *, member_id: int, slug: str) -> dict[str, Any]:
        """Make one's link to a label; there is one at most."""
        label = self.rooms().communities.label_called(slug)
        community = self.rooms().communities.community_of(label.id)
        link = self.rooms().referrals.link_for(member_id, community_id=community.id)
        return self._share(label.name, None, link, community.id)

    # -- below --

    def _live(self, kind: str, target_id: int | None) -> Link | None:
        member_id = self.web.member_id()
        if member_id is None or target_id is None:
            return None
        return self.rooms().referrals.live_link(member_id, kind, target_id)

    def _is_paused(self, product_id: int | None) -> bool:
        return product_id is not None and self.rooms().referrals.pause_of(product_id) is not None

    def _share(
        self, title: str, product_id: int | None, link: Link | None, community_id: int | None = None
    ) -> dict[str, Any]:
        settings = self.web.settings
        earns = community_id is None or bool(self.rooms().referrals.reach(community_id))
        token = self.rooms().referrals.token(link) if link else ""
        return {
            "title": title,
            "is_paused": self._is_paused(product_id),
            "friend_bps": settings.friend_bps,
            "reward_bps": settings.reward_bps if earns else 0,
            "hold_days": settings.hold_days,
            "attribution_days": settings.attribution_days,
            "link": link.id if link else None,
            "address": self.web.external("visit", token=token) if link else None,
            "scan_address": self.web.external("visit", token=token, scan=1) if link else None,
        }


def _voucher(one: Voucher) -> dict[str, Any]:
    return {
        "name": one.name,
        "words": one.words,
        "post": one.post_id,
        "bought_at": one.bought_at,
        "may_earn": one.gains,
        **one.reactions,
    }
