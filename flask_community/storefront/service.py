"""Composes the rooms for the shop's own product pages; reads, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import request
from markupsafe import Markup

from ..errors import NotFound
from ..experiences.models import Post
from ..experiences.preview import facts_of, is_review
from ..experiences.service import ExperienceService
from ..files.models import Picture
from ..host import HostModels
from ..i18n import gettext
from ..members.service import MemberService
from ..money import FULL_BPS
from ..orders.models import Product
from ..orders.service import OrderService
from ..preview import Preview, full, head_of
from ..prose import first_words
from ..referrals.cookie import CODE_FIELD
from ..referrals.door import Door
from ..referrals.models import Link
from ..referrals.service import ReferralService
from ..referrals.strip import strip_here
from ..web import Web, shown_image
from .vouching import Vouched, Vouching

POSTS_ON_RAIL = 3
_LANDED = "flask_community.landed"
_VOUCHED = "flask_community.vouched"


@dataclass(frozen=True, slots=True)
class Note:
    """A post on the rail, and who wrote it."""

    post: Post
    words: str
    """How it begins."""
    author: str
    picture: Picture | None


class Storefront:
    """Renders the fragments that a shop's product page asks for.

    Other rooms add to the rail at the place `product`.

    Each takes the shop's own product object. They run inside a template of the
    shop: they only read, and never flush what the shop has not flushed.
    """

    def __init__(
        self,
        *,
        web: Web,
        host: HostModels,
        members: MemberService,
        orders: OrderService,
        experiences: ExperienceService,
        referrals: ReferralService,
        vouching: Vouching,
        door: Door,
    ) -> None:
        self.web = web
        self.host = host
        self.members = members
        self.orders = orders
        self.experiences = experiences
        self.referrals = referrals
        self.vouching = vouching
        self.door = door

    def share_button(self, product: Any) -> Markup:
        """Return the way to the share page, or a neutral notice while sharing rests."""
        with self.web.session().no_autoflush:
            known = self._known(product)
            return self.web.shop_part(
                "community/storefront/share_button.html",
                product_key=str(self.host.product.key_of(product)),
                is_paused=known is not None and self.referrals.pause_of(known.id) is not None,
                saving=Fraction(self.web.settings.friend_bps, FULL_BPS),
                reward=Fraction(self.web.settings.reward_bps, FULL_BPS),
            )

    def landing(self, product: Any) -> Markup:
        """Return who sent the visitor here and what he said; nothing if no link led him.

        For the head of a product's page; its rail does not say it again.
        """
        with self.web.session().no_autoflush:
            strip = self._strip(self._known(product))
            if not strip:
                return strip
            request.environ[_LANDED] = True
            return self.web.shop_part("community/storefront/landing.html", strip=strip)

    def product_rail(self, product: Any) -> Markup:
        """Return who sent the visitor, open reports, and what owners of the product write."""
        with self.web.session().no_autoflush:
            known = self._known(product)
            posts = self.experiences.posts_of_product(known.id, POSTS_ON_RAIL) if known else ()
            return self.web.shop_part(
                "community/storefront/product_rail.html",
                product=known,
                vouched=self.vouching.of(known.id, self.web.member_id()) if known else None,
                notes=self._notes(posts),
                is_paused=known is not None and self.referrals.pause_of(known.id) is not None,
                strip="" if request.environ.get(_LANDED) else self._strip(known),
            )

    def vouch_line(self, product: Any, among: Iterable[Any] = ()) -> Markup:
        """Return in one line who kept a product; nothing if nobody did, or sharing rests.

        `among` are all products of the page: they are asked for together.
        """
        with self.web.session().no_autoflush:
            known = request.environ.setdefault(_VOUCHED, {})
            key = self._text_key(product)
            if key not in known:
                keys = {key, *map(self._text_key, among)}
                known.update(dict.fromkeys(keys), **self.vouching.of_each(keys))
            vouched: Vouched | None = known[key]
            if vouched is None:
                return Markup("")
            return self.web.shop_part("community/storefront/vouch_line.html", vouched=vouched)

    def code_field(self) -> Markup:
        """Return the field of the shop's own checkout form that takes the code of a link."""
        with self.web.session().no_autoflush:
            met = self.door.met()
            sharer = met[0].sharer if met else None
            template = "community/storefront/code_field.html"
            return self.web.shop_part(template, field=CODE_FIELD, sharer=sharer)

    def head(self, product: Any) -> Markup:
        """Return what chat apps and search engines read about a product.

        Reviews are the words of buyers who gain nothing by them; there is no
        rating, since nobody here gives stars.
        """
        with self.web.session().no_autoflush:
            known = self._known(product)
            posts = self.experiences.posts_of_product(known.id, POSTS_ON_RAIL) if known else ()
            notes = self._notes([post for post in posts if is_review(post)])
            own = self.host.product_image(product)
            shown = [note.picture for note in notes if note.picture]
            preview = Preview(
                kind="product",
                title=self.host.product_title(product),
                path=self.host.product_url(product),
                words=_said(notes[0]) if notes else "",
                image=own or next(iter(shown), None),
                facts=self._facts(product, notes, full(self.web, own)),
            )
            return head_of(self.web, preview)

    def product_key(self, text: str) -> Any:
        """Return the key of a product of the shop from its text; raises NotFound."""
        return self.orders.product_key(text)

    def product_named(self, text: str) -> tuple[Product | None, str]:
        """Return what is known of a product by its key as text, and its title; raises NotFound."""
        host_key = self.product_key(text)
        try:
            product = self.host.product.load(self.web.session(), host_key)
        except OverflowError:  # SQLite, for a number longer than it has
            product = None
        if product is None:
            raise NotFound(gettext("There is no such product."))
        return self.orders.known_product(host_key), self.host.product_title(product)

    def product_address(self, text: str) -> str:
        """Return the full address of a product's page in the shop; raises NotFound."""
        product = self.host.product.load(self.web.session(), self.product_key(text))
        if product is None:
            raise NotFound(gettext("There is no such product."))
        return self.web.root() + self.host.product_url(product)

    def image_of(self, link: Link) -> str | None:
        """Return the address of a picture of what a link leads to."""
        if link.post_id is not None:
            shown = next(iter(self.experiences.pictures.of(link.post_id)), None)
            if shown is not None:
                return shown.url
        return None if link.product_id is None else self.picture_of(link.product_id)

    def picture_of(self, product_id: int) -> str | None:
        """Return the shop's own picture of a product, if our pages may show it."""
        known = self.orders.product(product_id)
        product = self.host.product.load(self.web.session(), known.host_id)
        return None if product is None else self._shown_here(product)

    def picture_named(self, text: str) -> str | None:
        """Return the same of a product by its key as text."""
        product = self.host.product.load(self.web.session(), self.product_key(text))
        return None if product is None else self._shown_here(product)

    def _shown_here(self, product: Any) -> str | None:
        return shown_image(self.host.product_image(product), self.web.settings.image_origins)

    def _notes(self, posts: Sequence[Post]) -> list[Note]:
        names = self.members.names(post.author_id for post in posts)
        pictures = self.experiences.pictures.of_each(post.id for post in posts)
        return [
            Note(
                post,
                first_words(post.body, 120),
                names[post.author_id],
                next(iter(pictures.get(post.id, ())), None),
            )
            for post in posts
        ]

    def _facts(self, product: Any, notes: Sequence[Note], image: str | None) -> dict[str, Any]:
        reviews = [facts_of(self.web, note.post, author=note.author) for note in notes]
        named = {"@type": "Product", "name": self.host.product_title(product), "image": image}
        return {**named, "review": reviews} if reviews else {}

    def _strip(self, known: Product | None) -> Markup:
        if known is None:
            return Markup("")
        return strip_here(self.door, lambda link: link.product_id == known.id)

    def _text_key(self, product: Any) -> str:
        return str(self.host.product.key_of(product))

    def _known(self, product: Any) -> Product | None:
        return self.orders.known_product(self.host.product.key_of(product))


def _said(note: Note) -> str:
    return gettext("%(author)s, who bought it: “%(words)s”", author=note.author, words=note.words)
