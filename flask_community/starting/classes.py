"""What the shop's classes look like: which are mapped, their columns and relations."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from .sources import Project, Source, assigned, last_name

_KINDS = {
    "int": "int integer biginteger smallinteger bigint",
    "decimal": "decimal numeric money",
    "float": "float double real double_precision",
    "text": "str string text unicode unicodetext varchar char",
    "time": "datetime timestamp",
    "bool": "bool boolean",
    "enum": "enum",
}
KINDS = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_COLUMNS = {"Column", "mapped_column"}
_RELATIONS = {"relationship", "relation", "dynamic_loader"}


@dataclass(frozen=True)
class Column:
    """One column of a class."""

    name: str
    kind: str
    """One of `_KINDS`, or nothing."""
    foreign: str
    """Table, or class, that it points at; or nothing."""
    primary: bool
    node: ast.stmt
    source: Source
    hint: str = ""
    """The class that its annotation or its enumeration names."""


@dataclass
class Model:
    """One mapped class of the shop."""

    name: str
    source: Source
    node: ast.ClassDef
    table: str = ""
    columns: dict[str, Column] = field(default_factory=dict)
    relations: dict[str, str] = field(default_factory=dict)
    """Name of the class that each relation leads to."""
    lists: set[str] = field(default_factory=set)
    """Names of the relations that lead to many through a table between."""
    methods: set[str] = field(default_factory=set)
    queries: dict[str, str] = field(default_factory=dict)
    """The expression of each property that returns all rows of a query."""
    from_forms: set[str] = field(default_factory=set)
    """Names of the columns that views fill with the text of a form."""
    bases: set[str] = field(default_factory=set)
    """Names of all classes it comes from."""

    @property
    def key(self) -> str:
        """The name of its primary key."""
        return next((one.name for one in self.columns.values() if one.primary), "id")

    def column(self, *names: str, kinds: str = "") -> Column | None:
        """Return the first column with one of these names, and of one of these kinds if told."""
        found = (self.columns[name] for name in names if name in self.columns)
        return next((one for one in found if not kinds or one.kind in kinds.split()), None)

    def leads_to(self, other: Model) -> str | None:
        """Return the relation that leads to another class, or None."""
        return next((name for name, cls in self.relations.items() if cls == other.name), None)

    def asks_for(self, other: Model) -> str | None:
        """Return the property that asks for all rows of another class, or None."""
        begins = (f"{other.name}.query.", f"db.session.query({other.name}).")
        return next((name for name, text in self.queries.items() if text.startswith(begins)), None)

    def points_at(self, other: Model) -> str | None:
        """Return the column with the key of another class: by foreign key, else by its name."""
        for one in self.columns.values():
            if one.foreign and one.foreign in (other.table, other.name):
                return one.name
        likely = {f"{word}_id" for word in (snake(other.name), other.table)}
        return next((name for name in self.columns if name in likely), None)


def models_of(project: Project, roots: set[str], base: str = "") -> list[Model]:
    """Return the mapped classes; `roots` are the names of the bases they come from.

    `base` is the class whose columns `db.Model` has, if the shop wrote one.
    """
    found = []
    for name, places in project.classes.items():
        for source, node in places:
            model = Model(name, source, node, table=snake(name))
            is_mapped = _fill(project, model, source, node, roots)
            if is_mapped and base and (below := project.class_called(base, source)):
                _read_body(model, *below)
            if is_mapped and name not in roots and model.columns and not _is_abstract(node):
                found.append(model)
    for model in found:
        _know_enumerations(project, model)
    _add_back_references(found)
    return found


def snake(name: str) -> str:
    """Return `OrderItem` as `order_item`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


# -- below --


def _fill(
    project: Project, model: Model, source: Source, node: ast.ClassDef, roots: set[str]
) -> bool:
    """Read a class and what it comes from into `model`; True if a root is among them."""
    is_mapped = False
    for base in node.bases:
        name = last_name(base)
        if name in model.bases:
            continue
        model.bases.add(name)
        is_mapped |= name in roots
        if name != node.name and (found := project.class_called(name, source)) is not None:
            is_mapped |= _fill(project, model, *found, roots)
    _read_body(model, source, node)
    return is_mapped


