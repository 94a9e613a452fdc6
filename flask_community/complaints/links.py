"""The signed link of a complaint: opens this one complaint, without a log-in."""

from __future__ import annotations

import datetime as dt
import secrets

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..errors import Conflict, NotFound, Refused
from ..i18n import gettext
from ..notices.models import Notice
from ..records import Models, changed_one
from ..tokens import NONCE_BYTES, PrivateTokens
from .models import Complaint, ComplaintEvent
from .moves import Moves
from .rules import REOPEN

LIFE = REOPEN
"""How long a link opens, from the letter or page that it stands in: as long as one may appeal."""
BY_LINK = "link"
"""How the audit says that somebody came by the link."""


class LinkEnded(NotFound):
    """This link has ended."""


def new_nonce() -> str:
    """Return what makes the links of one complaint its own, until another takes its place."""
    return secrets.token_hex(NONCE_BYTES)


class TrackerLinks:
    """Makes, opens and renews these links. Reached as `ComplaintService.links`.

    Every link of a complaint holds its nonce, and each its own end. So a newer
    letter opens for longer, an older one still opens, and a new nonce ends
    them all.
    """

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        threads: Moves[Complaint, ComplaintEvent],
        tokens: PrivateTokens,
        clock: Clock,
        prefix: str,
    ) -> None:
        self.session = session
        self.Complaint = models[Complaint]
        self.threads = threads
        self.tokens = tokens
        self.clock = clock
        self.prefix = prefix

    def token(self, complaint: Complaint) -> str | None:
        """Return a token that opens a complaint from now on; None if its links have ended."""
        if complaint.link_nonce is None:
            return None
        # The end of a day: the token of a page tells nobody when it was looked at.
        today = self.clock().replace(hour=0, minute=0, second=0, microsecond=0)
        ends = today + LIFE + dt.timedelta(days=1)
        return self.tokens.sign(complaint.id, ends, bytes.fromhex(complaint.link_nonce))

    def path(self, complaint: Complaint) -> str | None:
        """Return the path under which a complaint opens; None if its links have ended."""
        token = self.token(complaint)
        return None if token is None else f"{self.prefix}/c/{token}"

    def open(self, token: str) -> Complaint:
        """Return the complaint that a link opens; what is done next is audited as done by link.

        Raises LinkEnded where the link is ours and its time is over; NotFound,
        without a query, for anything that we did not sign, and for a link that
        was renewed, or whose complaint was withdrawn or erased.
        """
        claim = self.tokens.read(token)
        if claim is None:
            raise _nothing()
        if self.tokens.verify(token, self.clock()) is None:
            raise LinkEnded
        complaint = self.session.get(self.Complaint, claim.id, populate_existing=True)
        if complaint is None or complaint.link_nonce != claim.nonce.hex():
            raise _nothing()
        self.threads.via = BY_LINK
        return complaint

    def renew(self, complaint: Complaint, member_id: int) -> None:
        """End every link of an own complaint, and let new ones open it.

        Raises Refused if it was withdrawn, Conflict if somebody else renewed first.
        """
        if complaint.link_nonce is None:
            raise Refused(gettext("This complaint was withdrawn: its link has ended."))
        row, seen = self.Complaint, complaint.link_nonce
        same = sa.update(row).where(row.id == complaint.id, row.link_nonce == seen)
        self.session.flush()
        fresh = same.values(link_nonce=new_nonce())
        if not changed_one(
            self.session.execute(fresh, execution_options={"synchronize_session": False})
        ):
            raise Conflict(gettext("Somebody else changed this first; load it again."))
        self.session.refresh(complaint)
        subject = f"complaint:{complaint.id}"
        self.threads.audit.record(
            "complaint.link_renewed", actor_id=member_id, subject=subject, details={}
        )

    def letter_path(self, notice: Notice) -> str | None:
        """Return where the letter of a notice leads: to its complaint, without a log-in."""
        complaint_id = notice.params.get("complaint")
        complaint = self.session.get(self.Complaint, complaint_id) if complaint_id else None
        path = None if complaint is None else self.path(complaint)
        return path or notice.url


def _nothing() -> NotFound:
    return NotFound(gettext("There is nothing here."))
