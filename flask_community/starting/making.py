"""Writes `community = Community(...)`: what it is given, and who tells who is signed in."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from .sources import Project, Source, assigned, last_name
from .style import WIDTH
from .wiring import Database, find_login


@dataclass
class Maker:
    """The statement that makes the extension, and what it needs around it."""

    name: str = "community"
    arguments: list[str] = field(default_factory=list)
    imports: dict[str, set[str]] = field(default_factory=dict)
    theirs: dict[str, set[str]] = field(default_factory=dict)
    """Names of the shop's own that it uses, by module."""
    blank: str = ""
    decisions: list[tuple[str, str]] = field(default_factory=list)
    """(part of a line that was written, what to decide about it)."""

    @property
    def lines(self) -> list[str]:
        """The statement."""
        whole = f"{self.name} = Community({', '.join(self.arguments)})"
        if len(whole) <= WIDTH and not self.blank:
            return [whole]
        mark = f"  # FILL IN: {self.blank}" if self.blank else ""
        told = [f"    {one}," for one in self.arguments]
        return [f"{self.name} = Community(", *told[:-1], told[-1] + mark, ")"]

    def need(self, module: str, name: str) -> str:
        """Note an import; return what the name is called here."""
        self.imports.setdefault(module, set()).add(name)
        return name.split()[-1]


def made_already(project: Project) -> tuple[Source, str] | None:
    """Return the file and the name of an extension that the shop has made, or None."""
    for source in project.sources:
        for found in filter(None, map(assigned, source.tree.body)):
            if isinstance(found[1], ast.Call) and last_name(found[1]) == "Community":
                return source, found[0]
    return None


def make(project: Project, database: Database, session: str | None, *, apart: bool) -> Maker:
    """Return what makes the extension, in a file of its own or beside the database."""
    source = database.source
    maker = Maker()
    taken = frozenset({database.name}) if apart else source.names
    if "community" in taken:
        maker.name = "flask_community"
    maker.need("flask_community", "Community")
    home = {source.module: {database.name}} if apart else {}
    maker.theirs |= home
    maker.arguments = [database.name]
    if database.is_plain:
        module, _, factory = (session or "").rpartition(":")
        if apart or module not in ("", source.module):
            maker.theirs.setdefault(module or source.module, set()).add(factory)
        maker.arguments = [f"base={database.name}", f"session={factory}"]
    _tell_caller(project, maker, source, taken)
    return maker


# -- below --


def _tell_caller(project: Project, maker: Maker, source: Source, taken: frozenset[str]) -> None:
    """Add the argument that tells who is signed in; nothing with Flask-Login."""
    kind, key = find_login(project) or ("", "")
    if kind == "session":
        is_free = "session" not in taken or source.has_from("flask", "session")
        name = maker.need("flask", "session" if is_free else "session as browser_session")
        maker.arguments.append(f'current_member_id=lambda: {name}.get("{key}")')
    elif kind == "jwt":
        _tell_from_token(project, maker)
    elif kind != "flask_login":
        maker.decisions.append(
            (
                " = Community(",
                "who is signed in? Add current_member_id=lambda: ..., which returns the key of "
                "the member, or None: docs/hosts.md",
            )
        )


def _tell_from_token(project: Project, maker: Maker) -> None:
    asks = maker.need("flask_jwt_extended", "verify_jwt_in_request") + "(optional=True)"
    gets = maker.need("flask_jwt_extended", "get_jwt_identity") + "()"
    identity = _identity(project)
    if identity is None:
        maker.blank = "the key of the member, from the token"
        maker.decisions.append(
            ("FILL IN", "fill in the key of the member: what the token holds was not recognised")
        )
    else:
        wrap, key = identity
        if wrap == "json":
            maker.imports.setdefault("json", set())
            gets = f"json.loads({gets})"
        gets += f'["{key}"]' if key else ""
    maker.arguments.append(f"current_member_id=lambda: {asks} and {gets}")


def _identity(project: Project) -> tuple[str, str] | None:
    """Return how a token holds the key of a member: (`json` or nothing, name in it or nothing)."""
    for _, call in project.calls():
        if last_name(call) != "create_access_token":
            continue
        given = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "identity")]
        for node in given:
            return _key_in(node)
    return "", ""


def _key_in(node: ast.expr) -> tuple[str, str] | None:
    if isinstance(node, ast.Call) and last_name(node) == "dumps" and node.args:
        inner = _key_in(node.args[0])
        return ("json", inner[1]) if inner and inner[1] else None
    if isinstance(node, ast.Call) and last_name(node) == "str" and node.args:
        return _key_in(node.args[0])
    if isinstance(node, ast.Dict):
        for name, value in zip(node.keys, node.values, strict=True):
            if isinstance(name, ast.Constant) and _key_in(value) == ("", ""):
                return "", str(name.value)
        return None
    word = last_name(node).lower()
    is_key = word in ("id", "pk", "uid", "uuid") or word.endswith(("_id", "_uid", "_uuid"))
    return ("", "") if is_key else None
