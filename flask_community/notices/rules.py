"""The facts in a notice that are put into words only for their reader; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Protocol

from ..i18n import formats, gettext, spoken


class Titled(Protocol):
    """A product, or what was bought of it."""

    @property
    def plain_title(self) -> str:
        """Its name in some language."""

    @property
    def titles(self) -> Mapping[str, str] | None:
        """Its names by language."""


def money(minor: int, currency: str) -> dict[str, Any]:
    """Return a param that reads as an amount of minor units."""
    return {"money": minor, "currency": currency}


def moment(at: dt.datetime) -> dict[str, str]:
    """Return a param that reads as a date and time."""
    return {"moment": at.isoformat()}


def day(at: dt.datetime) -> dict[str, str]:
    """Return a param that reads as a date."""
    return {"day": at.isoformat()}


def words(message: str) -> dict[str, str]:
    """Return a param that reads as this message, which is marked for translation."""
    return {"words": message}


def named(titled: Titled) -> dict[str, Any]:
    """Return a param that reads as the name of a product, or of what was bought."""
    return {"named": titled.plain_title, "names": titled.titles}


def read_aloud(value: object) -> object:
    """Return the words for such a param in the reader's language; any other as it is."""
    match value:
        case {"money": int(minor), "currency": str(currency)}:
            return formats().money(minor, currency)
        case {"moment": str(at)}:
            return formats().moment(dt.datetime.fromisoformat(at))
        case {"day": str(at)}:
            return formats().date(dt.datetime.fromisoformat(at))
        case {"words": str(message)}:
            return gettext(message)
        case {"named": str(plain), "names": names}:
            return spoken(plain, names)
        case _:
            return value
