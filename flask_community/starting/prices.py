"""Writes what was paid for a line, and in which currency, from what the columns are called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .classes import Column, Model
from .written import Written

NO_CURRENCY = "XXX"
"""ISO 4217 for no currency at all: nothing is paid in it."""

QUANTITIES = "quantity qty count number amount"
AMOUNTS = "amount amount_int amount_minor amount_cents value total price price_int price_minor"
"""What a row that is an amount of money calls it."""

_UNIT_PRICES = (
    "price unit_price price_at_purchase price_each item_price unit_price_net unit_price_gross "
    "price_paid price_cents unit_price_cents price_minor unit_cents cents cost price_int"
)
_LINE_TOTALS = "paid_minor line_total line_total_cents subtotal sub_total total_price"
_TOTALS = (
    "paid_minor total_minor total_cents line_total subtotal sub_total total total_price "
    "total_amount amount amount_int total_net price_total"
)


@dataclass(frozen=True)
class Prices:
    """What the user told of the shop's prices."""

    currency: str | None = None
    are_whole: bool = False
    """Whether integers count euros, not cents."""
    models: tuple[Model, ...] = ()
    """Every class of the shop: a price may be a row of its own."""


@dataclass(frozen=True)
class Found:
    """Where a price stands."""

    value: str
    """The expression for it."""
    column: Column
    is_each: bool
    """Whether it is the price of one piece."""
    is_todays: bool = False


def quantity_of(model: Model) -> Column | None:
    """Return the column that counts pieces."""
    return model.column(*QUANTITIES.split(), kinds="int")


def write_number(model: Model, column: Column | None, obj: str) -> str:
    """Return the expression for a whole number that a row keeps: 1 without a column."""
    if column is None:
        return "1"
    value = f"{obj}.{column.name}"
    return f"int({value})" if column.name in model.from_forms else value


def write_currency(written: Written, prices: Prices) -> str:
    """Return the expression for the currency of an order."""
    column = written.model.columns.get("currency")
    if prices.currency is None and column is not None:
        value = f"{written.me}.currency"
        return f"{value}.value" if column.kind == "enum" else value
    if prices.currency is None:
        written.decide(
            f'currency="{NO_CURRENCY}"',
            f"which currency are the prices in? {NO_CURRENCY} is none, and earns nothing "
            "(or run again with --currency EUR)",
        )
    return f'"{prices.currency or NO_CURRENCY}"'


def write_paid(
    written: Written, owner: Model, obj: str, product: tuple[Model, str] | None, prices: Prices
) -> str:
    """Return the expression for what was paid for a line, in minor units.

    `owner` is the class of the line, `obj` the name of one; `product` is the class of the
    products and the expression for the one of the line.
    """
    found = _own(owner, obj) or _in_a_row(owner, obj, prices.models)
    if found is None and product is not None:
        found = _todays(*product)
    if found is None:
        return written.fill_in("paid_minor=", "what was paid for the line, in minor units (cents)")
    if found.is_todays:
        written.decide(
            "paid_minor=",
            f"{owner.name} keeps no price: today's {found.column.name} of the product is taken, "
            "which is wrong once it changes",
        )
    count = quantity_of(owner)
    value = found.value
    if found.is_each and count is not None and found.column.kind != "text":
        value = f"{value} * {write_number(owner, count, obj)}"
    elif found.column.kind == "int" and not prices.are_whole and not found.is_todays:
        value = write_number(owner, found.column, obj) if value.count(".") == 1 else value
    return minor(written, found.column, value, prices)


def minor(written: Written, column: Column, value: str, prices: Prices) -> str:
    """Return the expression for a price in minor units."""
    if column.kind == "int" and not prices.are_whole:
        if not re.search(r"minor|cent|pence|fen|penn|_int$", column.name):
            written.decide(
                "paid_minor=",
                f"{column.name} is an integer, taken for minor units (cents): if it counts whole "
                "units, run again with --whole-prices",
            )
        return value
    to_minor = written.need("flask_community.money", "to_minor")
    code = write_currency(written, prices) if _is_told(written, prices) else f'"{NO_CURRENCY}"'
    if column.kind in ("int", "decimal"):
        return f"{to_minor}({value}, {code})"
    rounding = written.need("decimal", "ROUND_HALF_EVEN")
    return f"{to_minor}({value}, {code}, rounding={rounding})"


# -- below --


def _is_told(written: Written, prices: Prices) -> bool:
    return prices.currency is not None or "currency" in written.model.columns


def _own(model: Model, obj: str) -> Found | None:
    """Return the price that a class keeps itself."""
    count = quantity_of(model)
    names = [name for name in _TOTALS.split() if count is None or name != count.name]
    total = model.column(*names)
    each = model.column(*_UNIT_PRICES.split())
    if total is not None and (each is None or total.name in _LINE_TOTALS.split()):
        return Found(f"{obj}.{total.name}", total, is_each=False)
    return Found(f"{obj}.{each.name}", each, is_each=True) if each else None


def _in_a_row(model: Model, obj: str, models: Iterable[Model]) -> Found | None:
    """Return the price that a line leads to, where it is a row of its own."""
    by_name = {one.name: one for one in models}
    for relation, target in model.relations.items():
        if relation not in _UNIT_PRICES.split() or target not in by_name:
            continue
        column = by_name[target].column(*AMOUNTS.split())
        if column is not None:
            return Found(f"{obj}.{relation}.{column.name}", column, is_each=True)
    return None


def _todays(product: Model, found: str) -> Found | None:
    column = product.column(*_UNIT_PRICES.split(), "basic_price", "base_price")
    if column is None or not found.strip("."):
        return None
    return Found(f"{found}.{column.name}", column, is_each=True, is_todays=True)
