"""Which language a visitor reads, and the shop's own data in it."""

from __future__ import annotations

from flask import has_request_context, request, session
from flask_babel import get_locale
from flask_login import current_user

LANGUAGES = {"en": "English", "zh_Hans": "简体中文"}
"""The languages of the shop, by what each calls itself."""


def chosen_locale() -> str:
    """Return the language of this visitor: his choice, his account's, or his browser's."""
    if not has_request_context():
        return "en"
    if session.get("locale") in LANGUAGES:
        return str(session["locale"])
    if current_user.is_authenticated and current_user.locale in LANGUAGES:
        return str(current_user.locale)
    wanted = request.accept_languages.best_match(["en", "zh-Hans", "zh-CN", "zh"], default="en")
    return "en" if wanted == "en" else "zh_Hans"


def in_own_words(english: str, chinese: str) -> str:
    """Return whichever of the two the visitor reads; English where the other is missing."""
    locale = get_locale()
    return chinese if chinese and locale is not None and locale.language == "zh" else english
