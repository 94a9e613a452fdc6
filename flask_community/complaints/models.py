"""Tables of complaints, cases, remedies, and of the operations that carry one out."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped

from ..files.models import Picture
from ..orders.models import KEY_LENGTH, TITLE_LENGTH
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


class Complaint(Record):
    """Something is wrong with one line that a buyer got; his own thread."""

    __tablename__ = "community_complaint"
    rules = (
        unique("member_id", "line_id", "reason", "day"),
        index("product_id", "state", "id"),
        index("joined_case_id", "id"),
        check("severity", "severity BETWEEN 0 AND 2"),
    )

    id: Mapped[int] = key()
    member_id: Mapped[int] = ref("community_member")
    line_id: Mapped[int] = ref("community_order_line")
    product_id: Mapped[int] = ref("community_product")
    batch: Mapped[str | None] = orm.mapped_column(exact_text(KEY_LENGTH))
    variant: Mapped[str | None] = orm.mapped_column(sa.String(TITLE_LENGTH))
    field: Mapped[str | None] = orm.mapped_column(sa.String(80))
    """Field of the product, which says who may moderate it."""
    reason: Mapped[str] = orm.mapped_column(sa.String(20))
    text: Mapped[str] = orm.mapped_column(sa.Text)
    wish: Mapped[str | None] = orm.mapped_column(sa.String(20))
    severity: Mapped[int] = orm.mapped_column(sa.SmallInteger, default=0)
    """0 usual, 1 serious, 2 a danger to people."""
    state: Mapped[str] = orm.mapped_column(sa.String(20), default="received")
    day: Mapped[dt.date] = orm.mapped_column(sa.Date)
    """UTC day of filing: the same trouble sent twice in a day is one complaint."""
    joined_case_id: Mapped[int | None] = ref("community_case", nullable=True)
    filed_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    changed_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    next_due_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    """When the customer hears next, as promised to him."""
    mistaken: Mapped[bool] = orm.mapped_column(sa.Boolean, default=False)
    """Withdrawn because nothing was wrong after all; no longer counted."""
    link_nonce: Mapped[str | None] = orm.mapped_column(exact_text(18))
    """What its links must hold to open it; None once they have ended."""


class ComplaintEvent(Record):
    """One thing that happened to a complaint; its customer sees every one."""

    __tablename__ = "community_complaint_event"
    rules = (index("complaint_id", "id"),)

    id: Mapped[int] = key()
    complaint_id: Mapped[int] = ref("community_complaint")
    event: Mapped[str] = orm.mapped_column(sa.String(20))
    from_state: Mapped[str | None] = orm.mapped_column(sa.String(20))
    to_state: Mapped[str] = orm.mapped_column(sa.String(20))
    by: Mapped[str] = orm.mapped_column(sa.String(12))
    """`customer`, `moderator` or `system`."""
    actor_id: Mapped[int | None] = ref("community_member", nullable=True)
    text: Mapped[str | None] = orm.mapped_column(sa.Text)
    at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


class Evidence(Picture):
    """A picture of what is wrong; for its customer and for the desk only."""

    __tablename__ = "community_complaint_picture"
    rules = (unique("complaint_id", "slot"),)

    complaint_id: Mapped[int] = ref("community_complaint")


class Case(Record):
    """Complaints with one cause, decided together."""

    __tablename__ = "community_case"
    rules = (unique("candidate_key"), index("product_id", "state", "id"), index("state", "id"))

    id: Mapped[int] = key()
    candidate_key: Mapped[str | None] = orm.mapped_column(sa.String(80))
    """What customers took for one problem, while it is a candidate; then None, so
    that there is one candidate of each and any number of later cases."""
    product_id: Mapped[int] = ref("community_product")
    batch: Mapped[str | None] = orm.mapped_column(exact_text(KEY_LENGTH))
    """The one batch it is about; None for the whole product."""
    field: Mapped[str | None] = orm.mapped_column(sa.String(80))
    source: Mapped[str] = orm.mapped_column(sa.String(12))
    """Who raised it: `customer`, `moderator`, `detector` or `hazard`."""
    title: Mapped[str] = orm.mapped_column(sa.String(160))
    """Written by a moderator; the only words about it that members see."""
    state: Mapped[str] = orm.mapped_column(sa.String(20), default="candidate")
    severity: Mapped[int] = orm.mapped_column(sa.SmallInteger, default=0)
    explanation: Mapped[dict[str, Any]] = orm.mapped_column(JsonText, default=dict)
    """Why these complaints were taken for a group, as figures."""
    merged_into_id: Mapped[int | None] = ref("community_case", nullable=True)
    """The case that answers for it, once it is merged. Its pauses and holds stay its own
    and end with that one's: nothing is released, and nothing held twice, by a merge."""
    split_from_id: Mapped[int | None] = ref("community_case", nullable=True)
    created_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    changed_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    due_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    """Due when the earliest of its complaints is; joining never extends it."""


