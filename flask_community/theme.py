"""The shop's colours: what COMMUNITY_THEME may say, and the style sheet that says it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

SCHEMES = ("auto", "light", "dark")

COLOURS = frozenset(
    [
        "bg",
        "surface",
        "raised",
        "line",
        "line-strong",
        "text",
        "muted",
        "accent",
        "on-accent",
        "accent-soft",
        "warn",
        "warn-soft",
        "wait",
        "wait-soft",
        "ok",
        "ok-soft",
        "label",
        "label-soft",
        "focus",
    ]
)
LENGTHS = frozenset({"radius", "control"})

Theme = str | Mapping[str, str | tuple[str, str]] | None
"""One of SCHEMES, or values by the names of variables, without their `--fc-`."""

# No parenthesis but of these functions, no quote, no semicolon: nothing that ends a declaration.
_COLOUR = re.compile(
    r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})|[a-z]{3,20}"
    r"|(?:rgb|hsl|hwb|lab|lch|oklab|oklch)\([0-9a-z.,%/ -]{5,60}\)",
    re.IGNORECASE | re.ASCII,
)
_LENGTH = re.compile(r"0|[0-9]{1,3}(?:\.[0-9]{1,3})?(?:px|rem|em)", re.ASCII)


def theme_fault(theme: object) -> str | None:
    """Return what to write instead, or None if the theme is fine."""
    if theme is None or theme in SCHEMES:
        return None
    if not isinstance(theme, Mapping):
        return "'auto', 'light', 'dark', or a dict of colours like {'accent': '#7A3E9D'}"
    for name, value in theme.items():
        if advice := _fault(name, value):
            return advice
    return None


def scheme_of(theme: Theme) -> str:
    """Return `auto`, `light` or `dark`."""
    if isinstance(theme, Mapping):
        return str(theme.get("scheme", "auto"))
    return theme or "auto"


def style_sheet(theme: Theme) -> str:
    """Return the CSS that sets what the theme names; empty if it names nothing."""
    if not isinstance(theme, Mapping):
        return ""
    lines = [f"--fc-{name}:{_css(value)}" for name, value in theme.items() if name != "scheme"]
    # Outside of @layer fc, so that it wins over it; without weight, so that the shop's CSS wins.
    return f":where(.fc){{{';'.join(lines)}}}\n" if lines else ""


def version_of(css: str) -> str:
    """Return a name for exactly this text, for an address that can be kept for ever."""
    return hashlib.sha256(css.encode()).hexdigest()[:16]


def _css(value: str | tuple[str, str]) -> str:
    return value if isinstance(value, str) else f"light-dark({value[0]},{value[1]})"


def _fault(name: object, value: object) -> str | None:
    if name == "scheme":
        return None if value in SCHEMES else "'auto', 'light' or 'dark' as its 'scheme'"
    if name not in COLOURS | LENGTHS:
        return f"names among {', '.join(sorted(COLOURS | LENGTHS))}; not {name!r}"
    values = value if isinstance(value, tuple | list) and len(value) == 2 else (value,)
    pattern = _LENGTH if name in LENGTHS else _COLOUR
    if all(isinstance(one, str) and pattern.fullmatch(one) for one in values):
        return None
    if name in LENGTHS:
        return f"{name!r} as a length, like '12px'"
    return f"{name!r} as a colour, like '#7A3E9D', or as two: for light and for dark"
