"""Marks the words people read, and turns them into the reader's language."""

from __future__ import annotations

from babel.numbers import format_decimal
from markupsafe import Markup, escape

from .voice import current_voice


def gettext(message: str, **values: object) -> str:
    """Return a message in the reader's language, `%(name)s` filled from `values`.

    If one of them is Markup, such as `fmt.time(...)`, so is the whole, and the
    others are escaped.
    """
    return _filled(current_voice().words.gettext(message), values)


def ngettext(singular: str, plural: str, n: int, **values: object) -> str:
    """Return the form of a message that fits the number `n`, available as `%(n)s`."""
    voice = current_voice()
    number = format_decimal(n, locale=voice.locale)
    return _filled(voice.words.ngettext(singular, plural, n), {"n": number, **values})


def marked(message: str) -> str:
    """Return a message as it is, and mark it for translation later on."""
    return message


def _filled(message: str, values: dict[str, object]) -> str:
    if not values:
        return message
    if any(isinstance(value, Markup) for value in values.values()):
        return escape(message) % values
    return message % values
