"""Finds the columns that a shop fills with the text of a form, as it came.

Until such a row is read again its numbers are texts, and the extension asks before that.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .classes import Model
from .sources import Project, last_name

_FORMS = ("request.form", "request.values", "request.args")


def know_form_columns(project: Project, model: Model) -> None:
    """Note in a model which of its columns a view fills with the text of a form."""
    for source in project.sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef):
                model.from_forms.update(name for name in _filled(node, model))


# -- below --


def _filled(view: ast.FunctionDef, model: Model) -> Iterator[str]:
    texts: set[str] = set()
    for node in ast.walk(view):
        if isinstance(node, ast.Assign) and _is_text(node.value, texts):
            texts.update(last_name(target) for target in node.targets)
            yield from (t.attr for t in node.targets if isinstance(t, ast.Attribute))
        elif isinstance(node, ast.Call) and last_name(node) == model.name:
            yield from (k.arg for k in node.keywords if k.arg and _is_text(k.value, texts))


def _is_text(node: ast.expr, texts: set[str]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in texts
    return ast.unparse(node).startswith(_FORMS)
