"""A member's own page: his credit, his phone number, his language, what is remembered of him."""

from __future__ import annotations

from flask import abort, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, refresh

from .. import consents, fresh, mail
from ..blueprint import is_own_path, shop
from ..database import db
from ..forms import phone_number
from ..languages import LANGUAGES
from ..models import CreditEntry, User
from ..signing import number_of, onward_of, phone_link, proof_link
from ..visitor import members_only, signed_in
from .accounts import onward


@shop.get("/account")
@members_only
def account(user: User) -> ResponseReturnValue:
    """Show a member his account, and how his store credit came and went."""
    newest = db.select(CreditEntry).filter_by(user_id=user.id).order_by(CreditEntry.id.desc())
    entries = db.session.scalars(newest.limit(20)).all()
    return render_template("shop/account.html", user=user, entries=entries)


@shop.post("/account/phone")
@members_only
def give_phone(user: User) -> ResponseReturnValue:
    """Send a text message to a number; it is his once he followed its link."""
    number = phone_number(request.form.get("phone", ""))
    if number is None:
        abort(400, _("Write the number with its country, like +86 138 0013 8000."))
    mail.confirm_phone(user, number, phone_link(user, number))
    db.session.commit()
    flash(_("We have sent a text message: in this demo, to the outbox page."))
    return redirect(url_for("shop.account"), 303)


@shop.get("/account/phone/<token>")
@members_only
def confirm_phone(user: User, token: str) -> ResponseReturnValue:
    """Note that a number is this member's."""
    number = number_of(token, user)
    if number is None:
        abort(404)
    user.phone = number
    db.session.commit()
    flash(_("Thank you: your number is confirmed."))
    return redirect(url_for("shop.account"), 303)


@shop.route("/prove", methods=["GET", "POST"])
@members_only
def prove(user: User) -> ResponseReturnValue:
    """Ask who is signed in to prove it: by his password, or by a link to his address."""
    failed = False
    if request.method == "POST" and not user.password_hash:
        mail.prove_yourself(user, proof_link(user, onward()))
        db.session.commit()
        flash(_("We have sent you a link: in this demo, to the outbox page."))
        return redirect(url_for("shop.outbox"), 303)
    if request.method == "POST":
        if user.has_password(request.form.get("password", "")):
            fresh.prove()
            return redirect(onward(), 303)
        failed = True
    page = render_template("shop/prove.html", user=user, failed=failed, next=onward())
    return page, 422 if failed else 200


@shop.get("/prove/<token>")
@members_only
def prove_by_link(user: User, token: str) -> ResponseReturnValue:
    """Take a link from his own letters as the proof."""
    way = onward_of(token, user)
    if way is None or not is_own_path(way):
        abort(404)
    fresh.prove()
    return redirect(way, 303)


@shop.post("/language")
def choose_language() -> ResponseReturnValue:
    """Speak another language from now on, to a member in letters too."""
    wanted = request.form.get("locale", "")
    if wanted not in LANGUAGES:
        abort(400, _("This shop does not speak that language."))
    session["locale"] = wanted
    user = signed_in()
    if user is not None:
        user.locale = wanted
        db.session.commit()
    refresh()
    return redirect(onward(), 303)


@shop.route("/privacy", methods=["GET", "POST"])
def privacy() -> ResponseReturnValue:
    """Show and change what this browser may remember."""
    if request.method == "GET":
        return render_template("shop/privacy.html", remembers=consents.allows(request, "referral"))
    flash(_("Your choice is kept."))
    response = redirect(url_for("shop.privacy"), 303)
    refused = set() if request.form.get("referral") == "yes" else {"referral"}
    consents.keep(response, refused, secure=not current_app.config["DEMO"])
    return response
