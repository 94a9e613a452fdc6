"""Edits of text by line, which leave every other byte alone, and the diff they make."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .sources import Source


@dataclass(frozen=True)
class Insert:
    """Text to put in before a line (`column` None), or into it."""

    path: str
    line: int
    """From 1; one more than the file has means its end."""
    text: str
    column: int | None = None
    """Bytes from the start of the line, as `ast` counts them."""


def apply(source: Source, inserts: Iterable[Insert]) -> str:
    """Return the text of a file with these inserts; those at one place keep their order."""
    lines, end = list(source.lines), _end_of(source)
    before: dict[int, list[str]] = {}
    for insert in sorted(inserts, key=lambda one: (one.line, -(one.column or 0))):
        if insert.column is None:
            before.setdefault(insert.line, []).append(insert.text.replace("\n", end))
        else:
            lines[insert.line - 1] = _put_in(lines[insert.line - 1], insert.column, insert.text)
    for number in sorted(before, reverse=True):
        if number > len(lines) and lines and not lines[-1].endswith(("\n", "\r")):
            lines[-1] += end
        lines[number - 1 : number - 1] = before[number]
    return "".join(lines)


def diff(old: Mapping[str, str], new: Mapping[str, str]) -> str:
    """Return the unified diff of all files, as `git apply` and `patch -p1` take it."""
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for path in sorted(new)
        for line in difflib.unified_diff(
            old[path].splitlines(keepends=True),
            new[path].splitlines(keepends=True),
            f"a/{path}",
            f"b/{path}",
        )
    )


def imports(source: Source, wanted: Mapping[str, Iterable[str]]) -> list[Insert]:
    """Return the lines that import names a module does not have, behind its other imports.

    `wanted` holds names (`OrderLine`, or `OrderLine as CommunityLine`) by module.
    """
    text = ""
    for module, names in wanted.items():
        lacking = sorted({name for name in names if name.split()[-1] not in source.names})
        if module and lacking:
            text += _import_line(module, lacking)
        elif lacking:
            text += "".join(f"import {name}\n" for name in lacking)
    return [Insert(source.path, behind_imports(source), text)] if text else []


def behind_imports(source: Source) -> int:
    """Return the line behind the imports at the head of a file."""
    line = 1
    for node in source.tree.body:
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not (is_text or isinstance(node, ast.Import | ast.ImportFrom)):
            break
        line = (node.end_lineno or node.lineno) + 1
    return line


def unused(name: str, source: Source) -> str:
    """Return what to import a name of ours as, so that it hides nothing of the module's."""
    if name not in source.names or source.has_from("flask_community", name):
        return name
    return f"{name} as Community{name.removeprefix('Order')}"


# -- below --


def _import_line(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}\n"
    if len(line) <= 89:
        return line
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in names) + ")\n"


def _put_in(line: str, column: int, text: str) -> str:
    raw = line.encode()
    return (raw[:column] + text.encode() + raw[column:]).decode()


def _end_of(source: Source) -> str:
    return "\r\n" if source.lines and source.lines[0].endswith("\r\n") else "\n"
