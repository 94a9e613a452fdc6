"""Verbs of members: who is who, what he agreed to, how he wants to be spoken to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..errors import NotFound
from ..host import HostModels
from ..i18n import gettext
from ..records import Models, find_or_insert
from .models import Consent, Member
from .rules import Preferences, ShownName

_AT_ONCE = 500
"""Keys in one IN list: below every database's limit of bound values."""


class MemberService:
    """Leads from host keys to members and back, and keeps what they chose."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        host: HostModels,
        clock: Clock,
        face: Callable[[Any], str | None] = lambda _: None,
    ) -> None:
        self.session = session
        self.Member = models[Member]
        self.Consent = models[Consent]
        self.host = host
        self.clock = clock
        self._face = face

    def of(self, host_key: Any) -> Member:
        """Return the member behind a host key, made at first contact."""
        return find_or_insert(
            self.session, self.Member, {"host_id": host_key}, {"joined_at": self.clock()}
        )

    def find(self, host_key: Any) -> Member | None:
        """Return the member behind a host key, or None if we never met."""
        if host_key is None:
            return None
        return self.session.scalars(
            sa.select(self.Member).filter_by(host_id=host_key)
        ).one_or_none()

    def get(self, member_id: int) -> Member:
        """Return a member, erased ones too; raises NotFound."""
        member = self.session.get(self.Member, member_id)
        if member is None:
            raise NotFound(gettext("There is no such member."), member=member_id)
        return member

    def host_key(self, member_id: int) -> Any | None:
        """Return the key of the host's row, or None once the member is erased."""
        return self.get(member_id).host_id

    def host_object(self, member_id: int) -> Any | None:
        """Return the host's own object, or None if it is gone."""
        return self.host.member.load(self.session, self.host_key(member_id))

    def host_roles(self, member_id: int) -> frozenset[str]:
        """Return the roles the host gives this person; none to one who is gone."""
        person = self.host_object(member_id)
        return frozenset() if person is None else self.host.member_roles(person)

    def language(self, member_id: int) -> str | None:
        """Return the tag of the language a member reads: his choice here, or what the shop says."""
        chosen = self.get(member_id).locale
        if chosen is not None or not self.host.knows_languages:
            return chosen
        person = self.host_object(member_id)
        return None if person is None else self.host.member_language(person)

    def name(self, member_id: int) -> str:
        """Return the name that others see, in words for one who is gone."""
        return self.names((member_id,))[member_id]

    def names(self, member_ids: Iterable[int]) -> dict[int, str]:
        """Return the names that others see, by member id, in two queries for a page of them.

        Each is a `ShownName`: the picture that goes with it needs no query more.
        """
        wanted = sorted(set(member_ids))
        names: dict[int, str] = dict.fromkeys(wanted, ShownName(gettext("Former member")))
        for start in range(0, len(wanted), _AT_ONCE):
            names.update(self._living_names(wanted[start : start + _AT_ONCE]))
        return names

    def grant(self, member_id: int, purpose: str) -> None:
        """Note that a member agrees to `purpose` (at most 40 characters)."""
        self._answer(member_id, purpose, granted=True)

    def withdraw(self, member_id: int, purpose: str) -> None:
        """Note that a member no longer agrees to `purpose`."""
        self._answer(member_id, purpose, granted=False)

    def has_consent(self, member_id: int, purpose: str) -> bool:
        """Tell whether a member agrees to `purpose` now."""
        newest = (
            sa.select(self.Consent.granted)
            .filter_by(member_id=member_id, purpose=purpose)
            .order_by(self.Consent.id.desc())
            .limit(1)
        )
        return bool(self.session.scalar(newest))

    def consents(self, member_id: int) -> Sequence[Consent]:
        """Return every yes and no of a member, oldest first."""
        answers = sa.select(self.Consent).filter_by(member_id=member_id)
        return self.session.scalars(answers.order_by(self.Consent.id)).all()

    def preferences(self, member_id: int) -> Preferences:
        """Return how a member wants to be spoken to."""
        row = self.get(member_id)
        return Preferences(
            locale=row.locale,
            zone=row.zone,
            mail=row.mail,
            quiet_from=row.quiet_from,
            quiet_until=row.quiet_until,
        )

    def prefer(self, member_id: int, wish: Preferences) -> None:
        """Keep how a member wants to be spoken to from now on."""
        row = self.get(member_id)
        row.locale, row.zone, row.mail = wish.locale, wish.zone, wish.mail
        row.quiet_from, row.quiet_until = wish.quiet_from, wish.quiet_until
        self.session.flush()

    def _answer(self, member_id: int, purpose: str, *, granted: bool) -> None:
        # Two answers at once both stand in the history and the later one
        # counts, so nothing here needs guarding.
        if self.has_consent(member_id, purpose) != granted:
            self.session.add(
                self.Consent(member_id=member_id, purpose=purpose, granted=granted, at=self.clock())
            )
            self.session.flush()

    def _living_names(self, member_ids: Sequence[int]) -> dict[int, ShownName]:
        person, key = self.host.member.cls, self.host.member.key
        keys = sa.select(self.Member.id, self.Member.host_id).where(
            self.Member.id.in_(member_ids), self.Member.host_id.is_not(None)
        )
        owners = {host_key: member_id for member_id, host_key in self.session.execute(keys)}
        people = self.session.scalars(sa.select(person).where(key.in_(owners)))
        return {owners[self.host.member.key_of(one)]: self._shown(one) for one in people}

    def _shown(self, person: Any) -> ShownName:
        return ShownName(self.host.member_name(person), self._face(person))
