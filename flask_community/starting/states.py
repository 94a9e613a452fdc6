"""Finds the values of the order's status in the shop's source, and what they mean."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .classes import Model
from .sources import Project, Source, assigned, last_name

STATUS_NAMES = (
    "status",
    "state",
    "order_status",
    "order_state",
    "payment_status",
    "is_paid",
    "paid",
)

_MEANINGS = {
    "paid": "paid payed captured settled confirmed processing processed approved fulfilled "
    "shipped sent dispatched packed in_transit 已付款 已支付 已发货 付款 оплачен отправлен",
    "delivered": "delivered completed complete done received finished closed 已完成 已收货 "
    "已送达 доставлен",
    "reversed": "refunded cancelled canceled returned rejected failed void voided declined "
    "expired 已取消 已退款 取消 отменен возврат",
}


@dataclass(frozen=True)
class Value:
    """One value of a status, as the source writes it."""

    text: str
    """Its expression: `"paid"` or `Status.PAID`."""
    word: str
    root: str = ""
    """The name to import for it, or nothing."""


@dataclass(frozen=True)
class States:
    """What the source tells of an order's status."""

    attribute: str
    values: tuple[Value, ...]

    def meaning(self, what: str) -> list[Value]:
        """Return the values that mean `paid`, `delivered` or `reversed`."""
        words = _MEANINGS[what].split()
        return [one for one in self.values if _plain(one.word) in words]

    @property
    def unclear(self) -> list[Value]:
        """Return the values that mean nothing to us."""
        known = [value for what in _MEANINGS for value in self.meaning(what)]
        return [value for value in self.values if value not in known]


def find_states(project: Project, order: Model, attribute: str | None = None) -> States | None:
    """Return the status of orders and every value that the source gives it, or None."""
    name = attribute or next((n for n in STATUS_NAMES if n in order.columns), None)
    if name is None:
        return None
    column = order.columns.get(name)
    if column is not None and column.kind == "bool":
        return States(name, (Value("True", "paid"),))
    found = dict.fromkeys(_values(project, order, name))
    return States(name, tuple(sorted(found, key=lambda value: value.text)))


# -- below --


def _values(project: Project, order: Model, attribute: str) -> Iterator[Value]:
    column = order.columns.get(attribute)
    if column is not None:
        yield from _of_column(project, column.node, column.source)
    for source in project.sources:
        for node, inside in _walk(source.tree, ""):
            for given in _given(node, attribute, order.name, inside):
                yield from _value(project, source, given)


def _of_column(project: Project, node: ast.stmt, source: Source) -> Iterator[Value]:
    for call in (one for one in ast.walk(node) if isinstance(one, ast.Call)):
        for keyword in call.keywords:
            if keyword.arg in ("default", "server_default"):
                yield from _value(project, source, keyword.value)
        if last_name(call).lower() == "enum":
            for argument in call.args:
                yield from _value(project, source, argument)
                yield from _members(project, source, argument, "")


def _walk(tree: ast.AST, inside: str) -> Iterator[tuple[ast.AST, str]]:
    """Yield every node with the name of the class it stands in."""
    for node in ast.iter_child_nodes(tree):
        yield node, inside
        yield from _walk(node, node.name if isinstance(node, ast.ClassDef) else inside)


def _given(node: ast.AST, attribute: str, order: str, inside: str) -> Iterator[ast.expr]:
    """Yield the expressions that this node gives the status of an order, or compares it to."""
    if isinstance(node, ast.Assign):
        if any(_is_status(target, attribute, order, inside) for target in node.targets):
            yield node.value
    elif isinstance(node, ast.Compare) and _is_status(node.left, attribute, order, inside):
        for other in node.comparators:
            yield from other.elts if isinstance(other, ast.List | ast.Tuple | ast.Set) else [other]
    elif isinstance(node, ast.Call) and _makes(node, order, inside):
        yield from (keyword.value for keyword in node.keywords if keyword.arg == attribute)


def _is_status(node: ast.expr, attribute: str, order: str, inside: str) -> bool:
    if not isinstance(node, ast.Attribute) or node.attr != attribute:
        return False
    owner = last_name(node.value)
    if owner in ("self", "cls"):
        return inside == order
    return order.lower() in owner.lower() or owner in ("o", "obj")


def _makes(call: ast.Call, order: str, inside: str) -> bool:
    owner = call.func.value if isinstance(call.func, ast.Attribute) else call.func
    chain = {last_name(node) for node in ast.walk(owner) if isinstance(node, ast.expr)}
    return order in chain or ("cls" in chain and inside == order)


def _value(project: Project, source: Source, node: ast.expr) -> Iterator[Value]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield Value(_quoted(node.value), node.value)
    elif isinstance(node, ast.Attribute):
        suffix = ".value" if node.attr == "value" else ""
        member = node.value if suffix and isinstance(node.value, ast.Attribute) else node
        if isinstance(member, ast.Attribute):
            yield from _members(project, source, member.value, suffix)


def _members(project: Project, source: Source, node: ast.expr, suffix: str) -> Iterator[Value]:
    """Yield each member of the enumeration that a name stands for."""
    name = last_name(node)
    place = project.class_called(name, source)
    if place is not None and any("Enum" in last_name(base) for base in place[1].bases):
        for found in filter(None, map(assigned, place[1].body)):
            yield Value(f"{name}.{found[0]}{suffix}", found[0], name)
        return
    for word in _functional(project, name):
        yield Value(f"{name}.{word}{suffix}", word, name)


def _functional(project: Project, name: str) -> list[str]:
    """Return the names in `Status = Enum("Status", "new paid")`."""
    for source in project.sources:
        for found in filter(None, map(assigned, source.tree.body)):
            value = found[1]
            if found[0] != name or not isinstance(value, ast.Call) or last_name(value) != "Enum":
                continue
            named = [k.value for k in value.keywords if k.arg == "names"] or value.args[1:2]
            return _listed(named)
    return []


def _listed(named: Iterable[ast.expr]) -> list[str]:
    for node in named:
        if isinstance(node, ast.Constant):
            return str(node.value).replace(",", " ").split()
        if isinstance(node, ast.List | ast.Tuple):
            return [str(one.value) for one in node.elts if isinstance(one, ast.Constant)]
    return []


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(word: str) -> str:
    return re.sub(r"[\s-]+", "_", word.strip()).lower()
