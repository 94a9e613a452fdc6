"""Tables of labels, of who wears them, of communities, of greetings and of roles."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy import orm

from ..records import Record, UtcDateTime, check, exact_text, index, key, ref, unique

_STATES = "state IN ('wears', 'aspires', 'muted', 'left')"


class Label(Record):
    """An attitude that people can wear, and the field of expertise it belongs to."""

    __tablename__ = "community_label"
    rules = (unique("slug"), index("field"))

    id: orm.Mapped[int] = key()
    slug: orm.Mapped[str] = orm.mapped_column(exact_text(80))
    name: orm.Mapped[str] = orm.mapped_column(sa.String(60))
    statement: orm.Mapped[str] = orm.mapped_column(sa.String(280))
    field: orm.Mapped[str | None] = orm.mapped_column(sa.String(80))
    founder_id: orm.Mapped[int] = ref("community_member")
    founded_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


class Wearing(Record):
    """How a member stands to a label now: `wears`, `aspires`, `muted` or `left`."""

    __tablename__ = "community_wearing"
    rules = (
        unique("label_id", "member_id"),
        index("label_id", "state"),
        index("member_id", "state"),
        check("state", _STATES),
    )

    id: orm.Mapped[int] = key()
    label_id: orm.Mapped[int] = ref("community_label")
    member_id: orm.Mapped[int] = ref("community_member")
    state: orm.Mapped[str] = orm.mapped_column(sa.String(8))
    source: orm.Mapped[str] = orm.mapped_column(sa.String(8))
    """What made it so: `self`, `purchase`, `invite` or `import`."""
    since: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


class WearingChange(Record):
    """One step of a member towards a label or away from it; never changed again."""

    __tablename__ = "community_wearing_change"
    rules = (index("label_id", "member_id", "id"), index("member_id"), check("state", _STATES))

    id: orm.Mapped[int] = key()
    label_id: orm.Mapped[int] = ref("community_label")
    member_id: orm.Mapped[int] = ref("community_member")
    state: orm.Mapped[str] = orm.mapped_column(sa.String(8))
    source: orm.Mapped[str] = orm.mapped_column(sa.String(8))
    at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


class LabelProduct(Record):
    """A product that belongs to a label: whoever keeps it has bought into the label."""

    __tablename__ = "community_label_product"
    rules = (unique("label_id", "product_id"), index("product_id"))

    id: orm.Mapped[int] = key()
    label_id: orm.Mapped[int] = ref("community_label")
    product_id: orm.Mapped[int] = ref("community_product")
    bound_by: orm.Mapped[int] = ref("community_member")
    bound_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


class LabelField(Record):
    """A field of which every product belongs to a label."""

    __tablename__ = "community_label_field"
    rules = (unique("label_id", "field"), index("field"))

    id: orm.Mapped[int] = key()
    label_id: orm.Mapped[int] = ref("community_label")
    field: orm.Mapped[str] = orm.mapped_column(sa.String(80))
    bound_by: orm.Mapped[int] = ref("community_member")
    bound_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


class Community(Record):
    """The place of a label, and how one gets in: `open`, `request` or `invite`."""

    __tablename__ = "community_community"
    rules = (
        unique("label_id"),
        check("admission", "admission IN ('open', 'request', 'invite')"),
    )

    id: orm.Mapped[int] = key()
    label_id: orm.Mapped[int] = ref("community_label")
    admission: orm.Mapped[str] = orm.mapped_column(sa.String(8))
    house_rules: orm.Mapped[str] = orm.mapped_column(sa.Text)
    """What its stewards ask of everybody, as Markdown; may be empty."""
    archived_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)


class Membership(Record):
    """Whether a member is `in` a community, has `asked`, or has gone `out`."""

    __tablename__ = "community_membership"
    rules = (
        unique("community_id", "member_id"),
        index("member_id", "state"),
        check("state", "state IN ('in', 'asked', 'out')"),
    )

    id: orm.Mapped[int] = key()
    community_id: orm.Mapped[int] = ref("community_community")
    member_id: orm.Mapped[int] = ref("community_member")
    state: orm.Mapped[str] = orm.mapped_column(sa.String(8))
    since: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


class RoleGrant(Record):
    """A role that the shop gave a member: everywhere, in one community, or in one field."""

    __tablename__ = "community_role_grant"
    rules = (unique("member_id", "role", "scope"), index("role", "scope"))

    id: orm.Mapped[int] = key()
    member_id: orm.Mapped[int] = ref("community_member")
    role: orm.Mapped[str] = orm.mapped_column(sa.String(12))
    scope: orm.Mapped[str] = orm.mapped_column(exact_text(100))
    """Empty for the whole shop, else `community:<id>` or `field:<slug>`."""
    granted_by: orm.Mapped[int | None] = ref("community_member")
    """Member who gave it; None for the operator at the command line."""
    granted_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    revoked_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)


class Greeting(Record):
    """That somebody of a community said hello to a newcomer: once, by whoever was first."""

    __tablename__ = "community_greeting"
    rules = (unique("community_id", "member_id"), index("member_id"), index("by_id"))

    id: orm.Mapped[int] = key()
    community_id: orm.Mapped[int] = ref("community_community")
    member_id: orm.Mapped[int] = ref("community_member")
    by_id: orm.Mapped[int] = ref("community_member")
    at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


TABLES: tuple[type[Record], ...] = (
    Label,
    Wearing,
    WearingChange,
    LabelProduct,
    LabelField,
    Community,
    Membership,
    RoleGrant,
    Greeting,
)
