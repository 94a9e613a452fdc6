"""What the people of the seed say and share, and what goes wrong; read from stories.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .people import BY_SLUG, Person
from .texts import read


@dataclass(frozen=True, kw_only=True)
class Label:
    """An attitude, who voiced it, and what belongs to it."""

    name: str
    statement: str
    founder: Person
    days: int
    products: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Story:
    """An experience with something that was bought and delivered."""

    writer: Person
    sku: str
    days: int
    mood: str
    """What most readers find of it: `useful`, `fun` or `touching`."""
    title: str
    body: str
    label: str | None = None
    """The label it is told to; None tells it to the whole shop."""
    bought: int | None = None
    """Days before today; two to four weeks before it is told, if nothing else is said."""
    pieces: int = 1


@dataclass(frozen=True, kw_only=True)
class Report:
    """What one buyer says is wrong."""

    writer: Person
    days: int
    reason: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Reports about one batch, and what the desk made of them."""

    sku: str
    batch: str
    reports: tuple[Report, ...]
    title: str = ""
    reason: str = ""
    heard: str = ""
    decision: str = ""
    letter: str = ""
    question: str = ""


@dataclass(frozen=True, kw_only=True)
class Share:
    """A link of one member, how many opened it, and which friends bought that way."""

    who: Person
    days: int
    visits: int
    friends: tuple[tuple[Person, int, str], ...]
    """Who, how many days before today, and whether he kept it: `keep` or `refund`."""
    sku: str | None = None
    story: str | None = None
    label: str | None = None
    line: str = ""
    """What the sharer says under the link."""


def _story(told: Mapping[str, Any]) -> Story:
    text = {"writer": BY_SLUG[told["writer"]], "body": told["body"].strip()}
    return Story(**{**told, **text})


def _trouble(told: Mapping[str, Any]) -> Trouble:
    known = {name: text for name, text in told.items() if name in Trouble.__annotations__}
    reports = told.get("report") or [{name: told[name] for name in Report.__annotations__}]
    found = tuple(Report(**{**one, "writer": BY_SLUG[one["writer"]]}) for one in reports)
    return Trouble(**{**known, "reports": found, "letter": told.get("letter", "").strip()})


def _share(told: Mapping[str, Any]) -> Share:
    friends = tuple(
        (BY_SLUG[slug], days, *(fate or ["keep"])) for slug, days, *fate in told["friends"]
    )
    return Share(**{**told, "who": BY_SLUG[told["who"]], "friends": friends})


_TOLD = read("stories")

LABELS = tuple(
    Label(**{**one, "founder": BY_SLUG[one["founder"]], "products": tuple(one["products"])})
    for one in _TOLD["label"]
)
STORIES = tuple(_story(one) for one in _TOLD["story"])
BREWING = _trouble(_TOLD["trouble"])
"""Reports about one batch that nobody has gathered yet."""
OPEN_CASE, OLD_CASE = _trouble(_TOLD["open_case"]), _trouble(_TOLD["old_case"])
ASKED = _trouble(_TOLD["asked"])
"""A complaint that waits for its customer."""
SHARES = tuple(_share(one) for one in _TOLD["share"])
