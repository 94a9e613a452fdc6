"""Gives a person everything we keep about him, and forgets him when he asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..audit import Audit
from ..clock import Clock
from ..errors import CommunityError
from ..records import Models, changed_one
from .models import Member
from .service import MemberService


@dataclass(frozen=True)
class Section:
    """What one room keeps about a person: how to hand it out, how to forget it."""

    name: str
    export: Callable[[int], object]
    """Returns, for a member id, a value that JSON can carry."""
    erase: Callable[[int], None]
    """Forgets it, for a member id; called again it must do no harm."""


class Personal:
    """The registry of every room that keeps something about a person."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        members: MemberService,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self.session = session
        self.Member = models[Member]
        self.members = members
        self.audit = audit
        self.clock = clock
        self.sections: dict[str, Section] = {}
        self.add("audit", export=audit.export_personal, erase=audit.erase_personal)

    def add(
        self, name: str, *, export: Callable[[int], object], erase: Callable[[int], None]
    ) -> None:
        """Let a room take part under a name of its own."""
        if name in self.sections or name == "profile":
            raise CommunityError(f"two rooms export personal facts as {name!r}: rename one")
        self.sections[name] = Section(name, export, erase)

    def export(self, member_id: int) -> dict[str, object]:
        """Return all that is kept about a member, by section, ready for JSON."""
        found: dict[str, object] = {"profile": self._profile(member_id)}
        for section in self.sections.values():
            found[section.name] = section.export(member_id)
        return found

    def erase(self, member_id: int, *, actor_id: int | None) -> bool:
        """Forget a member in every room, in the order they were added.

        True if this call did it, False if he was erased before. Sums and
        opaque ids stay; nothing leads from them to the person any more. He may
        come back, as a new member.
        """
        member = self.members.get(member_id)
        mine = sa.update(self.Member).where(
            self.Member.id == member_id, self.Member.erased_at.is_(None)
        )
        if not changed_one(self._write(mine.values(erased_at=self.clock()))):
            return False
        for section in self.sections.values():
            section.erase(member_id)
        # Last, so that the rooms above could still reach the host's row.
        gone = sa.update(self.Member).where(self.Member.id == member_id)
        self._write(
            gone.values(
                host_id=None, locale=None, zone=None, quiet_from=None, quiet_until=None, mail=False
            )
        )
        self.session.refresh(member)
        self.audit.record(
            "member.erased",
            actor_id=actor_id,
            subject=f"member:{member_id}",
            details={"sections": list(self.sections)},
        )
        return True

    def _write(self, statement: sa.Update) -> sa.Result[Any]:
        return self.session.execute(statement.execution_options(synchronize_session=False))

    def _profile(self, member_id: int) -> dict[str, object]:
        member = self.members.get(member_id)
        wishes = asdict(self.members.preferences(member_id))
        return {
            "member": member_id,
            "name": self.members.name(member_id),
            "joined_at": member.joined_at.isoformat(),
            "preferences": {
                name: wish.isoformat() if hasattr(wish, "isoformat") else wish
                for name, wish in wishes.items()
            },
            "consents": [
                {"purpose": one.purpose, "granted": one.granted, "at": one.at.isoformat()}
                for one in self.members.consents(member_id)
            ],
        }
