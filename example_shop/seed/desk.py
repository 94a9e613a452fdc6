"""What customers report, and what the moderator and the owner make of it."""

from __future__ import annotations

from flask_community.complaints.rules import AmountRule, Decision

from ..database import db
from .people import MODERATOR, OWNER
from .stories import ASKED, OLD_CASE, Report, Trouble
from .town import Town

GIVEN_BACK = AmountRule("bps", 3_000)
"""What the buyers of the old case got: three tenths of the price."""


class Desk:
    """Verbs of complaints and cases; each is one commit."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.filed: dict[Report, int] = {}
        self.cases: dict[Trouble, int] = {}

    def report(self, report: Report, trouble: Trouble) -> None:
        """Report what is wrong with a piece of this batch."""
        rooms, member = self.town.rooms, self.town.member(report.writer)
        bought = rooms.orders.lines_of_buyer(member)
        line = next(one for one in bought if one.batch == trouble.batch)
        complaint = rooms.complaints.file(member, line.id, reason=report.reason, text=report.text)
        self.filed[report] = complaint.id
        db.session.commit()

    def ask(self) -> None:
        """Ask one customer something before his complaint is decided."""
        (report,) = ASKED.reports
        complaints = self.town.rooms.complaints
        complaints.ask(self.filed[report], self._moderator, ASKED.question)
        db.session.commit()

    def open_case(self, trouble: Trouble) -> None:
        """Open a case from all reports about a batch: sharing rests, rewards are held."""
        case = self.town.rooms.complaints.cases.open(
            self._moderator,
            [self.filed[report] for report in trouble.reports],
            title=trouble.title,
            reason=trouble.reason,
            batch=trouble.batch,
        )
        self.cases[trouble] = case.id
        db.session.commit()

    def hear(self, trouble: Trouble) -> None:
        """Hear what the maker says."""
        cases = self.town.rooms.complaints.cases
        cases.investigate(self.cases[trouble], self._moderator, trouble.heard)
        db.session.commit()

    def decide(self) -> None:
        """Decide the old case for all who are in it, and let the remedy begin."""
        case, remedies = self.cases[OLD_CASE], self.town.rooms.complaints.remedies
        decision = Decision("part_refund", OLD_CASE.letter, GIVEN_BACK)
        owner = self.town.member(OWNER)
        operation = remedies.decide(
            case, owner, decision, reason=OLD_CASE.decision, key=f"seed:{case}"
        )
        remedies.start(operation.id, owner)
        db.session.commit()

    def accept(self, report: Report) -> None:
        """Take the remedy."""
        member = self.town.member(report.writer)
        self.town.rooms.complaints.accept(self.filed[report], member)
        db.session.commit()

    @property
    def _moderator(self) -> int:
        return self.town.member(MODERATOR)
