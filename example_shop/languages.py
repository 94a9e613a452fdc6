"""Which language a visitor reads, and the shop's own data, dates and words in it."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import has_request_context, request, session
from flask_babel import format_date, format_datetime, get_locale
from flask_login import current_user

LANGUAGES = {"en": "English", "zh_Hans": "中文"}
"""The languages of the shop, by what each calls itself."""

WORDS = Path(__file__).with_name("translations")
"""Where the catalogs stand as people edit them; see `compiled`."""


def chosen_locale() -> str:
    """Return the language of this visitor: his choice, his account's, or his browser's."""
    if not has_request_context():
        return "en"
    for wanted in (session.get("locale"), getattr(current_user, "locale", None)):
        if wanted in LANGUAGES:
            return str(wanted)
    browser = request.accept_languages.best_match(["en", "zh-Hans", "zh-CN", "zh"], default="en")
    return "en" if browser == "en" else "zh_Hans"


def in_own_words(english: str, chinese: str) -> str:
    """Return whichever of the two the visitor reads; English where the other is missing."""
    locale = get_locale()
    return chinese if chinese and locale is not None and locale.language == "zh" else english


def language_tag() -> str:
    """Return the visitor's language as HTML names it."""
    return str(get_locale() or "en").replace("_", "-")


def day(moment: dt.datetime | dt.date) -> str:
    """Return a day as the visitor writes it: 24 Nov 2026."""
    return str(format_date(moment, in_own_words("d MMM y", "y年M月d日")))


def minute(moment: dt.datetime) -> str:
    """Return a day and the time of the shop's clock: 24 Nov 2026, 18:05."""
    return str(format_datetime(moment, in_own_words("d MMM y, HH:mm", "y年M月d日 HH:mm")))


def compiled(folder: Path) -> Path:
    """Compile the catalogs into a folder, where they are not fresh; return it.

    A catalog is moved into its place when it is whole: of two first starts at
    once, each reads a good one.
    """
    for source in sorted(WORDS.glob("*/LC_MESSAGES/messages.po")):
        target = (folder / source.relative_to(WORDS)).with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            target.parent.mkdir(parents=True, exist_ok=True)
            with (
                source.open("rb") as words,
                tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as draft,
            ):
                write_mo(draft, read_po(words, locale=source.parts[-3]))
            os.replace(draft.name, target)
    return folder
