"""The outbox page: the demo sends no mail, it shows it."""

from __future__ import annotations

import sqlalchemy as sa
from flask import render_template, session
from flask.typing import ResponseReturnValue

from ..blueprint import shop
from ..database import db
from ..extensions import login
from ..models import Letter, Order
from ..visitor import signed_in

PAGE = 20
"""Letters on one page."""


@shop.get("/outbox")
def outbox() -> ResponseReturnValue:
    """Show a member the letters to him, a guest those about his orders, the owner all of them."""
    letters = db.select(Letter).order_by(Letter.id.desc())
    user, placed = signed_in(), session.get("orders", [])
    if user is None and not placed:
        answer: ResponseReturnValue = login.unauthorized()
        return answer
    if user is None:
        guests = sa.select(Order.email).where(Order.id.in_(placed), Order.user_id.is_(None))
        letters = letters.where(Letter.user_id.is_(None), Letter.email.in_(guests))
    elif not user.is_owner:
        letters = letters.filter_by(user_id=user.id)
    page = db.paginate(letters, per_page=PAGE, max_per_page=PAGE, error_out=False)
    return render_template("shop/outbox.html", page=page)
