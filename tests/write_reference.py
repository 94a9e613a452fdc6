"""Writes docs/reference.md from the code: ``python -m tests.write_reference``.

A test fails while the page says something else than the code does.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

import flask_community
from flask_community.cli import cli
from flask_community.hooks import FEATURES
from flask_community.orders.calls import OrderCalls

PAGE = Path(__file__).parent.parent / "docs" / "reference.md"

_HEAD = """# Reference

Written by `python -m tests.write_reference` from the code: change it there. Settings
have [a page of their own](settings.md), and so have [signals](signals.md), the
[JSON API](api.md) and the [templates](templates.md).
"""


def main() -> None:
    """Write the page anew."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """Return what docs/reference.md should say."""
    parts = [_HEAD, *_names(), *_orders(), *_hooks(), *_commands()]
    return "\n".join(parts) + "\n"


def _names() -> Iterator[str]:
    yield "## What `flask_community` gives to a shop\n"
    for name, it in sorted(vars(flask_community).items()):
        if inspect.isclass(it) and it.__module__.startswith("flask_community."):
            yield f"### `{name}`\n"
            yield f"{_text(it)}\n"
            yield from _members(it)


def _members(it: type) -> Iterator[str]:
    """Tell of the fields of a value, or of the methods that a class defines."""
    if dataclasses.is_dataclass(it):
        said = _said_of_fields(it)
        rows = [
            (f"`{f.name}`", _type(f.type), _default(f), said.get(f.name, ""))
            for f in dataclasses.fields(it)
        ]
        yield _table(("field", "type", "default", "meaning"), rows)
    elif it is not flask_community.HostHooks:
        calls = [(_call(name, method), _text(method)) for name, method in _methods(it)]
        if calls:
            yield _table(("call", "what it does"), calls)


def _said_of_fields(it: type) -> dict[str, str]:
    """Return the string that stands below each field in the source of a class."""
    (body,) = (
        node.body
        for node in ast.parse(inspect.getsource(it)).body
        if isinstance(node, ast.ClassDef)
    )
    return {
        field.target.id: _plain(text.value.value)
        for field, text in itertools.pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }


def _orders() -> Iterator[str]:
    yield "## `community.orders`\n"
    yield f"{_text(OrderCalls)}\n"
    rows = [(_call(name, method), _text(method)) for name, method in _methods(OrderCalls)]
    yield _table(("call", "what it does"), rows)


def _hooks() -> Iterator[str]:
    yield "## Hooks: what only the shop can do\n"
    yield "Each is a method of `HostHooks`; one that is not written switches its feature off.\n"
    hooks = dict(_methods(flask_community.HostHooks))
    rows = [(_call(name, hooks[name]), _text(hooks[name]), FEATURES[name]) for name in FEATURES]
    yield _table(("hook", "what it does", "without it there is no"), rows)


def _commands() -> Iterator[str]:
    yield "## `flask community`\n"
    yield "How they belong together: [commands](cli.md).\n"
    yield _table(("command", "what it does"), list(_walk(cli, "")))


def _walk(group: click.Group, before: str) -> Iterator[tuple[str, ...]]:
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from _walk(command, f"{before}{name} ")
        else:
            options = " ".join(_option(param) for param in command.params)
            yield f"`{before}{name} {options}".rstrip() + "`", _plain(command.help or "")


def _option(param: click.Parameter) -> str:
    if isinstance(param, click.Argument):
        return param.human_readable_name
    flag = max(param.opts, key=len)
    takes = isinstance(param, click.Option) and not param.is_flag
    text = f"{flag} {param.human_readable_name.upper()}" if takes else flag
    return text if param.required else f"[{text}]"


def _methods(it: type) -> list[tuple[str, object]]:
    found = [(n, m) for n, m in vars(it).items() if not n.startswith("_")]
    return [(n, m) for n, m in found if inspect.isfunction(m) and m.__doc__]


def _call(name: str, method: object) -> str:
    assert inspect.isfunction(method)
    signature = inspect.signature(method)
    shown = [p.replace(annotation=p.empty) for n, p in signature.parameters.items() if n != "self"]
    text = str(signature.replace(parameters=shown, return_annotation=signature.empty))
    return f"`{name}{text}`"


def _text(it: object) -> str:
    """Return the first paragraph of a docstring, in one line."""
    return _plain((inspect.getdoc(it) or "").partition("\n\n")[0])


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _type(annotation: object) -> str:
    return f"`{annotation}`"


def _default(field: dataclasses.Field[object]) -> str:
    if field.default is not dataclasses.MISSING:
        return f"`{field.default!r}`"
    return "empty" if field.default_factory is not dataclasses.MISSING else ""


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    cells = ([cell.replace("|", "\\|") for cell in line] for line in lines)
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


if __name__ == "__main__":
    main()
