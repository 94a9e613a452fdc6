"""Has the shop ask who takes rewards to prove once more who he is, if it wants that."""

from __future__ import annotations

from typing import Any

from flask import make_response

from ..errors import ProofNeeded
from ..hooks import HostHooks


def ask(hooks: HostHooks) -> Any | None:
    """Return what the shop sends to get a fresh proof; None if it needs none."""
    return hooks.require_fresh() if hooks.provides("require_fresh") else None


def demand(hooks: HostHooks) -> None:
    """Raise ProofNeeded if a fresh proof is missing, with the address where it is given."""
    if (answer := ask(hooks)) is not None:
        raise ProofNeeded(location=make_response(answer).location)
