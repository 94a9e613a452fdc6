"""Whoever has switched scripts off is offered the same."""

from __future__ import annotations

from tests.screens.looks import DIAGONAL
from tests.screens.measures import OFFERED, OVERFLOW
from tests.screens.viewer import Viewer, Visit

LOOKS = DIAGONAL[:1]


def test_every_link_and_field_is_there_without_scripts(viewer: Viewer, visit: Visit) -> None:
    offered = set(visit.page.evaluate(OFFERED))
    with viewer.open(visit.screen, visit.look, script=False) as plain:
        assert (plain.status, plain.faults) == (visit.screen.status, [])
        assert offered - set(plain.page.evaluate(OFFERED)) == set()
        assert plain.page.evaluate(OVERFLOW) == []
