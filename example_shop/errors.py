"""What the shop says when something cannot be done."""

from __future__ import annotations

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import Conflict, HTTPException

from .database import db


def init_app(app: Flask) -> None:
    """Answer errors with pages of the shop."""
    app.register_error_handler(HTTPException, _sorry)
    app.register_error_handler(StaleDataError, _too_late)


def _sorry(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.response is not None:
        return error
    # Werkzeug's own words are English; those of the shop come translated.
    is_own = error.description and error.description != type(error).description
    title, words = _words(error.code)
    text = error.description if is_own else words
    # A page of the shop asks the database, which may be what is broken.
    page = "shop/error.html" if error.code < 500 else "shop/broken.html"
    return render_template(page, title=title, text=text), error.code


def _too_late(_error: StaleDataError) -> ResponseReturnValue:
    db.session.rollback()
    return _sorry(Conflict(_("Somebody else changed this first: go back and look again.")))


def _words(code: int) -> tuple[str, str]:
    if code == 404:
        return _("There is nothing here"), _("Perhaps it was moved, or sold out long ago.")
    if code == 409:
        return _("That came too late"), _("Go back and look again.")
    if code < 500:
        return _("That did not work"), _("Go back and try it once more.")
    return _("Something broke on our side"), _("It is not your fault. Try again in a minute.")
