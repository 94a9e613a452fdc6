"""Languages: words, dates, numbers and money as their reader knows them.

`gettext`, `ngettext` and `formats` speak to the reader at hand: whoever sends
the request, or whoever `Languages.speaking` was told to speak to.
"""

from __future__ import annotations

from .formats import Formats, formats
from .languages import COOKIE, Languages
from .messages import gettext, marked, ngettext
from .names import spoken
from .voice import current_locale

__all__ = [
    "COOKIE",
    "Formats",
    "Languages",
    "current_locale",
    "formats",
    "gettext",
    "marked",
    "ngettext",
    "spoken",
]
