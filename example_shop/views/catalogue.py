"""The shelves: all products, one product."""

from __future__ import annotations

from flask import render_template, request

from ..blueprint import shop
from ..database import db
from ..models import Product

CATEGORIES = {"tea": "Tea", "teaware": "Teaware"}


@shop.get("/")
def home() -> str:
    """Show the shelf, or one category of it."""
    category = request.args.get("category", "")
    products = db.select(Product).order_by(Product.category, Product.name)
    if category in CATEGORIES:
        products = products.filter_by(category=category)
    return render_template(
        "shop/home.html",
        products=db.session.scalars(products).all(),
        categories=CATEGORIES,
        chosen=category,
    )


@shop.get("/p/<sku>")
def product(sku: str) -> str:
    """Show a product, with what the community has to say about it."""
    found = db.get_or_404(Product, sku)
    return render_template("shop/product.html", product=found, category=CATEGORIES[found.category])
