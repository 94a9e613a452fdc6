"""What this slice tells people: one verb for each occasion, each told once."""

from __future__ import annotations

from ..i18n import marked
from ..notices.rules import Titled, moment, named
from ..notices.service import NoticeService
from .models import Case, Complaint, Remedy
from .rules import number_text

NOTICES = {
    "complaint.received": (
        marked("We have your complaint %(number)s"),
        marked("It is about %(product)s. You hear from us by %(until)s."),
    ),
    "complaint.joined": (
        marked("Your complaint %(number)s is looked at together with others"),
        marked("You keep your own thread, and one decision covers everyone."),
    ),
    "complaint.case": (
        marked("We look into the trouble with %(product)s"),
        marked("Your complaint %(number)s is part of it. You hear from us by %(until)s."),
    ),
    "complaint.moved": (
        marked("There is news about your complaint %(number)s"),
        marked("%(text)s"),
    ),
    "complaint.remedy": (
        marked("The answer to your complaint %(number)s"),
        marked("%(text)s"),
    ),
    "case.sharer": (
        marked("Please do not share %(product)s for now"),
        marked(
            "Buyers told us of a problem, and we look into it. Your links rest, and rewards "
            "that are not paid yet are held until it is decided."
        ),
    ),
    "case.buyer": (
        marked("We look into a problem with %(product)s"),
        marked("You bought it. If something is wrong with yours, tell us in your orders."),
    ),
    "case.over": (
        marked("You can share %(product)s again"),
        marked("The problem is decided, and every buyer who told us of it has an answer."),
    ),
}
"""Subject and body by kind, for `NoticeService`."""


class Notes:
    """Tells customers and sharers, in the transaction of what it tells of."""

    def __init__(self, notices: NoticeService, prefix: str) -> None:
        self.notices = notices
        self.prefix = prefix

    def received(self, complaint: Complaint, product: Titled) -> None:
        """Acknowledge a complaint, with its number and the next date."""
        self._about(complaint, "complaint.received", "received", product=named(product))

    def joined(self, complaint: Complaint, case_id: int) -> None:
        """Tell that the complaint stands with others now."""
        self._about(complaint, "complaint.joined", f"case:{case_id}:joined")

    def case_opened(self, complaint: Complaint, case: Case, product: Titled) -> None:
        """Tell that the trouble is looked into."""
        self._about(complaint, "complaint.case", f"case:{case.id}:open", product=named(product))

    def moved(self, complaint: Complaint, text: str, event_id: int) -> None:
        """Pass on what the desk wrote to the customer."""
        self._about(complaint, "complaint.moved", f"event:{event_id}", text=text)

    def news(self, complaint: Complaint, text: str, broadcast_id: int) -> None:
        """Pass on what the desk wrote to everyone in the case."""
        self._about(complaint, "complaint.moved", f"news:{broadcast_id}", text=text)

    def remedy_done(self, complaint: Complaint, remedy: Remedy, text: str) -> None:
        """Send the letter that goes with a remedy."""
        self._about(complaint, "complaint.remedy", f"remedy:{remedy.id}", text=text)

    def pause(self, member_id: int, case: Case, product: Titled, *, as_sharer: bool) -> None:
        """Warn a sharer, or somebody a sharer brought, before others hear of it."""
        kind = "case.sharer" if as_sharer else "case.buyer"
        self._tell(member_id, kind, f"case:{case.id}:warned:{member_id}", product=named(product))

    def over(self, member_id: int, case: Case, product: Titled) -> None:
        """Tell a sharer that his links work again."""
        # The date tells the second end of a reopened case from the first.
        when = case.changed_at.isoformat()
        self._tell(
            member_id,
            "case.over",
            f"case:{case.id}:over:{when}:{member_id}",
            product=named(product),
        )

    def _about(self, complaint: Complaint, kind: str, key: str, **params: object) -> None:
        self.notices.tell(
            complaint.member_id,
            kind,
            {
                "complaint": complaint.id,
                "number": number_text(complaint.id),
                **_until(complaint),
                **params,
            },
            url=f"{self.prefix}/complaints/{complaint.id}",
            key=f"complaint:{complaint.id}:{key}",
        )

    def _tell(self, member_id: int, kind: str, key: str, **params: object) -> None:
        self.notices.tell(member_id, kind, params, key=key)


def _until(complaint: Complaint) -> dict[str, object]:
    at = complaint.next_due_at
    return {} if at is None else {"until": moment(at)}
