"""Writes `community.init_app(app)` where the shop sets its other extensions up."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .draft import Draft
from .sources import Project, Source, last_name
from .wiring import Setup

NAME = "community"


def is_registered(project: Project, name: str) -> bool:
    """Tell whether the shop registers the extension already."""
    return any(
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "init_app"
        and last_name(call.func.value) == name
        for _, call in project.calls()
    )


def register(draft: Draft, setup: Setup, home: Source, name: str, *, is_new: bool) -> None:
    """Write the call, and the import it needs.

    `home` holds the extension; `is_new` if nobody imports that file yet.
    """
    path, source, pad = setup.source.path, setup.source, " " * setup.indent
    text = f"{pad}{name}.init_app({setup.app})\n"
    if home.path != path and name not in source.names:
        found = None if is_new else _import_of(source, home)
        if found is not None:
            _extend(draft, source, found, home, name)
        elif (is_new and not _reaches(draft.project, home, source)) or (
            setup.function is None and not is_new
        ):
            draft.need(path, _called(source, home), [name])
        else:  # not before all that it imports is there
            gap = "\n" if setup.function is not None else ""
            text = f"{pad}from {_called(source, home)} import {name}\n{gap}{text}"
    draft.insert(path, setup.line, text)


# -- below --


def _called(source: Source, home: Source) -> str:
    """Return how a file calls a module: from here, if it calls its neighbours so."""
    package = source.package
    has_relative = any(isinstance(n, ast.ImportFrom) and n.level for n in ast.walk(source.tree))
    is_near = home.module.startswith(f"{package}.") and bool(package)
    return home.module.removeprefix(package) if has_relative and is_near else home.module


def _import_of(source: Source, home: Source) -> ast.ImportFrom | None:
    """Return the import of other names from the file that holds the extension."""
    for node in source.tree.body:
        if isinstance(node, ast.ImportFrom) and _resolved(source, node) == home.module:
            return node
    return None


def _extend(draft: Draft, source: Source, node: ast.ImportFrom, home: Source, name: str) -> None:
    """Add a name to an import, where its alphabet has it."""
    later = [one for one in node.names if one.name.lower() > name]
    at = later[0] if later else node.names[-1]
    first = source.lines[node.lineno - 1]
    if at.lineno > node.lineno:  # a name a line; before the last one where none comes later
        pad = " " * at.col_offset
        draft.insert(source.path, at.lineno, f"{pad}{name},\n")
    elif node.end_lineno != node.lineno or len(first.rstrip()) + len(name) + 2 > 88:
        draft.need(source.path, _called(source, home), [name])
    elif later:
        draft.insert(source.path, node.lineno, f"{name}, ", at.col_offset)
    else:
        draft.insert(source.path, node.lineno, f", {name}", at.end_col_offset)


def _reaches(project: Project, home: Source, source: Source) -> bool:
    """Tell whether importing `home` would import `source`, and so make a circle."""
    by_module = {one.module: one for one in project.sources} | {home.module: home}
    seen: set[str] = set()
    left = [home.module]
    while left:
        module = left.pop()
        found = by_module.get(module)
        if module in seen or found is None:
            continue
        if found.path == source.path:
            return True
        seen.add(module)
        left += _imported(found)
    return False


def _imported(source: Source) -> Iterator[str]:
    """Yield every module that a file imports when it is imported itself."""
    yield from _parents(source.module)
    for node in _at_import(source.tree.body):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
                yield from _parents(alias.name)
        elif isinstance(node, ast.ImportFrom):
            module = _resolved(source, node)
            yield module
            yield from _parents(module)
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _at_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.If | ast.Try | ast.With):
            yield from _at_import(node.body)


def _parents(module: str) -> Iterator[str]:
    parts = module.split(".")
    yield from (".".join(parts[:end]) for end in range(1, len(parts)))


def _resolved(source: Source, node: ast.ImportFrom) -> str:
    """Return the full name of the module that an import names."""
    if not node.level:
        return node.module or ""
    parts = source.package.split(".") if source.package else []
    parts = parts[: len(parts) - (node.level - 1)] if node.level > 1 else parts
    return ".".join([*parts, *([node.module] if node.module else [])])
