"""The owner's back office: send orders, cancel them, give money back, send things again."""

from __future__ import annotations

import re

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload

from .. import mail
from ..blueprint import shop
from ..database import db
from ..models import AppliedRemedy, Category, Item, Order, Product, Replacement, now
from ..prices import read_price
from ..refunds import PAID, NotPaidError, TooMuchError, give_all_back, give_back
from ..visitor import owner_only

STATES = ("placed", "paid", "sent", "delivered", "cancelled")
STEPS = {
    "send": ({"paid"}, "sent"),
    "deliver": ({"paid", "sent"}, "delivered"),
    "cancel": ({"placed", "paid"}, "cancelled"),
}
"""What an owner may do with an order: from which states, and to which."""

PAGE = 30
"""Orders on one page."""


@shop.get("/office")
@owner_only
def office() -> ResponseReturnValue:
    """List the orders of one state, or of one person, or all, newest first."""
    state, wanted = request.args.get("state", ""), request.args.get("q", "").strip()[:60]
    newest = db.select(Order).order_by(Order.id.desc()).options(selectinload(Order.items))
    if state in STATES:
        newest = newest.filter_by(status=state)
    if wanted:
        newest = newest.where(_is_about(wanted))
    counted = sa.select(Order.status, sa.func.count()).group_by(Order.status)
    counts = {row[0]: row[1] for row in db.session.execute(counted)}
    page = db.paginate(newest, per_page=PAGE, max_per_page=PAGE, error_out=False)
    return render_template(
        "shop/office.html", page=page, state=state, states=STATES, counts=counts, wanted=wanted
    )


@shop.get("/office/orders/<int(max=2147483647):order_id>")
@owner_only
def office_order(order_id: int) -> ResponseReturnValue:
    """Show an order with all that can be done with it."""
    order = db.get_or_404(Order, order_id)
    remedies = db.session.scalars(db.select(AppliedRemedy).filter_by(order_id=order.id)).all()
    steps = [name for name, (before, _after) in STEPS.items() if order.status in before]
    return render_template(
        "shop/office_order.html",
        order=order,
        remedies=remedies,
        steps=steps,
        is_paid=order.status in PAID,
    )


@shop.post("/office/orders/<int(max=2147483647):order_id>/<any(send, deliver, cancel):step>")
@owner_only
def move_order(order_id: int, step: str) -> ResponseReturnValue:
    """Send an order, mark it delivered, or cancel it."""
    order = db.get_or_404(Order, order_id)
    before, after = STEPS[step]
    if order.status not in before:
        abort(409, _("This order has moved on: go back and look again."))
    order.status = after
    setattr(order, f"{after}_at", now())
    if step == "send" and order.delivery == "courier":
        order.tracking = f"KS{order.id:08}CN"
    db.session.flush()
    if step == "cancel":
        give_all_back(db.session(), order)
    mail.moved(order)
    db.session.commit()
    return redirect(url_for("shop.office_order", order_id=order_id), 303)


@shop.post("/office/items/<int(max=2147483647):item_id>/refund")
@owner_only
def refund(item_id: int) -> ResponseReturnValue:
    """Give back part of a line, or all of it."""
    item = db.get_or_404(Item, item_id)
    order_id = item.order_id
    try:
        amount = read_price(request.form.get("amount", "").strip())
        given = give_back(db.session(), item, amount, reason=_reason(_("Goodwill")))
    except NotPaidError:
        abort(409, _("Nothing was paid for this order."))
    except TooMuchError:
        abort(409, _("That is not within what is left of what was paid."))
    except ValueError:
        abort(400, _("Write the amount as a number, like 12.50."))
    mail.given_back(given)
    db.session.commit()
    flash(_("The refund is noted; this is a demo, no money moved."))
    return redirect(url_for("shop.office_order", order_id=order_id), 303)


@shop.post("/office/items/<int(max=2147483647):item_id>/replace")
@owner_only
def replace(item_id: int) -> ResponseReturnValue:
    """Send pieces of a line once more, free of charge."""
    item = db.get_or_404(Item, item_id)
    quantity = request.form.get("quantity", type=int)
    if item.order.status not in PAID:
        abort(409, _("Nothing was paid for this order."))
    if quantity is None or not 1 <= quantity <= item.quantity:
        abort(400, _("Between 1 and %(most)s, please.", most=item.quantity))
    again = Replacement(
        order=item.order, item=item, quantity=quantity, reason=_reason(_("Replacement"))
    )
    db.session.add(again)
    mail.sent_again(again)
    db.session.commit()
    flash(_("The replacement is noted; pack it with the next parcels."))
    return redirect(url_for("shop.office_order", order_id=item.order_id), 303)


@shop.get("/office/products")
@owner_only
def office_products() -> ResponseReturnValue:
    """List the goods: what they cost, which batch is sold, how many were."""
    sold = (
        sa.select(Item.sku, sa.func.sum(Item.quantity))
        .join(Order)
        .where(Order.status.in_(PAID))
        .group_by(Item.sku)
    )
    goods = (
        db.select(Product)
        .join(Category)
        .order_by(Category.position, Product.name)
        .options(selectinload(Product.variants), selectinload(Product.batches))
    )
    return render_template(
        "shop/office_products.html",
        products=db.session.scalars(goods).all(),
        sold={row[0]: row[1] for row in db.session.execute(sold)},
    )


@shop.post("/office/products/<sku>/sale")
@owner_only
def sell(sku: str) -> ResponseReturnValue:
    """Take a product off the shelf, or put it back."""
    product = db.get_or_404(Product, sku)
    product.is_on_sale = request.form.get("is_on_sale") == "yes"
    db.session.commit()
    return redirect(url_for("shop.office_products"), 303)


def _is_about(wanted: str) -> sa.ColumnElement[bool]:
    """Return what finds an order by its number, its buyer or its parcel."""
    texts = (Order.name, Order.email, Order.tracking)
    found = [text.icontains(wanted, autoescape=True) for text in texts]
    if re.fullmatch("[0-9]{1,9}", wanted):
        found.append(Order.id == int(wanted))
    return sa.or_(*found)


def _reason(default: str) -> str:
    return request.form.get("reason", "").strip()[:200] or default
