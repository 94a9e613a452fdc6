"""The shop's source: its files, its classes by name, and where they stand."""

from __future__ import annotations

import ast
import os
import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path, PurePosixPath

MOST_FILES = 3000
"""A project of more files is not read to its end."""

_LEFT_OUT = re.compile(
    r"\..*|_.*|v?env.*|node_modules|site-packages|migrations|alembic|tests?|docs?|build|dist"
)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True)
class Source:
    """One Python file of the shop."""

    path: str
    """Relative to the project, with slashes."""
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """What the file says."""
        return ast.parse(self.text)

    @cached_property
    def lines(self) -> list[str]:
        """The lines as Python counts them, each with its own end."""
        return _LINE.findall(self.text)

    @cached_property
    def module(self) -> str:
        """The name under which the shop imports this file."""
        parts = list(PurePosixPath(self.path).with_suffix("").parts)
        parts = parts[1:] if parts[0] == "src" and len(parts) > 1 else parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def package(self) -> str:
        """The package that it stands in, or nothing."""
        if PurePosixPath(self.path).stem == "__init__":
            return self.module
        return self.module.rpartition(".")[0]

    @cached_property
    def names(self) -> frozenset[str]:
        """What the module calls something, at its top level."""
        return frozenset(_named(self.tree.body))

    def has_from(self, module: str, name: str) -> bool:
        """Tell whether a name of this file is the one of a module."""
        return any(
            isinstance(node, ast.ImportFrom)
            and node.module == module
            and any(name == (alias.asname or alias.name) for alias in node.names)
            for node in self.tree.body
        )


class Project:
    """Every file of the shop that could matter, and its classes."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        read = [Source(path, text) for path, text in sorted(sources.items())]
        self.sources = [source for source in read if _parses(source)]
        self.unread = [source.path for source in read if source not in self.sources]
        """Files that this Python cannot parse."""
        self.classes: dict[str, list[tuple[Source, ast.ClassDef]]] = {}
        for source in self.sources:
            for node in ast.walk(source.tree):
                if isinstance(node, ast.ClassDef):
                    self.classes.setdefault(node.name, []).append((source, node))

    def class_called(self, name: str, near: Source) -> tuple[Source, ast.ClassDef] | None:
        """Return the class that `near` means by this name, or None if it is not the shop's."""
        found = self.classes.get(name, [])
        here = [(source, node) for source, node in found if source is near]
        return next(iter(here or found), None)

    def calls(self) -> Iterator[tuple[Source, ast.Call]]:
        """Yield every call in every file."""
        for source in self.sources:
            for node in ast.walk(source.tree):
                if isinstance(node, ast.Call):
                    yield source, node


def read_project(root: Path) -> dict[str, str]:
    """Return the text of each Python file below a folder, but those of tests and of others."""
    found: dict[str, str] = {}
    for folder, below, files in os.walk(root):
        here = Path(folder)
        below[:] = sorted(name for name in below if _is_the_shops(here / name))
        for name in sorted(files):
            if name.endswith(".py") and not name.startswith("test_") and len(found) < MOST_FILES:
                text = _text_of(here / name)
                if text is not None:
                    found[(here / name).relative_to(root).as_posix()] = text
    return found


def last_name(node: ast.AST) -> str:
    """Return the last name of `a.b.c`, of what is called, or of a text; else nothing."""
    if isinstance(node, ast.Call):
        return last_name(node.func)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.rpartition(".")[2]
    if isinstance(node, ast.Subscript):
        return last_name(node.value)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def assigned(node: ast.stmt) -> tuple[str, ast.expr | None] | None:
    """Return (name, value) of a statement that gives one name a value or a type, else None."""
    if isinstance(node, ast.AnnAssign):
        return (node.target.id, node.value) if isinstance(node.target, ast.Name) else None
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return None
    target = node.targets[0]
    return (target.id, node.value) if isinstance(target, ast.Name) else None


# -- below --


def _named(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.If | ast.Try | ast.With):
            yield from _named(node.body)
        elif (found := assigned(node)) is not None:
            yield found[0]


def _parses(source: Source) -> bool:
    try:
        source.tree  # noqa: B018
    except (SyntaxError, ValueError):
        return False
    return True


def _is_the_shops(folder: Path) -> bool:
    strange = folder.is_symlink() or (folder / "pyvenv.cfg").exists()
    return not (_LEFT_OUT.fullmatch(folder.name) or strange)


def _text_of(file: Path) -> str | None:
    if file.is_symlink():
        return None
    raw = file.read_bytes()
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(raw).readline)
        return raw.decode(encoding) if encoding == "utf-8" else None
    except (SyntaxError, UnicodeDecodeError):
        return None
