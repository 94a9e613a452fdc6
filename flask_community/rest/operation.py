"""One operation of the API: where it is, who may, what goes in, what comes out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal

from .fields import AskedWhole, Text, Wire

ANYBODY: Final = "anybody"
MEMBER: Final = "member"
DESK: Final = "desk"
OWNER: Final = "owner"
"""Who may: for the desk the view itself asks for the remit, as the pages do."""

Who = Literal["anybody", "member", "desk", "owner"]

View = Callable[..., Any]
"""Does what is asked: gets the parts of the path, the query, the body and
`member_id` by name, returns what the schema of the answer can read."""

TEXTS = frozenset({"slug", "key", "kind", "field", "token"})
"""Parts of a path that are words; every other one is a number."""

MOST = 100
"""The longest page of a list."""

_PART = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and the place where the next ones begin."""

    rows: Sequence[Any]
    place: Sequence[int] | None
    """Whole numbers that only the list itself understands; None at the end."""


def page(rows: Sequence[Any], limit: int, place: Callable[[Any], Sequence[int]]) -> Page:
    """Return the first `limit` of rows, of which one more was asked for than is shown."""
    shown = rows[:limit]
    return Page(shown, place(shown[-1]) if len(rows) > limit else None)


class ListQuery(Wire):
    """Which part of a list."""

    cursor = Text(most=1000)
    limit = AskedWhole(low=1, high=MOST)


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What `Api.add` is told; the docstring of the view describes it to readers."""

    method: str
    rule: str
    """Path below the API's prefix, parts in braces: `/posts/{id}`."""
    view: View
    name: str
    who: Who = MEMBER
    query: Wire | None = None
    body: Wire | None = None
    answer: Wire | None = None
    """None answers 204."""
    is_list: bool = False
    status: int = 200
    at: str | None = None
    """Name of the operation that shows what this one made, for Location."""
    key: Literal["", "optional", "required"] = ""
    """Whether the request may, or must, carry an Idempotency-Key."""
    guards: str | None = None
    """Name of the operation whose ETag must be in If-Match."""
    uploads: bool = False
    """Whether the body may bring pictures, and so be long."""
    limit: str | None = None
    """The action of COMMUNITY_RATE_LIMITS that this counts as."""
    first: Callable[[], None] | None = None
    """Asked before anything is done, and raises if it must not be done."""
    refuses: tuple[int, ...] = field(default=())
    """Statuses of problems beside the usual ones."""

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The names in the path."""
        return tuple(_PART.findall(self.rule))

    @property
    def flask_rule(self) -> str:
        """The path as Flask writes it; numbers are texts here, and read by `number()`."""
        return _PART.sub(lambda part: _CONVERTERS.get(part[1], f"<{part[1]}>"), self.rule)

    @property
    def is_read(self) -> bool:
        """Tell whether it changes nothing."""
        return self.method == "GET"

    @property
    def is_tagged(self) -> bool:
        """Tell whether its answer carries an ETag."""
        return self.is_read and not self.is_list

    def problems(self) -> list[int]:
        """Return the status of every problem that it may answer with."""
        found = {*self.refuses, 422, 503}
        found |= {404} if self.parts else set()
        found |= {401} if self.who != ANYBODY else set()
        found |= {403} if self.who in (DESK, OWNER) else set()
        found |= set() if self.is_read else {400, 403, 409, 413, 415}
        found |= {429} if self.limit else set()
        found |= {412, 428} if self.guards else set()
        return sorted(found)


_CONVERTERS = {"key": "<path:key>"}
"""A shop's own keys may hold a slash."""