def _read_body(model: Model, source: Source, node: ast.ClassDef) -> None:
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef):
            model.methods.add(statement.name)
            if (query := _queried(statement)) is not None:
                model.queries[statement.name] = query
        if (found := assigned(statement)) is None:
            continue
        name, value = found
        if name == "__tablename__" and value is not None:
            model.table = last_name(value) or model.table
        elif (relation := _relation(statement, value)) is not None:
            model.relations[name] = relation
            if "secondary" in {k.arg for k in getattr(value, "keywords", ())}:
                model.lists.add(name)
        elif (column := _column(name, statement, value, source)) is not None:
            model.columns[name] = column


def _queried(node: ast.FunctionDef) -> str | None:
    """Return what a property asks the database for, if it returns all that is found."""
    last = node.body[-1]
    is_property = any(last_name(one) == "property" for one in node.decorator_list)
    if not is_property or len(node.body) > 1 or not isinstance(last, ast.Return) or not last.value:
        return None
    text = ast.unparse(last.value)
    return text if text.endswith(".all()") else None


def _column(name: str, node: ast.stmt, value: ast.expr | None, source: Source) -> Column | None:
    hint = _mapped_hint(node)
    call = value if isinstance(value, ast.Call) and last_name(value) in _COLUMNS else None
    if call is None and (hint is None or value is not None):
        return None
    arguments = [*call.args, *(k.value for k in call.keywords)] if call else []
    kinds = (KINDS.get(last_name(one).lower(), "") for one in arguments if not _is_text(one))
    foreign = next((a for a in arguments if last_name(a) == "ForeignKey"), None)
    return Column(
        name=name,
        kind=next((kind for kind in kinds if kind), "") or KINDS.get((hint or "").lower(), ""),
        foreign=_target(foreign) if isinstance(foreign, ast.Call) else "",
        primary=call is not None and any(k.arg == "primary_key" for k in call.keywords),
        node=node,
        source=source,
        hint=hint or "",
    )


def _know_enumerations(project: Project, model: Model) -> None:
    """Give the columns that are annotated with an enumeration of the shop's their kind."""
    for name, column in model.columns.items():
        place = project.class_called(column.hint, column.source) if not column.kind else None
        if place is not None and any("Enum" in last_name(base) for base in place[1].bases):
            model.columns[name] = replace(column, kind="enum")


def _target(foreign: ast.Call) -> str:
    if not foreign.args:
        return ""
    first = foreign.args[0]
    if isinstance(first, ast.Constant):
        return str(first.value).split(".")[-2] if "." in str(first.value) else ""
    return last_name(first.value) if isinstance(first, ast.Attribute) else ""


def _relation(node: ast.stmt, value: ast.expr | None) -> str | None:
    if not isinstance(value, ast.Call) or last_name(value) not in _RELATIONS:
        return None
    named = [*value.args[:1], *(k.value for k in value.keywords if k.arg == "argument")]
    if named:
        target = named[0].body if isinstance(named[0], ast.Lambda) else named[0]
        return last_name(target)
    return _mapped_hint(node)


def _mapped_hint(node: ast.stmt) -> str | None:
    """Return the innermost class of `Mapped[list["Item"]]` or `Mapped[str | None]`."""
    if not isinstance(node, ast.AnnAssign):
        return None
    text = ast.unparse(node.annotation)
    if not re.match(r"(\w+\.)*(Dynamic|WriteOnly)?Mapped\[", text):
        return None
    words = re.findall(r"[A-Za-z_]\w*", text.partition("[")[2])
    plain = [w for w in words if w not in {"Optional", "None", "list", "List", "set", "Annotated"}]
    known = [w for w in plain if w.lower() in KINDS]
    return next(iter(known or plain[-1:]), None)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


def _is_abstract(node: ast.ClassDef) -> bool:
    told = (assigned(statement) for statement in node.body)
    return any(
        found is not None
        and found[0] == "__abstract__"
        and isinstance(found[1], ast.Constant)
        and bool(found[1].value)
        for found in told
    )


def _add_back_references(models: list[Model]) -> None:
    by_name = {model.name: model for model in models}
    for model in models:
        for name, back in _back_references(model):
            target = by_name.get(model.relations.get(name, ""))
            if target is not None:
                target.relations.setdefault(back, model.name)


def _back_references(model: Model) -> Iterator[tuple[str, str]]:
    for statement in model.node.body:
        found = assigned(statement)
        if found is None or not isinstance(found[1], ast.Call):
            continue
        for keyword in found[1].keywords:
            if keyword.arg == "backref":
                value = keyword.value
                named = value.args[0] if isinstance(value, ast.Call) and value.args else value
                yield found[0], last_name(named)
