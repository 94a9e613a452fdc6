"""Where the pictures lie that customers sent: in the instance folder, under names not theirs."""

from __future__ import annotations

import re
from pathlib import Path

from flask import current_app

NAME = re.compile(r"[\w-]{1,80}\.jpg", re.ASCII)


def folder() -> Path:
    """Return the folder of the pictures, made if need be."""
    kept = Path(current_app.instance_path) / "files"
    kept.mkdir(parents=True, exist_ok=True)
    return kept


def path_of(name: str) -> Path:
    """Return where a picture lies; raises ValueError for a name that is none of a picture."""
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a picture")
    return folder() / name
