"""Turns figures into the geometry of bars, lines and columns, for an SVG beside a table; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

WIDTH = 1000
"""How wide a drawing is, in its own units."""

HEIGHT = 100

Written = Callable[[float], str]
"""Writes a figure as its reader reads it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of a chart."""

    label: str
    text: str
    """The figure, as it is read."""
    length: int = 0
    """How long its bar is, in units of WIDTH."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line over time."""

    rows: Sequence[Row]
    ticks: Sequence[str]
    """Figures at the side, from the top to zero, evenly spaced."""
    labels: Sequence[str]
    """The first, the middle and the last label."""
    path: str
    area: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a chart: its label, its figures as they are read, its bars from the bottom."""

    label: str
    texts: Sequence[str]
    paths: Sequence[str]


@dataclass(frozen=True, slots=True)
class Stacks:
    """Columns of figures that stand on each other."""

    columns: Sequence[Column]
    ticks: Sequence[str]
    """Figures at the side, from the top to zero, evenly spaced."""


def bars(
    figures: Iterable[tuple[str, float]], *, whole: float | None = None, written: Written = str
) -> list[Row]:
    """Return a bar for each (label, figure); the longest, or `whole`, fills the width.

    Figures below zero have no length.
    """
    rows = list(figures)
    most = whole if whole is not None else max((figure for _, figure in rows), default=0)
    return [
        Row(label, written(figure), _part(figure, most) if most > 0 else 0)
        for label, figure in rows
    ]


def line(figures: Sequence[tuple[str, float]], *, written: Written = str) -> Line:
    """Return a line through (label, figure) pairs, evenly spaced; an empty one for none."""
    top = nice_top(max((figure for _, figure in figures), default=0))
    step = WIDTH / max(len(figures) - 1, 1)
    points = [
        f"{round(at * step)} {round(HEIGHT * (1 - figure / top), 1):g}"
        for at, (_, figure) in enumerate(figures)
    ]
    path = f"M{' L'.join(points)}" if points else ""
    labels = [label for label, _ in figures]
    return Line(
        rows=[Row(label, written(figure)) for label, figure in figures],
        ticks=[written(top * part // 4) for part in (4, 3, 2, 1, 0)],
        labels=labels if len(labels) < 3 else [labels[0], labels[len(labels) // 2], labels[-1]],
        path=path,
        area=f"{path} L{WIDTH} {HEIGHT} L0 {HEIGHT}Z" if path else "",
    )


def stacks(figures: Sequence[tuple[str, Sequence[int]]], *, written: Written = str) -> Stacks:
    """Return a column for each (label, parts), the first part at the bottom."""
    top = nice_top(max((sum(parts) for _, parts in figures), default=0))
    step = WIDTH / max(len(figures), 1)
    columns = []
    for at, (label, parts) in enumerate(figures):
        left, feet = round(at * step + step / 6), 0
        paths = []
        for part in parts:
            tall, foot = HEIGHT * part / top, HEIGHT * (1 - feet / top)
            bar = f"M{left} {foot:.5g}h{round(step * 2 / 3)}v-{tall:.5g}h-{round(step * 2 / 3)}z"
            paths.append(bar if part else "")
            feet += part
        columns.append(Column(label, [written(part) for part in parts], paths))
    return Stacks(columns, [written(top * part // 4) for part in (4, 3, 2, 1, 0)])


def nice_top(most: float) -> int:
    """Return a round number not below `most` that four even steps lead to."""
    scale = 4
    while True:
        for digits in (1, 2, 3, 5):
            if digits * scale >= most:
                return digits * scale
        scale *= 10


def _part(figure: float, whole: float) -> int:
    return round(WIDTH * min(max(figure, 0) / whole, 1))
