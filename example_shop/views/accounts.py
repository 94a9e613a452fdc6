"""Opening an account, signing in and out."""

from __future__ import annotations

import sqlalchemy as sa
from flask import abort, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext as _
from flask_login import login_user, logout_user

from .. import fresh, mail
from ..blueprint import is_own_path, shop
from ..database import db
from ..forms import is_email, read
from ..models import User, now
from ..signing import confirmation_link, user_of_confirmation, user_of_sign_in

SHORTEST_PASSWORD = 8


@shop.route("/sign-up", methods=["GET", "POST"])
def sign_up() -> ResponseReturnValue:
    """Open an account and go on to where the visitor wanted."""
    form, errors = read(request.form, name=60, email=254, password=200)
    if request.method == "GET":
        return render_template("shop/sign_up.html", form=form, errors={}, next=onward())
    if "email" not in errors and not is_email(form["email"]):
        errors["email"] = _("This is no e-mail address.")
    if "password" not in errors and len(form["password"]) < SHORTEST_PASSWORD:
        errors["password"] = _("At least %(least)s characters, please.", least=SHORTEST_PASSWORD)
    if not errors:
        user = _open_account(form)
        if user is not None:
            _enter(user)
            return redirect(onward(), 303)
        errors["email"] = _("There is an account with this address: sign in instead.")
    return render_template("shop/sign_up.html", form=form, errors=errors, next=onward()), 422


@shop.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Sign in with a password and go on to where the visitor wanted."""
    form, _errors = read(request.form, email=254, password=200)
    if request.method == "GET":
        return render_template("shop/sign_in.html", form=form, failed=False, next=onward())
    user = _user_with(form["email"])
    if user is None or not user.has_password(form["password"]):
        return render_template("shop/sign_in.html", form=form, failed=True, next=onward()), 422
    _enter(user)
    return redirect(onward(), 303)


@shop.get("/sign-in/<token>")
def sign_in_by_link(token: str) -> ResponseReturnValue:
    """Sign in by a link that the demo printed at its start."""
    user = user_of_sign_in(token) if current_app.config["DEMO"] else None
    if user is None:
        abort(404)
    session.clear()
    _enter(user)
    return redirect(url_for("shop.home"), 303)


@shop.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Sign out and forget what this browser kept, but the language."""
    logout_user()
    locale = session.get("locale")
    session.clear()
    if locale is not None:
        session["locale"] = locale
    return redirect(url_for("shop.home"), 303)


@shop.get("/confirm/<token>")
def confirm(token: str) -> ResponseReturnValue:
    """Note that a member reads the mail of the address he gave."""
    user = user_of_confirmation(token)
    if user is None:
        abort(404)
    user.confirmed_at = user.confirmed_at or now()
    db.session.commit()
    flash(_("Thank you: your address is confirmed."))
    return redirect(url_for("shop.home"), 303)


def onward() -> str:
    """Return where the visitor wanted to go; never out of this shop."""
    wanted = request.values.get("next", "")
    return wanted if is_own_path(wanted) else url_for("shop.home")


def _open_account(form: dict[str, str]) -> User | None:
    user = User(name=form["name"], email=form["email"].casefold(), locale=str(get_locale() or "en"))
    user.set_password(form["password"])
    db.session.add(user)
    try:
        db.session.flush()
    except sa.exc.IntegrityError:
        db.session.rollback()
        return None
    mail.confirm_address(user, confirmation_link(user))
    db.session.commit()
    return user


def _user_with(email: str) -> User | None:
    return db.session.scalars(db.select(User).filter_by(email=email.casefold())).one_or_none()


def _enter(user: User) -> None:
    session.pop("csrf", None)  # a new visitor, a new token
    login_user(user)
    fresh.prove()
