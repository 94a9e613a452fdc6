"""What a visitor lets the shop remember of him.

The demo remembers who sent a visitor until he says no, and tells him so on the
page he lands on. Where the law wants to be asked first, return False until he
has said yes.
"""

from __future__ import annotations

from flask import Request
from werkzeug.wrappers import Response

COOKIE = "kiln_street_forgets"
PURPOSES = ("referral",)
YEAR = 365 * 24 * 3600


def allows(request: Request, purpose: str) -> bool:
    """Tell whether this visitor agrees; a browser that asks for privacy has said no."""
    if request.headers.get("Sec-GPC") == "1":
        return False
    return purpose in PURPOSES and purpose not in refused(request)


def refused(request: Request) -> set[str]:
    """Return the purposes this visitor has refused."""
    return set(request.cookies.get(COOKIE, "").split(".")) & set(PURPOSES)


def keep(response: Response, refusals: set[str], *, secure: bool) -> None:
    """Let the visitor's browser remember what it shall not remember."""
    text = ".".join(sorted(refusals & set(PURPOSES)))
    response.set_cookie(COOKIE, text, max_age=YEAR, httponly=True, samesite="Lax", secure=secure)
