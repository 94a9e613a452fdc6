"""What holds for every screen, in each language, colour scheme and width."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from tests.screens.looks import PHONE
from tests.screens.measures import CONTROLS, OVERFLOW, PACKED, WEIGHT
from tests.screens.viewer import Visit

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
MOST_BYTES = 40_000
"""Of HTML and style sheets together: unpacked for customers; for the shop's own staff, whose
desk shows fifty items at once, as a web server packs them."""
STAFF = ("moderator", "owner")


def test_it_opens_without_a_fault(visit: Visit) -> None:
    assert (visit.status, visit.faults) == (visit.screen.status, [])


def test_it_speaks_the_language_that_was_asked_for(visit: Visit) -> None:
    said = visit.page.evaluate("() => document.querySelector('.fc').closest('[lang]').lang")
    assert said.split("-")[0] == visit.look.language.split("-")[0]


def test_axe_finds_nothing(visit: Visit) -> None:
    visit.page.evaluate(AXE)
    options = {
        "runOnly": {"type": "tag", "values": WCAG},
        "rules": {"target-size": {"enabled": True}},
        "resultTypes": ["violations"],
    }
    found = visit.page.evaluate("options => axe.run(options)", options)
    assert _in_words(found["violations"]) == []


def test_nothing_sticks_out_sideways(visit: Visit) -> None:
    assert visit.page.evaluate(OVERFLOW) == []


def test_controls_are_large_enough_to_hit(visit: Visit) -> None:
    least = 44 if visit.look.width == PHONE else 24
    assert visit.page.evaluate(CONTROLS, least) == []


def test_it_is_light(visit: Visit) -> None:
    # A shop's layout and style sheet come on top of ours: there it is what a server sends.
    is_packed = visit.screen.who in STAFF or visit.screen.place == "host"
    measure = PACKED if is_packed else WEIGHT
    assert visit.page.evaluate(measure) <= MOST_BYTES


def _in_words(violations: list[dict[str, Any]]) -> list[str]:
    return [
        f"{rule['id']}: {node['html'][:160]} ({node['failureSummary']})"
        for rule in violations
        for node in rule["nodes"]
    ]
