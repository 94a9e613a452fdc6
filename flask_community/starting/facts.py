"""Writes what an order says: who bought what, when, and what was paid."""

from __future__ import annotations

import ast
import re

from .classes import Model
from .prices import Prices, minor, quantity_of, write_currency, write_number, write_paid
from .roles import Roles
from .style import WIDTH
from .written import Written, may_be_none

_TIMES = (
    "placed_at ordered_at order_date created_at created created_date created_on date_created "
    "date_ordered date_placed date timestamp order_time"
)


def write_facts(roles: Roles, prices: Prices, written: Written) -> None:
    """Write `community_order()`."""
    facts = written.need("flask_community", "OrderFacts")
    body, lines = _lines(roles, prices, written)
    buyer = _one_of(written, roles.order, roles.member, written.me, "buyer=")
    if any("session." in text for text in [*body, buyer]) and not written.session:
        session = written.need("sqlalchemy.orm", "object_session")
        body.insert(0, f"session = {session}({written.me})")
    told = [
        f"buyer={buyer}",
        f"placed_at={_placed_at(written)}",
        f"currency={write_currency(written, prices)}",
        f"lines={lines}",
    ]
    written.say("community_order", facts, *body, *_returned(written, facts, told))


# -- below --


def _lines(roles: Roles, prices: Prices, written: Written) -> tuple[list[str], str]:
    """Return the lines that make the order's lines, and what they are called then."""
    one = written.need("flask_community", "OrderLine")
    order, me = roles.order, written.me
    many = next((n for n in sorted(order.lists) if order.relations[n] == roles.product.name), None)
    if roles.line is not None:
        return _from_rows(written, roles, roles.line, one, prices), "lines"
    if many is not None:
        return _from_products(written, roles, many, one, prices), "lines"
    count = quantity_of(order)
    product = _one_of(written, order, roles.product, me, "product=")
    paid = write_paid(written, order, me, (roles.product, product), prices)
    return [
        f"line = {one}(",
        '    key="1",',
        f"    product={product},",
        f"    quantity={write_number(order, count, me)},",
        *(f"    {part}" for part in _argument("paid_minor", paid)),
        ")",
    ], "[line]"


def _from_products(
    written: Written, roles: Roles, relation: str, one: str, prices: Prices
) -> list[str]:
    """Return a line for each product that an order leads to without a class between."""
    product = roles.product
    price = product.column("price", "unit_price", "price_cents", "price_minor", "cost")
    paid = (
        written.fill_in("paid_minor=", "what was paid for the line, in minor units (cents)")
        if price is None
        else minor(written, price, f"product.{price.name}", prices)
    )
    key = f"key=str(product.{product.key}),"
    written.decide(
        key,
        f"no class is the line of an order: each of {relation} counts once, at today's price; if "
        "there is such a class, run again with --line module:Class",
    )
    return _all(one, key, "product", "1", paid, f"{written.me}.{relation}", "product")


def _from_rows(written: Written, roles: Roles, line: Model, one: str, prices: Prices) -> list[str]:
    count = quantity_of(line)
    relation = roles.order.leads_to(line)
    relation = relation or roles.order.asks_for(line)
    each = f"{written.me}.{relation}" if relation else _query(written, line)
    product = _one_of(written, line, roles.product, "line", "product=")
    paid = write_paid(written, line, "line", (roles.product, product), prices)
    number = write_number(line, count, "line")
    return _all(one, f"key=str(line.{line.key}),", product, number, paid, each, "line")


def _all(
    one: str, key: str, product: str, quantity: str, paid: str, each: str, name: str
) -> list[str]:
    return [
        "lines = [",
        f"    {one}(",
        f"        {key}",
        f"        product={product},",
        f"        quantity={quantity},",
        *(f"        {part}" for part in _argument("paid_minor", paid)),
        "    )",
        f"    for {name} in {each}",
        "]",
    ]


def _returned(written: Written, facts: str, told: list[str]) -> list[str]:
    """Return the end of the method, as a formatter would break it."""
    whole = f"    {', '.join(told)}"
    room = WIDTH - (4 if written.is_apart else 8)
    if len(whole) <= room and not written.blanks:
        return [f"return {facts}(", whole, ")"]
    return [f"return {facts}(", *(f"    {one}," for one in told), ")"]


def _argument(name: str, value: str) -> list[str]:
    """Return an argument, a call that is too long for a line in three of them."""
    whole = f"{name}={value},"
    call, bracket, rest = value.partition("(")
    if len(whole) <= WIDTH - 16 or not bracket:
        return [whole]
    return [f"{name}={call}(", f"    {rest.removesuffix(')')}", "),"]


def _query(written: Written, line: Model) -> str:
    order = written.model
    name = written.need_theirs(line.name)
    return f"{_session(written)}.query({name}).filter_by({line.points_at(order)}={written.me}.{order.key})"


def _one_of(written: Written, here: Model, there: Model, obj: str, argument: str) -> str:
    """Return the expression for the object of another class that `obj` leads to."""
    if (relation := here.leads_to(there)) is not None:
        return f"{obj}.{relation}"
    column = here.points_at(there)
    if column is None:
        hint = f": no column and no relation leads to it{_by_text(here, there)}"
        return written.fill_in(argument, f"the {there.name}", hint)
    found = f"{_session(written)}.get({written.need_theirs(there.name)}, {obj}.{column})"
    is_guests = obj == written.me and may_be_none(here.columns[column])
    return f"{found} if {obj}.{column} else None" if is_guests else found


def _session(written: Written) -> str:
    return written.session or "session"


def _by_text(here: Model, there: Model) -> str:
    """Return a hint where a text of one class looks like a text of the other."""
    words = {there.name.lower().rstrip("s"), "user", "customer", "product", "item", "items"}
    for other in there.columns.values():
        for one in here.columns.values():
            if one.kind == "text" and (
                (one.name == other.name and other.name in ("email", "username", "sku"))
                or one.name in {f"{word}_{other.name}" for word in words}
                or one.name in {f"{word}{other.name}" for word in words}
            ):
                return f"; {here.name}.{one.name} may be the {other.name} of one"
    return ""


def _placed_at(written: Written) -> str:
    order = written.model
    times = [one for one in order.columns.values() if one.kind == "time"]
    named = [one for name in _TIMES.split() if (one := order.columns.get(name))]
    column = next((one for one in named if one.kind in ("time", "")), None)
    if column is None and len(times) == 1:
        column = times[0]
        written.decide("placed_at=", f"is {column.name} when an order was placed?")
    if column is None:
        written.decide("placed_at=", "no column tells when an order was placed: now is told")
        return f"{written.need('flask_community.clock', 'utcnow')}()"
    value = f"{written.me}.{column.name}"
    default = ast.unparse(column.node)
    if re.search(r"\bnow\b(?!\()", default) and "func.now" not in default and "utc" not in default:
        return f"{value}.astimezone()"  # it is the server's local time
    return value
