"""Writes the catalogs of words: ``python -m tests.write_catalogs``.

It extracts what people read, brings the template and every translation up to
date, compiles them, and says what is missing. With ``--check`` it only says.
"""

from __future__ import annotations

import datetime as dt
import importlib
import io
import pkgutil
import re
import sys
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import flask_community
from flask_community.errors import Refused
from flask_community.i18n.languages import DOMAIN

CODE = Path(flask_community.__file__).parent
FOLDER = CODE / "translations"
TEMPLATE = FOLDER / f"{DOMAIN}.pot"

_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "marked": None}
_SPEAKS_ENGLISH = {"cli.py", "doctor.py"}
_PLACEHOLDER = re.compile(r"%\((\w+)\)|\{(\w+)\}")
_NAMES: dict[str, Any] = {
    "header_comment": "# Words of flask-community; see docs/languages.md. BSD-3-Clause.",
    "last_translator": "the founders of flask-community",
    "language_team": "the founders of flask-community",
    "msgid_bugs_address": "see README.md",
}
# A fixed one: the catalogs change when words change, and on no other day.
_WRITTEN = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def extracted() -> Catalog:
    """Return every word that code and templates show to people."""
    catalog = Catalog(
        project="flask-community",
        version="0.1.0",
        copyright_holder="the founders of flask-community",
        creation_date=_WRITTEN,
        **_NAMES,
    )
    found = extract_from_dir(CODE, _METHODS, keywords=_KEYWORDS, comment_tags=["For translators:"])
    for name, _line, words, comments, context in sorted(found, key=lambda one: one[:2]):
        if name not in _SPEAKS_ENGLISH:
            catalog.add(words, None, [(name, 0)], auto_comments=comments, context=context)
    for error in errors():
        catalog.add(spoken(error), None, [(f"{error.__module__.replace('.', '/')}.py", 0)])
    for message in catalog:
        message.flags.discard("python-format")
        if message.id and placeholders(message.id):
            message.flags.add("python-format")
    return catalog


def errors() -> list[type[Refused]]:
    """Return every error that a person can meet: without a message it says its docstring."""
    for module in pkgutil.walk_packages([str(CODE)], "flask_community."):
        if "migrations" not in module.name and module.name.rsplit(".")[-1] not in ("__main__",):
            importlib.import_module(module.name)
    ours = {one for one in _below(Refused) if one.__module__.startswith("flask_community")}
    return sorted(ours, key=lambda one: (one.__module__, one.__name__))


def spoken(error: type[Refused]) -> str:
    """Return what an error says if it was given no words."""
    return (error.__doc__ or "").strip().splitlines()[0]


def translations() -> dict[str, Catalog]:
    """Return the translations there are, by language."""
    return {file.parent.parent.name: _read(file, file.parent.parent.name) for file in _files()}


def compiled(language: str) -> GNUTranslations:
    """Return what is read at run time."""
    with (FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as stream:
        return GNUTranslations(stream)


def faults(template: Catalog, catalog: Catalog) -> Iterator[str]:
    """Tell what a translation lacks, has too much of, or says with other placeholders."""
    for message in _messages(template):
        answer = catalog.get(message.id)
        if answer is None or not all(forms(answer.string)):
            yield f"missing: {message.id!r}"
        elif answer.fuzzy:
            yield f"fuzzy: {message.id!r}"
        else:
            yield from _other_placeholders(message, answer, catalog.num_plurals)
    wanted = {message.id for message in _messages(template)}
    yield from (f"obsolete: {one.id!r}" for one in _messages(catalog) if one.id not in wanted)
    yield from (f"obsolete: {name!r}" for name in catalog.obsolete)


def placeholders(text: object) -> set[str]:
    """Return the names that a message leaves open, `n` of a plural aside."""
    found = {max(names) for form in forms(text) for names in _PLACEHOLDER.findall(form)}
    return found - {"n"} if isinstance(text, tuple | list) else found


def po_text(catalog: Catalog) -> bytes:
    """Return a catalog as a .po file."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, include_lineno=False, sort_output=True, width=100)
    return buffer.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    """Return a catalog as a .mo file."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def write() -> None:
    """Bring the template, the translations and the compiled files up to date."""
    template = extracted()
    TEMPLATE.write_bytes(po_text(template))
    for language, file in ((file.parent.parent.name, file) for file in _files()):
        catalog = _read(file, language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.revision_date = _WRITTEN
        catalog.version, catalog.fuzzy = template.version, False
        for name, value in _NAMES.items():
            setattr(catalog, name, value)
        file.write_bytes(po_text(catalog))
        file.with_suffix(".mo").write_bytes(mo_bytes(catalog))


def main(arguments: list[str]) -> int:
    """Write, unless told only to check; return 1 if something is missing."""
    if "--check" not in arguments:
        write()
    template, found = extracted(), 0
    for language, catalog in translations().items():
        for fault in faults(template, catalog):
            found += 1
            print(f"{language}: {fault}")  # noqa: T201
    return int(found > 0)


def _files() -> list[Path]:
    return sorted(FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def _read(file: Path, language: str) -> Catalog:
    with file.open("rb") as stream:
        return read_po(stream, locale=language, domain=DOMAIN)


def _messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def forms(text: object) -> tuple[str, ...]:
    """Return every form of a message; a single one has no plural."""
    return tuple(text) if isinstance(text, tuple | list) else (str(text or ""),)


def _other_placeholders(wanted: Message, answer: Message, plurals: int) -> Iterator[str]:
    said = forms(answer.string)
    if isinstance(wanted.id, tuple) and len(said) != plurals:
        yield f"plural forms: {wanted.id!r}"
    for form in said:
        odd = placeholders([form] if isinstance(wanted.id, tuple) else form)
        if odd ^ placeholders(wanted.id):
            yield f"placeholders: {wanted.id!r} as {form!r}"


def _below(kind: type[Refused]) -> Iterator[type[Refused]]:
    yield kind
    for one in kind.__subclasses__():
        yield from _below(one)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
