"""The shop's own letters; the demo keeps them for the outbox page."""

from __future__ import annotations

from .database import db
from .models import Letter, Order, User


def write_letter(to: User | Order, subject: str, text: str) -> None:
    """Write to a member, or to whoever placed an order; the caller commits."""
    user_id = to.id if isinstance(to, User) else to.user_id
    db.session.add(Letter(user_id=user_id, email=to.email, subject=subject, text=text))
