"""The tables of referral: links, visits, touches, conversions, attributions, pauses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped

from ..records import (
    BigKey,
    JsonText,
    Record,
    UtcDateTime,
    check,
    exact_text,
    index,
    key,
    ref,
    unique,
)


class Link(Record):
    """A member's way of sharing one target; its token is signed from the id."""

    __tablename__ = "community_link"
    rules = (
        unique("live_key"),
        index("sharer_id", "made_at"),
        index("product_id"),
        index("post_id"),
        check("target", "coalesce(product_id, post_id, community_id) IS NOT NULL"),
    )

    id: Mapped[int] = key()
    sharer_id: Mapped[int] = ref("community_member")
    product_id: Mapped[int | None] = ref("community_product", nullable=True)
    """What the link sells; a link to a post carries here the product it tells of."""
    post_id: Mapped[int | None] = ref("community_post", nullable=True)
    community_id: Mapped[int | None] = ref("community_community", nullable=True)
    campaign: Mapped[str] = orm.mapped_column(exact_text(40), default="")
    name: Mapped[str] = orm.mapped_column(sa.String(60), default="")
    """What its sharer calls it; for his eyes."""
    line: Mapped[str] = orm.mapped_column(sa.String(140), default="")
    """What its sharer says to whoever follows it."""
    live_key: Mapped[str | None] = orm.mapped_column(exact_text(120))
    """Sharer, target and campaign while the link is live; empties when it ends,
    so that there is one live link of each and any number of ended ones."""
    made_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    rests_since: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    """Since when its sharer lets it rest; None while it leads on."""
    ended_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)


class Visit(Record):
    """One opening of a link: statistics, which no money hangs on, and no person in it."""

    __tablename__ = "community_visit"
    rules = (index("link_id", "at"),)

    id: Mapped[int] = key()
    link_id: Mapped[int] = ref("community_link")
    at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    kind: Mapped[int] = orm.mapped_column(sa.SmallInteger)
    """A `TouchKind`."""
    ineligible: Mapped[str | None] = orm.mapped_column(sa.String(20))
    """Why it was no touch, an `Ineligible`; None if it was one."""


class MemberTouch(Record):
    """A touch of an account: it met the link while signed in, or before on this device."""

    __tablename__ = "community_member_touch"
    rules = (unique("member_id", "link_id", "kind", "at"), index("member_id", "at"))

    id: Mapped[int] = key()
    member_id: Mapped[int] = ref("community_member")
    link_id: Mapped[int] = ref("community_link")
    kind: Mapped[int] = orm.mapped_column(sa.SmallInteger)
    at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


class Conversion(Record):
    """What was decided about the path of one order, once: the rule and the touches seen."""

    __tablename__ = "community_conversion"
    rules = (unique("order_id"),)

    id: Mapped[int] = key()
    order_id: Mapped[int] = ref("community_order")
    decided_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    touches: Mapped[list[dict[str, Any]]] = orm.mapped_column(JsonText)
    """Every touch that was seen, counted or not: `link`, `at`, `kind`."""
    rule: Mapped[dict[str, Any]] = orm.mapped_column(JsonText)
    """The rule as it was at that moment; see `rule_of()`."""
    rule_version: Mapped[str] = orm.mapped_column(sa.String(16))
    reason: Mapped[str | None] = orm.mapped_column(sa.String(40))
    """Why nobody is owed anything; None if somebody is."""


class Attribution(Record):
    """One link's part in an order; a part of nothing carries its reason."""

    __tablename__ = "community_attribution"
    rules = (
        unique("order_id", "link_id"),
        index("link_id"),
        index("sharer_id"),
        check("share", "share_bps BETWEEN 0 AND 10000"),
    )

    id: Mapped[int] = key()
    order_id: Mapped[int] = ref("community_order")
    link_id: Mapped[int] = ref("community_link")
    sharer_id: Mapped[int] = ref("community_member")
    share_bps: Mapped[int]
    source: Mapped[str] = orm.mapped_column(sa.String(10))
    """What it leans on, a `Source`."""
    kind: Mapped[int] = orm.mapped_column(sa.SmallInteger)
    touch_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    model: Mapped[str] = orm.mapped_column(sa.String(10))
    window_days: Mapped[int]
    reason: Mapped[str | None] = orm.mapped_column(sa.String(40))
    """Why this link is owed nothing; None if it is owed its share."""
    thanked_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    """When the buyer thanked its sharer, once."""


class Pause(Record):
    """Sharing of a product rests while a case is open."""

    __tablename__ = "community_pause"
    rules = (unique("case_id", "product_id", "batch"), index("product_id", "lifted_at"))

    id: Mapped[int] = key()
    product_id: Mapped[int] = ref("community_product")
    batch: Mapped[str] = orm.mapped_column(exact_text(190), default="")
    """The batch in question; empty for all of the product."""
    level: Mapped[str] = orm.mapped_column(sa.String(10))
    """A `PauseLevel`."""
    # No foreign key: a case is of an upper slice, which this one does not know.
    case_id: Mapped[int] = orm.mapped_column(BigKey)
    reason: Mapped[str] = orm.mapped_column(sa.String(500))
    paused_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    lifted_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)


TABLES: tuple[type[Record], ...] = (Link, Visit, MemberTouch, Conversion, Attribution, Pause)
