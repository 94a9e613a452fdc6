"""Puts the edits together: what this shop needs before it has a community."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from . import edits
from .classes import Model, models_of
from .edits import Insert
from .facts import Prices, order_methods
from .methods import member_methods, product_methods
from .roles import Roles, find_roles
from .sources import Project, Source, assigned, last_name
from .states import find_states
from .wiring import Database, Setup, find_database, find_login, find_setup, model_roots
from .written import Written


@dataclass(frozen=True)
class Answers:
    """What the user told on the command line, where the source does not tell."""

    member: str | None = None
    product: str | None = None
    order: str | None = None
    line: str | None = None
    session: str | None = None
    """What makes sessions, on plain SQLAlchemy."""
    status: str | None = None
    currency: str | None = None
    whole_prices: bool = False
    """Whether integers count euros, not cents."""
    paid: tuple[str, ...] = ()
    delivered: tuple[str, ...] = ()
    reversed: tuple[str, ...] = ()


@dataclass
class Plan:
    """The new text of each file that changes, and what is left to the user."""

    old: dict[str, str] = field(default_factory=dict)
    new: dict[str, str] = field(default_factory=dict)
    questions: list[str] = field(default_factory=list)
    """What must be answered before there is a diff."""
    decisions: list[str] = field(default_factory=list)
    """What to look at in the diff: `path:line: question`."""

    @property
    def diff(self) -> str:
        """The unified diff of it all."""
        return edits.diff(self.old, self.new)


def make_plan(sources: Mapping[str, str], answers: Answers | None = None) -> Plan:
    """Plan the lines that let the community into a shop with this source, by path.

    Lines that are there already are left out, so that a second plan is empty.
    """
    answers = answers or Answers()
    project = Project(sources)
    database = find_database(project)
    if database is None:
        return Plan(questions=["No SQLAlchemy() and no declarative base was found below here."])
    setup = find_setup(project, database)
    models = models_of(project, model_roots(database), database.base)
    told = {name: getattr(answers, name) for name in ("member", "product", "order", "line")}
    roles, questions = find_roles(models, told)
    if setup is None:
        questions.append("No Flask app was found below here: run this where it is made.")
    session = answers.session or database.session
    if database.is_plain and session is None:
        questions.append("What makes your sessions? Add --session with its name, as module:name")
    if questions or roles is None or setup is None:
        unread = [f"{path} cannot be read by this Python." for path in project.unread]
        return Plan(questions=questions + unread)
    draft = _Draft(project)
    extension = _extension(draft, database, session)
    _models(draft, roles, answers)
    _registration(draft, setup, extension)
    return draft.plan()


class _Draft:
    """Edits on their way, file by file."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.inserts: dict[str, list[Insert]] = {}
        self.imports: dict[str, dict[str, set[str]]] = {}
        self.decisions: list[tuple[str, str, str]] = []
        self._sources = {source.path: source for source in project.sources}

    def insert(self, path: str, line: int, text: str, column: int | None = None) -> None:
        self.inserts.setdefault(path, []).append(Insert(path, line, text, column))

    def need(self, path: str, module: str, names: Iterable[str]) -> None:
        self.imports.setdefault(path, {}).setdefault(module, set()).update(names)

    def plan(self) -> Plan:
        plan = Plan()
        for path, needed in self.imports.items():
            ahead = edits.imports(self._sources[path], needed)
            # Before what else goes in at the same line.
            self.inserts[path] = [*ahead, *self.inserts.get(path, [])]
        for path, inserts in self.inserts.items():
            if inserts:
                plan.old[path] = self._sources[path].text
                plan.new[path] = edits.apply(self._sources[path], inserts)
                ast.parse(plan.new[path])  # what we write can be read
        plan.decisions = [
            f"{path}:{_line_of(plan.new[path], line)}: {what}"
            for path, line, what in self.decisions
            if path in plan.new
        ]
        return plan


def _extension(draft: _Draft, database: Database, session: str | None) -> tuple[Source, str]:
    """Write `community = Community(db)`; return where it stands and its name."""
    for source in draft.project.sources:
        for found in filter(None, map(assigned, source.tree.body)):
            value = found[1]
            if isinstance(value, ast.Call) and last_name(value) == "Community":
                return source, found[0]
    source = database.source
    name = "community" if "community" not in source.names else "flask_community"
    given = database.name
    if database.is_plain:
        module, _, maker = (session or "").rpartition(":")
        if module and module != source.module:
            draft.need(source.path, module, [maker])
        given = f"base={database.name}, session={maker}"
    given += _caller(draft, source)
    draft.need(source.path, "flask_community", ["Community"])
    gap = "\n\n" if database.is_plain else ""
    draft.insert(source.path, database.line, f"{gap}{name} = Community({given})\n")
    return source, name


