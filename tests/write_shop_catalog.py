"""Writes the example shop's words: ``python -m tests.write_shop_catalog``.

It extracts what the shop says, brings its translations up to date, and says what
is missing. Nothing is compiled: the shop does that when it starts.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import example_shop
from tests.write_catalogs import faults, placeholders, po_text

CODE = Path(example_shop.__path__[0])
FOLDER = CODE / "translations"

_METHODS = [("**.py", "python"), ("templates/shop/**.html", "jinja2")]
_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
# A fixed one: the words change when words change, and on no other day.
_WRITTEN = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def extracted() -> Catalog:
    """Return every word that the shop shows to people."""
    catalog = Catalog(
        project="example-shop",
        version="0.1.0",
        header_comment="# Words of the example shop.",
        creation_date=_WRITTEN,
    )
    for name, _line, words, _comments, context in extract_from_dir(
        CODE, _METHODS, keywords=_KEYWORDS
    ):
        catalog.add(words, None, [(name, 0)], context=context)
    for message in catalog:
        message.flags.discard("python-format")
        if message.id and placeholders(message.id):
            message.flags.add("python-format")
    return catalog


def translations() -> dict[str, Catalog]:
    """Return the translations there are, by language."""
    return {file.parts[-3]: _read(file) for file in _files()}


def main() -> int:
    """Bring every translation up to date; return 1 if something is missing."""
    template, found = extracted(), 0
    for file in _files():
        catalog = _read(file)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.header_comment, catalog.fuzzy = template.header_comment, False
        catalog.revision_date, catalog.version = _WRITTEN, template.version
        catalog.project, catalog.msgid_bugs_address = template.project, "see README.md"
        catalog.last_translator = catalog.language_team = "the founders of flask-community"
        file.write_bytes(po_text(catalog))
        for fault in faults(template, catalog):
            found += 1
            print(f"{file.parts[-3]}: {fault}")  # noqa: T201
    return int(found > 0)


def _files() -> list[Path]:
    return sorted(FOLDER.glob("*/LC_MESSAGES/messages.po"))


def _read(file: Path) -> Catalog:
    with file.open("rb") as stream:
        return read_po(stream, locale=file.parts[-3])


if __name__ == "__main__":
    sys.exit(main())
