"""Reads the shop's forms: trimmed, bounded, with an error per field."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask_babel import gettext as _

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
PHONE = re.compile(r"\+[1-9][0-9]{6,14}")


def read(form: Mapping[str, str], **longest: int) -> tuple[dict[str, str], dict[str, str]]:
    """Return the named fields, and what is wrong with those that are empty or too long."""
    values = {name: form.get(name, "").strip() for name in longest}
    errors = {
        name: _("Please write 1 to %(most)s characters.", most=most)
        for name, most in longest.items()
        if not 1 <= len(values[name]) <= most or "\x00" in values[name]
    }
    return values, errors


def is_email(text: str) -> bool:
    """Tell whether a text looks like an address; only a letter to it can prove more."""
    return bool(EMAIL.fullmatch(text))


def phone_number(text: str) -> str | None:
    """Return a phone number in international form, E.164, or None if it is none."""
    bare = re.sub(r"[\s().-]", "", text)
    return bare if PHONE.fullmatch(bare) else None
