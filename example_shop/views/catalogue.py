"""The shelves: all products, one product."""

from __future__ import annotations

from flask import render_template, request

from ..blueprint import shop
from ..database import db
from ..models import Category, Product


@shop.get("/")
def home() -> str:
    """Show the shelf, or one category of it."""
    categories = db.session.scalars(db.select(Category).order_by(Category.position)).all()
    chosen = next((one for one in categories if one.slug == request.args.get("category")), None)
    products = db.select(Product).where(Product.is_on_sale.is_(True)).order_by(Product.name)
    if chosen is not None:
        products = products.filter_by(category=chosen)
    return render_template(
        "shop/home.html",
        products=db.session.scalars(products).all(),
        chosen=chosen,
    )


@shop.get("/p/<sku>")
def product(sku: str) -> str:
    """Show a product, with what the community has to say about it."""
    found = db.get_or_404(Product, sku)
    return render_template("shop/product.html", product=found)
