"""What a post is to those who only read about it: a buyer's review, or just an article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..files.models import Picture
from ..preview import WORDS, Preview, full, full_images
from ..prose import first_words
from ..web import Web
from .models import Post

BODY_WORDS = 1000
"""Characters of the text that search engines get."""


def preview_of(
    web: Web, post: Post, *, author: str, pictures: Sequence[Picture], product: str | None
) -> Preview:
    """Return the preview of a post's page; `product` is the address of its product's page."""
    facts = facts_of(web, post, author=author, pictures=pictures)
    if is_review(post):
        named = {"@type": "Product", "name": post.product_title, "url": full(web, product)}
        facts = {**facts, "itemReviewed": named}
    return Preview(
        kind="article",
        title=post.title,
        path=web.url("post", post_id=post.id),
        words=first_words(post.body, WORDS),
        image=pictures[0] if pictures else None,
        facts=facts,
    )


def is_review(post: Post) -> bool:
    """Tell whether a post is the word of somebody who bought the thing and gains nothing by it."""
    return post.line_id is not None and post.proof > 0


def facts_of(
    web: Web, post: Post, *, author: str, pictures: Sequence[Picture] = ()
) -> Mapping[str, Any]:
    """Return a post in the words of schema.org. It has no rating: nobody here gives stars."""
    kind, title, body = ("Review", "name", "reviewBody")
    if not is_review(post):
        kind, title, body = ("Article", "headline", "articleBody")
    return {
        "@type": kind,
        title: post.title,
        body: first_words(post.body, BODY_WORDS),
        "author": {"@type": "Person", "name": author},
        "datePublished": post.published_at.isoformat(),
        "dateModified": post.edited_at.isoformat() if post.edited_at else None,
        "image": full_images(web, pictures),
        "url": full(web, web.url("post", post_id=post.id)),
    }
