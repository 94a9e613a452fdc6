"""What the page of a case shows around it: members, figures, remedies under way."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..charts import Line, line
from ..communities.rules import Remit
from ..i18n import formats
from ..money import Money
from .models import BulkItem, BulkOperation, Case
from .remedies import Remedies
from .rules import MODERATOR

if TYPE_CHECKING:
    from .pages import Rooms


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
    actors = {event.actor_id for event in history if event.by == MODERATOR and event.actor_id}
    names = rooms.members.names([*inside.values(), *(one.member_id for one in loose), *actors])
    figures, remedies = complaints.figures.of(case.id, case.product_id), complaints.remedies
    return {
        "product": rooms.orders.product(case.product_id),
        "members": members,
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
        "runs": [_run(remedies, one) for one in remedies.operations(case.id)],
    }


def _run(remedies: Remedies, operation: BulkOperation) -> dict[str, Any]:
    items = remedies.items(operation.id)
    return {
        "operation": operation,
        "remedy": remedies.remedy(operation),
        "members": items,
        "states": Counter(item.state for item in items),
        "given": _sums(items),
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
