"""Writes what an order says: which states matter, what was bought and paid."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass

from .classes import Column, Model
from .edits import unused
from .roles import Roles
from .states import STATUS_NAMES, States, Value
from .written import Written, begin, has, may_be_none

NO_CURRENCY = "XXX"
"""ISO 4217 for no currency at all: nothing is paid in it."""


@dataclass(frozen=True)
class Prices:
    """What the user told of the shop's prices."""

    currency: str | None = None
    are_whole: bool = False
    """Whether integers count euros, not cents."""

    @property
    def code(self) -> str:
        """The ISO 4217 code to write."""
        return self.currency or NO_CURRENCY


_TIMES = (
    "placed_at ordered_at order_date created_at created created_date created_on date_created "
    "date_ordered date_placed date timestamp order_time"
)
_QUANTITIES = "quantity qty count number amount"
_UNIT_PRICES = (
    "price unit_price price_at_purchase price_each item_price unit_price_net unit_price_gross "
    "price_paid price_cents unit_price_cents price_minor unit_cents cents cost"
)
_LINE_TOTALS = "paid_minor line_total line_total_cents subtotal sub_total total_price"
_TOTALS = (
    "paid_minor total_minor total_cents line_total subtotal sub_total total total_price "
    "total_amount amount total_net price_total"
)


def order_methods(
    roles: Roles, states: States | None, given: Mapping[str, tuple[str, ...]], prices: Prices
) -> Written:
    """Write what the class of the orders says.

    `given` holds the values of its status that the user named, by what they mean.
    """
    order = roles.order
    written = begin("OrderMixin", order)
    if not has(order, "community_watch"):
        _write_watch(order, states, given, written)
    if "community_order" not in order.methods:
        _write_facts(roles, prices, written)
    return written


# -- below --


def _write_watch(
    order: Model,
    states: States | None,
    given: Mapping[str, tuple[str, ...]],
    written: Written,
) -> None:
    values = {what: _meant(states, what, given) for what in ("paid", "delivered", "reversed")}
    if states is None or not values["paid"]:
        _ask_for_states(order, states, written)
        return
    watch = written.need("flask_community", unused("OrderWatch", order.source))
    for value in (one for some in values.values() for one in some if one.root):
        _import_root(written, order, value)
    first = f'community_watch = {watch}("{states.attribute}", '
    told = [
        f"{what}={{{', '.join(v.text for v in some)}}}" for what, some in values.items() if some
    ]
    whole = first + ", ".join(told) + ")"
    if len(whole) <= 90:
        written.lines += ["", whole]
    else:
        opened, attribute = first.rstrip(", ").split("(")
        written.lines += ["", f"{opened}(", *(f"    {one}," for one in (attribute, *told)), ")"]
    taken = {value.text for some in values.values() for value in some}
    left = [value.text for value in states.values if value.text not in taken]
    rest = f"; {', '.join(left)} mean nothing yet" if left else ""
    written.decide(f"community_watch = {watch}(", f"do these values mean what they say{rest}?")


def _ask_for_states(order: Model, states: States | None, written: Written) -> None:
    seen = ", ".join(value.text for value in states.values) if states else ""
    table = next((name for name in STATUS_NAMES if name in order.relations), None)
    hint = ""
    if seen:
        hint = f": which of {seen}? Add --paid, --delivered, --reversed"
    elif table is not None and f"{table}_id" in order.columns:
        hint = (
            f": {table} is a table of its own. Add --status {table}_id, and its keys with "
            "--paid 2 --delivered 3 --reversed 4"
        )
    written.decide(
        f"class {order.name}(",
        f"nothing tells that an order is paid{hint}. Without a watch, call "
        "community.orders.paid(order) and .delivered(order) before your commits",
    )


def _meant(states: States | None, what: str, given: Mapping[str, tuple[str, ...]]) -> list[Value]:
    if states is None:
        return []
    if not any(given.values()):
        return states.meaning(what)
    by_word = {value.word: value for value in states.values}
    return [by_word.get(one) or Value(repr_of(one), one) for one in given[what]]


def repr_of(text: str) -> str:
    """Return a value from the command line as source: a number, or a text."""
    return text if re.fullmatch(r"\d+|True|False", text) else '"' + text.replace('"', "") + '"'


def _import_root(written: Written, order: Model, value: Value) -> None:
    if value.root not in order.source.names:
        written.need(f"?{value.root}", value.root)  # the plan knows its module


def _write_facts(roles: Roles, prices: Prices, written: Written) -> None:
    order, line = roles.order, roles.line
    facts = written.need("flask_community", unused("OrderFacts", order.source))
    one = written.need("flask_community", unused("OrderLine", order.source))
    code = prices.code
    body = []
    many = next((n for n in sorted(order.lists) if order.relations[n] == roles.product.name), None)
    if line is None and many is not None:
        body += _lines_of_many(written, roles, many, one, prices)
        lines = "lines"
    elif line is None:
        product = _one_of(written, order, roles.product, "self")
        paid = _paid(written, order, None, "self", "1", prices)
        body += [f"line = {one}(", '    key="1",', f"    product={product},"]
        body += ["    quantity=1,", f"    paid_minor={paid},", ")"]
        lines = "[line]"
    else:
        body += _lines_of(written, roles, line, one, prices)
        lines = "lines"
    buyer = _one_of(written, order, roles.member, "self")
    if any("session." in text for text in [*body, buyer]):
        body.insert(0, f"session = {written.need('sqlalchemy.orm', 'object_session')}(self)")
    body += [
        f"return {facts}(",
        f"    buyer={buyer},",
        f"    placed_at={_placed_at(written, order)},",
        f'    currency="{code}",',
        f"    lines={lines},",
        ")",
    ]
    written.method(f"community_order(self) -> {facts}", *body)
    if prices.currency is None:
        written.decide(
            f'    currency="{code}",',
            f"which currency are the prices in? {NO_CURRENCY} is none, and earns nothing "
            "(or run again with --currency EUR)",
        )


