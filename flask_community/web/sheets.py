"""Style sheets and scripts of ours, at addresses that change when they do."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Response, make_response, url_for

from ..errors import NotFound
from ..theme import style_sheet, version_of

if TYPE_CHECKING:
    from .base import Web

FOR_EVER = "public, max-age=31536000, immutable"


class ThemeSheet:
    """Serves what COMMUNITY_THEME says as a file: a strict policy allows no style in a page."""

    def __init__(self, web: Web) -> None:
        self._css = style_sheet(web.settings.theme)
        self._version = version_of(self._css)
        web.add("/theme/<version>.css", self.show, name="theme")

    def show(self, version: str) -> Response:
        """Answer with the style sheet, if this is the version of it."""
        if not self._css or version != self._version:
            raise NotFound
        response = make_response(self._css)
        response.mimetype = "text/css"
        response.headers["Cache-Control"] = FOR_EVER
        return response

    def path(self, web: Web) -> str | None:
        """Return where it is, or None if the theme changes nothing."""
        return web.url("theme", version=self._version) if self._css else None


def static_path(blueprint: Blueprint, name: str) -> str:
    """Return the path of a static file of ours, with its content's version."""
    folder = blueprint.static_folder
    version = _version(Path(folder or "") / name)
    return url_for(f"{blueprint.name}.static", filename=name, v=version)


@functools.cache
def _version(file: Path) -> str:
    return version_of(file.read_text(encoding="utf-8"))
