"""What an examination of a shop yields: one thing that is not as it should be, with its fix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask

from .site import Site


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is not as it should be."""

    code: str
    """Names the finding in docs/cli.md."""
    what: str
    fix: str
    """What to write, and where; or what to run."""
    advice: bool = False
    """Whether the shop may well leave it so: advice does not fail the command."""


Examination = Callable[[Flask, Site], Finding | None]
