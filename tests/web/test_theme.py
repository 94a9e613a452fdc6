"""Claims about the shop's colours: checked at the start, served as a file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flask_community import ConfigError, theme
from flask_community.config import Settings
from tests.web.conftest import Open

PACKAGE = Path(theme.__file__).parent
PURPLE = {"accent": "#7A3E9D"}


def test_every_variable_of_the_style_sheet_can_be_set_but_those_of_drawings() -> None:
    css = (PACKAGE / "static" / "fc.css").read_text("utf-8")
    head = css[css.index(":where(.fc){") :]
    declared = set(re.findall(r"--fc-([a-z-]+):", head[: head.index("}")]))
    assert {name for name in declared if not name.startswith("art-")} == (
        theme.COLOURS | theme.LENGTHS
    )


@pytest.mark.parametrize(
    "given",
    [
        "auto",
        "light",
        "dark",
        PURPLE,
        {"accent": "rebeccapurple", "radius": "0"},
        {"accent": ("#7A3E9D", "oklch(80% 0.1 300)"), "control": "0.5rem", "scheme": "dark"},
        {"bg": "rgb(1 2 3 / 50%)", "text": "hsl(120deg, 50%, 20%)", "focus": "#fff8"},
    ],
)
def test_a_theme_of_names_and_values_will_do(given: object) -> None:
    assert theme.theme_fault(given) is None


@pytest.mark.parametrize(
    "given",
    [
        "blue",
        7,
        {"acent": "#7A3E9D"},
        {"accent": "#7A3E9"},
        {"accent": "red;}body{display:none"},
        {"accent": "url(//evil.example)"},
        {"accent": "expression(alert(1))"},
        {"accent": "var(--x)"},
        {"accent": "#fff\n}"},
        {"accent": "rgb(1,2,3);x:y"},
        {"accent": "</style>"},
        {"accent": ("#fff", "#000", "#111")},
        {"accent": 0xFF},
        {"radius": "#fff"},
        {"radius": "1e9px"},
        {"radius": "calc(1px + 1px)"},
        {"scheme": "blue"},
    ],
)
def test_anything_else_stops_the_start(given: object) -> None:
    with pytest.raises(ConfigError, match=r"COMMUNITY_THEME is .*write "):
        Settings.from_config({"SECRET_KEY": "a key", "COMMUNITY_THEME": given})


def test_the_theme_is_a_file_that_is_kept_until_it_changes(open_with: Open) -> None:
    client = open_with(COMMUNITY_THEME=PURPLE).client()
    (path,) = re.findall(
        r'href="(/community/theme/\w+\.css)"', client.get("/community/labels").text
    )
    answer = client.get(path)
    assert (answer.text, answer.mimetype) == (":where(.fc){--fc-accent:#7A3E9D}\n", "text/css")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/community/theme/other.css").status_code == 404


def test_without_colours_there_is_no_such_file(open_with: Open) -> None:
    client = open_with(COMMUNITY_THEME="dark").client()
    page = client.get("/community/labels").text
    assert "/theme/" not in page
    assert 'data-theme="dark"' in page


def test_two_values_are_for_light_and_for_dark() -> None:
    css = theme.style_sheet({"accent": ("#111111", "#eeeeee")})
    assert css == ":where(.fc){--fc-accent:light-dark(#111111,#eeeeee)}\n"


def test_the_docs_name_every_variable() -> None:
    page = (PACKAGE.parent / "docs" / "templates.md").read_text("utf-8")
    rows = re.findall(r"^\| (`bg`.+?|`radius`.+?) \|", page, re.M)
    named = {name for row in rows for name in re.findall(r"`([\w-]+)`", row)}
    assert named == theme.COLOURS | theme.LENGTHS
