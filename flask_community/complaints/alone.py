"""Who has nobody to ask for a second yes, and how he proves that it is he."""

from __future__ import annotations

from typing import Any, Protocol

from ..communities.rules import MODERATING, SHOP_WIDE, Remit, field_scope
from ..communities.service import CommunityService
from ..hooks import HostHooks


class Rooms(Protocol):
    """What this needs of the services of one request."""

    @property
    def communities(self) -> CommunityService:
        """Who moderates what."""


def is_alone(rooms: Rooms, remit: Remit, field: str | None) -> bool:
    """Tell whether the owner knows of nobody else who could confirm what he decided.

    Roles that the shop itself gives cannot be listed, so that only the owner is
    ever taken for alone.
    """
    scopes = {SHOP_WIDE, *([field_scope(field)] if field else [])}
    others = [
        one
        for one in rooms.communities.roles.grants()
        if one.member_id != remit.member_id and one.scope in scopes and one.role in MODERATING
    ]
    return remit.owns and not others


def proof_of_identity(hooks: HostHooks) -> Any | None:
    """Return None if who asks has just proved who he is, else the shop's answer.

    A shop without the hook has no way to ask; then the day's delay is what is left.
    """
    return hooks.require_fresh() if hooks.provides("require_fresh") else None
