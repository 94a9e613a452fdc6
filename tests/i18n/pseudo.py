"""A language made on the fly: longer words, marked at both ends, from right to left."""

from __future__ import annotations

import gettext
import re

from babel import Locale

LOCALE = Locale.parse("ar")
BEGIN, END = "⟦", "⟧"

_KEPT = re.compile(r"(%\(\w+\)s|\{\w+\})")
_ACCENTS = str.maketrans("aeiouncsyAEIOUNCSY", "åéîöüñçšýÅÉÎÖÜÑÇŠÝ")
_INNERMOST = re.compile(f"{BEGIN}[^{BEGIN}{END}]*{END}")


class Pseudo(gettext.NullTranslations):
    """Answers every message with accents, a third longer, between brackets."""

    def gettext(self, message: str) -> str:
        return stretched(message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return stretched(singular if n == 1 else plural)


def stretched(message: str) -> str:
    """Return a message as this language says it; what is filled in stays as it is."""
    parts = _KEPT.split(message)
    accented = "".join(
        part if index % 2 else part.translate(_ACCENTS) for index, part in enumerate(parts)
    )
    return f"{BEGIN}{accented}{' ~' * (len(message) // 6)}{END}"


def left_bare(text: str) -> str:
    """Return what of a text stands in no brackets."""
    while (shorter := _INNERMOST.sub(" ", text)) != text:
        text = shorter
    return text
