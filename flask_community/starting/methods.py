"""Writes what members and products say, from what their columns are called."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .classes import Model, snake
from .sources import Project, assigned, last_name
from .written import Written, begin, may_be_none, targets

_NAMES = "nick nickname display_name screen_name username user_name full_name name first_name"
_TITLES = "title name product_name item_name label"
_FIELDS = "category category_slug category_name genre kind"
_STAFF = "is_admin is_superuser is_staff admin"


def member_methods(member: Model) -> Written:
    """Write what the class of the members says."""
    written = begin("MemberMixin", member)
    if "community_name" not in member.methods:
        column = member.column(*_NAMES.split())
        if column is None:
            line = f'return f"{member.name} {{self.{member.key}}}"'
            written.decide(line, "no column looks like a name: what may other members see?")
        else:
            line = f"return self.{column.name}" + (' or ""' if may_be_none(column) else "")
        written.method("community_name(self) -> str", line)
    staff = member.column(*_STAFF.split(), kinds="bool")
    if "community_roles" not in member.methods and staff is not None:
        line = f'return ("owner",) if self.{staff.name} else ()'
        written.decide(line, f"whoever has {staff.name} owns the community: is that right?")
        written.method("community_roles(self) -> tuple[str, ...]", line)
    elif staff is None and "community_roles" not in member.methods:
        written.decide(
            f"class {member.name}(",
            'nobody is owner or moderator yet: write community_roles(), say return ("owner",) '
            "for yourself",
        )
    return written


def product_methods(project: Project, product: Model) -> Written:
    """Write what the class of the products says."""
    written = begin("ProductMixin", product)
    if "community_title" not in product.methods:
        column = product.column(*_TITLES.split())
        if column is None:
            line = f'return f"{product.name} {{self.{product.key}}}"'
            written.decide(line, "no column looks like a title: what do customers call it?")
        else:
            line = f"return self.{column.name}" + (' or ""' if may_be_none(column) else "")
        written.method("community_title(self) -> str", line)
    if "community_url" not in product.methods:
        _write_url(project, product, written)
    if "community_field" not in product.methods:
        _write_field(project, product, written)
    return written


# -- below --


def _write_url(project: Project, product: Model, written: Written) -> None:
    own = next((n for n in ("get_absolute_url", "get_url") if n in product.methods), None)
    if own is not None:
        written.method("community_url(self) -> str", f"return self.{own}()")
        return
    for endpoint, argument in _routes(project, product):
        key = argument if argument in product.columns else product.key
        url_for = written.need("flask", "url_for")
        line = f'return {url_for}("{endpoint}", {argument}=self.{key})'
        written.method("community_url(self) -> str", line)
        return
    line = 'return "/"'
    written.decide(line, "no page of a single product was found: where is it?")
    written.method("community_url(self) -> str", line)


def _routes(project: Project, product: Model) -> Iterator[tuple[str, str]]:
    """Yield (endpoint, argument) of each page that looks like the one of a product."""
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
                    found.append((len(rule), f"{blueprint}{node.name}", match[2]))
    yield from ((endpoint, argument) for _, endpoint, argument in sorted(found))


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


def _write_field(project: Project, product: Model, written: Written) -> None:
    column = product.column(*_FIELDS.split(), kinds="text")
    if column is not None:
        written.method("community_field(self) -> str | None", f"return self.{column.name}")
        return
    target = product.relations.get("category", "")
    place = project.class_called(target, product.source)
    told = {n for s in place[1].body for n in [last_name(t) for t in targets(s)]} if place else ()
    name = next((one for one in ("slug", "name", "title") if one in told), None)
    if name is not None:
        line = f"return self.category.{name} if self.category else None"
        written.method("community_field(self) -> str | None", line)
