"""Who sends a request, as far as the pages want to know."""

from __future__ import annotations

from typing import Any, Protocol

from ..errors import Refused


class Unauthenticated(Refused):
    """Please sign in first."""

    status = 401


class Caller(Protocol):
    """Who sends this request; supplied by the composition root."""

    def member_key(self) -> Any | None:
        """Return the host key of the signed-in member, or None; no query of ours."""

    def member_id(self) -> int | None:
        """Return our id of the signed-in member if he is known here already."""

    def ensure_member_id(self) -> int | None:
        """Return our id of the signed-in member, made known if need be."""

    def roles(self, member_id: int) -> frozenset[str]:
        """Return every role this member has, the host's and ours."""
