"""Guesses which classes of a shop are its members, products, orders and order lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .classes import Model, snake

_WORDS = {
    "member": ("user users customer customers member members account", "client buyer person"),
    "product": ("product products", "item items good goods article book ware wares commodity sku"),
    "order": ("order orders", "purchase purchases sale sales payment payments booking"),
}
"""What such a class is called: mostly, and sometimes."""
_LINE_WORDS = "item items line lines element elements detail details product products entry goods"


@dataclass(frozen=True)
class Roles:
    """The classes the extension stands on."""

    member: Model
    product: Model
    order: Model
    line: Model | None
    """What an order consists of; None where an order is one product."""

    @property
    def three(self) -> tuple[Model, Model, Model]:
        """Those that are bound."""
        return self.member, self.product, self.order

    @property
    def imported(self) -> tuple[Model, ...]:
        """Those that a file of its own must import: the line too, where only a query finds it."""
        line = self.line
        if line is None or self.order.leads_to(line) or self.order.asks_for(line):
            return self.three
        return (*self.three, line)


def find_roles(
    models: list[Model], told: Mapping[str, str | None]
) -> tuple[Roles | None, list[str]]:
    """Return the roles, or None and, for each that is not clear, what to add to the command.

    `told` holds `module:Class` for each role the user named himself.
    """
    chosen: dict[str, Model] = {}
    asked: list[str] = []
    for role in _WORDS:
        named = told.get(role)
        likely = _named(models, named) if named else _likely(models, role)
        if len(likely) == 1:
            chosen[role] = likely[0]
        else:
            asked.append(_question(role, named, likely or ([] if named else models)))
    if asked:
        return None, asked
    line = told.get("line")
    lines = _named(models, line) if line else _lines(models, chosen)
    if line and len(lines) != 1:
        return None, [_question("line", line, models)]
    return Roles(**chosen, line=lines[0] if lines else None), []


# -- below --


def _named(models: list[Model], named: str) -> list[Model]:
    module, _, name = named.rpartition(":")
    return [m for m in models if m.name == name and module in ("", m.source.module)]


def _likely(models: list[Model], role: str) -> list[Model]:
    scores = {id(model): _score(model, role) for model in models}
    most = max(scores.values(), default=0)
    return [model for model in models if scores[id(model)] == most > 0]


def _score(model: Model, role: str) -> int:
    first, second = (words.split() for words in _WORDS[role])
    name, table = snake(model.name).split("_"), model.table.lower().split("_")
    score = 0
    if name[-1] in [*first, *second]:
        score += (12 if name[-1] in first else 9) if len(name) == 1 else 4
    elif table[-1] in [*first, *second]:
        score += 3
    if role == "member":
        score += 6 * ("UserMixin" in model.bases) + 2 * any("password" in c for c in model.columns)
    elif score and role == "product":
        score += 2 * any("price" in c for c in model.columns) + ("description" in model.columns)
    elif score and role == "order":
        score += 2 * any(word in c for c in model.columns for word in ("status", "state"))
        score += "user_id" in model.columns or "customer_id" in model.columns
    return score if score > 3 else 0


def _lines(models: list[Model], chosen: Mapping[str, Model]) -> list[Model]:
    order, product = chosen["order"], chosen["product"]
    if order.points_at(product):
        return []
    found = [
        model
        for model in models
        if model not in chosen.values() and model.points_at(order) and model.points_at(product)
    ]
    named = [m for m in found if snake(m.name).split("_")[-1] in _LINE_WORDS.split()]
    return (named or found)[:1]


def _question(role: str, named: str | None, models: list[Model]) -> str:
    if named:
        return f"--{role}: there is no mapped class {named}."
    names = ", ".join(sorted(f"{model.source.module}:{model.name}" for model in models))
    without = " (a shop that keeps no orders cannot have one)" if role == "order" else ""
    return f"Which class is the {role}?{without} Add --{role} with one of: {names}"
