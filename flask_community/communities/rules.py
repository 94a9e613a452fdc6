"""What a label, a community and a role may be: names, states, scopes."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

NAME_LENGTH = 60
STATEMENT_LENGTH = 280
HOUSE_RULES_LENGTH = 5_000
FIELD_LENGTH = 80
SLUG_LENGTH = 80

ADMISSIONS = ("open", "request", "invite")
STATES = ("wears", "aspires", "muted", "left")
SOURCES = ("self", "purchase", "invite", "import")

HOST_ROLES = frozenset({"member", "moderator", "lead", "seller", "owner"})
"""What a shop may say of a person; it holds everywhere."""

SHOP_WIDE = ""
"""Scope of a role that holds everywhere."""

SCOPES = {
    "greeter": {"community"},
    "steward": {"community"},
    "moderator": {SHOP_WIDE, "community", "field"},
    "lead": {SHOP_WIDE},
    "owner": {SHOP_WIDE},
}
"""Where a role that is given can hold. Everybody is a member; only the shop knows who sells."""

MODERATING = frozenset({"moderator", "lead", "owner"})
"""Roles that open the desk."""


HOSTS = frozenset({"greeter", "steward", "owner"})
"""Roles that newcomers and posts without an answer are shown to first."""

NEW_FOR = dt.timedelta(days=14)
"""How long somebody is new in a community."""


def may_greet(roles: Collection[str], *, is_inside: bool) -> bool:
    """Tell whether one with these roles in a community says hello there: its hosts and wearers."""
    return is_inside or not HOSTS.isdisjoint(roles)


@dataclass(frozen=True)
class Remit:
    """What a member may moderate: everything, or what lies in his fields and communities."""

    member_id: int
    everywhere: bool = False
    owns: bool = False
    """Whether the shop is his."""
    fields: frozenset[str] = frozenset()
    communities: frozenset[int] = frozenset()

    def covers(self, field: str | None, community_id: int | None = None) -> bool:
        """Tell whether something of this field or community is his to moderate."""
        return self.everywhere or field in self.fields or community_id in self.communities


def remit_of(member_id: int, held: Collection[tuple[str, str]]) -> Remit | None:
    """Return the remit that comes with these (role, scope), None if no role moderates."""
    scopes = {scope for role, scope in held if role in MODERATING}
    if not scopes:
        return None
    named = [scope.partition(":") for scope in scopes]
    return Remit(
        member_id,
        everywhere=SHOP_WIDE in scopes,
        owns=("owner", SHOP_WIDE) in held,
        fields=frozenset(name for kind, _, name in named if kind == "field"),
        communities=frozenset(int(name) for kind, _, name in named if kind == "community"),
    )


@dataclass(frozen=True)
class Size:
    """How many people a label reaches."""

    wears: int = 0
    aspires: int = 0

    @property
    def base(self) -> int:
        """Everybody who wears the label or would like to."""
        return self.wears + self.aspires


def slug_of(name: str) -> str:
    """Return the part of a path that names a label: letters of any script, digits, hyphens.

    Names that differ only in case, width or punctuation share a slug, so that
    no label can pass for another one that way. Empty if no letter is left.
    """
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" else "-" for c in text)
    return re.sub("-+", "-", kept)[:SLUG_LENGTH].strip("-")


def entry(admission: str) -> str | None:
    """Return the membership that comes with wearing a label; None if only stewards let in."""
    return {"open": "in", "request": "asked"}.get(admission)


def community_scope(community_id: int) -> str:
    """Return the scope of a role that holds in one community."""
    return f"community:{community_id}"


def field_scope(field: str) -> str:
    """Return the scope of a role that holds in one field of expertise."""
    return f"field:{field}"


def is_scope(scope: str) -> bool:
    """Tell whether `scope` names the shop, a community or a field."""
    kind, _, name = scope.partition(":")
    if kind == "community":
        return re.fullmatch(r"[1-9][0-9]{0,17}", name) is not None
    return scope == SHOP_WIDE or (kind == "field" and 0 < len(name) <= FIELD_LENGTH)


def can_give(role: str, scope: str) -> bool:
    """Tell whether a role can be given to hold in `scope`."""
    return is_scope(scope) and scope.partition(":")[0] in SCOPES.get(role, ())
