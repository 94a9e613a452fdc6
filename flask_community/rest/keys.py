"""Lets a request be sent again without a second effect (Idempotency-Key)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..errors import Conflict, Refused
from ..i18n import gettext
from ..records import Models, canonical_json, find_newest, insert_once
from .models import KeyedRequest

KEPT = dt.timedelta(days=7)
"""How long an answer can be asked for again."""


class RequestKeys:
    """Keeps what each member asked under which key, and what he was answered.

    The row of a key is inserted before anything else, in the transaction of the
    effect: of two requests at once the later one waits for the former's commit
    at the unique key and then repeats its answer, or, if the former was rolled
    back, has the effect itself.
    """

    def __init__(self, *, session: orm.Session, models: Models, clock: Clock) -> None:
        self.session = session
        self.KeyedRequest = models[KeyedRequest]
        self.clock = clock

    def begin(self, member_id: int, key: str, asked: object) -> tuple[KeyedRequest, bool]:
        """Return the row of a key, and whether this request is the first one with it.

        Raises Refused if the key was used for something else, Conflict while
        the first request is under way.
        """
        self._forget_old(member_id)
        hashed = hashlib.sha256(canonical_json(asked).encode("utf-8", "replace")).hexdigest()
        match = {"member_id": member_id, "key": key}
        values = {**match, "request_hash": hashed, "at": self.clock()}
        is_first = insert_once(self.session, self.KeyedRequest, values, on=tuple(match))
        row = find_newest(self.session, self.KeyedRequest, match)
        if row.request_hash != hashed:
            raise Refused(
                gettext("This key was used for another request."), field="Idempotency-Key"
            )
        if not is_first and row.status is None:
            raise Conflict(gettext("The first request with this key is still under way."))
        return row, is_first

    def keep(self, row: KeyedRequest, *, status: int, answer: str, location: str | None) -> None:
        """Keep the answer, to repeat it."""
        row.status, row.answer, row.location = status, answer, location
        self.session.flush()

    def export(self, member_id: int) -> list[dict[str, object]]:
        """Return what is kept of a member's requests, ready for JSON."""
        mine = sa.select(self.KeyedRequest).filter_by(member_id=member_id)
        rows = self.session.scalars(mine.order_by(self.KeyedRequest.id))
        return [
            {"at": row.at.isoformat(), "answered": json.loads(row.answer or "null")} for row in rows
        ]

    def erase(self, member_id: int) -> None:
        """Forget a member's requests."""
        self._delete(sa.select(self.KeyedRequest.id).filter_by(member_id=member_id))

    # -- below --

    def _forget_old(self, member_id: int) -> None:
        mine = sa.select(self.KeyedRequest.id).filter_by(member_id=member_id)
        self._delete(mine.where(self.KeyedRequest.at < self.clock() - KEPT))

    def _delete(self, wanted: Any) -> None:
        # By key: on MariaDB a DELETE over a range locks the gaps, where others insert.
        if ids := self.session.scalars(wanted).all():
            gone = sa.delete(self.KeyedRequest).where(self.KeyedRequest.id.in_(ids))
            self.session.execute(gone, execution_options={"synchronize_session": False})
