"""Writes a file of its own, beside the models, that binds them as they are."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from .draft import Draft, imports_from
from .edits import import_line
from .making import Maker
from .roles import Roles
from .sources import Project, Source
from .style import WIDTH, Style
from .wiring import Setup
from .written import Saying, Written

NAMES = ("community.py", "shop_community.py", "our_community.py")
"""What the file is called: the first of these that the shop has not taken."""


@dataclass(frozen=True)
class Home:
    """Where the file goes, and how it imports the shop."""

    path: str
    is_relative: bool

    @property
    def module(self) -> str:
        """The name under which the shop imports it."""
        return Source(self.path, "").module

    def module_of(self, module: str) -> str:
        """Return how this file calls another module of the shop."""
        package = self.module.rpartition(".")[0]
        if not self.is_relative:
            return module
        if module == package:
            return "."
        is_near = module.startswith(f"{package}.")
        return module.removeprefix(package) if is_near else module


def home_for(project: Project, roles: Roles) -> Home:
    """Return the place beside the models: the folder that holds them all."""
    folders = [PurePosixPath(model.source.path).parent.parts for model in roles.three]
    shared: list[str] = []
    for parts in zip(*folders, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    folder = "/".join(shared)
    prefix = f"{folder}/" if folder else ""
    taken = {source.path for source in project.sources}
    packages = {str(PurePosixPath(path).parent) for path in taken}
    name = next(n for n in NAMES if prefix + n not in taken and prefix + n[:-3] not in packages)
    return Home(prefix + name, bool(folder) and _uses_relative(project, folder))


def makes_a_circle(roles: Roles, setup: Setup) -> bool:
    """Tell whether the app is made, on import, in the file of a model: nothing can come between."""
    return setup.function is None and any(m.source is setup.source for m in roles.three)


def write_apart(
    draft: Draft, home: Home, written: Iterable[Written], maker: Maker, style: Style
) -> None:
    """Make the file that holds the extension, what the models say, and the binding."""
    three = list(written)
    functions, adapters = _adapters(three, style)
    body = [*_made(maker), *functions, "", "", *_binding(three, adapters, maker)]
    text = "\n".join(style.of(["", *body]))
    draft.make(home.path, f"{_imports(draft.project, home, three, maker)}{text}\n")
    for one in three:
        role = one.mixin.removesuffix("Mixin").lower()
        for line, what in one.decisions:
            (anchor,) = style.of([line or f"{role}={one.model.name},"])
            draft.decide(home.path, anchor, what)
    for line, what in maker.decisions:
        draft.decide(home.path, line, what)


# -- below --


def _made(maker: Maker) -> list[str]:
    return maker.lines if maker.arguments else []


def _adapters(written: list[Written], style: Style) -> tuple[list[str], list[str]]:
    """Return the functions that take more than a line, and the arguments of `Adapters`."""
    functions, arguments = [], []
    for one in written:
        for saying in one.sayings:
            told = saying.body[0].removeprefix("return ")
            line = f"{saying.adapter}=lambda {one.me}: {told},"
            if len(saying.body) == 1 and len(line) + 8 <= WIDTH:
                arguments += one.marked([line])
                continue
            functions += ["", "", *_function(one, saying, style)]
            arguments.append(f"{saying.adapter}={saying.adapter},")
    return functions, arguments


def _function(one: Written, saying: Saying, style: Style) -> list[str]:
    takes = f"{one.me}: {one.model.name}" if style.is_typed else one.me
    returns = f" -> {saying.returns}" if style.is_typed else ""
    body = one.marked(saying.body)
    return [f"def {saying.adapter}({takes}){returns}:", *(f"    {line}" for line in body)]


def _binding(written: list[Written], adapters: list[str], maker: Maker) -> list[str]:
    lines = [f"{maker.name}.bind("]
    lines += [f"    {one.mixin.removesuffix('Mixin').lower()}={one.model.name}," for one in written]
    for one in written:
        if one.watch:
            first, *rest = one.watch
            told = [f"watch={first}", *rest]
            lines += [f"    {line}" for line in told]
            lines[-1] += ","
    if adapters:
        lines += ["    adapters=Adapters(", *(f"        {line}" for line in adapters), "    ),"]
    return [*lines, ")"]


def _imports(project: Project, home: Home, written: list[Written], maker: Maker) -> str:
    """Return the imports in groups: Python's, those of others, the shop's, the neighbours'."""
    ours = {"Adapters"} if any(one.sayings for one in written) else set()
    wanted: dict[str, set[str]] = {"flask_community": {*ours}}
    for needed in (*(one.imports for one in written), maker.imports):
        for module, names in needed.items():
            wanted.setdefault(module, set()).update(names)
    theirs: dict[str, set[str]] = {}
    for one in written:
        theirs.setdefault(one.model.source.module, set()).add(one.model.name)
        for name in one.theirs:
            if found := imports_from(project, name, one.model.source):
                theirs.setdefault(found, set()).add(name)
    for module, names in maker.theirs.items():
        theirs.setdefault(module, set()).update(names)
    own = {home.module_of(module): names for module, names in theirs.items()}
    is_pythons = sys.stdlib_module_names
    groups: tuple[Mapping[str, set[str]], ...] = (
        {m: n for m, n in wanted.items() if n and m.partition(".")[0] in is_pythons},
        {m: n for m, n in wanted.items() if n and m.partition(".")[0] not in is_pythons},
        {m: n for m, n in own.items() if m[0] != "."},
        {m: n for m, n in own.items() if m[0] == "."},
    )
    texts = ("".join(import_line(m, sorted(g[m])) for m in sorted(g)) for g in groups)
    return "\n".join(text for text in texts if text)


def _uses_relative(project: Project, folder: str) -> bool:
    return any(
        isinstance(node, ast.ImportFrom) and node.level
        for source in project.sources
        if source.path.startswith(f"{folder}/")
        for node in source.tree.body
    )
