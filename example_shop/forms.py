"""Reads the shop's forms: trimmed, bounded, with an error per field."""

from __future__ import annotations

import re
from collections.abc import Mapping

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def read(form: Mapping[str, str], **longest: int) -> tuple[dict[str, str], dict[str, str]]:
    """Return the named fields, and what is wrong with those that are empty or too long."""
    values = {name: form.get(name, "").strip() for name in longest}
    errors = {
        name: f"Please write 1 to {most} characters."
        for name, most in longest.items()
        if not 1 <= len(values[name]) <= most or "\x00" in values[name]
    }
    return values, errors


def is_email(text: str) -> bool:
    """Tell whether a text looks like an address; only a letter to it can prove more."""
    return bool(EMAIL.fullmatch(text))
