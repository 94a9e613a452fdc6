"""Claims about the look that hold for every template: read as text, nothing is rendered."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

import flask_community
from flask_community.storefront.style import ICONS

ROOT = Path(flask_community.__file__).parent
STATIC = ROOT / "static"
FOLDER = ROOT / "templates" / "community"
TEMPLATES = sorted(FOLDER.rglob("*.html"))
PARTS = (FOLDER / "parts.html").read_text()


def _drawn(sprite: str, element: str) -> set[str]:
    return set(re.findall(rf'<{element} id="([a-z]+)"', (STATIC / sprite).read_text()))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.stem)
def test_a_template_holds_no_script_and_no_style_of_its_own(template: Path) -> None:
    text = template.read_text()
    scripts = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*ld\+json)[^>]*>", text)
    assert scripts == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", text) == []


def test_every_icon_that_is_named_is_drawn() -> None:
    drawn = _drawn("icons.svg", "symbol")
    named = {
        name
        for template in TEMPLATES
        for name in re.findall(r"""(?:fc\.)?icon\(["']([a-z]+)["']""", template.read_text())
    }
    assert named <= drawn
    assert named


def test_the_style_page_shows_every_icon() -> None:
    assert set(ICONS) == _drawn("icons.svg", "symbol")


def test_the_style_page_shows_every_component() -> None:
    # `line` and `chart_table` come with a chart, the style sheet and the scripts with the page.
    components = set(re.findall(r"{% macro ([a-z_]+)", PARTS))
    page = (FOLDER / "style.html").read_text()
    shown = set(re.findall(r"fc\.([a-z_]+)\(", page))
    inside = {"art", "art_of", "chart_table"}
    assert components - inside == shown


def test_every_drawing_is_one_that_covers_use() -> None:
    used = re.search(r"art\(\[(.*?)\]", PARTS)
    assert used is not None
    assert set(re.findall(r'"([a-z]+)"', used[1])) == _drawn("art.svg", "g")


def test_all_scripts_together_are_small() -> None:
    scripts = b"".join(file.read_bytes() for file in sorted(STATIC.glob("*.js")))
    assert len(gzip.compress(scripts)) <= 10_000


@pytest.mark.parametrize("sheet", sorted(STATIC.glob("*.css")), ids=lambda file: file.stem)
def test_every_rule_of_a_style_sheet_gives_way_to_the_shops(sheet: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    assert text.strip().startswith("@layer fc {")
    selectors = [one.strip() for one in re.findall(r"([^{};]+)\{", text)]
    strong = [one for one in selectors if not one.startswith(("@", ":where("))]
    assert strong == []
