"""Verbs of complaints: file one, join others, answer, end; cases and remedies below it."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..audit import Audit
from ..clock import Clock
from ..communities.service import CommunityService
from ..config import Settings
from ..errors import Conflict, NotFound, Refused
from ..files.album import Album
from ..files.service import Files, NewPicture
from ..hooks import HostHooks
from ..i18n import Languages, gettext
from ..members.service import MemberService
from ..moderation.service import ModerationService
from ..notices.service import NoticeService
from ..orders.models import Line
from ..orders.service import OrderService
from ..outbox import Handler, Outbox
from ..records import Models, insert_once
from ..tokens import PrivateTokens
from .access import Access
from .appeals import is_appeal
from .breaker import Breaker, Rewards, Sharing
from .broadcast import JOB as NEWS_JOB, Broadcasts, send_out
from .bulk import Bulk, carry_out
from .cases import COMPLAINT, Cases, queue_complaint
from .confirming import Confirming
from .countdown import JOB as START_JOB, Countdown, begin
from .desk_verbs import DeskVerbs
from .figures import CaseFigures
from .jottings import Jottings
from .letters import Letters
from .links import TrackerLinks, new_nonce
from .membership import Membership
from .merging import Merging
from .models import BulkItem, Complaint, ComplaintEvent, Evidence
from .moves import case_moves, complaint_moves
from .notes import NOTICES as NOTICES, Notes
from .offers import Offer, Offers
from .personal import PersonalComplaints
from .plan import Planner
from .refunds import Refunds
from .remedies import JOB, Remedies
from .rows import Rows
from .rules import (
    ADDABLE,
    CUSTOMER,
    FIRST_ANSWER,
    MODERATOR,
    REASONS,
    SEVERITIES,
    SILENCE,
    SYSTEM,
    WISHES,
    bucket,
    can_be_taken_up,
)

JOBS: dict[str, Handler] = {JOB: carry_out, START_JOB: begin, NEWS_JOB: send_out}
"""Handlers for the composition root to register."""


class ComplaintService:
    """What customers do about their own orders; the desk's verbs are its parts."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        members: MemberService,
        orders: OrderService,
        communities: CommunityService,
        notices: NoticeService,
        moderation: ModerationService,
        referrals: Sharing,
        earnings: Rewards,
        audit: Audit,
        outbox: Outbox,
        files: Files,
        tokens: PrivateTokens,
        languages: Languages,
        hooks: HostHooks,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self.session = session
        self.Complaint, self.ComplaintEvent = models[Complaint], models[ComplaintEvent]
        self.Item = models[BulkItem]
        self.orders = orders
        self.moderation = moderation
        self.clock = clock
        self.notes = notes = Notes(notices, settings.url_prefix)
        own: dict[str, Any] = {"session": session, "models": models}
        timed: dict[str, Any] = {**own, "clock": clock}
        self.evidence = Album(
            **timed, files=files, table=Evidence, owner="complaint_id", private=True
        )
        """Pictures of what is wrong."""
        self.access = Access(**own, communities=communities)
        """Which of it is a moderator's to decide."""
        self.threads = complaint_moves(models, session, audit, clock)
        self.offers, self.figures = Offers(**own), CaseFigures(**own)
        self.rows, self.desk_verbs = Rows(**timed, members=members), DeskVerbs(self, **own)
        self.links = TrackerLinks(
            **timed, threads=self.threads, tokens=tokens, prefix=settings.url_prefix
        )
        """What opens one complaint without a log-in."""
        self.personal = PersonalComplaints(**own, threads=self.threads, evidence=self.evidence)
        """What is kept about one person."""
        self.letters = Letters(members, languages)
        """What goes with a remedy."""
        refunds, standing = Refunds(**own), Membership(**timed, threads=self.threads)
        self.cases = Cases(
            **timed,
            moves=case_moves(models, session, audit, clock),
            threads=self.threads,
            members=standing,
            breaker=Breaker(**own, orders=orders, notes=notes, sharing=referrals, rewards=earnings),
            orders=orders,
            moderation=moderation,
            notes=notes,
        )
        """Verbs of cases."""
        of_cases: dict[str, Any] = {**timed, "cases": self.cases}
        self.merging = Merging(**of_cases, moderation=moderation)
        """One case of two, two of one."""
        self.jottings = Jottings(**timed, audit=audit)
        """What the desk notes for itself."""
        self.broadcasts = Broadcasts(
            **of_cases,
            members=members,
            orders=orders,
            notes=notes,
            outbox=outbox,
            languages=settings.languages,
        )
        """News for everyone in a case."""
        planner = Planner(
            **own, standing=standing, refunds=refunds, letters=self.letters, orders=orders
        )
        self.confirming = Confirming(**of_cases, planner=planner, limit=settings.remedy_limit)
        """A second person's yes."""
        self.remedies = Remedies(
            **of_cases,
            planner=planner,
            confirming=self.confirming,
            refunds=refunds,
            outbox=outbox,
            hooks=hooks,
        )
        """Verbs of remedies."""
        self.countdown = Countdown(**timed, remedies=self.remedies, outbox=outbox)
        """A minute before a remedy begins."""
        self.bulk = Bulk(
            **timed, threads=self.threads, refunds=refunds, letters=self.letters, notes=notes
        )
        """Steps of `bulk.run()`."""

    # -- look-ups --

    def get(self, complaint_id: int) -> Complaint:
        """Return a complaint, for the desk; raises NotFound."""
        return self.threads.get(complaint_id)

    def own(self, complaint_id: int, member_id: int) -> Complaint:
        """Return a member's own complaint; raises NotFound for another's too."""
        complaint = self.threads.get(complaint_id)
        if complaint.member_id != member_id:
            raise NotFound(gettext("There is nothing here."))
        return complaint

    def of_member(
        self, member_id: int, *, limit: int = 100, before: int | None = None
    ) -> Sequence[Complaint]:
        """Return a member's complaints, newest first; `before` is the id of the last one seen."""
        mine = sa.select(self.Complaint).filter_by(member_id=member_id)
        if before is not None:
            mine = mine.where(self.Complaint.id < before)
        return self.session.scalars(mine.order_by(self.Complaint.id.desc()).limit(limit)).all()

    def history(self, complaint_id: int) -> Sequence[ComplaintEvent]:
        """Return what happened to a complaint, oldest first."""
        return self.threads.history(complaint_id)

    def own_line(self, line_id: int, member_id: int) -> Line:
        """Return a line that a member bought; raises NotFound, for another's too."""
        line = self.orders.line(line_id)
        if self.orders.order(line.order_id).buyer_id != member_id:
            raise NotFound(gettext("There is no such order line."))
        return line

    def others_of(self, complaint: Complaint) -> str | None:
        """Return how many stand in the same case, in buckets; None if it stands alone."""
        if complaint.joined_case_id is None:
            return None
        return bucket(self.cases.members.buyers(complaint.joined_case_id))

    # -- what customers do --

    def similar(self, line_id: int, member_id: int) -> list[Offer]:
        """Return what a complaint about an own line could join, the likeliest first.

        Open cases come first, then the same batch; names and words of others
        stay hidden, and their number is told in buckets.
        """
        return self.offers.for_line(self.own_line(line_id, member_id), member_id)

    def file(
        self,
        member_id: int,
        line_id: int,
        *,
        reason: str,
        text: str,
        wish: str | None = None,
        case_id: int | None = None,
        same_problem: bool = False,
        pictures: Sequence[NewPicture] = (),
    ) -> Complaint:
        """File a complaint about an own, paid line; the same one twice a day is one.

        With `case_id` it joins that case; with `same_problem` it is gathered
        with what others report about the same product, batch and reason. The
        acknowledgement goes out in the same transaction. Raises NotFound if the
        line is not his, Refused if the order was never paid.
        """
        if reason not in REASONS or (wish and wish not in WISHES):
            raise Refused(gettext("Choose from the list."), field="reason")
        line = self.own_line(line_id, member_id)
        if self.orders.order(line.order_id).state == "placed":
            raise Refused(gettext("This order is not paid yet: you can simply cancel it."))
        complaint, made = self._kept(member_id, line, reason, text, wish)
        if made:
            self.threads.note(
                complaint.id, "file", None, "received", by=CUSTOMER, actor_id=member_id
            )
            self.notes.received(complaint, line)
            queue_complaint(self.moderation, complaint)
        if made or not self.evidence.of(complaint.id):
            self.evidence.add(complaint.id, pictures)
        if case_id is not None:
            self.join(complaint.id, member_id, case_id)
        elif same_problem and complaint.joined_case_id is None:
            self.cases.gather(complaint)
        return self.get(complaint.id)

    def join(self, complaint_id: int, member_id: int, case_id: int) -> None:
        """Let an own complaint join a case that it was offered; raises NotFound otherwise."""
        complaint = self.own(complaint_id, member_id)
        case = self.cases.leading(case_id)
        if not self.cases.covers(case, complaint.batch):
            raise NotFound(gettext("There is nothing here."))
        self.cases.join(case, complaint, origin=CUSTOMER, actor_id=member_id)

    def answer(
        self,
        complaint_id: int,
        member_id: int,
        text: str,
        *,
        pictures: Sequence[NewPicture] = (),
    ) -> Complaint:
        """Answer what the desk asked, and show it."""
        complaint = self._by_customer(complaint_id, member_id, "answer", text)
        self.evidence.add(complaint_id, pictures)
        self._back_to_desk(complaint)
        return complaint

    def add(
        self,
        complaint_id: int,
        member_id: int,
        text: str,
        *,
        pictures: Sequence[NewPicture] = (),
    ) -> Complaint:
        """Say more while the desk works on it; what was promised stays promised."""
        complaint = self.own(complaint_id, member_id)
        if (state := complaint.state) not in ADDABLE:
            raise Conflict(gettext("This has moved on meanwhile: load it again."), state=state)
        self.threads.note(
            complaint_id, "add", state, state, by=CUSTOMER, actor_id=member_id, text=text
        )
        self.evidence.add(complaint_id, pictures)
        self._back_to_desk(complaint)
        return complaint

    def accept(self, complaint_id: int, member_id: int) -> Complaint:
        """Take the remedy; raises Conflict if it was not carried out."""
        self.own(complaint_id, member_id)
        self._carried_out(complaint_id)
        return self._by_customer(complaint_id, member_id, "accept", None)

    def refuse(self, complaint_id: int, member_id: int, text: str) -> Complaint:
        """Say that the remedy is not enough; the complaint goes on, in its case too."""
        complaint = self._by_customer(complaint_id, member_id, "refuse", text)
        self._back_to_desk(complaint)
        return complaint

    def take_up(self, complaint_id: int, member_id: int, text: str) -> Complaint:
        """Reopen an ended complaint, or appeal a rejected one, within 180 days."""
        complaint = self.own(complaint_id, member_id)
        if not can_be_taken_up(complaint.changed_at, self.clock()):
            raise Refused(gettext("This ended more than 180 days ago: file a new complaint."))
        event = "appeal" if complaint.state == "rejected" else "reopen"
        complaint = self._by_customer(complaint_id, member_id, event, text)
        self._back_to_desk(complaint)
        return complaint

    def withdraw(self, complaint_id: int, member_id: int, *, mistaken: bool = False) -> Complaint:
        """Take a complaint back; it stays counted unless it was mistaken. Its links end."""
        self.own(complaint_id, member_id)
        self.moderation.settle(COMPLAINT, complaint_id)
        return self.threads.move(
            complaint_id,
            "withdraw",
            by=CUSTOMER,
            actor_id=member_id,
            mistaken=mistaken,
            next_due_at=None,
            link_nonce=None,
        )

    # -- what moderators do with a single one --

    def ask(self, complaint_id: int, actor_id: int, text: str) -> Complaint:
        """Ask the customer something."""
        self._triage(complaint_id, actor_id)
        return self._by_desk(complaint_id, actor_id, "ask", text)

    def reject(self, complaint_id: int, actor_id: int, text: str) -> Complaint:
        """Turn a complaint down, with the reason that its customer reads; he may appeal."""
        self._triage(complaint_id, actor_id)
        return self._by_desk(complaint_id, actor_id, "reject", text)

    # -- what time does --

    def tend(self, limit: int = 500) -> int:
        """Take 14 days of silence for a yes, 14 quiet days for the end; return how many.

        A case closes 30 days after it was resolved.
        """
        row, before = self.Complaint, self.clock() - SILENCE
        quiet = sa.select(row.id, row.state).where(
            row.state.in_(("offered", "resolved")), row.changed_at <= before
        )
        done = self.cases.close_old(limit)
        for complaint_id, state in self.session.execute(quiet.order_by(row.id).limit(limit)).all():
            event = "accept" if state == "offered" else "close"
            # Whoever has just answered was not silent: his word stands.
            with contextlib.suppress(Conflict):
                self.threads.move(complaint_id, event, by=SYSTEM, actor_id=None, next_due_at=None)
                done += 1
        return done

    # -- below --

    def _kept(
        self, member_id: int, line: Line, reason: str, text: str, wish: str | None
    ) -> tuple[Complaint, bool]:
        now = self.clock()
        same = {"member_id": member_id, "line_id": line.id, "reason": reason, "day": now.date()}
        values = {
            "product_id": line.product_id,
            "batch": line.batch,
            "variant": line.variant,
            "field": self.orders.product(line.product_id).field,
            "text": text,
            "wish": wish or None,
            "severity": SEVERITIES.get(reason, 0),
            "state": "received",
            "mistaken": False,
            "filed_at": now,
            "changed_at": now,
            "next_due_at": now + FIRST_ANSWER,
            "link_nonce": new_nonce(),
        }
        made = insert_once(self.session, self.Complaint, {**same, **values}, on=tuple(same))
        return self.session.scalars(sa.select(self.Complaint).filter_by(**same)).one(), made

    def _by_customer(
        self, complaint_id: int, member_id: int, event: str, text: str | None
    ) -> Complaint:
        self.own(complaint_id, member_id)
        due = None if event == "accept" else self.clock() + FIRST_ANSWER
        return self.threads.move(
            complaint_id, event, by=CUSTOMER, actor_id=member_id, text=text, next_due_at=due
        )

    def _by_desk(self, complaint_id: int, actor_id: int, event: str, text: str) -> Complaint:
        if not text.strip():
            raise Refused(gettext("Write to the customer: they read why."), field="text")
        complaint = self.threads.move(
            complaint_id, event, by=MODERATOR, actor_id=actor_id, text=text, next_due_at=None
        )
        self.moderation.settle(COMPLAINT, complaint_id)
        self.notes.moved(complaint, text, self.history(complaint_id)[-1].id)
        return complaint

    def _triage(self, complaint_id: int, actor_id: int) -> None:
        if self.get(complaint_id).state == "received":
            self.threads.move(complaint_id, "triage", by=MODERATOR, actor_id=actor_id)

    def _carried_out(self, complaint_id: int) -> None:
        # A second complaint about one line is answered by the remedy of the first.
        complaint = self.get(complaint_id)
        done = sa.select(self.Item.id).where(
            self.Item.line_id == complaint.line_id, self.Item.state == "done"
        )
        if self.session.scalar(done.limit(1)) is None:
            raise Conflict(gettext("The remedy was not carried out yet."))

    def _back_to_desk(self, complaint: Complaint) -> None:
        history = self.history(complaint.id)
        queue_complaint(self.moderation, complaint, is_appeal=is_appeal(history))
