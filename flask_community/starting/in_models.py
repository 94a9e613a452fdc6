"""Writes what the classes say into them: a mixin, and methods behind the last of theirs."""

from __future__ import annotations

from .draft import Draft, imports_from
from .style import Style
from .written import Written


def write_into(draft: Draft, written: Written, style: Style) -> None:
    """Put a mixin and its methods into a class, and what they import above it."""
    model = written.model
    path, node = model.source.path, model.node
    if written.mixin not in model.bases:
        draft.need(path, "flask_community", [written.mixin])
        if node.bases:
            first = node.bases[0]
            draft.insert(path, first.lineno, f"{written.mixin}, ", first.col_offset)
    if lines := style.of(_lines(draft, written, style)):
        last = node.body[-1]
        pad = " " * node.body[0].col_offset
        text = "".join(f"{pad}{line}\n" if line else "\n" for line in lines)
        draft.insert(path, (last.end_lineno or last.lineno) + 1, text)
    for module, names in written.imports.items():
        draft.need(path, module, names)
    for line, what in written.decisions:
        (anchor,) = style.of([line or f"class {model.name}("])
        draft.decide(path, anchor, what)


# -- below --


def _lines(draft: Draft, written: Written, style: Style) -> list[str]:
    lines: list[str] = []
    if written.watch:
        lines += ["", f"community_watch = {written.watch[0]}", *written.watch[1:]]
    for saying in written.sayings:
        body = written.marked(saying.body)
        if saying.method == "community_order":
            body = [*_late_imports(draft, written), *body]
        returns = f" -> {saying.returns}" if style.is_typed else ""
        lines += ["", f"def {saying.method}(self){returns}:", *(f"    {one}" for one in body)]
    return lines


def _late_imports(draft: Draft, written: Written) -> list[str]:
    """Return the imports of other classes, which would make a circle at the top of the file.

    What the watch names is needed there all the same.
    """
    late = []
    source = written.model.source
    for name in sorted(written.theirs - source.names):
        module = imports_from(draft.project, name, source)
        if module is not None and any(f"{name}." in line for line in written.watch):
            draft.need(source.path, module, [name])
        elif module is not None:
            late.append(f"from {module} import {name}")
    return [*late, ""] if late else []
