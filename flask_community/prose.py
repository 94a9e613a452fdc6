"""Turns what people write into HTML that can do no harm."""

from __future__ import annotations

import unicodedata

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup

_TAGS = {
    *("p", "br", "hr", "blockquote", "ul", "ol", "li", "pre", "code", "em", "strong", "s"),
    *("h3", "h4", "h5", "h6", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
_SCHEMES = {"http", "https", "mailto"}
_JOINER = "\u200d"
_BREAKS = {"softbreak": " ", "hardbreak": " "}


def safe_html(markdown: str) -> Markup:
    """Return Markdown as HTML without scripts, styles, images or raw HTML.

    Links carry `nofollow ugc noopener`. Headings begin at the third level: the
    page around the text has the first two.
    """
    html = _MARKDOWN.render(markdown)
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=_SCHEMES,
        link_rel="nofollow ugc noopener",
    )
    return Markup(clean)  # nosec B704 # what nh3 let through


def first_words(markdown: str, most: int = 180) -> str:
    """Return how a text begins, without its Markdown: one line of at most `most` characters."""
    # Twenty times as long is long enough, and a parser need not read a novel.
    blocks = (_plain(token) for token in _MARKDOWN.parse(markdown[: 20 * most]))
    return shortened(" ".join(blocks), most)


def shortened(text: str, most: int) -> str:
    """Return plain text in one line of at most `most` characters, cut between words."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    end = most - 1
    while end and _belongs_to_the_one_before(text[end]):
        end -= 1
    cut = text[:end].removesuffix(_JOINER)
    head, space, tail = cut.rpartition(" ")
    # Chinese has no spaces to cut at.
    return f"{(head if space and len(tail) < 20 else cut).rstrip(' ,.;:')}…"


def _belongs_to_the_one_before(character: str) -> bool:
    # An accent, a sign of a vowel, a colour of skin: alone it is another thing.
    is_mark = unicodedata.category(character).startswith("M")
    return is_mark or character == _JOINER or "\U0001f3fb" <= character <= "\U0001f3ff"


def _plain(token: Token) -> str:
    if token.children is None:
        return token.content if token.type in ("fence", "code_block") else ""
    return "".join(
        child.content if child.type in ("text", "code_inline") else _BREAKS.get(child.type, "")
        for child in token.children
    )


def _lower_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"


def _parser() -> MarkdownIt:
    # Its preset escapes raw HTML; remote images would tell their owner who reads.
    parser = MarkdownIt("js-default", {"breaks": True, "maxNesting": 20}).disable("image")
    parser.core.ruler.push("lower_headings", _lower_headings)
    return parser


_MARKDOWN = _parser()
