"""What one class has to say, before it is decided whether as methods or as adapters."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from .classes import Column, Model, snake
from .sources import last_name

FILL_IN = "..."
"""Stands where the source does not tell, and fails loudly until somebody fills it in."""

_ADAPTERS = {
    "community_name": "member_name",
    "community_roles": "member_roles",
    "community_title": "product_title",
    "community_url": "product_url",
    "community_field": "product_field",
    "community_order": "order_facts",
}


@dataclass(frozen=True)
class Saying:
    """One answer of a class: a method of it, or an adapter for it."""

    method: str
    returns: str
    body: list[str]
    """Its lines; the last one returns."""

    @property
    def adapter(self) -> str:
        """What `Adapters` calls it."""
        return _ADAPTERS[self.method]


@dataclass
class Written:
    """What is written about one class, what that needs around it, and what is left to decide."""

    mixin: str
    model: Model
    me: str = "self"
    """What an object of the class is called in the lines."""
    session: str = ""
    """The expression for the shop's session, where the lines will stand; or nothing."""
    taken: frozenset[str] = frozenset()
    """Names that mean something else where the lines will stand."""
    sayings: list[Saying] = field(default_factory=list)
    watch: list[str] = field(default_factory=list)
    """The lines of `OrderWatch(...)`, or none."""
    imports: dict[str, set[str]] = field(default_factory=dict)
    theirs: set[str] = field(default_factory=set)
    """Names of the shop's own that the lines use."""
    decisions: list[tuple[str, str]] = field(default_factory=list)
    """(part of a line that was written, or nothing for the class; what to decide about it)."""
    blanks: dict[str, str] = field(default_factory=dict)
    """What to fill in, by a part of the line."""

    @property
    def is_apart(self) -> bool:
        """Whether it goes into a file of its own, as adapters."""
        return self.me != "self"

    def need(self, module: str, name: str) -> str:
        """Note an import; return what the name is called here."""
        if name in self.taken and not self.model.source.has_from(module, name):
            name = f"{name} as Community{name.removeprefix('Order')}"
        self.imports.setdefault(module, set()).add(name)
        return name.split()[-1]

    def need_theirs(self, name: str) -> str:
        """Note that a name of the shop's own is used."""
        self.theirs.add(name)
        return name

    def say(self, method: str, returns: str, *body: str) -> None:
        """Add an answer."""
        self.sayings.append(Saying(method, returns, list(body)))

    def decide(self, line: str, what: str) -> None:
        """Note that the user must look at a line that was written, or at the class."""
        self.decisions.append((line.strip(), what))

    def fill_in(self, line: str, what: str, hint: str = "", blank: str = FILL_IN) -> str:
        """Note that the user must fill in a line; return what stands there until then."""
        self.decide(line + blank, f"fill in {what}{hint}")
        self.blanks[line + blank] = what
        return blank

    def marked(self, lines: Iterable[str]) -> list[str]:
        """Return lines of ours, those that must be filled in with a comment that says so."""
        return [
            next((f"{one}  # FILL IN: {w}" for part, w in self.blanks.items() if part in one), one)
            for one in lines
        ]


def begin(
    mixin: str, model: Model, session: str | None, *, apart: Iterable[str] | None = None
) -> Written:
    """Begin to write about a class; `apart` names what a file of its own imports of the shop.

    `session` is the expression for the shop's session, if it has one for all.
    """
    if apart is None:
        is_there = session is not None and session.partition(".")[0] in model.source.names
        found = session if is_there and session else ""
        return Written(mixin, model, session=found, taken=model.source.names)
    taken = frozenset(apart)
    return Written(mixin, model, me=_object_name(model), session=session or "", taken=taken)


def may_be_none(column: Column) -> bool:
    """Tell whether a column may be empty, as far as its declaration tells."""
    text = ast.unparse(column.node)
    if "Mapped[" in text:
        return "None" in text or "Optional" in text
    return "nullable=False" not in text and "primary_key=True" not in text


def has(model: Model, name: str) -> bool:
    """Tell whether the body of a class gives this name a value."""
    return any(name in (last_name(t) for t in targets(s)) for s in model.node.body)


def targets(node: ast.stmt) -> list[ast.expr]:
    """Return what a statement gives a value to."""
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign) else []


# -- below --


def _object_name(model: Model) -> str:
    name = snake(model.name)
    single = name[:-1] if name.endswith("s") and name not in ("goods", "news") else name
    return "one" if single in ("line", "lines", "session") else single
