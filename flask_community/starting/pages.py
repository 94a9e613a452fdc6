"""Finds the page of a single product, and the template that shows it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from .classes import Model, snake
from .sources import Project, assigned, last_name


@dataclass(frozen=True)
class Page:
    """One page of a product."""

    endpoint: str
    argument: str
    """What its address calls the key."""
    view: ast.FunctionDef | ast.AsyncFunctionDef


def product_pages(project: Project, product: Model) -> list[Page]:
    """Return each page that looks like the one of a product, the likeliest first."""
    words = {snake(product.name), product.table, product.table.rstrip("s"), "product", "item"}
    found = []
    for source in project.sources:
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for rule, owner in _rules(node):
                match = re.fullmatch(
                    r"(?:/[\w-]+)*/([\w-]+)/<(?:\w+(?:\([^)]*\))?:)?(\w+)>/?", rule
                )
                named = match and words & {match[1], match[1].rstrip("s"), node.name}
                if match and named and not re.search(r"api|admin|delete|edit", rule + node.name):
                    blueprint = _blueprint(project, source.path, owner)
                    page = Page(f"{blueprint}{node.name}", match[2], node)
                    found.append((len(rule), page.endpoint, page))
    return [page for _, _, page in sorted(found, key=lambda one: one[:2])]


def shown_in(project: Project, product: Model) -> tuple[str, str] | None:
    """Return the template of a product's page and what it calls the product, if a view tells."""
    words = {snake(product.name), product.table, product.table.rstrip("s"), "product", "item"}
    for page in product_pages(project, product):
        for call in (one for one in ast.walk(page.view) if isinstance(one, ast.Call)):
            template = call.args[0] if last_name(call) == "render_template" and call.args else None
            named = [k.arg for k in call.keywords if k.arg in words]
            if isinstance(template, ast.Constant) and named:
                return str(template.value), str(named[0])
    return None


# -- below --


def _rules(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[str, str]]:
    for decorator in node.decorator_list:
        if not isinstance(decorator, ast.Call) or last_name(decorator) not in ("route", "get"):
            continue
        first = decorator.args[0] if decorator.args else None
        methods = [ast.unparse(k.value) for k in decorator.keywords if k.arg == "methods"]
        gets = not methods or "GET" in methods[0]
        if isinstance(first, ast.Constant) and isinstance(decorator.func, ast.Attribute) and gets:
            yield str(first.value), last_name(decorator.func.value)


def _blueprint(project: Project, path: str, owner: str) -> str:
    """Return `name.` of the blueprint that a route hangs on, or nothing for the app's own."""
    for source in sorted(project.sources, key=lambda one: one.path != path):
        for found in filter(None, map(assigned, source.tree.body)):
            value = found[1]
            if found[0] != owner or not isinstance(value, ast.Call):
                continue
            first = value.args[0] if last_name(value) == "Blueprint" and value.args else None
            if isinstance(first, ast.Constant):
                return f"{first.value!s}."
    return ""
