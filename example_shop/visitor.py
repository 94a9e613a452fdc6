"""Who is at the browser, and which pages are for whom."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import abort
from flask.typing import ResponseReturnValue
from flask_login import current_user

from .extensions import login
from .models import User

P = ParamSpec("P")


def signed_in() -> User | None:
    """Return the member who is signed in."""
    user = current_user._get_current_object()
    return user if isinstance(user, User) else None


def is_owner() -> bool:
    """Tell whether the shop's owner is signed in."""
    user = signed_in()
    return user is not None and user.is_owner


def members_only(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Give the view the signed-in member first; send others to sign in and back."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        user = signed_in()
        if user is None:
            answer: ResponseReturnValue = login.unauthorized()
            return answer
        return view(user, *args, **kwargs)

    return guarded


def owner_only(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Keep a page for the owner; for other members it does not exist."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        user = signed_in()
        if user is None:
            answer: ResponseReturnValue = login.unauthorized()
            return answer
        if not user.is_owner:
            abort(404)
        return view(*args, **kwargs)

    return guarded
