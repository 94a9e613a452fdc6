"""Draws the goods of the example shop as PNG, for chat apps: ``python -m tests.write_goods_pictures``.

Chat apps show no SVG. Each picture keeps the fingerprint of its drawing, so that
a test can tell one that is no longer true.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from PIL import Image, PngImagePlugin

import example_shop
from tests.chromium import open_chromium

STATIC = Path(example_shop.__path__[0]) / "static"
GOODS, PREVIEWS = STATIC / "goods", STATIC / "previews"
SIDE = 600
"""Pixels; below, some chat apps show no large picture."""

COLOURS = 48
_KEY = "drawing"


def fingerprint(drawing: Path) -> str:
    """Return what a picture notes of the drawing it shows."""
    return hashlib.sha256(drawing.read_bytes()).hexdigest()


def shown_by(picture: Path) -> str:
    """Return the fingerprint of the drawing that a picture was made from."""
    with Image.open(picture) as opened:
        return str(opened.info.get(_KEY, ""))


def stale() -> list[Path]:
    """Return the drawings whose picture is missing or shows something else."""
    return [
        drawing
        for drawing in sorted(GOODS.glob("*.svg"))
        if not picture_of(drawing).exists() or shown_by(picture_of(drawing)) != fingerprint(drawing)
    ]


def picture_of(drawing: Path) -> Path:
    """Return where the picture of a drawing stands."""
    return PREVIEWS / f"{drawing.stem}.png"


def main() -> None:
    """Draw what is new or has changed; forget what has no drawing."""
    for picture in PREVIEWS.glob("*.png"):
        if not (GOODS / f"{picture.stem}.svg").exists():
            picture.unlink()
    with open_chromium() as browser:
        page = browser.new_page(viewport={"width": SIDE, "height": SIDE})
        for drawing in stale():
            page.set_content(
                f"<style>body{{margin:0}}svg{{width:{SIDE}px;height:{SIDE}px;display:block}}</style>"
                + drawing.read_text("utf-8")
            )
            _write(drawing, page.screenshot())


def _write(drawing: Path, screenshot: bytes) -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text(_KEY, fingerprint(drawing))
    with Image.open(io.BytesIO(screenshot)) as opened:
        flat = opened.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        flat.save(picture_of(drawing), optimize=True, pnginfo=notes)


if __name__ == "__main__":
    main()
