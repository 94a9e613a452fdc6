"""The shelves: all of them, one of them, what a search finds, one product."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from flask import render_template, request
from sqlalchemy.orm import selectinload

from ..blueprint import shop
from ..database import db
from ..models import Category, Product, Variant

LONGEST_SEARCH = 60


@shop.get("/")
def home() -> str:
    """Show the shop: its shelves, and what is on them."""
    return render_template("shop/home.html", products=_on_sale())


@shop.get("/shelf/<slug>")
def shelf(slug: str) -> str:
    """Show one shelf."""
    category = db.get_or_404(Category, slug)
    products = _on_sale(Product.category_slug == slug)
    return render_template("shop/shelf.html", category=category, products=products)


@shop.get("/search")
def search() -> str:
    """Show what has every word of the search in its names or texts, of either language."""
    wanted = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    found = [_says(word) for word in wanted.replace("\x00", "").split()]
    products = _on_sale(*found) if found else []
    return render_template("shop/search.html", wanted=wanted, products=products)


@shop.get("/p/<sku>")
def product(sku: str) -> str:
    """Show a product, with what the community has to say about it."""
    found = db.get_or_404(Product, sku)
    others = _on_sale(Product.sku != sku)
    more = sorted(others, key=lambda one: one.category_slug != found.category_slug)[:4]
    return render_template("shop/product.html", product=found, more=more)


def _says(word: str) -> sa.ColumnElement[bool]:
    texts = (Product.name, Product.name_zh, Product.words, Product.words_zh)
    shelves, variants = (Category.name, Category.name_zh), (Variant.name, Variant.name_zh)
    return sa.or_(
        *(text.icontains(word, autoescape=True) for text in (*texts, *shelves)),
        Product.variants.any(sa.or_(*(text.icontains(word, autoescape=True) for text in variants))),
    )


def _on_sale(*conditions: sa.ColumnElement[bool]) -> Sequence[Product]:
    wanted = (
        db.select(Product)
        .join(Category)
        .where(Product.is_on_sale.is_(True), *conditions)
        .order_by(Category.position, Product.name)
        .options(selectinload(Product.variants))  # every card tells a price
    )
    products: Sequence[Product] = db.session.scalars(wanted).all()
    return products
