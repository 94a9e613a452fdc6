"""What the page of a case shows around it: members, figures, remedies under way."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..charts import Line, line
from ..communities.rules import Remit
from ..i18n import formats
from ..money import Money
from .models import BulkItem, BulkOperation, Case, Complaint
from .plan import Preview
from .rules import CASE_STEPS, MODERATOR, PAYING, REMEDIES, AmountRule, events_for

if TYPE_CHECKING:
    from .pages import Rooms
    from .service import ComplaintService


@dataclass(frozen=True)
class Offered:
    """A remedy of the menu, for the members there are now."""

    people: int
    totals: Sequence[Money]
    """What it would cost; the most it could where the part is still to be said."""
    wished: int
    """How many of them wish for it."""
    is_most: bool


def case_figures(rooms: Rooms, remit: Remit, case: Case) -> dict[str, Any]:
    """Return what the template of a case needs besides the case itself."""
    complaints = rooms.complaints
    members = complaints.cases.members.of(case.id)
    inside = {complaint.id: complaint.member_id for _, complaint in members}
    loose = [
        one
        for one in complaints.access.about_product(remit, case.product_id)
        if one.joined_case_id is None and one.id not in inside
    ]
    history = complaints.cases.moves.history(case.id)
    family = [one.id for one in complaints.cases.family(case)]
    notes = complaints.jottings.of(family)
    runs = [_run(rooms, one) for one in complaints.remedies.operations(case.id)]
    actors = {event.actor_id for event in history if event.by == MODERATOR and event.actor_id}
    actors |= {one.author_id for one in notes}
    names = rooms.members.names([*inside.values(), *(one.member_id for one in loose), *actors])
    figures = complaints.figures.of(case.id, case.product_id, family[1:])
    return {
        "product": rooms.orders.product(case.product_id),
        "members": members,
        "orders": _orders(rooms, [one for _, one in members]),
        "loose": loose,
        "names": names,
        "readers": complaints.letters.readers(inside.values()),
        "spoken": complaints.letters.languages.named(),
        "here": complaints.letters.languages.current(),
        "item_names": {number: names[member_id] for number, member_id in inside.items()},
        "actor_names": {actor: names[actor] for actor in actors},
        "buyers": complaints.cases.members.buyers(case.id),
        "figures": figures,
        "over_time": _over_time(figures.days),
        "history": history,
        "runs": runs,
        "notes": notes,
        **_verbs(rooms, remit, case),
    }


def _verbs(rooms: Rooms, remit: Remit, case: Case) -> dict[str, Any]:
    """Return what the cards offer that change the case as a whole."""
    complaints = rooms.complaints
    can_decide = "decide" in events_for(CASE_STEPS, case.state, MODERATOR)
    news = complaints.broadcasts.of(case.id)
    return {
        "mergeable": [
            (one, complaints.cases.members.buyers(one.id))
            for one in complaints.merging.others(case)
            if complaints.access.may_decide(remit, one)
        ],
        "undoable": complaints.merging.undoable(case),
        "menu": menu(complaints, case) if can_decide else {},
        "news": [(one, *complaints.broadcasts.counts(one.id)) for one in news],
        "me": remit.member_id,
    }


def menu(complaints: ComplaintService, case: Case) -> dict[str, Offered]:
    """Return for each kind of remedy how many would get it, and what all of it would cost."""
    planner = complaints.remedies.planner
    paying = list(planner.plan(case, "refund", AmountRule("full")))
    others = list(planner.plan(case, "apology", AmountRule()))
    wished = Counter(one.wish for one in complaints.cases.members.joined(case.id))
    found = {}
    for kind in REMEDIES:
        kept = [one for one in (paying if kind in PAYING else others) if one.skip is None]
        totals = Preview(kept, ()).totals if kind in PAYING else []
        found[kind] = Offered(len(kept), totals, wished[kind], kind in PAYING - {"refund"})
    return found


def _orders(rooms: Rooms, complaints: Sequence[Complaint]) -> dict[int, str]:
    """Return the shop's key of each complaint's order."""
    lines = {one.id: rooms.orders.line(one.line_id) for one in complaints}
    return {number: rooms.orders.order(line.order_id).host_key for number, line in lines.items()}


def _run(rooms: Rooms, operation: BulkOperation) -> dict[str, Any]:
    remedies, confirming = rooms.complaints.remedies, rooms.complaints.confirming
    items = remedies.items(operation.id)
    return {
        "operation": operation,
        "remedy": remedies.remedy(operation),
        "members": items,
        "states": Counter(item.state for item in items),
        "given": _sums(items),
        "waits": confirming.waits(operation),
    }


def _sums(items: Sequence[BulkItem]) -> list[Money]:
    """Return what was given back by the items that are done, by currency."""
    sums: Counter[str] = Counter()
    for item in items:
        if item.state == "done" and item.amount_minor:
            sums[item.currency] += item.amount_minor
    return [Money(minor, currency) for currency, minor in sorted(sums.items())]


def _over_time(days: Sequence[tuple[dt.date, int]]) -> Line | None:
    """Return the line of buyers by day, or None if it is all of one day."""
    fmt = formats()
    points = [(fmt.date(day), buyers) for day, buyers in days]
    return line(points, written=fmt.number) if len(points) > 1 else None
