"""From the bag to a paid order, for members and guests alike; the payment is a demo."""

from __future__ import annotations

import hashlib

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from ..blueprint import shop
from ..database import db
from ..forms import is_email, read
from ..mail import write_letter
from ..models import Item, Order, User
from ..visitor import members_only, signed_in
from .bag import Lines, contents, total_of

CARDS = {
    "own": "Your own demo card",
    "shared": "The demo card that lies on the counter: whoever pays with it looks like one person",
}


@shop.route("/checkout", methods=["GET", "POST"])
def checkout() -> ResponseReturnValue:
    """Take the order down; it is born unpaid."""
    lines = contents()
    if not lines:
        return redirect(url_for("shop.show_bag"), 303)
    if request.method == "GET":
        user = signed_in()
        known = {"name": user.name, "email": user.email} if user else {}
        return _form(lines, {"address": "", **known}, {})
    form, errors = read(request.form, name=60, email=254, address=300)
    if "email" not in errors and not is_email(form["email"]):
        errors["email"] = "This is no e-mail address."
    if errors:
        return _form(lines, form, errors), 422
    order = _place(lines, form)
    db.session.commit()
    # So that a guest finds his own order again.
    session["orders"] = [*session.get("orders", []), order.id][-20:]
    session.pop("bag", None)
    return redirect(url_for("shop.pay", order_id=order.id), 303)


@shop.route("/orders/<int(max=2147483647):order_id>/pay", methods=["GET", "POST"])
def pay(order_id: int) -> ResponseReturnValue:
    """Pay an order with a demo card; no money moves."""
    order = order_of_visitor(order_id)
    if order.status != "placed":
        return redirect(url_for("shop.order", order_id=order.id), 303)
    if request.method == "GET":
        return render_template("shop/pay.html", order=order, cards=CARDS)
    card = request.form.get("card", "")
    if card not in CARDS:
        abort(400, "Choose one of the demo cards.")
    order.card = _fingerprint(card, order.email)
    order.status = "paid"
    write_letter(
        order,
        f"Your order {order.id} is paid",
        f"Thank you, {order.name}. We pack it today and send it to: {order.address}",
    )
    db.session.commit()
    flash("Thank you. Your order is paid; this was a demo, no money moved.")
    return redirect(url_for("shop.order", order_id=order.id), 303)


@shop.get("/orders")
@members_only
def orders(user: User) -> ResponseReturnValue:
    """Show a member what he ordered."""
    mine = db.select(Order).filter_by(user_id=user.id).order_by(Order.id.desc())
    return render_template("shop/orders.html", orders=db.session.scalars(mine).all())


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
    if (user := signed_in()) is not None:
        is_mine = found.user_id == user.id or user.is_owner
    else:
        is_mine = found.user_id is None and found.id in session.get("orders", [])
    if not is_mine:
        abort(404)
    return found


def _fingerprint(card: str, email: str) -> str:
    """Return what a payment provider would: the same name for the same card."""
    if card == "own":
        card += ":" + hashlib.sha256(email.casefold().encode()).hexdigest()[:16]
    return card


def _form(lines: Lines, form: dict[str, str], errors: dict[str, str]) -> str:
    return render_template(
        "shop/checkout.html", lines=lines, total=total_of(lines), form=form, errors=errors
    )


def _place(lines: Lines, form: dict[str, str]) -> Order:
    order = Order(**form, user=signed_in())
    order.items = [
        Item(
            product=variant.product,
            variant=variant,
            batch=variant.product.batch_on_sale,
            quantity=quantity,
            paid_minor=variant.price_minor * quantity,
        )
        for variant, quantity in lines
    ]
    db.session.add(order)
    return order
