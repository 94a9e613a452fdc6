"""Signed links: they prove an e-mail address, a phone number, a member; one signs in (demo only)."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for
from itsdangerous import BadData, URLSafeTimedSerializer

from .database import db
from .models import User

WEEK = 7 * 24 * 3600
QUARTER = 15 * 60


def sign_in_link(user: User) -> str:
    """Return the path that signs somebody in with one click. For the demo only."""
    return url_for("shop.sign_in_by_link", token=_serializer("sign-in").dumps(user.id))


def confirmation_link(user: User) -> str:
    """Return the path that proves that a member reads his mail."""
    token = _serializer("confirm").dumps([user.id, user.email])
    return url_for("shop.confirm", token=token)


def phone_link(user: User, number: str) -> str:
    """Return the path that proves that a phone number is a member's."""
    return url_for("shop.confirm_phone", token=_serializer("phone").dumps([user.id, number]))


def proof_link(user: User, onward: str) -> str:
    """Return the path that proves once more who a member is, and leads on."""
    return url_for("shop.prove_by_link", token=_serializer("prove").dumps([user.id, onward]))


def user_of_sign_in(token: str) -> User | None:
    """Return whom a sign-in link is for; None if it is forged or a week old."""
    user_id = _loads("sign-in", token)
    return None if user_id is None else db.session.get(User, user_id)


def user_of_confirmation(token: str) -> User | None:
    """Return whose address a link proves; None if it is forged, old, or of another address."""
    claim = _loads("confirm", token)
    user = None if claim is None else db.session.get(User, claim[0])
    return user if user is not None and user.email == claim[1] else None


def number_of(token: str, user: User) -> str | None:
    """Return the number that a link proves to be this member's; None if it does not."""
    claim = _loads("phone", token)
    return None if claim is None or claim[0] != user.id else str(claim[1])


def onward_of(token: str, user: User) -> str | None:
    """Return where a proof of this member leads; None if it is forged, old, or another's."""
    claim = _loads("prove", token, lasts=QUARTER)
    return None if claim is None or claim[0] != user.id else str(claim[1])


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    secret = current_app.secret_key
    assert secret is not None
    return URLSafeTimedSerializer(secret, salt=f"kiln-street.{purpose}")


def _loads(purpose: str, token: str, *, lasts: int = WEEK) -> Any:
    try:
        return _serializer(purpose).loads(token, max_age=lasts)
    except BadData:
        return None
