"""Where a redirect may lead, and a picture may come from: a path of this very site."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

# WHATWG URL: browsers drop tab and line breaks and take \ for /, so none may stand here.
_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")
_DECODED = re.compile(r"/(?![/\\])[^\x00-\x1f\x7f\\]*")
_DOTS = re.compile(r"/(?:\.{0,2})(?=/)")
_LIKE_SLASHES = frozenset("\u2044\u2215\u29f5\u29f8\u29f9\ufe68\uff0f\uff3c")
_NO_TEXT = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_MOST_LAYERS = 3


def is_own_path(text: str) -> bool:
    """Tell whether a redirect to `text` surely stays on this site.

    However often a proxy or a browser decodes it, it stays a path: nothing in
    it turns into a second slash, a back slash or a control character.
    """
    if not _PATH.fullmatch(text):
        return False
    layers = list(_layers(text))
    return len(layers) <= _MOST_LAYERS and all(map(_is_plain, layers))


def shown_image(address: str | None, origins: Iterable[str]) -> str | None:
    """Return the address of a picture if our pages may show it, else None.

    A path of this site, or on one of `origins`: nothing else tells a stranger
    who looks at our pages, and the policy of our pages lets nothing else in.
    """
    sites = tuple(f"{origin}/" for origin in origins)
    return address if address and (is_own_path(address) or address.startswith(sites)) else None


def safe_next(text: str | None, default: str) -> str:
    """Return where to go on to: `text` if that is a path of ours, else `default`."""
    return text if text and is_own_path(text) else default


def _layers(text: str) -> Iterator[str]:
    """Yield the text as it is, then each time with one more layer of %xx taken away."""
    yield text
    for _ in range(_MOST_LAYERS):
        if (inner := unquote(text)) == text:
            return
        text = inner
        yield text


def _is_plain(text: str) -> bool:
    path = re.split(r"[?#]", text, maxsplit=1)[0]
    return bool(
        _DECODED.fullmatch(text)
        and not _DOTS.search(path)
        and _LIKE_SLASHES.isdisjoint(text)
        and not any(unicodedata.category(c) in _NO_TEXT for c in text)
    )