class CaseEvent(Record):
    """One thing that happened to a case; for the desk only."""

    __tablename__ = "community_case_event"
    rules = (index("case_id", "id"),)

    id: Mapped[int] = key()
    case_id: Mapped[int] = ref("community_case")
    event: Mapped[str] = orm.mapped_column(sa.String(20))
    from_state: Mapped[str | None] = orm.mapped_column(sa.String(20))
    to_state: Mapped[str] = orm.mapped_column(sa.String(20))
    by: Mapped[str] = orm.mapped_column(sa.String(12))
    actor_id: Mapped[int | None] = ref("community_member", nullable=True)
    text: Mapped[str | None] = orm.mapped_column(sa.Text)
    at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


class CaseMember(Record):
    """Where a complaint stands towards a case: suggested, joined, removed, merged or split.

    Whoever looks for groups reads human decisions here: `merged` in one case and
    `joined` in another says that they belong together, `split` that they do not.
    """

    __tablename__ = "community_case_member"
    rules = (unique("complaint_id", "case_id"), index("case_id", "state", "complaint_id"))

    id: Mapped[int] = key()
    complaint_id: Mapped[int] = ref("community_complaint")
    case_id: Mapped[int] = ref("community_case")
    origin: Mapped[str] = orm.mapped_column(sa.String(12))
    """Who said so first: `customer`, `detector` or `moderator`."""
    state: Mapped[str] = orm.mapped_column(sa.String(12))
    by_id: Mapped[int | None] = ref("community_member", nullable=True)
    at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


class Remedy(Record):
    """What a case was decided to be answered with; a later decision is a new version."""

    __tablename__ = "community_remedy"
    rules = (unique("case_id", "version"),)

    id: Mapped[int] = key()
    case_id: Mapped[int] = ref("community_case")
    version: Mapped[int] = orm.mapped_column(sa.Integer)
    kind: Mapped[str] = orm.mapped_column(sa.String(20))
    amount_rule: Mapped[str] = orm.mapped_column(sa.String(8))
    """`none`, `full` (the price paid), `bps` (a part of it) or `fixed` (minor units)."""
    amount_value: Mapped[int] = orm.mapped_column(BigKey, default=0)
    """Basis points or minor units; 0 where the rule needs no number."""
    currency: Mapped[str | None] = orm.mapped_column(sa.String(3))
    """Currency of a fixed amount; other rules take the order's."""
    letter: Mapped[str] = orm.mapped_column(sa.Text)
    language: Mapped[str | None] = orm.mapped_column(sa.String(35))
    """Tag of the language that the letter is written in, if it was said."""
    letters: Mapped[dict[str, str]] = orm.mapped_column(JsonText, default=dict)
    """The same letter in other languages, by tag."""
    reason: Mapped[str] = orm.mapped_column(sa.Text)
    """Why it was decided so; for the desk and the audit."""
    decided_by_id: Mapped[int] = ref("community_member")
    decided_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    confirmed_by_id: Mapped[int | None] = ref("community_member", nullable=True)
    """The second person, where the sum needs one."""
    confirmed_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    confirmed_sums: Mapped[dict[str, int] | None] = orm.mapped_column(JsonText)
    """Minor units by currency that the second person saw: a larger sum needs him again."""


class BulkOperation(Record):
    """One decision, carried out for everyone who was a member when it started."""

    __tablename__ = "community_bulk_operation"
    rules = (unique("key"), index("case_id", "id"))

    id: Mapped[int] = key()
    case_id: Mapped[int] = ref("community_case")
    remedy_id: Mapped[int] = ref("community_remedy")
    key: Mapped[str] = orm.mapped_column(sa.String(80))
    """Given by the sender of the decision: the same key again changes nothing."""
    params_hash: Mapped[str] = orm.mapped_column(sa.String(64))
    snapshot_hash: Mapped[str | None] = orm.mapped_column(sa.String(64))
    """SHA-256 of what is to be done for whom, frozen at the start."""
    created_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    start_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    """When it begins unless somebody stops it; None if nobody asked, or somebody did."""
    start_by_id: Mapped[int | None] = ref("community_member", nullable=True)
    started_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    finished_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)


