"""Keeps who did what, in a hash chain that shows any later change."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped

from .clock import Clock
from .records import (
    BigKey,
    JsonText,
    Models,
    Record,
    UtcDateTime,
    canonical_json,
    changed_one,
    index,
    insert_once,
    key,
    unique,
)

_START = (0, "0" * 64)
_CHAIN = 1
"""Key of the only row of AuditChain."""


class AuditEvent(Record):
    """One thing somebody did. Nothing refers to it, and it outlives what it tells of."""

    __tablename__ = "community_audit_event"
    rules = (unique("seq"), index("subject", "id"), index("about_id"))

    id: Mapped[int] = key()
    at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    action: Mapped[str] = orm.mapped_column(sa.String(80))
    actor_id: Mapped[int | None] = orm.mapped_column(BigKey)
    subject: Mapped[str] = orm.mapped_column(sa.String(120))
    details: Mapped[dict[str, Any]] = orm.mapped_column(JsonText)
    about_id: Mapped[int | None] = orm.mapped_column(BigKey)
    commitments: Mapped[dict[str, str] | None] = orm.mapped_column(JsonText)
    personal: Mapped[dict[str, dict[str, Any]] | None] = orm.mapped_column(JsonText)
    seq: Mapped[int | None] = orm.mapped_column(BigKey)
    prev_hash: Mapped[str | None] = orm.mapped_column(sa.String(64))
    hash: Mapped[str | None] = orm.mapped_column(sa.String(64))


class AuditChain(Record):
    """The end of the chain: one row, so that a cut-off tail shows too."""

    __tablename__ = "community_audit_chain"

    id: Mapped[int] = key()
    seq: Mapped[int] = orm.mapped_column(BigKey)
    hash: Mapped[str] = orm.mapped_column(sa.String(64))


TABLES: tuple[type[Record], ...] = (AuditEvent, AuditChain)


@dataclass(frozen=True)
class Problem:
    """One place where the log is not what was sealed."""

    seq: int
    """Place in the chain."""
    event_id: int | None
    """The row; None if it is gone."""
    what: str


class Audit:
    """Writes events into the caller's transaction; seals and verifies them later."""

    def __init__(self, *, session: orm.Session, models: Models, clock: Clock) -> None:
        self.session = session
        self.AuditEvent = models[AuditEvent]
        self.AuditChain = models[AuditChain]
        self.clock = clock

    def record(
        self,
        action: str,
        *,
        actor_id: int | None,
        subject: str,
        details: Mapping[str, Any],
        personal: Mapping[str, Any] | None = None,
        about_id: int | None = None,
    ) -> AuditEvent:
        """Note that `actor_id` (None: the system) did `action` to `subject`.

        `subject` names a row, such as `payout:17`. `details` is JSON and holds
        nothing personal. `personal` values are about member `about_id` (the
        actor, if not given) and go away with him, without breaking the chain.
        """
        sealed_values = {name: _salted(value) for name, value in (personal or {}).items()}
        event = self.AuditEvent(
            at=self.clock(),
            action=action,
            actor_id=actor_id,
            subject=subject,
            details=dict(details),
            about_id=(about_id or actor_id) if personal else about_id,
            personal=sealed_values or None,
            commitments={n: _commitment(v) for n, v in sealed_values.items()} or None,
        )
        self.session.add(event)
        self.session.flush()
        return event

    def seal(self, limit: int = 1000) -> int:
        """Chain up to `limit` unsealed events in the order of their ids; return how many.

        Of two sealers at once one wins; the other seals nothing and returns 0.
        Until an event is sealed, nothing shows that it was changed: seal often.
        """
        end = self._end()
        sealed = list(self._sealed(*(end or _START), limit))
        if not sealed or not self._move_end(end, sealed[-1]):
            return 0
        event = self.AuditEvent
        for row in sealed:
            self._write(
                sa.update(event)
                .where(event.id == row["id"], event.seq.is_(None))
                .values(seq=row["seq"], prev_hash=row["prev_hash"], hash=row["hash"])
            )
        return len(sealed)

    def verify(self) -> list[Problem]:
        """Return every break of the chain, first one first; nothing if all is well."""
        return list(_breaks(self._chained(), *(self._end() or _START)))

    def export_personal(self, member_id: int) -> list[dict[str, Any]]:
        """Return what the log keeps about a member, oldest first."""
        event = self.AuditEvent
        found = sa.select(event.at, event.action, event.personal).where(
            event.about_id == member_id, event.personal.is_not(None)
        )
        return [
            {
                "at": at.isoformat(),
                "action": action,
                "values": {name: salted["value"] for name, salted in personal.items()},
            }
            for at, action, personal in self.session.execute(found.order_by(event.id))
        ]

    def erase_personal(self, member_id: int) -> None:
        """Forget the personal values about a member; the chain stays whole."""
        event = self.AuditEvent
        self._write(sa.update(event).where(event.about_id == member_id).values(personal=None))

    def _sealed(self, seq: int, head: str, limit: int) -> Iterator[dict[str, Any]]:
        event = self.AuditEvent
        waiting = sa.select(*sa.inspect(event).columns).where(event.seq.is_(None))
        # Columns, not objects: what is hashed is what the database gave back.
        for row in self.session.execute(waiting.order_by(event.id).limit(limit)).mappings():
            seq += 1
            link = {**row, "seq": seq, "prev_hash": head}
            head = _hash(link)
            yield {**link, "hash": head}

    def _end(self) -> tuple[int, str] | None:
        chain = self.AuditChain
        end = self.session.execute(sa.select(chain.seq, chain.hash)).one_or_none()
        return None if end is None else (end.seq, end.hash)

    def _move_end(self, end: tuple[int, str] | None, last: Mapping[str, Any]) -> bool:
        chain, to = self.AuditChain, {"seq": last["seq"], "hash": last["hash"]}
        if end is None:
            # Born with its values: MariaDB would deadlock over a row that two
            # first sealers both try to insert and then both update.
            return insert_once(self.session, chain, {"id": _CHAIN, **to}, on=("id",))
        seq, head = end
        still = sa.update(chain).where(chain.id == _CHAIN, chain.seq == seq, chain.hash == head)
        return changed_one(self._write(still.values(**to)))

    def _chained(self) -> Iterator[sa.RowMapping]:
        event = self.AuditEvent
        rows = (
            sa.select(*sa.inspect(event).columns).where(event.seq.is_not(None)).order_by(event.seq)
        )
        yield from self.session.execute(rows.execution_options(yield_per=1000)).mappings()

    def _write(self, statement: sa.Update) -> sa.Result[Any]:
        return self.session.execute(statement.execution_options(synchronize_session=False))