def _caller(draft: _Draft, source: Source) -> str:
    """Return the argument that tells who is signed in; nothing with Flask-Login."""
    kind, key = find_login(draft.project) or ("", "")
    if kind == "flask_login":
        return ""
    if kind == "session":
        is_free = "session" not in source.names or source.has_from("flask", "session")
        name = "session" if is_free else "session as browser_session"
        draft.need(source.path, "flask", [name])
        return f', current_member_id=lambda: {name.split()[-1]}.get("{key}")'
    if kind == "jwt":
        names = ["get_jwt_identity", "verify_jwt_in_request"]
        draft.need(source.path, "flask_jwt_extended", names)
        asks = "verify_jwt_in_request(optional=True) and get_jwt_identity()"
        return f", current_member_id=lambda: {asks}"
    draft.decisions.append(
        (
            source.path,
            " = Community(",
            "who is signed in? Add current_member_id=, see docs/hosts.md",
        )
    )
    return ""


def _models(draft: _Draft, roles: Roles, answers: Answers) -> None:
    states = find_states(draft.project, roles.order, answers.status)
    given = {what: getattr(answers, what) for what in ("paid", "delivered", "reversed")}
    prices = Prices(answers.currency, answers.whole_prices)
    _write(draft, roles.member, member_methods(roles.member))
    _write(draft, roles.product, product_methods(draft.project, roles.product))
    _write(draft, roles.order, order_methods(roles, states, given, prices))


def _write(draft: _Draft, model: Model, written: Written) -> None:
    """Put a mixin and its methods into a class, and what they import above it."""
    path, node = model.source.path, model.node
    if written.mixin not in model.bases and node.bases:
        first = node.bases[0]
        draft.insert(path, first.lineno, f"{written.mixin}, ", first.col_offset)
    if written.lines:
        last = node.body[-1]
        pad = " " * node.body[0].col_offset
        text = "".join(f"{pad}{line}\n" if line else "\n" for line in _local(draft, model, written))
        draft.insert(path, (last.end_lineno or last.lineno) + 1, text)
    for module, names in written.imports.items():
        if not module.startswith("?"):
            draft.need(path, module, names)
    draft.decisions += [(path, line, what) for line, what in written.decisions]


def _local(draft: _Draft, model: Model, written: Written) -> list[str]:
    """Return the lines, with classes of other files imported where they are used.

    At the top of the file they might import each other in a circle.
    """
    lines = list(written.lines)
    for name in sorted(m[1:] for m in written.imports if m.startswith("?")):
        place = draft.project.class_called(name, model.source)
        module = place[0].module if place else _module_with(draft.project, name)
        if module is None:
            continue
        if any(line.startswith("community_watch") for line in lines) and any(
            f"{name}." in line and not line.startswith("    ") for line in lines
        ):
            draft.need(model.source.path, module, [name])
            continue
        head = next(i for i, line in enumerate(lines) if line.startswith("def community_order"))
        lines[head + 1 : head + 1] = [f"    from {module} import {name}", ""]
    return lines


def _module_with(project: Project, name: str) -> str | None:
    for source in project.sources:
        if any(found[0] == name for found in filter(None, map(assigned, source.tree.body))):
            return source.module
    return None


def _registration(draft: _Draft, setup: Setup, extension: tuple[Source, str]) -> None:
    """Write `community.init_app(app)` behind the other extensions."""
    home, name = extension
    if any(
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "init_app"
        and last_name(call.func.value) == name
        for _, call in draft.project.calls()
    ):
        return
    path, pad = setup.source.path, " " * setup.indent
    text = f"{pad}{name}.init_app({setup.app})\n"
    if home is not setup.source and name not in setup.source.names:
        found = _import_of(setup.source, home)
        if found is not None:
            draft.insert(path, found[0], f"from {found[1]} import {name}\n")
        elif setup.function is None:
            behind = edits.behind_imports(setup.source)
            draft.insert(path, behind, f"from {home.module} import {name}\n")
        else:  # where the factory imports what it needs, or nothing: not before it runs
            text = f"{pad}from {home.module} import {name}\n\n{text}"
    draft.insert(path, setup.line, text)


def _import_of(source: Source, home: Source) -> tuple[int, str] | None:
    """Return (line behind, module as written) of the top-level import from or of `home`."""
    for node in source.tree.body:
        if not isinstance(node, ast.ImportFrom):
            continue
        written = f"{'.' * node.level}{node.module or ''}"
        behind = (node.end_lineno or node.lineno) + 1
        if (node.module or "") == home.module or (node.level and _ends(home, node.module or "")):
            return behind, written
        if any(f"{node.module}.{alias.name}" == home.module for alias in node.names):
            return behind, home.module
    return None


def _ends(home: Source, module: str) -> bool:
    return bool(module) and f".{home.module}".endswith(f".{module}")


def _line_of(text: str, line: str) -> int:
    """Return the number of the first line that holds this text."""
    return next((n for n, found in enumerate(text.splitlines(), 1) if line in found), 1)