class BulkItem(Record):
    """The remedy for one complaint, and what became of it."""

    __tablename__ = "community_bulk_item"
    rules = (
        unique("operation_id", "complaint_id"),
        unique("remedy_id", "line_id"),
        index("operation_id", "state", "id"),
        check("amount", "amount_minor >= 0"),
    )

    id: Mapped[int] = key()
    operation_id: Mapped[int] = ref("community_bulk_operation")
    complaint_id: Mapped[int] = ref("community_complaint")
    remedy_id: Mapped[int] = ref("community_remedy")
    line_id: Mapped[int | None] = ref("community_order_line", nullable=True)
    """The line it is carried out for, once per remedy; None if skipped at the start."""
    state: Mapped[str] = orm.mapped_column(sa.String(8), default="pending")
    """`pending`, `leased`, `done`, `skipped` or `failed`."""
    amount_minor: Mapped[int] = orm.mapped_column(BigKey, default=0)
    currency: Mapped[str] = orm.mapped_column(sa.String(3))
    remedy_key: Mapped[str] = orm.mapped_column(sa.String(80))
    """What the shop's hook is given, the same at every attempt."""
    lease: Mapped[str | None] = orm.mapped_column(sa.String(32))
    """Names the worker that has it now; a worker with another name lost it."""
    leased_until: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    attempts: Mapped[int] = orm.mapped_column(sa.Integer, default=0)
    reserved: Mapped[bool] = orm.mapped_column(sa.Boolean, default=False)
    """Whether the amount is counted in LineRefund."""
    reference: Mapped[str | None] = orm.mapped_column(sa.String(120))
    error: Mapped[str | None] = orm.mapped_column(sa.Text)
    changed_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


class CaseNote(Record):
    """What the desk notes about a case; no customer reads it."""

    __tablename__ = "community_case_note"
    rules = (index("case_id", "id"), index("about_id"))

    id: Mapped[int] = key()
    case_id: Mapped[int] = ref("community_case")
    author_id: Mapped[int] = ref("community_member")
    about_id: Mapped[int | None] = ref("community_member", nullable=True)
    """The buyer whom it speaks of: he may read it, and erasing him empties it."""
    text: Mapped[str] = orm.mapped_column(sa.Text)
    at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


class Broadcast(Record):
    """News of a case for everyone who stands in it, without a remedy."""

    __tablename__ = "community_broadcast"
    rules = (unique("key"), index("case_id", "id"))

    id: Mapped[int] = key()
    case_id: Mapped[int] = ref("community_case")
    key: Mapped[str] = orm.mapped_column(sa.String(80))
    """Given by the sender: the same key again sends nothing more."""
    texts: Mapped[dict[str, str]] = orm.mapped_column(JsonText)
    """By language tag; the shop's first language is always there."""
    by_id: Mapped[int] = ref("community_member")
    created_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    send_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    stopped_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    begun_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    """When it began to go out: from here on nobody stops it."""


class BroadcastLetter(Record):
    """The news for one complaint: who stood in the case when it was written."""

    __tablename__ = "community_broadcast_letter"
    rules = (unique("broadcast_id", "complaint_id"),)

    id: Mapped[int] = key()
    broadcast_id: Mapped[int] = ref("community_broadcast")
    complaint_id: Mapped[int] = ref("community_complaint")
    sent_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    """When it reached the thread; of two workers, one sets it."""


class LineRefund(Record):
    """What all remedies together give back for one order line; never above its price."""

    __tablename__ = "community_line_refund"
    rules = (unique("line_id"), check("order", "done_minor <= promised_minor"))

    id: Mapped[int] = key()
    line_id: Mapped[int] = ref("community_order_line")
    promised_minor: Mapped[int] = orm.mapped_column(BigKey, default=0)
    done_minor: Mapped[int] = orm.mapped_column(BigKey, default=0)


TABLES: tuple[type[Record], ...] = (
    Case,
    CaseEvent,
    Complaint,
    ComplaintEvent,
    Evidence,
    CaseMember,
    Remedy,
    BulkOperation,
    BulkItem,
    LineRefund,
    CaseNote,
    Broadcast,
    BroadcastLetter,
)
