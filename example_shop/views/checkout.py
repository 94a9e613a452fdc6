"""From the bag to a paid order, for members and guests alike; the payment is a demo."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload

from .. import delivery, mail
from ..blueprint import shop
from ..credit import NotEnoughError
from ..database import db
from ..forms import is_email, read
from ..models import Order, User
from ..payments import CARDS, pay as pay_order, place
from ..visitor import members_only, signed_in
from .bag import Lines, contents, total_of

PAGE = 20
"""Orders on one page."""


@shop.route("/checkout", methods=["GET", "POST"])
def checkout() -> ResponseReturnValue:
    """Take the order down; it is born unpaid."""
    lines = contents()
    if not lines:
        return redirect(url_for("shop.show_bag"), 303)
    if request.method == "GET":
        return _form(lines, _known(signed_in()), {})
    form, errors = read(request.form, name=60, email=254, address=300)
    way = request.form.get("delivery", "courier")
    if way == "pickup":
        errors.pop("address", None)
    if "email" not in errors and not is_email(form["email"]):
        errors["email"] = _("This is no e-mail address.")
    if errors or way not in delivery.WAYS:
        return _form(lines, {**form, "delivery": way}, errors), 422
    order = place(lines, form, way, signed_in())
    db.session.commit()
    # So that a guest finds his own order again.
    session["orders"] = [*session.get("orders", []), order.id][-20:]
    session.pop("bag", None)
    return redirect(url_for("shop.pay", order_id=order.id), 303)


@shop.route("/orders/<int(max=2147483647):order_id>/pay", methods=["GET", "POST"])
def pay(order_id: int) -> ResponseReturnValue:
    """Pay an order with store credit and a demo card; no money moves."""
    order = order_of_visitor(order_id)
    if order.status != "placed":
        return redirect(url_for("shop.order", order_id=order.id), 303)
    credit_minor = min(order.user.credit_minor, order.total_minor) if order.user else 0
    if request.method == "GET":
        return render_template("shop/pay.html", order=order, credit_minor=credit_minor)
    card = request.form.get("card", "")
    if card not in CARDS:
        abort(400, _("Choose one of the demo cards."))
    try:
        pay_order(order, card, with_credit="credit" in request.form)
    except NotEnoughError:
        abort(409, _("Your store credit has just been spent elsewhere: pay again without it."))
    mail.receipt(order)
    db.session.commit()
    flash(_("Thank you. Your order is paid; this was a demo, no money moved."))
    return redirect(url_for("shop.order", order_id=order.id), 303)


@shop.get("/orders")
@members_only
def orders(user: User) -> ResponseReturnValue:
    """Show a member what he ordered, newest first."""
    mine = db.select(Order).filter_by(user_id=user.id).order_by(Order.id.desc())
    mine = mine.options(selectinload(Order.items))  # every row tells a total
    page = db.paginate(mine, per_page=PAGE, max_per_page=PAGE, error_out=False)
    return render_template("shop/orders.html", page=page)


@shop.get("/orders/<int(max=2147483647):order_id>")
def order(order_id: int) -> str:
    """Show one order to whoever placed it."""
    return render_template("shop/order.html", order=order_of_visitor(order_id))


def order_of_visitor(order_id: int) -> Order:
    """Return an order of this visitor: the member's own, or one placed in this browser as a guest.

    Another's order answers like one that does not exist.
    """
    found = db.session.get(Order, order_id)
    if found is None:
        abort(404)
    # He may have opened an account since he ordered here as a guest.
    as_guest = found.user_id is None and found.id in session.get("orders", [])
    user = signed_in()
    as_member = user is not None and (found.user_id == user.id or user.is_owner)
    if not (as_guest or as_member):
        abort(404)
    return found


def _known(user: User | None) -> dict[str, str]:
    """Return what the shop knows of a buyer already, his last address too."""
    if user is None:
        return {}
    sent = db.select(Order.address).filter_by(user_id=user.id, delivery="courier")
    address = db.session.scalars(sent.order_by(Order.id.desc()).limit(1)).first()
    return {"name": user.name, "email": user.email, "address": address or ""}


def _form(lines: Lines, form: dict[str, str], errors: dict[str, str]) -> str:
    total = total_of(lines)
    return render_template(
        "shop/checkout.html",
        lines=lines,
        total=total,
        fees={way: delivery.fee(way, total) for way in delivery.WAYS},
        form=form,
        errors=errors,
    )
