"""Finds where a shop makes its database, sets its app up, and learns who is signed in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from .sources import Project, Source, assigned, last_name

Function = ast.FunctionDef | ast.AsyncFunctionDef

_SESSIONS = re.compile(r"(create|get|make|new|open)_?(db_?)?session|session_?(factory|maker|local)")
_BASES = {"declarative_base", "automap_base", "DeclarativeBase", "DeclarativeBaseNoMeta"}


@dataclass(frozen=True)
class Database:
    """Where the shop makes what its models hang on."""

    source: Source
    name: str
    """What the shop calls its `db`, or its base."""
    line: int
    """The line behind it, for what comes next."""
    session: str | None = None
    """On plain SQLAlchemy: the name of what makes sessions."""
    is_plain: bool = False
    base: str = ""
    """With Flask-SQLAlchemy: the shop's own class below `db.Model`, or nothing."""


@dataclass(frozen=True)
class Setup:
    """Where extensions are registered on the app."""

    source: Source
    app: str
    """What the app is called there."""
    line: int
    """The line behind the last of it."""
    indent: int
    function: Function | None
    """The factory, or None at the top level."""


def find_database(project: Project) -> Database | None:
    """Return the shop's Flask-SQLAlchemy, or its base and sessions on plain SQLAlchemy."""
    kinds = {"SQLAlchemy"} | {
        name
        for name, places in project.classes.items()
        if any(last_name(base) == "SQLAlchemy" for _, node in places for base in node.bases)
    }
    for source in project.sources:
        for node in source.tree.body:
            found = assigned(node)
            if found and isinstance(found[1], ast.Call) and last_name(found[1]) in kinds:
                base = next((k.value for k in found[1].keywords if k.arg == "model_class"), None)
                below = last_name(base) if base else ""
                return Database(source, found[0], _behind(node), base=below)
    return _plain_database(project)


def model_roots(database: Database) -> set[str]:
    """Return the names of the bases that a mapped class comes from."""
    return {database.name} if database.is_plain else {"Model", database.base} - {""}


def find_setup(project: Project, database: Database) -> Setup | None:
    """Return the place where the database, the login, or else the app, is set up."""
    best: tuple[int, Setup] | None = None
    for source in project.sources:
        for body, function in _bodies(source.tree):
            rank, setup = _setup_in(source, body, function, database.name)
            if setup is not None and (best is None or rank > best[0]):
                best = rank, setup
    return best[1] if best else None


def find_login(project: Project) -> tuple[str, str] | None:
    """Return how the shop knows who is signed in: (`flask_login` `jwt` `session`, its key)."""
    called = {last_name(call) for _, call in project.calls()}
    if "LoginManager" in called:
        return "flask_login", ""
    if "JWTManager" in called:
        return "jwt", ""
    for source in project.sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Assign) and (key := _session_key(node.targets[0])):
                return "session", key
    return None


# -- below --


def _plain_database(project: Project) -> Database | None:
    for source in project.sources:
        for node in source.tree.body:
            name = node.name if isinstance(node, ast.ClassDef) else (assigned(node) or ("",))[0]
            if not name or not _makes_base(node):
                continue
            if (made := _sessions(project, source)) is None:
                return Database(source, name, _behind(node), is_plain=True)
            where, session, line = made
            line = max(line, _behind(node)) if where is source else _behind(node)
            told = session if where is source else f"{where.module}:{session}"
            return Database(source, name, line, told, is_plain=True)
    return None


def _makes_base(node: ast.stmt) -> bool:
    if isinstance(node, ast.ClassDef):
        return any(last_name(base) in _BASES for base in node.bases)
    value = (assigned(node) or ("", None))[1]
    return isinstance(value, ast.Call) and last_name(value) in _BASES


def _sessions(project: Project, near: Source) -> tuple[Source, str, int] | None:
    """Return (file, name, line behind) of what makes sessions, the same file first."""
    for source in sorted(project.sources, key=lambda one: one is not near):
        for node in source.tree.body:
            value = (assigned(node) or ("", None))[1]
            made = isinstance(value, ast.Call) and last_name(value) in (
                "sessionmaker",
                "scoped_session",
            )
            if made and (found := assigned(node)) and not found[0].startswith("__"):
                return source, found[0], _behind(node)
            if isinstance(node, ast.FunctionDef) and _opens_session(node):
                return source, node.name, _behind(node)
    return None


def _opens_session(node: ast.FunctionDef) -> bool:
    needs = len(node.args.args) - len(node.args.defaults)
    yields = any(isinstance(one, ast.Yield) for one in ast.walk(node))
    return bool(_SESSIONS.fullmatch(node.name.lower())) and not needs and not yields


def _bodies(tree: ast.Module) -> Iterator[tuple[list[ast.stmt], Function | None]]:
    yield tree.body, None
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node.body, node


def _setup_in(
    source: Source, body: list[ast.stmt], function: Function | None, db: str
) -> tuple[int, Setup | None]:
    """Return how surely the app is set up in this body (0: not at all), and where."""
    rank, app, last = 0, "", None
    for node in body:
        for weight, name in _signs(node, db):
            rank, app = (weight, name) if weight > rank else (rank, app)
        if app and _sets_up(node, app):
            last = node
    if not app or last is None:
        return 0, None
    return rank, Setup(source, app, _behind(last), last.col_offset, function)


def _signs(node: ast.stmt, db: str) -> Iterator[tuple[int, str]]:
    """Yield (weight, name of the app) for what this statement does with an app."""
    call = node.value if isinstance(node, ast.Assign | ast.Expr | ast.AnnAssign) else None
    if not isinstance(call, ast.Call):
        return
    if isinstance(call.func, ast.Attribute) and call.func.attr == "init_app" and call.args:
        owner = last_name(call.func.value)
        weight = 4 if "login" in owner.lower() else 3 if owner == db else 2
        yield weight, last_name(call.args[0])
    elif isinstance(node, ast.Assign) and last_name(call) in ("SQLAlchemy", "LoginManager"):
        if call.args:
            yield (4 if last_name(call) == "LoginManager" else 3), last_name(call.args[0])
    elif (found := assigned(node)) is not None and last_name(call) == "Flask":
        yield 1, found[0]


def _sets_up(node: ast.stmt, app: str) -> bool:
    """Tell whether a statement makes, configures, or extends the app."""
    if isinstance(node, ast.Assign):
        target = ast.unparse(node.targets[0])
        if target.startswith((f"{app}.config", f"{app}.secret_key")) or target == app:
            return True
    call = node.value if isinstance(node, ast.Assign | ast.Expr | ast.AnnAssign) else None
    if not isinstance(call, ast.Call):
        return False
    text = ast.unparse(call.func)
    if text.startswith(f"{app}.config."):
        return True
    extends = text.endswith(".init_app") or text.split(".")[-1][:1].isupper()
    return extends and any(last_name(one) == app for one in call.args)


def _session_key(target: ast.expr) -> str:
    if isinstance(target, ast.Subscript) and last_name(target.value) == "session":
        key = target.slice.value if isinstance(target.slice, ast.Constant) else None
        if isinstance(key, str) and re.fullmatch(r"(user|customer|member|account)(_?id)?", key):
            return key
    return ""


def _behind(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) + 1
