"""Writes which values of an order's status mean something."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .classes import Model
from .prices import AMOUNTS
from .states import STATUS_NAMES, States, Value
from .written import Written

Given = Mapping[str, tuple[str, ...]]
"""Values of the status that the user named, by what they mean."""


def write_watch(models: list[Model], states: States | None, given: Given, written: Written) -> None:
    """Write the watch, or say why there is none."""
    values = {what: _meant(states, what, given) for what in ("paid", "delivered", "reversed")}
    if states is None or not values["paid"]:
        _ask_for_states(states, written)
        return
    name = written.need("flask_community", "OrderWatch")
    for value in (one for some in values.values() for one in some if one.root):
        written.need_theirs(value.root)
    told = [f'"{states.attribute}"', *(_told(what, some) for what, some in values.items() if some)]
    if refunds := _refunds(models, written):
        told.append(refunds)
    whole = f"{name}({', '.join(told)})"
    is_short = len(whole) <= (76 if written.is_apart else 66)
    written.watch = [whole] if is_short else [f"{name}(", *(f"    {one}," for one in told), ")"]
    taken = {value.text for some in values.values() for value in some}
    left = [value.text for value in states.values if value.text not in taken]
    rest = f"; {', '.join(left)} mean nothing yet" if left else ""
    written.decide(f"{name}(", f"do these values mean what they say{rest}?")
    if not values["delivered"]:
        written.decide(
            f"{name}(",
            "nothing tells that an order is delivered, and no reward is available before: run "
            "again with --delivered, or call community.orders.delivered(order) before your commit",
        )


# -- below --


def _told(what: str, values: list[Value]) -> str:
    return f"{what}={{{', '.join(value.text for value in values)}}}"


def _refunds(models: list[Model], written: Written) -> str:
    """Return the argument for refunds that are rows of their own, or nothing."""
    order = written.model
    for model in models:
        named = model.name in ("Refund", f"{order.name}Refund", "Refunds")
        leads = model.leads_to(order) or model.points_at(order)
        amount = model.column(*AMOUNTS.split())
        if not (named and leads and amount) or any(n in model.columns for n in STATUS_NAMES):
            continue
        name = written.need("flask_community", "RefundWatch")
        minor = amount.kind == "int"
        if minor:
            text = f'{name}("{model.name}", order="{leads}", amount="{amount.name}")'
            written.decide("RefundWatch(", f"is {model.name}.{amount.name} in minor units (cents)?")
            return f"refunds={text}"
    return ""


def _ask_for_states(states: States | None, written: Written) -> None:
    order = written.model
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
    elif states is not None:
        hint = (
            f": no value of {states.attribute} stands in your Python. Add those that mean it, "
            "say --paid paid --delivered done --reversed cancelled"
        )
    written.decide(
        "",
        f"nothing tells that an order is paid{hint}. Without a watch, call "
        "community.orders.paid(order) and .delivered(order) before your commits",
    )


def _meant(states: States | None, what: str, given: Given) -> list[Value]:
    if states is None:
        return []
    if not any(given.values()):
        return states.meaning(what)
    by_word = {value.word: value for value in states.values}
    return [by_word.get(one) or Value(_source_of(one), one) for one in given[what]]


def _source_of(text: str) -> str:
    """Return a value from the command line as source: a number, or a text."""
    return text if re.fullmatch(r"\d+|True|False", text) else '"' + text.replace('"', "") + '"'
