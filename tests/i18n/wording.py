"""Finds words that people read and nobody marked, in templates, code and scripts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

import flask_community
from tests.write_catalogs import errors

CODE = Path(flask_community.__file__).parent
TEMPLATES = sorted(CODE.glob("templates/**/*.html"))
SCRIPTS = sorted(CODE.glob("static/*.js"))

SPEAK_TO_DEVELOPERS = {
    "cli.py",
    "config.py",
    "doctor.py",
    "first_hour.py",
    "revisions.py",
    "role_cli.py",
    "commands.py",
    "testing.py",
}
"""Modules whose words nobody but a developer reads."""

DEVELOPERS_ERRORS = {"MoneyError", "HookMissing"}
"""Forms and fields of the API refuse amounts in words of their own; hooks are for code."""

CODES = {"light dark"}
"""Values that look like words: the one of `color-scheme`."""

NAMES = {
    "Facebook",
    "Instagram",
    "LINE",
    "QR",
    "Telegram",
    "WeChat",
    "Weibo",
    "WhatsApp",
    "X",
}
"""Names of other people's services are the same in every language."""

PEOPLE = {"Anna", "Jun", "Mei Lin"}
"""They stand on the style page, as examples."""

ALLOWED = CODES | NAMES | PEOPLE

_READ_ATTRIBUTES = {"alt", "aria-description", "aria-label", "label", "placeholder", "title"}
_SILENT = {"code", "script", "style"}
_BUTTONS = {"button", "reset", "submit"}
_MARKS = {"_", "gettext", "marked", "ngettext"}
_LETTERS = re.compile(r"[^\W\d_]{2,}|[^\W\d_](?= )")
_PROSE = re.compile(r"[A-Z][a-z]+|[a-z]{2,} [a-z]{2,}|[\u4e00-\u9fff]")
_BLANK = re.compile(r"\{\w+\}")
"""What the desk may write into a letter, to be filled in for each person."""

_HOLE = "\ufffc"


class _Page(HTMLParser):
    """Collects what is read out or shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        given = dict(attrs)
        read = [value for name, value in attrs if name in _READ_ATTRIBUTES]
        if tag == "input" and given.get("type") in _BUTTONS:
            read.append(given.get("value"))
        self.texts += [value for value in read if value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)


def shown_texts(html: str) -> list[str]:
    """Return every text node and every attribute that is read to people."""
    page = _Page()
    page.feed(html)
    page.close()
    return page.texts


def bare_words(template: str) -> Iterator[str]:
    """Yield the words of a template that stand outside `_()`, in its HTML or in its calls."""
    tree = Environment(extensions=["jinja2.ext.do"], autoescape=True).parse(template)
    html = "".join(
        part.data if isinstance(part, nodes.TemplateData) else _HOLE
        for output in tree.find_all(nodes.Output)
        for part in output.nodes
    )
    for text in shown_texts(html):
        words = set(_LETTERS.findall(_BLANK.sub("", text.replace(_HOLE, " "))))
        if words - NAMES:
            yield text.strip()
    yield from (text for text in _constants(tree) if _PROSE.search(text) and text not in ALLOWED)


def unmarked(source: str) -> Iterator[str]:
    """Yield the refusals and titles of a module that are not marked, and marks on no constant."""
    refusals = {error.__name__ for error in errors()} - DEVELOPERS_ERRORS
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        name = _name(call.func)
        if name in _MARKS and any(_is_made(one) for one in call.args[:2]):
            yield f"{name}() of a text that is put together, line {call.lineno}"
        if name in refusals and call.args and _is_text(call.args[0]):
            yield f"{name}() in plain words, line {call.lineno}"
        if name in {"render", "_list", "flash"}:
            said = [one.value for one in call.keywords if one.arg in {"title", "message"}]
            if any(_is_text(one) for one in said):
                yield f"{name}() with a plain title, line {call.lineno}"


def spoken_by_script(source: str) -> Iterator[str]:
    """Yield the literals of a script that read like words."""
    bare = re.sub(r"^\s*//.*$|/\*.*?\*/", "", source, flags=re.MULTILINE | re.DOTALL)
    for literal in re.findall(r"\"([^\"\n]*)\"|'([^'\n]*)'|`([^`]*)`", bare):
        text = re.sub(r"\$\{[^}]*\}", "", "".join(literal))
        if not re.search(r"[\[\].#:>=]", text) and _PROSE.search(text):
            yield text


def _constants(tree: nodes.Template) -> Iterator[str]:
    marked = {id(one) for call in tree.find_all(nodes.Call) if _is_mark(call) for one in call.args}
    return (
        one.value
        for one in tree.find_all(nodes.Const)
        if isinstance(one.value, str) and id(one) not in marked and not _is_code(one.value)
    )


def _is_mark(call: nodes.Call) -> bool:
    return isinstance(call.node, nodes.Name) and call.node.name in _MARKS


def _is_code(text: str) -> bool:
    classes = all(word.startswith("fc-") for word in text.split())
    return classes or bool(re.search(r"[/<>={}]|^[a-z_.%-]+$|^x(Mid|Min|Max)Y", text))


def _name(function: ast.expr) -> str:
    return str(getattr(function, "id", None) or getattr(function, "attr", ""))


def _is_text(value: ast.expr) -> bool:
    if isinstance(value, ast.BinOp):
        return _is_text(value.left)
    return _is_made(value) or (isinstance(value, ast.Constant) and isinstance(value.value, str))


def _is_made(value: ast.expr) -> bool:
    return isinstance(value, ast.JoinedStr | ast.BinOp) and not isinstance(
        getattr(value, "left", None), ast.Name
    )
