"""Compiles each route once a process: most tests open a shop, and four fifths of that is this."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

_compile: Callable[..., Any] = getattr(Rule, "_compile_builder", lambda *_: None)
_compiled: dict[tuple[object, ...], Any] = {}


def _compile_once(rule: Rule, append_unknown: bool = True) -> Any:
    """Return what builds the addresses of a route, the same for every app that has it."""
    if rule.defaults:  # these are written out by converters, which are an app's own
        return _compile(rule, append_unknown)
    key = (append_unknown, *rule._trace)
    if key not in _compiled:
        _compiled[key] = _compile(rule, append_unknown)
    return _compiled[key]


def compile_routes_once() -> None:
    """Do so from now on, if this Werkzeug still compiles its routes in that place."""
    if hasattr(Rule, "_compile_builder"):
        Rule._compile_builder = _compile_once  # type: ignore[assignment,method-assign]
