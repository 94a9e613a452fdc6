"""What chat apps, social networks and search engines read about a page, for its <head>."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from .files.models import Picture
from .files.service import is_address
from .web import Web

WORDS = 200
"""Characters of a description: what previews show of it at most."""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """One page, in the words of the Open Graph and of schema.org."""

    kind: str
    """Type of the Open Graph: `product`, `article` or `website`."""
    title: str
    path: str
    """Where the page is in this shop."""
    words: str = ""
    """One sentence about it, plain text."""
    image: Picture | str | None = None
    """What to show of it: a picture, or its address."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What schema.org calls it; empty if there is nothing to say that is surely true."""


def head_of(web: Web, preview: Preview) -> Markup:
    """Return the elements for the page's <head>.

    Addresses are full ones, or left out where the shop's own address is not
    known for sure: what stands here is copied far away.
    """
    address, image = full(web, preview.path), preview.image
    facts = {"@context": "https://schema.org", "url": address, **preview.facts}
    return web.part(
        "community/head.html",
        preview=preview,
        address=address,
        image=full(web, image.url if isinstance(image, Picture) else image),
        picture=image if isinstance(image, Picture) else None,
        facts=json_ld(facts) if preview.facts else None,
    )


def full(web: Web, url: str | None) -> str | None:
    """Return an address with scheme and host; None where there is none, or none to be sure of."""
    if url is None or not is_address(url):
        return None
    root = web.root()
    if url.startswith("/"):
        return root + url if root else None
    return url


def full_images(web: Web, pictures: Sequence[Picture]) -> list[str]:
    """Return the full addresses of pictures, for `facts`."""
    return [address for one in pictures if (address := full(web, one.url))]


def json_ld(facts: Mapping[str, Any]) -> Markup:
    """Return facts for a <script type="application/ld+json">: nothing in them can end it.

    What is None or empty is left out.
    """
    text = json.dumps(_filled(facts), ensure_ascii=True, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # nosec B704 # JSON, its angle brackets escaped above


def _filled(value: Any) -> Any:
    if isinstance(value, Mapping):
        kept = {key: _filled(one) for key, one in value.items()}
        return {key: one for key, one in kept.items() if one not in (None, "", [], {})}
    return [_filled(one) for one in value] if isinstance(value, list) else value
