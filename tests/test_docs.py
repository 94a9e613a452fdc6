"""What the docs say is what there is."""

from __future__ import annotations

import re
from pathlib import Path

from blinker import NamedSignal

from flask_community import signals
from flask_community.models import TABLES
from tests import write_reference

ROOT = Path(__file__).parent.parent


def test_the_glossary_names_every_table_with_its_class_and_meaning() -> None:
    rows = re.findall(r"^\| [^|]+ \| `(\w+)` \| `(\w+)` \| (.+) \|$", read("glossary"), re.M)
    meanings = [
        (table.__tablename__, table.__name__, (table.__doc__ or "").strip().splitlines()[0])
        for table in TABLES
    ]
    assert rows == meanings


def test_every_signal_is_documented() -> None:
    named = set(re.findall(r"^\| `(\w+)`", read("signals"), re.M))
    assert named == {name for name, it in vars(signals).items() if isinstance(it, NamedSignal)}


def test_links_between_the_docs_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} leads to {target}"


def test_the_reference_says_what_the_code_says() -> None:
    assert write_reference.PAGE.read_text() == write_reference.page(), (
        "write it anew: python -m tests.write_reference"
    )


def read(page: str) -> str:
    return (ROOT / "docs" / f"{page}.md").read_text()
