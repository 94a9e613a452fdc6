"""Starts the example shop on a fresh machine: ``python3 -m example_shop``."""

from __future__ import annotations

import os
import sys

from example_shop.fresh_machine import ROOT, hand_over, is_inside, is_ready, ready_python


def main(arguments: list[str]) -> None:
    """Serve the shop, from its own ``.venv``."""
    os.chdir(ROOT)
    if not (is_inside(ROOT) and is_ready(ROOT)):
        hand_over(ready_python(), ["-m", "example_shop", *arguments])
    from example_shop import serve

    serve.main(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
