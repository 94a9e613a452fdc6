"""Edits on their way, file by file, and the plan they become."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from . import edits
from .edits import Insert
from .sources import Project, Source, assigned


@dataclass
class Plan:
    """The new text of each file that changes, and what is left to the user."""

    old: dict[str, str] = field(default_factory=dict)
    """The text of each of these files that is there already."""
    new: dict[str, str] = field(default_factory=dict)
    questions: list[str] = field(default_factory=list)
    """What must be answered before there is a diff."""
    decisions: list[str] = field(default_factory=list)
    """What to look at in the diff: `path:line: question`."""
    why: str = ""
    """Why it goes where it goes, in a sentence."""
    shown: tuple[str, str] | None = None
    """The template of a product's page, and what it calls the product."""

    @property
    def diff(self) -> str:
        """The unified diff of it all."""
        return edits.diff(self.old, self.new)


class Draft:
    """Edits on their way, file by file."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._files: dict[str, str] = {}
        self._inserts: dict[str, list[Insert]] = {}
        self._imports: dict[str, dict[str, set[str]]] = {}
        self._decisions: list[tuple[str, str, str]] = []
        self._sources = {source.path: source for source in project.sources}

    def make(self, path: str, text: str) -> None:
        """Make a file that is not there yet."""
        self._files[path] = text

    def text_of(self, path: str) -> str:
        """Return the text of a file that was made."""
        return self._files[path]

    def insert(self, path: str, line: int, text: str, column: int | None = None) -> None:
        """Put text before a line, or into it."""
        self._inserts.setdefault(path, []).append(Insert(path, line, text, column))

    def need(self, path: str, module: str, names: Iterable[str]) -> None:
        """Import names at the head of a file."""
        self._imports.setdefault(path, {}).setdefault(module, set()).update(names)

    def decide(self, path: str, line: str, what: str) -> None:
        """Note what the user must look at in a line, told by a part of it."""
        self._decisions.append((path, line, what))

    def plan(self) -> Plan:
        """Return what becomes of the files."""
        plan = Plan(new=dict(self._files))
        roots = {source.module.partition(".")[0] for source in self._sources.values()}
        for path, needed in self._imports.items():
            ahead = edits.imports(self._sources[path], needed, roots)
            # Before what else goes in at the same line.
            self._inserts[path] = [*ahead, *self._inserts.get(path, [])]
        for path, inserts in self._inserts.items():
            if inserts:
                plan.old[path] = self._sources[path].text
                plan.new[path] = edits.apply(self._sources[path], inserts)
        for path, text in plan.new.items():
            if path.endswith(".py"):
                ast.parse(text)  # what we write can be read
        plan.decisions = [
            f"{path}:{_line_of(plan.new[path], line)}: {what}"
            for path, line, what in self._decisions
            if path in plan.new
        ]
        return plan


def imports_from(project: Project, name: str, near: Source) -> str | None:
    """Return the module that a name of the shop's own is imported from, or None."""
    if (place := project.class_called(name, near)) is not None:
        return place[0].module
    for source in project.sources:
        if any(found[0] == name for found in filter(None, map(assigned, source.tree.body))):
            return source.module
    return None


# -- below --


def _line_of(text: str, line: str) -> int:
    """Return the number of the first line that holds this text."""
    return next((n for n, found in enumerate(text.splitlines(), 1) if line in found), 1)
