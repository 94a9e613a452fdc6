"""What is written into one class, and what it needs around it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from .classes import Column, Model
from .sources import last_name


@dataclass
class Written:
    """The lines for one class, what they need, and what is left to decide."""

    mixin: str
    lines: list[str] = field(default_factory=list)
    imports: dict[str, set[str]] = field(default_factory=dict)
    decisions: list[tuple[str, str]] = field(default_factory=list)
    """(a line that was written, what to decide about it)."""

    def need(self, module: str, name: str) -> str:
        """Note an import; return what the name is called here."""
        self.imports.setdefault(module, set()).add(name)
        return name.split()[-1]

    def method(self, head: str, *body: str) -> None:
        """Add a method behind an empty line."""
        self.lines += ["", f"def {head}:", *(f"    {line}" for line in body)]

    def decide(self, line: str, what: str) -> None:
        """Note that the user must look at a line that was written."""
        self.decisions.append((line.strip(), what))


def begin(mixin: str, model: Model) -> Written:
    """Begin with the mixin, imported if the class lacks it."""
    written = Written(mixin)
    if mixin not in model.bases:
        written.need("flask_community", mixin)
    return written


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
