"""Verbs of labels and communities: found, wear, leave, bind, admit, grant."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..audit import Audit
from ..clock import Clock
from ..errors import Conflict, Forbidden, NotFound, Refused
from ..i18n import gettext
from ..members.service import MemberService
from ..records import Models, Record, insert_once
from ..web import clean_text
from . import rules
from .models import Community, Label, LabelField, LabelProduct, Wearing
from .people import People
from .roles import Roles
from .rules import Remit, Size


class CommunityService:
    """Keeps labels, who wears them, their communities, and everybody's roles."""

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
        self.Label = models[Label]
        self.Wearing = models[Wearing]
        self.LabelProduct = models[LabelProduct]
        self.LabelField = models[LabelField]
        self.Community = models[Community]
        self.people = People(session=session, models=models, clock=clock)
        self.roles = Roles(
            session=session, models=models, clock=clock, members=members, audit=audit
        )

    # -- found and find --

    def found(
        self,
        founder_id: int,
        *,
        name: str,
        statement: str,
        field: str | None = None,
        admission: str = "open",
    ) -> Label:
        """Make a label and its community; the founder wears it and is its steward.

        Raises Refused for a text that does not fit, Conflict if there is a label
        of that name, differences of case and punctuation aside.
        """
        name = clean_text(name, name=gettext("The name"), most=rules.NAME_LENGTH)
        statement = clean_text(
            statement, name=gettext("The statement"), most=rules.STATEMENT_LENGTH
        )
        if admission not in rules.ADMISSIONS:
            raise Refused(gettext("Choose how people get in."), field="admission")
        label = self._new_label(founder_id, name, statement, self._field(field))
        values = {"label_id": label.id, "admission": admission, "house_rules": ""}
        community = self.Community(**values)
        self.session.add(community)
        self.session.flush()  # the role and the membership need its key
        scope = rules.community_scope(community.id)
        self.roles.give(founder_id, "steward", scope, granted_by=founder_id)
        self.people.join(community.id, founder_id, "in")
        self.wear(label.id, founder_id)
        self._note("label.founded", founder_id, community.id, label=label.id)
        return label

    def label(self, label_id: int) -> Label:
        """Return a label; raises NotFound."""
        found = self.session.get(self.Label, label_id)
        if found is None:
            raise NotFound(gettext("There is no such label."))
        return found

    def label_called(self, slug: str) -> Label:
        """Return the label with this slug; raises NotFound."""
        found = None
        if rules.slug_of(slug) == slug:  # what cannot be a slug, a database may refuse to read
            found = self.session.scalars(sa.select(self.Label).filter_by(slug=slug)).one_or_none()
        if found is None:
            raise NotFound(gettext("There is no such label."))
        return found

    def labels(self, *, before: int | None = None, limit: int = 30) -> Sequence[Label]:
        """Return labels, the newest first; `before` is the id of the last one seen."""
        newest = sa.select(self.Label).order_by(self.Label.id.desc()).limit(limit)
        if before is not None:
            newest = newest.where(self.Label.id < before)
        return self.session.scalars(newest).all()

    def labels_of(
        self, member_id: int, states: Collection[str] = ("wears", "aspires")
    ) -> Sequence[Label]:
        """Return the labels a member stands to in one of these ways, by name."""
        mine = (
            sa.select(self.Label)
            .join(self.Wearing, self.Wearing.label_id == self.Label.id)
            .where(self.Wearing.member_id == member_id, self.Wearing.state.in_(states))
        )
        return self.session.scalars(mine.order_by(self.Label.name, self.Label.id)).all()

    def labels_of_product(self, product_id: int, field: str | None = None) -> Sequence[Label]:
        """Return the labels a product belongs to, by itself or through its field."""
        bound = sa.select(self.LabelProduct.label_id).filter_by(product_id=product_id)
        through_field = sa.select(self.LabelField.label_id).filter_by(field=field)
        belongs = sa.or_(self.Label.id.in_(bound), self.Label.id.in_(through_field))
        found = sa.select(self.Label).where(belongs).order_by(self.Label.id)
        return self.session.scalars(found).all()

    def products_of(self, label_id: int) -> Sequence[int]:
        """Return the ids of the products bound to a label."""
        bound = sa.select(self.LabelProduct.product_id).filter_by(label_id=label_id)
        return self.session.scalars(bound.order_by(self.LabelProduct.id)).all()

    def fields_of(self, label_id: int) -> Sequence[str]:
        """Return the fields bound to a label."""
        bound = sa.select(self.LabelField.field).filter_by(label_id=label_id)
        return self.session.scalars(bound.order_by(self.LabelField.id)).all()

    def reach_of(self, label_id: int) -> tuple[Sequence[int], Sequence[str]]:
        """Return the products a label is about, and the fields: its own among them."""
        own = self.label(label_id).field
        return self.products_of(label_id), [*self.fields_of(label_id), *([own] if own else [])]

    def community(self, community_id: int) -> Community:
        """Return a community; raises NotFound."""
        found = self.session.get(self.Community, community_id)
        if found is None:
            raise NotFound(gettext("There is no such community."))
        return found

    def community_of(self, label_id: int) -> Community:
        """Return the community of a label."""
        return self.session.scalars(sa.select(self.Community).filter_by(label_id=label_id)).one()

    def size(self, label_id: int) -> Size:
        """Return how many wear a label and how many would like to."""
        return self.people.sizes((label_id,))[label_id]

    # -- wear --

    def wear(self, label_id: int, member_id: int, *, source: str = "self") -> None:
        """Let a member wear a label; he enters its community if it is open."""
        self._stand(label_id, member_id, "wears", source)

    def aspire(self, label_id: int, member_id: int, *, source: str = "self") -> None:
        """Note that a member would like to wear a label."""
        self._stand(label_id, member_id, "aspires", source)

    def mute(self, label_id: int, member_id: int) -> None:
        """Keep a label out of a member's sight; he leaves its community."""
        self._stand(label_id, member_id, "muted", "self")

    def leave(self, label_id: int, member_id: int) -> None:
        """Take a label off, or no longer aspire to or mute it; nothing happens to a stranger."""
        if self.standing(label_id, member_id) is not None:
            self._stand(label_id, member_id, "left", "self")

    def standing(self, label_id: int, member_id: int) -> str | None:
        """Return how a member stands to a label (`wears aspires muted left`), None if never."""
        return self.people.standing(label_id, member_id)

    # -- communities --

    def is_inside(self, community_id: int, member_id: int) -> bool:
        """Tell whether a member is in a community."""
        return self.people.membership(community_id, member_id) == "in"

    def admit(self, community_id: int, member_id: int, *, actor_id: int) -> None:
        """Let a member into a community, asked or invited; raises Forbidden."""
        self._require_steward(actor_id, community_id)
        self.members.get(member_id)
        self.people.join(self.community(community_id).id, member_id, "in")
        self._note("community.admitted", actor_id, community_id, member=member_id)

    def bind_product(self, label_id: int, product_id: int, *, actor_id: int) -> bool:
        """Let a product belong to a label; False if it does. Raises Forbidden."""
        return self._bind(self.LabelProduct, label_id, actor_id, product_id=product_id)

    def bind_field(self, label_id: int, field: str, *, actor_id: int) -> bool:
        """Let every product of a field belong to a label; False if they do. Raises Forbidden."""
        wanted = self._field(field)
        if wanted is None:
            raise Refused(gettext("Name a field."), field="field")
        return self._bind(self.LabelField, label_id, actor_id, field=wanted)

    # -- roles --

    def roles_of(
        self, member_id: int, host_roles: Collection[str], *, scopes: Collection[str] = ()
    ) -> frozenset[str]:
        """Return the roles of a member, see `Roles.of`."""
        return self.roles.of(member_id, host_roles, scopes=scopes)

    def remit_of(self, member_id: int) -> Remit:
        """Return what a member may moderate, see `Roles.remit`; raises Forbidden."""
        return self.roles.remit(member_id)

    def steers(self, member_id: int, community_id: int) -> bool:
        """Tell whether a member is a steward of a community, or owns the shop."""
        scopes = (rules.community_scope(community_id),)
        held = self.roles.of(member_id, self.members.host_roles(member_id), scopes=scopes)
        return not held.isdisjoint({"steward", "owner"})

    # -- a person's own --

    def export(self, member_id: int) -> dict[str, object]:
        """Return all that is kept here about a member, ready for JSON."""
        return {
            "labels": self.people.export(member_id),
            "roles": [
                {"role": one.role, "scope": one.scope, "at": one.granted_at.isoformat()}
                for one in self.roles.grants_of(member_id)
            ],
        }

    def erase(self, member_id: int) -> None:
        """Take a member out of every label, community and role; his opaque steps stay."""
        for label in self.labels_of(member_id, ("wears", "aspires", "muted")):
            self.leave(label.id, member_id)
        self.roles.take_all(member_id)

    # -- below --

    def _new_label(self, founder_id: int, name: str, statement: str, field: str | None) -> Label:
        slug = rules.slug_of(name)
        if not slug:
            raise Refused(gettext("The name needs a letter or a digit."), field="name")
        values = {
            "slug": slug,
            "name": name,
            "statement": statement,
            "field": field,
            "founder_id": founder_id,
            "founded_at": self.clock(),
        }
        if not insert_once(self.session, self.Label, values, on=("slug",)):
            raise Conflict(gettext("There is a label of that name already."), slug=slug)
        return self.label_called(slug)

    @staticmethod
    def _field(field: str | None) -> str | None:
        most = rules.FIELD_LENGTH
        return clean_text(field or "", name=gettext("The field"), most=most, least=0) or None

    def _stand(self, label_id: int, member_id: int, state: str, source: str) -> None:
        label = self.label(label_id)
        if source not in rules.SOURCES:
            raise Refused(gettext("Nobody wears a label for that reason."), source=source)
        if not self.people.step(label.id, member_id, state, source):
            return
        community = self.community_of(label.id)
        if state in ("muted", "left"):
            self.people.go_out(community.id, member_id)
        elif (entry := rules.entry(community.admission)) is not None:
            self.people.join(community.id, member_id, entry)

    def _bind(self, kind: type[Record], label_id: int, actor_id: int, **what: Any) -> bool:
        label = self.label(label_id)
        community = self.community_of(label.id)
        self._require_steward(actor_id, community.id)
        values = {"label_id": label.id, **what, "bound_by": actor_id, "bound_at": self.clock()}
        if not insert_once(self.session, kind, values, on=("label_id", *what)):
            return False
        self._note("label.bound", actor_id, community.id, label=label.id, **what)
        return True

    def _require_steward(self, actor_id: int, community_id: int) -> None:
        if not self.steers(actor_id, community_id):
            raise Forbidden(gettext("Only a steward of this community may do that."))

    def _note(self, action: str, actor_id: int, community_id: int, **details: Any) -> None:
        subject = f"community:{community_id}"
        self.audit.record(action, actor_id=actor_id, subject=subject, details=details)
