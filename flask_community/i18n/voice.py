"""The language, time zone and currency in which one reader is spoken to."""

from __future__ import annotations

import contextlib
import contextvars
import datetime as dt
import gettext as catalogs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from babel import Locale
from babel.core import get_global
from flask import current_app, has_app_context

EXTENSION = "community.languages"
"""Where an app keeps the languages it offers."""


@dataclass(frozen=True)
class Voice:
    """One language, spoken to one reader."""

    locale: Locale
    words: catalogs.NullTranslations
    zone: dt.tzinfo = dt.UTC
    currency: str = ""
    """The shop's own currency, whose sign needs no country before it."""


class Speaker(Protocol):
    """Knows who is spoken to; see `Languages`."""

    def voice(self) -> Voice:
        """Return the voice for the reader at hand."""


_SPOKEN: contextvars.ContextVar[Voice | None] = contextvars.ContextVar("voice", default=None)
_PLAIN = Voice(Locale("en"), catalogs.NullTranslations())


@contextlib.contextmanager
def spoken_with(voice: Voice) -> Iterator[None]:
    """Speak with this voice within, whoever sent the request."""
    token = _SPOKEN.set(voice)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def current_voice() -> Voice:
    """Return the voice for the reader at hand; plain English where no app is known."""
    if (voice := _SPOKEN.get()) is not None:
        return voice
    speaker: Speaker | None = current_app.extensions.get(EXTENSION) if has_app_context() else None
    return _PLAIN if speaker is None else speaker.voice()


def tag_of(locale: Locale) -> str:
    """Return a language as HTML and HTTP name it: `zh-Hans`."""
    return str(locale).replace("_", "-")


def script_of(locale: Locale) -> str:
    """Return the script of a language, such as `Hans`: the one it names, or its usual one."""
    likely = get_global("likely_subtags").get(locale.language, "")
    return locale.script or "".join(part for part in likely.split("_")[1:2])


def current_locale() -> Locale:
    """Return the language of the reader at hand."""
    return current_voice().locale
