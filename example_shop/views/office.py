"""The owner's back office: send orders, cancel them, give money back."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..blueprint import shop
from ..database import db
from ..mail import write_letter
from ..models import AppliedRemedy, Item, Order
from ..prices import read_price
from ..refunds import TooMuchError, give_back
from ..visitor import owner_only

STEPS = {"deliver": ({"paid"}, "delivered"), "cancel": ({"placed", "paid"}, "cancelled")}
"""What an owner may do with an order: from which states, and to which."""


@shop.get("/office")
@owner_only
def office() -> ResponseReturnValue:
    """List the orders, newest first."""
    newest = db.select(Order).order_by(Order.id.desc()).limit(100)
    return render_template("shop/office.html", orders=db.session.scalars(newest).all())


@shop.get("/office/orders/<int(max=2147483647):order_id>")
@owner_only
def office_order(order_id: int) -> ResponseReturnValue:
    """Show an order with all that can be done with it."""
    order = db.get_or_404(Order, order_id)
    remedies = db.session.scalars(db.select(AppliedRemedy).filter_by(order_id=order.id)).all()
    steps = [name for name, (before, _) in STEPS.items() if order.status in before]
    return render_template("shop/office_order.html", order=order, remedies=remedies, steps=steps)


@shop.post("/office/orders/<int(max=2147483647):order_id>/<any(deliver, cancel):step>")
@owner_only
def move_order(order_id: int, step: str) -> ResponseReturnValue:
    """Mark an order delivered, or cancel it."""
    order = db.get_or_404(Order, order_id)
    before, after = STEPS[step]
    if order.status not in before:
        abort(409, f"An order that is {order.status} cannot become {after}.")
    order.status = after
    write_letter(order, f"Your order {order.id} is {after}", f"{order.name}, it is {after}.")
    db.session.commit()
    return redirect(url_for("shop.office_order", order_id=order_id), 303)


@shop.post("/office/items/<int(max=2147483647):item_id>/refund")
@owner_only
def refund(item_id: int) -> ResponseReturnValue:
    """Give back part of a line, or all of it."""
    item = db.get_or_404(Item, item_id)
    order_id = item.order_id
    if item.order.status not in ("paid", "delivered"):
        abort(409, "Nothing was paid for this order.")
    try:
        amount = read_price(request.form.get("amount", "").strip())
        reason = request.form.get("reason", "").strip()[:200] or "goodwill"
        give_back(db.session(), item, amount, reason=reason)
    except TooMuchError as error:
        abort(409, str(error))
    except ValueError as error:
        abort(400, f"Please {error}.")
    db.session.commit()
    flash("The refund is noted; this is a demo, no money moved.")
    return redirect(url_for("shop.office_order", order_id=order_id), 303)