def _breaks(rows: Iterator[sa.RowMapping], last_seq: int, last_hash: str) -> Iterator[Problem]:
    (seq, head), before, sound = _START, None, True
    for row in rows:
        intact = row["hash"] == _hash(row)
        if row["seq"] != seq + 1:
            yield Problem(seq + 1, None, f"{row['seq'] - seq - 1} sealed events are gone")
        elif intact and sound and row["prev_hash"] != head:
            # Both agree with themselves, and the later one is tied to the end
            # of the chain: so the earlier one was rewritten, hash and all.
            yield Problem(seq, before, "does not lead to the event after it")
        if not intact:
            yield Problem(row["seq"], row["id"], "is not what was sealed")
        elif not _keeps_commitments(row):
            yield Problem(row["seq"], row["id"], "holds personal values that were not sealed")
        seq, head, before, sound = row["seq"], row["hash"], row["id"], intact
    if seq != last_seq:
        yield Problem(seq + 1, None, f"the chain ends at {seq}, not at {last_seq}")
    elif head != last_hash:
        yield Problem(seq, before, "is not the end that was sealed")


def _hash(row: Any) -> str:
    """Return the SHA-256 of an event and of the hash before it, but no personal value."""
    told = ("seq", "id", "action", "actor_id", "about_id", "subject", "details", "commitments")
    facts = {name: row[name] for name in told}
    at = row["at"].isoformat(timespec="microseconds")
    return _sha256({**facts, "at": at, "prev_hash": row["prev_hash"]})


def _salted(value: Any) -> dict[str, Any]:
    return {"salt": secrets.token_hex(16), "value": value}


def _commitment(salted: Mapping[str, Any]) -> str:
    """Return a hash that proves a value while its salt lasts, and tells nothing after."""
    return _sha256([salted["salt"], salted["value"]])


def _keeps_commitments(row: sa.RowMapping) -> bool:
    kept = row["commitments"] or {}
    return all(
        kept.get(name) == _commitment(salted) for name, salted in (row["personal"] or {}).items()
    )


def _sha256(value: object) -> str:
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
