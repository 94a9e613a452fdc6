"""The outbox page: the demo sends no mail, it shows it."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from ..blueprint import shop
from ..database import db
from ..models import Letter, User
from ..visitor import members_only


@shop.get("/outbox")
@members_only
def outbox(user: User) -> ResponseReturnValue:
    """Show a member the letters to him, and the owner all of them."""
    letters = db.select(Letter).order_by(Letter.id.desc()).limit(200)
    if not user.is_owner:
        letters = letters.filter_by(user_id=user.id)
    return render_template("shop/outbox.html", letters=db.session.scalars(letters).all())
