"""The bag: what a visitor means to buy, kept in his session."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..blueprint import shop
from ..database import db
from ..models import Product, Variant

MOST = 20
"""Pieces of one variant in one order."""

Lines = list[tuple[Variant, int]]


def contents() -> Lines:
    """Return what is in the bag, with quantities; what is no longer sold is left out."""
    bag: dict[str, int] = session.get("bag", {})
    wanted = (
        db.select(Variant).join(Product).where(Variant.code.in_(bag), Product.is_on_sale.is_(True))
    )
    variants = db.session.scalars(wanted.order_by(Product.name, Variant.position))
    return [(variant, bag[variant.code]) for variant in variants]


def total_of(lines: Lines) -> int:
    """Return what the goods of a bag cost."""
    return sum(variant.price_minor * quantity for variant, quantity in lines)


@shop.get("/bag")
def show_bag() -> str:
    """Show the bag."""
    lines = contents()
    return render_template("shop/bag.html", lines=lines, total=total_of(lines), most=MOST)


@shop.post("/bag")
def put_in_bag() -> ResponseReturnValue:
    """Put more of a variant into the bag."""
    variant = _variant(request.form.get("variant", ""))
    before: int = session.get("bag", {}).get(variant.code, 0)
    _set(variant.code, min(MOST, before + _quantity(least=1)))
    flash(_("%(product)s is in your bag.", product=variant.product.title))
    return redirect(url_for("shop.show_bag"), 303)


@shop.post("/bag/<code>/quantity")
def set_quantity(code: str) -> ResponseReturnValue:
    """Change how many of a variant are in the bag; 0 takes it out."""
    _set(_variant(code).code, _quantity(least=0))
    return redirect(url_for("shop.show_bag"), 303)


def _variant(code: str) -> Variant:
    wanted = db.select(Variant).filter_by(code=code)
    found: Variant | None = db.session.scalars(wanted).one_or_none()
    if found is None or not found.product.is_on_sale:
        abort(404)
    return found


def _set(code: str, quantity: int) -> None:
    bag = {**session.get("bag", {}), code: quantity}
    session["bag"] = {name: number for name, number in bag.items() if number}


def _quantity(*, least: int) -> int:
    quantity = request.form.get("quantity", type=int)
    if quantity is None or not least <= quantity <= MOST:
        abort(400, _("Between %(least)s and %(most)s, please.", least=least, most=MOST))
    return quantity
