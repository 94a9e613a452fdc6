"""Claims about the palette: whatever is read stands out from what it stands on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import flask_community

SHEET = (Path(flask_community.__file__).parent / "static" / "fc.css").read_text()
COLOURS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--fc-([a-z-]+):light-dark\((#[0-9A-F]+),(#[0-9A-F]+)\)", SHEET
    )
}
GROUNDS = ("bg", "surface", "raised")
TONES = ("accent", "warn", "wait", "ok", "label")
PAIRS = [
    *[(ink, ground) for ink in ("text", "muted", *TONES) for ground in GROUNDS],
    *[(tone, f"{tone}-soft") for tone in TONES],
    *[("text", f"{tone}-soft") for tone in TONES],
    ("on-accent", "accent"),
    ("accent", "label-soft"),
]


def _light(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * one for one in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_what_is_read_stands_out(ink: str, ground: str, scheme: int) -> None:
    low, high = sorted((_light(COLOURS[ink][scheme]), _light(COLOURS[ground][scheme])))
    assert (high + 0.05) / (low + 0.05) >= 5
