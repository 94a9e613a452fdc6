"""News for everyone in a case, each in his own thread, sent after a minute to think again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..errors import Conflict, NotFound, Refused
from ..i18n import gettext
from ..members.service import MemberService
from ..orders.service import OrderService
from ..outbox import Outbox
from ..records import Models, changed_one, insert_once
from .bulk import OpenUnit
from .cases import Cases
from .models import Broadcast, BroadcastLetter, Complaint
from .notes import Notes
from .plan import PREVIEWED, some
from .rules import ANSWERABLE, LIVE_CASES, MODERATOR, letter, spoken
from .safeguards import SEND_AFTER

JOB = "complaints.broadcast"
"""Job that sends news out; its payload is `{"broadcast": id}`."""
AT_ONCE = 50
"""Letters that a worker writes in one transaction."""


class Broadcasts:
    """Writes to everyone in a case. Reached as `ComplaintService.broadcasts`."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        cases: Cases,
        members: MemberService,
        orders: OrderService,
        notes: Notes,
        outbox: Outbox,
        languages: Sequence[str],
        clock: Clock,
    ) -> None:
        self.session = session
        self.Broadcast, self.Letter = models[Broadcast], models[BroadcastLetter]
        self.cases = cases
        self.members = members
        self.orders = orders
        self.notes = notes
        self.outbox = outbox
        self.languages = languages
        self.clock = clock

    # -- look-ups --

    def of(self, case_id: int) -> Sequence[Broadcast]:
        """Return the news of a case, newest first."""
        mine = sa.select(self.Broadcast).filter_by(case_id=case_id)
        return self.session.scalars(mine.order_by(self.Broadcast.id.desc())).all()

    def one(self, case_id: int, broadcast_id: int) -> Broadcast:
        """Return news of this very case; raises NotFound."""
        found = self.session.get(self.Broadcast, broadcast_id, populate_existing=True)
        if found is None or found.case_id != case_id:
            raise NotFound(gettext("There is nothing here."))
        return found

    def counts(self, broadcast_id: int) -> tuple[int, int]:
        """Return how many letters there are, and how many of them were sent."""
        row = self.Letter
        counted = sa.select(sa.func.count(row.id), sa.func.count(row.sent_at))
        found = self.session.execute(counted.where(row.broadcast_id == broadcast_id)).one()
        return found[0], found[1]

    def preview(self, case_id: int, texts: Mapping[str, str]) -> tuple[int, list[str]]:
        """Return how many would get it, and some real letters; raises as `write`."""
        self._check(texts)
        waiting = self._waiting(case_id)
        return len(waiting), [self._words(one, texts) for one in some(waiting, PREVIEWED)]

    # -- verbs --

    def write(
        self, case_id: int, actor_id: int, texts: Mapping[str, str], *, key: str
    ) -> Broadcast:
        """Have news sent in a minute to everyone who stands in the case now.

        `texts` are by language tag; the shop's first language answers for those
        who read none of them. `key` is the sender's: the same again sends
        nothing more. Raises Refused without words or without anybody to read
        them, Conflict if the case has ended or the key stands for other news.
        """
        said = self._check(texts)
        if self.cases.get(case_id).state not in LIVE_CASES:
            raise Conflict(gettext("This has moved on meanwhile: load it again."))
        waiting, now = self._waiting(case_id), self.clock()
        values = {
            "case_id": case_id,
            "texts": said,
            "by_id": actor_id,
            "created_at": now,
            "send_at": now + SEND_AFTER,
        }
        made = insert_once(self.session, self.Broadcast, {**values, "key": key}, on=("key",))
        found = self.session.scalars(sa.select(self.Broadcast).filter_by(key=key)).one()
        if found.case_id != case_id or found.texts != said:
            raise Conflict(gettext("This key was used for something else."), key=key)
        if made:
            for complaint in waiting:
                self.session.add(self.Letter(broadcast_id=found.id, complaint_id=complaint.id))
            self.outbox.put(JOB, {"broadcast": found.id}, key=f"{JOB}:{found.id}", at=found.send_at)
            self._record("written", found, actor_id)
        return found

    def stop(self, case_id: int, broadcast_id: int, actor_id: int) -> Broadcast:
        """Send nothing after all; raises Conflict once it has begun to go out."""
        found = self.one(case_id, broadcast_id)
        row = self.Broadcast
        still = sa.update(row).where(
            row.id == found.id, row.begun_at.is_(None), row.stopped_at.is_(None)
        )
        if not self._write(still, stopped_at=self.clock()):
            raise Conflict(gettext("It has gone out already."))
        self._record("stopped", found, actor_id)
        return self.one(case_id, broadcast_id)

    # -- what the worker does --

    def begin(self, broadcast_id: int) -> bool:
        """From here on nobody stops it; False if somebody did."""
        row, now = self.Broadcast, self.clock()
        first = sa.update(row).where(
            row.id == broadcast_id, row.begun_at.is_(None), row.stopped_at.is_(None)
        )
        found = self.session.get_one(row, broadcast_id, populate_existing=True)
        if self._write(first, begun_at=now):
            state = self.cases.get(found.case_id).state
            self.cases.moves.note(
                found.case_id,
                "tell",
                state,
                state,
                by=MODERATOR,
                actor_id=found.by_id,
                text=spoken(found.texts, None, self.languages),
            )
        self.session.refresh(found)
        return found.begun_at is not None

    def due(self, broadcast_id: int) -> Sequence[int]:
        """Return the next letters that are still to be sent, by id."""
        row = self.Letter
        waiting = sa.select(row.id).where(row.broadcast_id == broadcast_id, row.sent_at.is_(None))
        return self.session.scalars(waiting.order_by(row.id).limit(AT_ONCE)).all()

    def send(self, letter_id: int) -> None:
        """Put a letter into its thread, once: of two workers, one finds it unsent.

        Whoever left the case, or has an answer by now, gets none.
        """
        row = self.Letter
        unsent = sa.update(row).where(row.id == letter_id, row.sent_at.is_(None))
        if not self._write(unsent, sent_at=self.clock()):
            return
        found = self.session.get_one(row, letter_id, populate_existing=True)
        news = self.session.get_one(self.Broadcast, found.broadcast_id)
        complaint = self.cases.threads.get(found.complaint_id)
        heir = self.cases.leading(news.case_id)
        if complaint.joined_case_id != heir.id or complaint.state not in ANSWERABLE:
            return
        text, state = self._words(complaint, news.texts), complaint.state
        self.cases.threads.note(
            complaint.id, "tell", state, state, by=MODERATOR, actor_id=news.by_id, text=text
        )
        self.notes.news(complaint, text, news.id)

    # -- below --

    def _check(self, texts: Mapping[str, str]) -> dict[str, str]:
        said = {tag: texts[tag].strip() for tag in self.languages if texts.get(tag, "").strip()}
        if self.languages[0] not in said:
            raise Refused(gettext("Write something."), field="text")
        return said

    def _waiting(self, case_id: int) -> list[Complaint]:
        joined = self.cases.members.joined(case_id)
        waiting = [one for one in joined if one.state in ANSWERABLE]
        if not waiting:
            raise Refused(gettext("Nobody in this case waits for news."))
        return waiting

    def _words(self, complaint: Complaint, texts: Mapping[str, str]) -> str:
        return letter(
            spoken(texts, self.members.language(complaint.member_id), self.languages),
            name=self.members.name(complaint.member_id),
            number=complaint.id,
            product=self.orders.line(complaint.line_id).title,
            amount=None,
        )

    def _record(self, what: str, news: Broadcast, actor_id: int) -> None:
        self.cases.moves.audit.record(
            f"broadcast.{what}",
            actor_id=actor_id,
            subject=f"case:{news.case_id}",
            details={"broadcast": news.id, "letters": self.counts(news.id)[0]},
        )

    def _write(self, statement: sa.Update, **values: dt.datetime) -> bool:
        self.session.flush()
        changed = statement.values(**values).execution_options(synchronize_session=False)
        return changed_one(self.session.execute(changed))


def run(open_unit: OpenUnit, broadcast_id: int) -> None:
    """Send news out, some letters a transaction; killed and run again, each goes once."""
    with open_unit() as unit:
        if not _of(unit).begin(broadcast_id):
            return
    while True:
        with open_unit() as unit:
            letters = _of(unit).due(broadcast_id)
            for letter_id in letters:
                _of(unit).send(letter_id)
        if not letters:
            return


def send_out(services: Any, payload: dict[str, Any]) -> None:
    """Handle the job `complaints.broadcast`, in units of its own."""
    run(services.site.unit, payload["broadcast"])


def _of(unit: Any) -> Broadcasts:
    broadcasts: Broadcasts = unit.complaints.broadcasts
    return broadcasts
