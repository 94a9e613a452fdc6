"""The pictures that customers sent, served as pictures and as nothing else."""

from __future__ import annotations

from flask import Response, abort, send_from_directory

from ..blueprint import shop
from ..pictures import NAME, folder

YEAR = 365 * 24 * 3600
PRIVATE = "private-"
"""Begins the names of those that only the community's own pages show."""


@shop.get("/files/<name>")
def file(name: str) -> Response:
    """Serve a picture that everybody may see."""
    if not NAME.fullmatch(name) or name.startswith(PRIVATE):
        abort(404)
    answer = send_from_directory(folder(), name, mimetype="image/jpeg", max_age=YEAR)
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
