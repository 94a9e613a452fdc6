"""Which language a reader gets: the shop's choice, his own, or his browser's."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import functools
import gettext as catalogs
import itertools
import sys
import zoneinfo
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from babel import Locale, UnknownLocaleError
from flask import Flask, Response, current_app, has_request_context, request

from ..errors import ConfigError
from .voice import EXTENSION, Voice, current_locale, script_of, spoken_with, tag_of

DOMAIN = "flask_community"
"""Name of our catalogs; a shop's own file of this name comes before ours."""

COOKIE = "community_language"
"""Keeps the choice of a visitor, where the shop has no Flask-Babel."""

_OURS = Path(__file__).parent.parent / "translations"
_DECIDED = "flask_community.language"
_SOURCE = "en"
_LONGEST_TAG = 35
_IN_WORDS = {"text/html", "application/json", "application/problem+json"}


class Languages:
    """The languages one shop offers.

    :param tags: the languages, the shop's own first; it answers whoever knows none.
    :param zone: IANA name of the shop's time zone; None follows Flask-Babel, else UTC.
    :param currency: ISO 4217 code of the shop's own currency.
    :param folders: where the shop keeps catalogs of its own, the first one wins.
    :param preferred: returns what the signed-in member chose, or None.
    :raises ConfigError: a tag names no language, or one that nobody translated to.
    """

    def __init__(
        self,
        tags: Sequence[str],
        *,
        zone: str | None = None,
        currency: str = "",
        folders: Sequence[Path] = (),
        preferred: Callable[[], str | None] = lambda: None,
    ) -> None:
        self.catalogs: dict[Locale, catalogs.NullTranslations] = {}
        """The words of each language offered, the shop's own first."""
        for tag in tags:
            locale = _parsed(tag)
            words = _words(locale, [*folders, _OURS]) if locale else None
            if locale is None or words is None:
                raise ConfigError(
                    f"COMMUNITY_LANGUAGES has {tag!r}, which nobody translated to: "
                    "see docs/languages.md for how to add a language"
                )
            self.catalogs[locale] = words
        self.currency = currency
        self._zone = zoneinfo.ZoneInfo(zone) if zone else None
        self._preferred = preferred

    def init_app(self, app: Flask) -> None:
        """Speak for this app from now on."""
        app.extensions[EXTENSION] = self

    @property
    def offered(self) -> list[Locale]:
        """The languages there are, the shop's own first."""
        return list(self.catalogs)

    @property
    def host_decides(self) -> bool:
        """Tell whether the shop has Flask-Babel, which then decides for our pages too."""
        return "babel" in current_app.extensions and _flask_babel() is not None

    @property
    def zone(self) -> dt.tzinfo:
        """The shop's time zone."""
        if self._zone is None and has_request_context() and self.host_decides:
            return cast(dt.tzinfo, _flask_babel().get_timezone())
        return self._zone or dt.UTC

    def named(self) -> dict[str, str]:
        """Return what each language calls itself, by its tag, the shop's own first."""
        return {
            tag_of(one): one.languages.get(str(one)) or one.display_name or tag_of(one)
            for one in self.catalogs
        }

    def match(self, wanted: str | Locale | None) -> Locale | None:
        """Return the language for somebody who asks for `wanted`, or None.

        His country stays, for dates and numbers, unless the shop named one. If
        there is nothing in his script, he gets another one of his language:
        Traditional Chinese is answered in Simplified.
        """
        locale = _parsed(wanted) if isinstance(wanted, str) else wanted
        if locale is None:
            return None
        offered = self._offered_for(locale)
        if offered and locale.territory and not offered.territory:
            return locale if script_of(offered) == script_of(locale) else offered
        return offered

    def choose(self, *wanted: str | Locale | None) -> Locale:
        """Return the first of these languages that is offered, or else the shop's own."""
        found = (self.match(one) for one in wanted)
        return next((one for one in found if one is not None), self.offered[0])

    def settle(self) -> None:
        """Decide the language of this request, once, by a member's choice as well.

        To be called before a page is made: later, in the middle of a change,
        the database should not be asked for it.
        """
        if not has_request_context() or self.host_decides or _is_file():
            return
        if _DECIDED not in request.environ:
            chosen = self.choose(self._preferred(), *_browser_wishes())
            request.environ[_DECIDED] = self.voice_in(chosen)

    def current(self) -> str:
        """Return the tag, among those of `named`, of the language at hand."""
        return tag_of(self._offered_for(current_locale()) or self.offered[0])

    def voice(self) -> Voice:
        """Return the voice for whoever sends this request; outside of one, the shop's own."""
        if not has_request_context():
            return self.voice_in(self.offered[0])
        if self.host_decides:
            return self.voice_in(self.choose(_flask_babel().get_locale()))
        decided: Voice | None = request.environ.get(_DECIDED)
        return decided or self.voice_in(self.choose(*_browser_wishes()))

    def voice_in(self, locale: Locale) -> Voice:
        """Return the voice that speaks a language `match` gave."""
        offered = self._offered_for(locale) or self.offered[0]
        return Voice(locale, self.catalogs[offered], self.zone, self.currency)

    def label(self, response: Response) -> Response:
        """Tell caches and screen readers in which language we answered."""
        if response.mimetype in _IN_WORDS and not self.host_decides:
            response.content_language.add(tag_of(self.voice().locale))
            response.vary.update(["Accept-Language", "Cookie"])
        return response

    @contextlib.contextmanager
    def speaking(self, tag: str | None) -> Iterator[None]:
        """Speak to somebody else within: in the language `tag`, or in the shop's own."""
        with spoken_with(self.voice_in(self.choose(tag))):
            yield

    def _offered_for(self, locale: Locale) -> Locale | None:
        alike = [one for one in self.catalogs if one.language == locale.language]
        fitting = [one for one in alike if script_of(one) == script_of(locale)]
        same = [one for one in fitting if one.territory == locale.territory]
        return next(iter([*same, *fitting, *alike]), None)


def _is_file() -> bool:
    return bool(request.endpoint and request.endpoint.endswith(".static"))


def _browser_wishes() -> list[str | None]:
    accepted = [tag for tag, quality in request.accept_languages if quality > 0]
    return [request.cookies.get(COOKIE), *accepted]


def _parsed(tag: str | None) -> Locale | None:
    if not tag or len(tag) > _LONGEST_TAG:
        return None
    try:
        return Locale.parse(tag.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return None


def _words(locale: Locale, folders: Sequence[Path]) -> catalogs.NullTranslations | None:
    names = [str(locale), f"{locale.language}_{script_of(locale)}", locale.language]
    files = [folder / name / "LC_MESSAGES" / f"{DOMAIN}.mo" for folder in folders for name in names]
    found = [_read(file) for file in dict.fromkeys(files) if file.is_file()]
    if not found:
        return catalogs.NullTranslations() if locale.language == _SOURCE else None
    for first, second in itertools.pairwise(found):
        first.add_fallback(second)
    return found[0]


def _read(file: Path) -> catalogs.GNUTranslations:
    # A copy: what it falls back to is each shop's own.
    return copy.copy(_catalog(file, file.stat().st_mtime_ns))


@functools.lru_cache
def _catalog(file: Path, _changed_ns: int) -> catalogs.GNUTranslations:
    with file.open("rb") as stream:
        return catalogs.GNUTranslations(stream)


def _flask_babel() -> Any:
    # Never imported here: a shop that has set it up has it loaded.
    return sys.modules.get("flask_babel")
