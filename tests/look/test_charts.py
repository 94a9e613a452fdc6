"""Claims about the geometry of charts."""

from __future__ import annotations

import pytest

from flask_community.charts import bars, line, nice_top


def test_the_longest_bar_fills_the_width() -> None:
    assert [bar.length for bar in bars([("a", 5), ("b", 10), ("c", 0)])] == [500, 1000, 0]


def test_bars_of_parts_of_a_whole_leave_room() -> None:
    assert [bar.length for bar in bars([("a", 25), ("b", 150)], whole=100)] == [250, 1000]


@pytest.mark.parametrize("figures", [[], [("a", 0.0)], [("a", -3.0)]])
def test_bars_of_nothing_have_no_length(figures: list[tuple[str, float]]) -> None:
    assert not any(bar.length for bar in bars(figures))


def test_a_line_runs_from_edge_to_edge_under_its_highest_tick() -> None:
    chart = line([("Mon", 0), ("Tue", 5), ("Wed", 10)])
    assert chart.ticks == ["12", "9", "6", "3", "0"]
    assert chart.path.startswith("M0 100 ")
    assert chart.path.endswith(" L1000 16.7")
    assert chart.labels == ["Mon", "Tue", "Wed"]


def test_a_line_without_figures_is_not_drawn() -> None:
    assert (line([]).path, line([]).area) == ("", "")


@pytest.mark.parametrize(("most", "top"), [(0, 4), (4, 4), (5, 8), (13, 20), (21, 40), (900, 1200)])
def test_the_top_of_a_scale_is_round(most: int, top: int) -> None:
    assert nice_top(most) == top
