"""The page on which a reader chooses his language."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Protocol

from flask import request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from ..errors import NotFound, Refused
from ..i18n import COOKIE, Languages, gettext
from ..web import Web, is_own_path
from .service import MemberService

A_YEAR = 365 * 24 * 60 * 60
"""Seconds for which a browser keeps the choice."""


class Rooms(Protocol):
    """What this page needs of the services of one request."""

    @property
    def languages(self) -> Languages: ...
    @property
    def members(self) -> MemberService: ...


class LanguagePages:
    """Offers the languages there are; not with Flask-Babel, where the shop offers its own."""

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        web.add("/language", self.show, name="language")
        web.add("/language", self.choose, name="choose_language", methods=["POST"])
        web.add_panel("footer", self.link)

    def show(self) -> ResponseReturnValue:
        """Show every language in its own words."""
        return self.web.render(
            "community/language.html",
            title=gettext("Language"),
            languages=self._offered().named(),
            current=self.rooms().languages.current(),
            then=self._then(request.args.get("next", "")),
        )

    def choose(self) -> ResponseReturnValue:
        """Keep the choice in this browser, and for a member's letters too."""
        tag = request.form.get("language", "")
        locale = self._offered().match(tag)
        if locale is None:
            raise Refused(gettext("We do not speak this language yet."), field="language")
        if (member_id := self.web.member_id()) is not None:
            members = self.rooms().members
            wish = dataclasses.replace(members.preferences(member_id), locale=str(locale))
            members.prefer(member_id, wish)
            self.web.commit()
        response = self.web.see_other(self._then(request.form.get("next", "")))
        self.web.set_cookie(response, COOKIE, str(locale), max_age=A_YEAR)
        return response

    def link(self) -> Markup:
        """Return the way to this page, for the foot of every page of ours."""
        languages = self.rooms().languages
        if languages.host_decides or len(languages.offered) < 2:
            return Markup()
        here = {"next": request.full_path.rstrip("?")} if request.method == "GET" else {}
        address = self.web.url("language", **here)
        return self.web.part(
            "community/language_link.html", address=address, languages=languages.named()
        )

    def _offered(self) -> Languages:
        languages = self.rooms().languages
        if languages.host_decides:
            raise NotFound(gettext("The shop offers its languages itself."))
        return languages

    def _then(self, path: str) -> str:
        return path if path and is_own_path(path) else self.web.url("language")
