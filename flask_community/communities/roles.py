"""Who may do what: the one table of roles, everywhere, in a community or in a field."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..audit import Audit
from ..clock import Clock
from ..errors import Forbidden, Refused
from ..i18n import gettext
from ..members.service import MemberService
from ..records import Models, changed_one, insert_once
from . import rules
from .models import RoleGrant
from .rules import Remit


class Roles:
    """Gives roles, takes them back, and tells who has them; each change is audited."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        clock: Clock,
        members: MemberService,
        audit: Audit,
    ) -> None:
        self.session = session
        self.clock = clock
        self.members = members
        self.audit = audit
        self.RoleGrant = models[RoleGrant]

    def of(
        self, member_id: int, host_roles: Collection[str], *, scopes: Collection[str] = ()
    ) -> frozenset[str]:
        """Return the roles of a member that hold everywhere, and those in `scopes`.

        `host_roles` are what the shop says of him. A role given for one community
        or field counts only where that scope is asked for: see `community_scope`
        and `field_scope` in rules.
        """
        granted = sa.select(self.RoleGrant.role).where(
            self.RoleGrant.member_id == member_id,
            self.RoleGrant.scope.in_((rules.SHOP_WIDE, *scopes)),
            self.RoleGrant.revoked_at.is_(None),
        )
        given = rules.HOST_ROLES.intersection(host_roles)
        return given | frozenset(self.session.scalars(granted)) | {"member"}

    def remit(self, member_id: int) -> Remit:
        """Return what a member may moderate now; raises Forbidden if nothing.

        The one answer for pages and API alike, read anew for each request: a
        role that was taken back ends with it.
        """
        granted = sa.select(self.RoleGrant.role, self.RoleGrant.scope).where(
            self.RoleGrant.member_id == member_id, self.RoleGrant.revoked_at.is_(None)
        )
        held = [(row.role, row.scope) for row in self.session.execute(granted)]
        said = rules.HOST_ROLES.intersection(self.members.host_roles(member_id))
        remit = rules.remit_of(member_id, [*held, *((role, rules.SHOP_WIDE) for role in said)])
        if remit is None:
            raise Forbidden(gettext("You do not have the role for this page."))
        return remit

    def grants(self) -> Sequence[RoleGrant]:
        """Return every role that is given now, oldest first."""
        given = sa.select(self.RoleGrant).where(self.RoleGrant.revoked_at.is_(None))
        return self.session.scalars(given.order_by(self.RoleGrant.id)).all()

    def grants_of(self, member_id: int) -> Sequence[RoleGrant]:
        """Return every role a member was given, taken back or not, oldest first."""
        given = sa.select(self.RoleGrant).filter_by(member_id=member_id)
        return self.session.scalars(given.order_by(self.RoleGrant.id)).all()

    def grant(
        self, member_id: int, role: str, *, actor_id: int | None, scope: str = rules.SHOP_WIDE
    ) -> bool:
        """Give a role; False if he has it. `actor_id` is None at the command line.

        Raises Forbidden unless the actor owns the shop, Refused for a role that
        nobody can give or a scope that is none.
        """
        self._require_owner(actor_id)
        if not rules.can_give(role, scope):
            raise Refused(gettext("This role cannot be given."), role=role, scope=scope)
        self.members.get(member_id)
        if not self.give(member_id, role, scope, granted_by=actor_id):
            return False
        self._note("role.granted", actor_id, member_id, {"role": role, "scope": scope})
        return True

    def revoke(
        self, member_id: int, role: str, *, actor_id: int | None, scope: str = rules.SHOP_WIDE
    ) -> bool:
        """Take a role back; False if he does not have it. Raises Forbidden."""
        self._require_owner(actor_id)
        held = self._held(member_id).filter_by(role=role, scope=scope)
        if not changed_one(self._write(held.values(revoked_at=self.clock()))):
            return False
        self._note("role.revoked", actor_id, member_id, {"role": role, "scope": scope})
        return True

    def give(self, member_id: int, role: str, scope: str, *, granted_by: int | None) -> bool:
        """Give a role without asking who may; False if he has it. For our own services."""
        which = {"member_id": member_id, "role": role, "scope": scope}
        now = {"granted_by": granted_by, "granted_at": self.clock(), "revoked_at": None}
        known = sa.select(self.RoleGrant.id).filter_by(**which)
        if self.session.scalar(known) is None:
            return insert_once(self.session, self.RoleGrant, {**which, **now}, on=tuple(which))
        again = sa.update(self.RoleGrant).filter_by(**which)
        taken = again.where(self.RoleGrant.revoked_at.is_not(None))
        return changed_one(self._write(taken.values(**now)))

    def take_all(self, member_id: int) -> None:
        """Take every role from a member who goes."""
        self._write(self._held(member_id).values(revoked_at=self.clock()))

    def _held(self, member_id: int) -> sa.Update:
        mine = sa.update(self.RoleGrant).filter_by(member_id=member_id)
        return mine.where(self.RoleGrant.revoked_at.is_(None))

    def _require_owner(self, actor_id: int | None) -> None:
        if actor_id is None:
            return
        if "owner" not in self.of(actor_id, self.members.host_roles(actor_id)):
            raise Forbidden(gettext("Only the owner of the shop may do that."))

    def _note(
        self, action: str, actor_id: int | None, member_id: int, details: dict[str, Any]
    ) -> None:
        self.audit.record(action, actor_id=actor_id, subject=f"member:{member_id}", details=details)

    def _write(self, statement: sa.Update) -> sa.Result[Any]:
        return self.session.execute(statement.execution_options(synchronize_session=False))
