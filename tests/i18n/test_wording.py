"""Claims that no word which people read escapes translation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.i18n.wording import (
    CODE,
    SCRIPTS,
    SPEAK_TO_DEVELOPERS,
    TEMPLATES,
    bare_words,
    spoken_by_script,
    unmarked,
)

MODULES = [
    path
    for path in sorted(CODE.glob("**/*.py"))
    if path.relative_to(CODE).as_posix() not in SPEAK_TO_DEVELOPERS
]


def _short(path: Path) -> str:
    return path.relative_to(CODE).as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=_short)
def test_a_template_says_nothing_that_is_not_marked(path: Path) -> None:
    assert list(bare_words(path.read_text("utf-8"))) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_short)
def test_a_template_leaves_dates_to_fmt(path: Path) -> None:
    assert re.findall(r"strftime|isoformat|\.date\(\)", path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", MODULES, ids=_short)
def test_code_refuses_and_titles_in_marked_words(path: Path) -> None:
    assert list(unmarked(path.read_text("utf-8"))) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=_short)
def test_a_script_brings_no_words_of_its_own(path: Path) -> None:
    assert list(spoken_by_script(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "template",
    [
        "<p>Hello</p>",
        '<a title="Go on">{{ name }}</a>',
        '<input type="submit" value="Send">',
        '{{ fc.empty("Nothing here") }}',
        "<p>{{ n }} posts</p>",
        "{% if x %}<b>yes</b>{% endif %}",
        "<p>你好</p>",
    ],
)
def test_the_search_finds_what_it_is_for_in_a_template(template: str) -> None:
    assert list(bare_words(template)) != []


@pytest.mark.parametrize(
    "template",
    [
        '<p class="two words">{{ _("Hello") }} · {{ n }}</p>',
        '{{ fc.icon("share") }}{{ fc.chip(x, tone="fc-a fc-b") }}',
        '<input type="hidden" name="kind" value="refund"><a href="https://wa.me/">WhatsApp</a>',
        '{{ ngettext("%(n)s post", "%(n)s posts", n) }}',
    ],
)
def test_the_search_lets_code_and_marked_words_pass(template: str) -> None:
    assert list(bare_words(template)) == []


@pytest.mark.parametrize(
    "code",
    [
        'raise Refused("No.")',
        'raise NotFound(f"No {x}.")',
        'raise Conflict("No %s." % x)',
        'gettext(f"No {x}")',
        'web.render("a.html", title="My page")',
    ],
)
def test_the_search_finds_what_it_is_for_in_code(code: str) -> None:
    assert list(unmarked(code)) != []


def test_the_search_finds_what_it_is_for_in_a_script() -> None:
    assert list(spoken_by_script('say("Copied to clipboard")')) == ["Copied to clipboard"]
