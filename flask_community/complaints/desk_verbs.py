"""What moderators do with many complaints at once, and how they find one by words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..communities.rules import Remit
from ..errors import Conflict, Refused
from ..i18n import gettext
from ..moderation.models import QueueItem
from ..moderation.verbs import Verb, Wish
from ..orders.models import Line, Order, Product
from ..records import Models
from .models import Case, Complaint
from .rows import CASE, COMPLAINT
from .rules import ANSWERABLE, COMPLAINT_STEPS, JOINABLE, MODERATOR, REASONS, events_for

if TYPE_CHECKING:
    from .service import ComplaintService

_NUMBER = re.compile(r"[cg]-?([0-9]{1,9})", re.IGNORECASE)


class DeskVerbs:
    """Joins and asks for the desk. Reached as `ComplaintService.desk_verbs`."""

    def __init__(
        self, complaints: ComplaintService, *, session: orm.Session, models: Models
    ) -> None:
        self._complaints = complaints
        self.find = Finder(session=session, models=models)
        """What words are said of, for the search of the desk."""

    def __call__(self) -> Mapping[str, Verb]:
        """Return the verbs of complaints, by name."""
        return {
            "join": Verb(COMPLAINT, "into", self._may_join, self._join, self._leave),
            "ask": Verb(COMPLAINT, "text", self._may_ask, self._ask),
        }

    def _may_join(self, remit: Remit, item: QueueItem, wish: Wish) -> None:
        access = self._complaints.access
        case = access.case(remit, wish.into or 0)
        one = access.complaint(remit, item.subject_id)
        if one.product_id != case.product_id or case.batch not in (None, one.batch):
            raise Refused(gettext("it is about something else than the case"))
        is_free = one.joined_case_id is None and one.state in ANSWERABLE
        if not is_free or case.state not in JOINABLE:
            raise Conflict(gettext("the case or the complaint has moved on"))

    def _join(self, remit: Remit, item: QueueItem, wish: Wish) -> dict[str, Any]:
        case_id = wish.into or 0
        self._complaints.cases.add(case_id, [item.subject_id], remit.member_id)
        return {"case": case_id}

    def _leave(self, remit: Remit, item: QueueItem, kept: Mapping[str, Any]) -> None:
        self._complaints.access.case(remit, kept["case"])
        self._complaints.cases.remove(kept["case"], item.subject_id, remit.member_id)

    def _may_ask(self, remit: Remit, item: QueueItem, wish: Wish) -> None:
        state = self._complaints.access.complaint(remit, item.subject_id).state
        if state != "received" and "ask" not in events_for(COMPLAINT_STEPS, state, MODERATOR):
            raise Conflict(gettext("it cannot be asked now"))

    def _ask(self, remit: Remit, item: QueueItem, wish: Wish) -> dict[str, Any]:
        self._complaints.ask(item.subject_id, remit.member_id, wish.text or "")
        return {}


class Finder:
    """Finds subjects of the queue by what people would type. Reached as `DeskVerbs.find`.

    By number, order, product, batch, reason and the words of customer or
    moderator. It reads through the texts, for the desk and for it alone.
    """

    def __init__(self, *, session: orm.Session, models: Models) -> None:
        self.session = session
        self.Complaint, self.Case = models[Complaint], models[Case]
        self.Line, self.Order, self.Product = models[Line], models[Order], models[Product]

    def __call__(self, words: str) -> Mapping[str, Any]:
        """Return SELECTs of the ids that these words are said of, by kind of item."""
        return {COMPLAINT: self._complaints(words), CASE: self._cases(words)}

    def _complaints(self, words: str) -> Any:
        one = self.Complaint
        orders = sa.select(self.Line.id).join(self.Order, self.Order.id == self.Line.order_id)
        said = [
            one.text.icontains(words, autoescape=True),
            one.product_id.in_(self._products(words)),
            one.line_id.in_(orders.where(self.Order.host_key == words)),
            one.reason.in_(_reasons(words)),
            one.batch == words,
        ]
        if number := _NUMBER.fullmatch(words):
            said.append(one.id == int(number[1]))
        return sa.select(one.id).where(sa.or_(*said))

    def _cases(self, words: str) -> Any:
        case = self.Case
        about = case.product_id.in_(self._products(words))
        return sa.select(case.id).where(sa.or_(about, case.batch == words))

    def _products(self, words: str) -> Any:
        product = self.Product
        titled = (
            product.plain_title.icontains(words, autoescape=True),
            sa.cast(product.titles, sa.Text).icontains(words, autoescape=True),
        )
        return sa.select(product.id).where(sa.or_(*titled))


def _reasons(words: str) -> Sequence[str]:
    return [code for code, name in REASONS.items() if words.lower() in gettext(name).lower()]
