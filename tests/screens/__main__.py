"""Takes a picture of every screen: ``.venv/bin/python -m tests.screens [words of its name]``."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path

from example_shop.fresh_machine import ROOT
from tests.chromium import open_chromium, what_is_missing
from tests.screens.listed import SCREENS
from tests.screens.looks import EVERY, Look
from tests.screens.sown import places
from tests.screens.viewer import Viewer

FOLDER = ROOT / "screenshots"
"""Not committed: whoever wants the pictures takes them."""


def main(words: list[str]) -> None:
    """Take pictures of the screens whose names hold these words; of all, unless told."""
    if lack := what_is_missing(os.environ):
        sys.exit(lack)
    with tempfile.TemporaryDirectory() as made:
        run, own = Path(made, "run"), Path(made, "own")
        run.mkdir()
        own.mkdir()
        with places(run, own) as shops, open_chromium() as browser:
            viewer = Viewer(browser, shops)
            for look in filter(_is_pictured, EVERY):
                _shoot(viewer, look, words)
            viewer.close()


def _is_pictured(look: Look) -> bool:
    """Tell whether a look is one of the four: each language on a phone and at a desk."""
    return (look.scheme == "dark") == (look.language == "zh-CN")


def _shoot(viewer: Viewer, look: Look, words: list[str]) -> None:
    folder = FOLDER / look.name
    folder.mkdir(parents=True, exist_ok=True)
    for screen in SCREENS:
        if all(word in screen.name for word in words):
            file = folder / f"{re.sub('[^a-z]+', '-', screen.name)}.png"
            with viewer.open(screen, look) as visit:
                visit.page.screenshot(path=file, full_page=True)
            print(file.relative_to(ROOT), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
