"""The shop's own letters; the demo keeps them for the outbox page."""

from __future__ import annotations

from flask import current_app, request, url_for
from flask_babel import force_locale, gettext as _

from .database import db
from .models import Item, Letter, Order, Refund, Replacement, User
from .prices import price


def address_of(path: str) -> str:
    """Return the full address of a path: under the shop's own name, not one a visitor sent."""
    root = current_app.config.get("COMMUNITY_BASE_URL") or request.host_url
    return str(root).rstrip("/") + path


def write_letter(to: User | Order, subject: str, text: str) -> None:
    """Write to a member, or to whoever placed an order; the caller commits."""
    user_id = to.id if isinstance(to, User) else to.user_id
    db.session.add(Letter(user_id=user_id, email=to.email, subject=subject, text=text))


def confirm_address(user: User, link: str) -> None:
    """Ask a newcomer to prove that he reads his mail."""
    with force_locale(user.locale):
        text = _(
            "Welcome, %(name)s. Please confirm that this address is yours: %(link)s",
            name=user.name,
            link=address_of(link),
        )
        write_letter(user, _("Confirm your address"), text)


def confirm_phone(user: User, number: str, link: str) -> None:
    """Send a text message with a link to a phone number."""
    with force_locale(user.locale):
        text = _("Kiln Street Tea: to confirm this number, open %(link)s", link=address_of(link))
        subject = _("Text message")
    db.session.add(Letter(user_id=user.id, email=number, subject=subject, text=text))


def prove_yourself(user: User, link: str) -> None:
    """Send a link to a member who has no password to prove himself with."""
    with force_locale(user.locale):
        link = address_of(link)
        text = _("Is it you, %(name)s? Then go on here: %(link)s", name=user.name, link=link)
        write_letter(user, _("Is it you?"), text)


def receipt(order: Order) -> None:
    """Thank for an order that has just been paid."""
    with force_locale(order.locale):
        lines = [
            f"{item.quantity} × {_named(item)}: {price(item.paid_minor)}" for item in order.items
        ]
        if order.delivery_minor:
            lines.append(_("Delivery: %(price)s", price=price(order.delivery_minor)))
        lines.append(_("Total: %(price)s", price=price(order.total_minor)))
        if order.credit_minor:
            lines.append(
                _("Of it from your store credit: %(price)s", price=price(order.credit_minor))
            )
        where = (
            _("It waits for you at 12 Kiln Street from tomorrow on.")
            if order.delivery == "pickup"
            else _("We pack it today and send it to: %(address)s", address=order.address)
        )
        thanks = _("Thank you, %(name)s. Your order is paid.", name=order.name)
        text = "\n\n".join([thanks, "\n".join(lines), where])
        write_letter(order, _("Your order %(number)s is paid", number=order.id), text)


def moved(order: Order) -> None:
    """Tell that an order was sent, delivered or cancelled."""
    with force_locale(order.locale):
        number = order.id
        if order.status == "sent" and order.delivery == "pickup":
            subject = _("Your order %(number)s is ready", number=number)
            text = _("%(name)s, it waits for you at 12 Kiln Street.", name=order.name)
        elif order.status == "sent":
            subject = _("Your order %(number)s is on its way", number=number)
            text = _(
                "%(name)s, the parcel has the number %(tracking)s.",
                name=order.name,
                tracking=order.tracking,
            )
        elif order.status == "delivered":
            subject = _("Your order %(number)s has arrived", number=number)
            tell = address_of(url_for("flask_community.tell"))
            text = _("%(name)s, how is it? Tell others: %(link)s", name=order.name, link=tell)
        else:
            subject = _("Your order %(number)s is cancelled", number=number)
            text = _("%(name)s, what you paid goes back to where it came from.", name=order.name)
        write_letter(order, subject, text)


def given_back(refund: Refund) -> None:
    """Tell that money was given back."""
    order = refund.order
    with force_locale(order.locale):
        text = _(
            "%(name)s, you get %(price)s back for %(product)s.",
            name=order.name,
            price=price(refund.amount_minor),
            product=_named(refund.item),
        )
        if refund.credit_minor:
            part = _("Of it as store credit: %(price)s", price=price(refund.credit_minor))
            text = f"{text}\n\n{part}"
        write_letter(order, _("Money back for your order %(number)s", number=order.id), text)


def sent_again(replacement: Replacement) -> None:
    """Tell that something is sent once more."""
    order = replacement.order
    with force_locale(order.locale):
        text = _(
            "%(name)s, we send you %(product)s once more, free of charge.",
            name=order.name,
            product=_named(replacement.item),
        )
        write_letter(order, _("A replacement for your order %(number)s", number=order.id), text)


def _named(item: Item) -> str:
    return f"{item.product.title}, {item.variant.title}"
