"""What the desk shows: which view was asked for, as part of an address, and its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import Refused
from ..i18n import gettext
from ..web import clean_text
from .models import SavedView
from .views import VIEWS

WORDS_LENGTH = 100
FIELD_LENGTH = 80
NAME_LENGTH = 40


@dataclass(frozen=True)
class Wanted:
    """A view of the queue: everything, one of VIEWS, of one field, with some words."""

    view: str | None = None
    field: str | None = None
    words: str | None = None

    @property
    def address(self) -> dict[str, str]:
        """What says so in an address, the rest left out."""
        asked = {"view": self.view, "field": self.field, "q": self.words}
        return {name: text for name, text in asked.items() if text}


def wanted_in(asked: Mapping[str, str]) -> Wanted:
    """Return the view that an address or a form asks for; raises Refused if there is none."""
    view = asked.get("view") or None
    if view is not None and view not in VIEWS:
        raise Refused(gettext("There is no such view."), field="view")
    words = clean_text(asked.get("q", ""), name="q", most=WORDS_LENGTH, least=0)
    field = clean_text(asked.get("field", ""), name="field", most=FIELD_LENGTH, least=0)
    return Wanted(view, field or None, words or None)


def wanted_by(saved: SavedView) -> Wanted:
    """Return the view that was saved."""
    return Wanted(saved.view, saved.field, saved.words)
