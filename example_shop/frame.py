"""What every page of the shop can show: its shelves, languages, prices and dates."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, session

from .blueprint import csrf_field
from .database import db
from .delivery import FREE_FROM_MINOR
from .languages import LANGUAGES, day, language_tag, minute
from .models import Category
from .prices import price


def init_app(app: Flask) -> None:
    """Put them into the reach of templates."""
    for show in (price, day, minute):
        app.add_template_filter(show)
    app.jinja_env.globals.update(
        csrf_field=csrf_field,
        shelves=shelves,
        pieces_in_bag=pieces_in_bag,
        language_tag=language_tag,
        languages=LANGUAGES,
        free_from=FREE_FROM_MINOR,
    )


def shelves() -> Sequence[Category]:
    """Return the shelves of the shop, in their order."""
    found: Sequence[Category] = db.session.scalars(
        db.select(Category).order_by(Category.position)
    ).all()
    return found


def pieces_in_bag() -> int:
    """Return how many pieces the visitor has in his bag."""
    return sum(session.get("bag", {}).values())
