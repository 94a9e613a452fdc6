"""Turns an order of the host into a JSON value that needs no host code any more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from ..errors import BindingError, MoneyError
from ..host import HostModels, OrderFacts, OrderLine, Role
from ..money import check_minor, exponent
from .models import FIELD_LENGTH, KEY_LENGTH, TITLE_LENGTH

SellerOf = Callable[[Any], Any | None]
"""Returns the host key of the member who sells a product, given the product's host key."""


def snapshot(host: HostModels, order: Any, seller_of: SellerOf) -> dict[str, Any]:
    """Return an order as JSON; host keys travel as text, amounts in minor units.

    Shape: `buyer`, `placed_at` (ISO 8601, UTC), `currency`, `lines`, each with
    `key`, `product`, `plain_title`, `titles`, `field`, `seller`,
    `quantity`, `paid_minor`, `batch`, `variant`.

    :raises BindingError: the host's answer cannot be used; the message says why.
    :raises MoneyError: an amount is too large to be exact everywhere.
    """
    facts = host.order_facts(order)
    keys = [line.key for line in facts.lines]
    if doubled := sorted({key for key in keys if keys.count(key) > 1}):
        raise BindingError(f"two lines of the order have the key {doubled[0]!r}")
    try:
        exponent(facts.currency)
    except MoneyError as error:
        raise BindingError(f"OrderFacts.currency: {error}") from error
    return {
        "buyer": None if facts.buyer is None else key_text(host.member, facts.buyer),
        "placed_at": _utc(facts).isoformat(),
        "currency": facts.currency,
        "lines": [_line(host, line, seller_of) for line in facts.lines],
    }


def key_text(role: Role, obj: Any) -> str:
    """Return a host object's key as text; raises BindingError if it is none of the role."""
    # Flask-Login's current_user, handed on as it is.
    unwrap = getattr(obj, "_get_current_object", None)
    real = obj if unwrap is None else unwrap()
    if not isinstance(real, role.cls):
        raise BindingError(f"{real!r} is no {role.cls.__name__}: give the {role.name}'s own object")
    return checked_text(str(role.key_of(real)), f"key of the {role.name}")


def checked_text(text: str, what: str) -> str:
    """Return a key if it fits our columns; raises BindingError."""
    if not text or len(text) > KEY_LENGTH:
        raise BindingError(f"the {what} must have 1 to {KEY_LENGTH} characters")
    return text


def names_of(host: HostModels, product: Any) -> dict[str, Any]:
    """Return what a product is called, as the columns of `Titled` keep it."""
    titles = {tag: name[:TITLE_LENGTH] for tag, name in host.product_titles(product).items()}
    return {"plain_title": host.product_title(product)[:TITLE_LENGTH], "titles": titles or None}


def _line(host: HostModels, line: OrderLine, seller_of: SellerOf) -> dict[str, Any]:
    product = key_text(host.product, line.product)
    field = host.product_field(line.product)
    if field is not None and len(field) > FIELD_LENGTH:
        raise BindingError(f"community_field() is a slug of at most {FIELD_LENGTH} characters")
    seller = seller_of(host.product.key_from_text(product))
    return {
        "key": checked_text(str(line.key), "key of an order line"),
        "product": product,
        **names_of(host, line.product),
        "field": field,
        "seller": None if seller is None else str(seller),
        "quantity": line.quantity,
        "paid_minor": check_minor(line.paid_minor),
        "batch": None if line.batch is None else str(line.batch)[:KEY_LENGTH],
        "variant": None if line.variant is None else str(line.variant)[:TITLE_LENGTH],
    }


def _utc(facts: OrderFacts) -> dt.datetime:
    at = facts.placed_at
    if not isinstance(at, dt.datetime):
        raise BindingError(f"OrderFacts.placed_at must be a datetime, not {at!r}")
    return at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at.astimezone(dt.UTC)
