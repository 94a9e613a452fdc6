"""What a form may hold: clean text, whole numbers, amounts."""

from __future__ import annotations

import re
import unicodedata

from ..errors import MoneyError, Refused
from ..i18n import formats, gettext, marked
from ..money import Money, to_minor

NAMES = {
    "amount": marked("The amount"),
    "complaint": marked("The number of the complaint"),
    "letter": marked("The letter"),
    "line": marked("Your line"),
    "name": marked("The name"),
    "percent": marked("The percentage"),
    "product": marked("The product"),
    "reason": marked("The reason"),
    "text": marked("The text"),
    "title": marked("The title"),
}
"""What people call the fields whose mistakes they can make; the others are ours."""

_PLAIN = frozenset("\n\t")
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They make text read otherwise than it is written; the marks that Arabic and
Hebrew writers type (U+200E, U+200F, U+061C) do not, and stay."""


def clean_text(text: str, *, name: str, most: int, least: int = 1) -> str:
    """Return text that every database takes and every reader reads alike: NFC, trimmed.

    No NUL or other control character but line break and tab, no surrogate, no
    character that reorders its neighbours. `least` and `most` count
    characters; raises Refused naming the field.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = unicodedata.normalize("NFC", text.strip())
    if not is_text(text):
        message = gettext("%(name)s holds characters that are no text.", name=_word(name))
        raise Refused(message, field=name)
    if not least <= len(text) <= most:
        number = formats().number
        message = gettext(
            "%(name)s must have %(least)s to %(most)s characters.",
            name=_word(name),
            least=number(least),
            most=number(most),
        )
        raise Refused(message, field=name)
    return text


def whole_number(text: str, *, name: str, low: int, high: int) -> int:
    """Return what `text` says as a whole number; raises Refused naming the field."""
    if not re.fullmatch(r"-?[0-9]{1,17}", text) or not low <= int(text) <= high:
        number = formats().number
        message = gettext(
            "%(name)s must be a whole number from %(low)s to %(high)s.",
            name=_word(name),
            low=number(low),
            high=number(high),
        )
        raise Refused(message, field=name)
    return int(text)


def plain_amount(text: str, currency: str, *, name: str = "amount") -> Money:
    """Return what `text` says as money, such as 12.50; raises Refused naming the field."""
    try:
        return Money(to_minor(text.strip(), currency), currency)
    except MoneyError:
        message = gettext("Write an amount in %(currency)s as plain figures, such as 12 or 12.50.")
        raise Refused(message % {"currency": currency}, field=name) from None


def _word(name: str) -> str:
    return gettext(NAMES[name]) if name in NAMES else name


def is_text(text: str) -> bool:
    """Tell whether people could have written this, and every database can keep it."""
    return all(map(_is_readable, text))


def _is_readable(character: str) -> bool:
    if character in _PLAIN:
        return True
    return character not in _REORDERING and unicodedata.category(character) not in ("Cc", "Cs")