def _lines_of_many(
    written: Written, roles: Roles, relation: str, one: str, prices: Prices
) -> list[str]:
    """Return a line for each product that an order leads to without a class between."""
    product = roles.product
    price = product.column(*_UNIT_PRICES.split())
    paid = "0" if price is None else _minor(written, price, f"product.{price.name}", prices)
    key = f"key=str(product.{product.key}),"
    written.decide(
        key,
        f"no class is the line of an order: each of {relation} counts once, at today's price; if "
        "there is such a class, run again with --line module:Class",
    )
    return [
        "lines = [",
        f"    {one}(",
        f"        {key}",
        "        product=product,",
        "        quantity=1,",
        f"        paid_minor={paid},",
        "    )",
        f"    for product in self.{relation}",
        "]",
    ]


def _lines_of(written: Written, roles: Roles, line: Model, one: str, prices: Prices) -> list[str]:
    quantity = line.column(*_QUANTITIES.split(), kinds="int")
    number = f"line.{quantity.name}" if quantity else "1"
    relation = roles.order.leads_to(line)
    each = f"self.{relation}" if relation else _query(written, roles.order, line)
    product = _one_of(written, line, roles.product, "line")
    return [
        "lines = [",
        f"    {one}(",
        f"        key=str(line.{line.key}),",
        f"        product={product},",
        f"        quantity={number},",
        f"        paid_minor={_paid(written, line, roles.product, 'line', number, prices)},",
        "    )",
        f"    for line in {each}",
        "]",
    ]


def _query(written: Written, order: Model, line: Model) -> str:
    name = _class(written, order, line)
    return f"session.query({name}).filter_by({line.points_at(order)}=self.{order.key})"


def _one_of(written: Written, here: Model, there: Model, obj: str) -> str:
    """Return the expression for the object of another class that `obj` leads to."""
    if (relation := here.leads_to(there)) is not None:
        return f"{obj}.{relation}"
    column = here.points_at(there)
    if column is None:
        written.decide(
            f"class {here.name}(", f"no way leads from it to a {there.name}: None is told"
        )
        return "None"
    found = f"session.get({_class(written, here, there)}, {obj}.{column})"
    is_guests = obj == "self" and may_be_none(here.columns[column])
    return f"{found} if {obj}.{column} else None" if is_guests else found


def _class(written: Written, here: Model, there: Model) -> str:
    if there.name not in here.source.names:
        written.need(f"?{there.name}", there.name)
    return there.name


def _paid(
    written: Written, model: Model, product: Model | None, obj: str, number: str, prices: Prices
) -> str:
    """Return the expression for what was paid for a line, in minor units."""
    each = model.column(*_UNIT_PRICES.split())
    total = model.column(*_TOTALS.split())
    if total is not None and total.name in _LINE_TOTALS.split():
        each = None  # what is left after a discount of the line
    if total is not None and total.name in _QUANTITIES.split() and total.kind == "int":
        total = None
    if each is None and total is None and product is not None:
        each = product.column(*_UNIT_PRICES.split(), "basic_price", "base_price")
        if each is not None:
            obj = f"{obj}.product" if model.leads_to(product) == "product" else obj
            owner = model.leads_to(product)
            obj = f"line.{owner}" if owner else _one_of(written, model, product, "line")
            written.decide(
                "paid_minor=",
                f"{model.name} keeps no price: today's {product.name}.{each.name} is taken, "
                "which is wrong once it changes",
            )
    column = each or total
    if column is None:
        written.decide("paid_minor=", "no column looks like a price: nothing is earned for 0")
        return "0"
    value = f"{obj}.{column.name}"
    if each is not None and number != "1":
        value = f"{value} * {number}" if column.kind != "text" else value
    return _minor(written, column, value, prices)


def _minor(written: Written, column: Column, value: str, prices: Prices) -> str:
    if column.kind == "int" and not prices.are_whole:
        if not re.search(r"minor|cent|pence|fen|penn", column.name):
            written.decide(
                "paid_minor=",
                f"{column.name} is an integer, taken for minor units (cents): if it counts whole "
                "units, run again with --whole-prices",
            )
        return value
    to_minor = written.need("flask_community.money", "to_minor")
    if column.kind in ("int", "decimal"):
        return f'{to_minor}({value}, "{prices.code}")'
    rounding = written.need("decimal", "ROUND_HALF_EVEN")
    return f'{to_minor}({value}, "{prices.code}", rounding={rounding})'


def _placed_at(written: Written, order: Model) -> str:
    column = order.column(*_TIMES.split(), kinds="time") or next(
        (one for one in order.columns.values() if one.kind == "time"), None
    )
    if column is None:
        written.decide("placed_at=", "no column tells when an order was placed: now is told")
        return f"{written.need('flask_community.clock', 'utcnow')}()"
    value = f"self.{column.name}"
    default = ast.unparse(column.node)
    if re.search(r"\bnow\b(?!\()", default) and "func.now" not in default and "utc" not in default:
        return f"{value}.astimezone()"  # it is the server's local time
    return value
