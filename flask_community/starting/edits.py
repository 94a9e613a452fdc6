"""Edits of text by line, which leave every other byte alone, and the diff they make."""

from __future__ import annotations

import ast
import difflib
import sys
from collections.abc import Collection, Iterable, Mapping
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
    """Return the unified diff of all files, as `git apply` and `patch -p1` take it.

    A file that is not among the old ones is made.
    """
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for path in sorted(new)
        for line in difflib.unified_diff(
            old.get(path, "").splitlines(keepends=True),
            new[path].splitlines(keepends=True),
            f"a/{path}" if path in old else "/dev/null",
            f"b/{path}",
        )
    )


def imports(
    source: Source, wanted: Mapping[str, Iterable[str]], roots: Collection[str] = ()
) -> list[Insert]:
    """Return the lines that import names a module does not have, among its other imports.

    `wanted` holds names (`OrderLine`, or `OrderLine as CommunityLine`) by module; `roots` are the
    shop's own packages.
    """
    inserts = []
    for module, names in sorted(wanted.items()):
        lacking = sorted({name for name in names if name.split()[-1] not in source.names})
        if lacking or (not names and module not in source.names):
            line = _place(source, module, roots)
            inserts.append(Insert(source.path, line, import_line(module, lacking)))
    return inserts


def import_line(module: str, names: list[str]) -> str:
    """Return the line, or lines, that import names from a module; or the module, without any."""
    if not names:
        return f"import {module}\n"
    line = f"from {module} import {', '.join(names)}\n"
    if len(line) <= 89:
        return line
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in names) + ")\n"


# -- below --


def _behind_imports(source: Source) -> int:
    """Return the line behind the imports at the head of a file."""
    line = 1
    for node in source.tree.body:
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not (is_text or isinstance(node, ast.Import | ast.ImportFrom)):
            break
        line = (node.end_lineno or node.lineno) + 1
    return line


def _place(source: Source, module: str, roots: Collection[str]) -> int:
    """Return the line where an import goes: behind its neighbours in the alphabet.

    Where a file keeps no imports of this kind, that is behind all of them.
    """
    mine = _kind(module, roots)
    line = 0
    for node in _head(source):
        named = node.names[0].name if isinstance(node, ast.Import) else _written(node)
        if named == "__future__" or _kind(named, roots) != mine:
            continue
        if isinstance(node, ast.Import) or named <= module:
            line = (node.end_lineno or node.lineno) + 1
        elif not line:
            line = node.lineno
    return line or _behind_imports(source)


def _kind(module: str, roots: Collection[str]) -> int:
    """Return 0 for Python's own modules, 1 for those of others, 2 for the shop's."""
    root = module.partition(".")[0]
    if not root or root in roots:
        return 2
    return 0 if root in sys.stdlib_module_names else 1


def _head(source: Source) -> list[ast.Import | ast.ImportFrom]:
    end = _behind_imports(source)
    nodes = (one for one in source.tree.body if one.lineno < end)
    return [one for one in nodes if isinstance(one, ast.Import | ast.ImportFrom)]


def _written(node: ast.ImportFrom) -> str:
    return "." * node.level + (node.module or "")


def _put_in(line: str, column: int, text: str) -> str:
    raw = line.encode()
    return (raw[:column] + text.encode() + raw[column:]).decode()


def _end_of(source: Source) -> str:
    return "\r\n" if source.lines and source.lines[0].endswith("\r\n") else "\n"
