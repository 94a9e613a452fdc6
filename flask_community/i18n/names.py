"""Names that a shop has in several languages, as their reader knows them."""

from __future__ import annotations

from collections.abc import Mapping

from babel import Locale, UnknownLocaleError

from .voice import current_locale, script_of


def spoken(plain: str, names: Mapping[str, str] | None) -> str:
    """Return the one of `names`, by language tag, that the reader knows; else `plain`."""
    for tag, name in (names or {}).items():
        if _reads(current_locale(), tag):
            return name
    return plain


def _reads(reader: Locale, tag: str) -> bool:
    try:
        locale = Locale.parse(tag.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return False
    return locale.language == reader.language and script_of(locale) == script_of(reader)
