"""Appeals: a member says why a decision about a reward is wrong, and a person decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import orm

from ..audit import Audit
from ..clock import Clock
from ..errors import Conflict, NotFound, Refused
from ..i18n import gettext
from ..moderation.service import ModerationService
from ..notices.rules import money, named
from ..notices.service import NoticeService
from ..orders.models import Line, Product
from ..records import Models, changed_one, find_newest, insert_once
from .appeal_access import AppealAccess
from .models import Appeal, Earning, Transaction
from .rules import State
from .second_look import ANSWER, BARS, CHANCE, DECISIONS, KIND, Bar, is_in_time


class Rewards(Protocol):
    """What granting asks of the service of earnings."""

    def outlook(self, earning: Earning) -> tuple[int, Bar | None]:
        """Return what granting would credit in minor units, and what is in its way."""

    def grant(self, earning: Earning, actor_id: int) -> int:
        """Let a reward go, or credit it anew; return how much."""


@dataclass(frozen=True, slots=True)
class Chance:
    """A decision that one may appeal from."""

    decision_id: int
    until: dt.datetime


class Appeals:
    """Keeps appeals: one for each decision, decided once, by a person it does not concern."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        clock: Clock,
        rewards: Rewards,
        moderation: ModerationService,
        notices: NoticeService,
        audit: Audit,
        prefix: str,
    ) -> None:
        self.session = session
        self.Appeal, self.Earning = models[Appeal], models[Earning]
        self.Transaction = models[Transaction]
        self.Line, self.Product = models[Line], models[Product]
        self.clock = clock
        self.rewards = rewards
        self.moderation = moderation
        self.notices = notices
        self.audit = audit
        self.prefix = prefix
        self.access = AppealAccess(session=session, models=models, clock=clock)

    # -- what a member does --

    def make(self, member_id: int, earning_id: int, text: str) -> Appeal:
        """Appeal from how one's reward stands; the same words again return the first appeal.

        Raises NotFound for another's reward, Refused if there is nothing to
        appeal from any more, Conflict for other words about the same decision.
        """
        earning = self._own_earning(member_id, earning_id)
        decision = self._decision(earning)
        if decision is None:
            raise Refused(gettext("Nothing was decided against this reward."))
        if not is_in_time(decision.at, self.clock()):
            raise Refused(gettext("This was decided more than 180 days ago."))
        line = self.session.get_one(self.Line, earning.line_id)
        field = self.session.get_one(self.Product, line.product_id).field
        values = {
            "earning_id": earning.id,
            "member_id": member_id,
            "field": field,
            "text": text,
            "state": "open",
            "made_at": self.clock(),
        }
        match = {"decision_id": decision.id}
        is_first = insert_once(self.session, self.Appeal, {**match, **values}, on=tuple(match))
        appeal = find_newest(self.session, self.Appeal, match)
        if is_first:
            self._queue(appeal, line.plain_title)
            self._note("made", appeal, member_id)
        elif appeal.text != text:
            raise Conflict(gettext("You have appealed from this already."), appeal=appeal.id)
        return appeal

    def withdraw(self, member_id: int, appeal_id: int) -> Appeal:
        """Take one's own appeal back; raises NotFound, or Conflict if it is decided."""
        appeal = self.own(member_id, appeal_id)
        if appeal.state != "withdrawn":
            appeal = self._end(appeal, "withdrawn", member_id)
        return appeal

    def own(self, member_id: int, appeal_id: int) -> Appeal:
        """Return a member's own appeal; raises NotFound for another's too."""
        his = sa.select(self.Appeal).filter_by(id=appeal_id, member_id=member_id)
        if (found := self.session.scalars(his).one_or_none()) is None:
            raise NotFound(gettext("There is no such appeal."))
        return found

    def of(
        self, member_id: int, limit: int | None = None, *, before: int | None = None
    ) -> Sequence[Appeal]:
        """Return a member's appeals, newest first, those before appeal `before`."""
        his = sa.select(self.Appeal).filter_by(member_id=member_id)
        if before is not None:
            his = his.where(self.Appeal.id < before)
        return self.session.scalars(his.order_by(self.Appeal.id.desc()).limit(limit)).all()

    def newest(self, earning_ids: Collection[int]) -> dict[int, Appeal]:
        """Return the newest appeal about each of these rewards, by reward."""
        row = self.Appeal
        about = sa.select(row).where(row.earning_id.in_(earning_ids)).order_by(row.id)
        return {one.earning_id: one for one in self.session.scalars(about)}

    def chance(self, earning_id: int) -> Chance | None:
        """Return the decision that its owner may appeal from now; None if there is none."""
        decision = self._decision(self.session.get_one(self.Earning, earning_id))
        if decision is None or not is_in_time(decision.at, self.clock()):
            return None
        made = sa.select(self.Appeal.id).filter_by(decision_id=decision.id)
        is_made = self.session.scalar(made) is not None
        return None if is_made else Chance(decision.id, decision.at + CHANCE)

    # -- what a moderator does; ask `access` first --

    def outlook(self, appeal: Appeal) -> tuple[int, Bar | None]:
        """Return what granting would credit in minor units, and what is in its way."""
        return self.rewards.outlook(self.session.get_one(self.Earning, appeal.earning_id))

    def grant(self, appeal_id: int, actor_id: int, answer: str) -> Appeal:
        """Let the reward go, or credit it anew, for a reason that its owner reads.

        Raises Conflict if it is decided, Refused if nothing can be credited.
        """
        appeal = self._decide(appeal_id, "granted", actor_id, answer)
        earning = self.session.get_one(self.Earning, appeal.earning_id, populate_existing=True)
        _, bar = self.rewards.outlook(earning)
        if bar is not None:
            raise Refused(gettext(BARS[bar]), bar=bar.value)
        credited = self.rewards.grant(earning, actor_id)
        self._tell(appeal, earning, credited)
        return appeal

    def turn_down(self, appeal_id: int, actor_id: int, answer: str) -> Appeal:
        """Leave it as it was decided, for a reason that its owner reads; raises Conflict."""
        appeal = self._decide(appeal_id, "upheld", actor_id, answer)
        earning = self.session.get_one(self.Earning, appeal.earning_id)
        self._tell(appeal, earning, earning.amount_minor)
        return appeal

    # -- what follows from elsewhere --

    def overtake(self, earning_ids: Collection[int]) -> None:
        """Close what is open about rewards that no longer stand as they were appealed from."""
        row = self.Appeal
        waiting = sa.select(row).where(row.earning_id.in_(earning_ids), row.state == "open")
        for appeal in self.session.scalars(waiting.order_by(row.id)).all():
            earning = self.session.get_one(self.Earning, appeal.earning_id)
            decision = self._decision(earning)
            if decision is None or decision.id != appeal.decision_id:
                self._end(appeal, "overtaken", None)

    def export(self, member_id: int) -> list[dict[str, object]]:
        """Return a member's appeals, ready for JSON."""
        return [
            {
                "at": one.made_at.isoformat(),
                "text": one.text,
                "state": one.state,
                "answer": one.answer,
            }
            for one in reversed(self.of(member_id))
        ]

    def erase(self, member_id: int) -> None:
        """Withdraw what is open, and empty what a member wrote and was answered."""
        for appeal in self.of(member_id):
            if appeal.state == "open":
                self._end(appeal, "withdrawn", member_id)
        row = self.Appeal
        his = sa.update(row).where(row.member_id == member_id)
        self._write(his.values(text="", answer=sa.case((row.answer.is_not(None), ""), else_=None)))

    # -- below --

    def _own_earning(self, member_id: int, earning_id: int) -> Earning:
        his = sa.select(self.Earning).where(
            self.Earning.id == earning_id,
            self.Earning.member_id == member_id,
            self.Earning.amount_minor > 0,
        )
        as_it_is = his.execution_options(populate_existing=True)
        if (found := self.session.scalars(as_it_is).one_or_none()) is None:
            raise NotFound(gettext("There is no such reward."))
        return found

    def _decision(self, earning: Earning) -> Transaction | None:
        """Return the posting by which a reward came to stand against its owner; None if not so."""
        events = DECISIONS.get(State(earning.state))
        if events is None:
            return None
        row = self.Transaction
        led_here = sa.select(row).where(
            row.ref.startswith(f"earning:{earning.id}:", autoescape=True),
            row.event.in_(sorted(event.value for event in events)),
        )
        return self.session.scalars(led_here.order_by(row.id.desc()).limit(1)).first()

    def _queue(self, appeal: Appeal, title: str) -> None:
        self.moderation.push(
            KIND,
            appeal.id,
            field=appeal.field,
            title=title,
            due_at=appeal.made_at + ANSWER,
            is_appeal=True,
        )

    def _decide(self, appeal_id: int, state: str, actor_id: int, answer: str) -> Appeal:
        if not answer.strip():
            raise Refused(gettext("Say why: a decision needs a reason."), field="text")
        appeal = self.session.get(self.Appeal, appeal_id, populate_existing=True)
        if appeal is None:
            raise NotFound(gettext("There is no such appeal."))
        return self._end(appeal, state, actor_id, answer)

    def _end(
        self, appeal: Appeal, state: str, actor_id: int | None, answer: str | None = None
    ) -> Appeal:
        row = self.Appeal
        values = {"state": state, "decided_at": self.clock(), "decided_by": actor_id}
        ended = sa.update(row).where(row.id == appeal.id, row.state == "open")
        if not changed_one(self._write(ended.values(**values, answer=answer))):
            raise Conflict(gettext("This appeal is decided already."), appeal=appeal.id)
        self.session.refresh(appeal)
        self.moderation.settle(KIND, appeal.id)
        self._note(state, appeal, actor_id)
        return appeal

    def _note(self, word: str, appeal: Appeal, actor_id: int | None) -> None:
        said = {"made": appeal.text, "granted": appeal.answer, "upheld": appeal.answer}.get(word)
        details = {"earning": appeal.earning_id, "decision": appeal.decision_id}
        personal: Mapping[str, Any] | None = {"text": said} if said else None
        self.audit.record(
            f"appeal.{word}",
            actor_id=actor_id,
            subject=f"appeal:{appeal.id}",
            details=details,
            personal=personal,
            about_id=appeal.member_id,
        )

    def _tell(self, appeal: Appeal, earning: Earning, minor: int) -> None:
        params = {
            "amount": money(minor, earning.currency),
            "title": named(self.session.get_one(self.Line, earning.line_id)),
            "text": appeal.answer,
        }
        self.notices.tell(
            appeal.member_id,
            f"appeal_{appeal.state}",
            params,
            url=f"{self.prefix}/my/rewards/{earning.id}/receipt",
            key=f"appeal:{appeal.id}:{appeal.state}",
        )

    def _write(self, statement: sa.Update) -> sa.Result[Any]:
        self.session.flush()
        return self.session.execute(statement.execution_options(synchronize_session=False))
