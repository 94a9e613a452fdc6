"""Runs the tests on a fresh machine: ``python3 -m tests [--fast | --release] [pytest arguments]``."""

from __future__ import annotations

import os
import sys

from example_shop.fresh_machine import ROOT, hand_over, ready_python
from tests.effort import IN_FULL, WORKERS

_IN_ONE_PROCESS = ("-n", "--numprocesses", "-s", "--capture", "--pdb", "--collect-only", "--co")

_MARKS = {"--fast": "not long", "--release": ""}
"""What is run of the marks in setup.cfg; all but `release` where neither is said."""


def main(arguments: list[str]) -> None:
    """Hand over to pytest in the project's own ``.venv``."""
    os.chdir(ROOT)
    if "--release" in arguments:
        os.environ[IN_FULL] = "1"
    hand_over(ready_python(), ["-m", "pytest", *pytest_arguments(arguments)])


def pytest_arguments(arguments: list[str]) -> list[str]:
    """Return what pytest is given: ours first, so that the caller has the last word.

    All cores are used unless the caller chose workers, a debugger or raw output,
    or named test files: a handful of tests is done before workers are up.
    """
    marks = next((mark for flag, mark in _MARKS.items() if flag in arguments), "not release")
    ours = ["-m", marks] if marks else []
    theirs = [argument for argument in arguments if argument not in _MARKS]
    few = any(".py" in argument for argument in theirs)
    if not few and not any(argument.startswith(_IN_ONE_PROCESS) for argument in theirs):
        ours += ["-n", str(WORKERS), "--dist", "worksteal"]
    return [*ours, *theirs]


if __name__ == "__main__":
    main(sys.argv[1:])
