"""The bag: what a visitor means to buy, kept in his session."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from ..blueprint import shop
from ..database import db
from ..models import Product

MOST = 20
"""Pieces of one product in one order."""


def contents() -> list[tuple[Product, int]]:
    """Return what is in the bag, with quantities; what is no longer sold is left out."""
    bag: dict[str, int] = session.get("bag", {})
    products = db.session.scalars(db.select(Product).where(Product.sku.in_(bag)))
    return [(product, bag[product.sku]) for product in sorted(products, key=lambda p: p.name)]


@shop.get("/bag")
def show_bag() -> str:
    """Show the bag."""
    lines = contents()
    total = sum(product.price_minor * quantity for product, quantity in lines)
    return render_template("shop/bag.html", lines=lines, total=total, most=MOST)


@shop.post("/bag/<sku>")
def put_in_bag(sku: str) -> ResponseReturnValue:
    """Put more of a product into the bag."""
    product = db.get_or_404(Product, sku)
    before: int = session.get("bag", {}).get(sku, 0)
    _set(sku, min(MOST, before + _quantity(least=1)))
    flash(f"{product.name} is in your bag.")
    return redirect(url_for("shop.show_bag"), 303)


@shop.post("/bag/<sku>/quantity")
def set_quantity(sku: str) -> ResponseReturnValue:
    """Change how many of a product are in the bag; 0 takes it out."""
    db.get_or_404(Product, sku)
    _set(sku, _quantity(least=0))
    return redirect(url_for("shop.show_bag"), 303)


def _set(sku: str, quantity: int) -> None:
    bag = {**session.get("bag", {}), sku: quantity}
    session["bag"] = {name: number for name, number in bag.items() if number}


def _quantity(*, least: int) -> int:
    quantity = request.form.get("quantity", type=int)
    if quantity is None or not least <= quantity <= MOST:
        abort(400, f"Between {least} and {MOST}, please.")
    return quantity
