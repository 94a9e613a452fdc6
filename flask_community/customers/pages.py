"""The owner's pages: what needs him, figures, and the rows behind each of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

from flask import request
from flask.typing import ResponseReturnValue

from ..charts import bars, stacks
from ..complaints.rules import number_text
from ..complaints.words import CASE_STATE_WORDS, DESK_STATE_WORDS, LOOKS
from ..errors import NotFound
from ..i18n import formats, gettext, marked
from ..web import Web
from .figures import Figures
from .lists import PAGE
from .rules import BEGINS, FATES, WAYS, WHEN, Wanted
from .service import CustomerService
from .shown import shown
from .tasks import Finding

BEGIN_WORDS = {
    "code": marked("A typed code"),
    "scan": marked("A scanned picture"),
    "post": marked("A shared post"),
    "link": marked("Another link"),
    "direct": marked("No link"),
}


class Rooms(Protocol):
    """What these pages need of the services of one request."""

    @property
    def customers(self) -> CustomerService:
        """The owner's figures and tasks."""

    def findings(self) -> Sequence[Finding]:
        """Return what the doctor found."""


class OwnerPages:
    """For the owner only. Every number leads to its rows."""

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        web.add("/owner", self.start, name="owner")
        web.add("/owner/people", self.people, name="owner_people")
        web.add("/owner/links", self.links, name="owner_links")
        web.add("/owner/orders", self.orders, name="owner_orders")
        web.add("/owner/cases", self.cases, name="owner_cases")
        web.add("/owner/promises", self.promises, name="owner_promises")
        web.add("/owner/silent", self.silent, name="owner_silent")

    def start(self) -> ResponseReturnValue:
        """Show what needs the owner, and the figures."""
        self._may()
        # Before anything is read: the doctor wants a connection of his own.
        findings = self.rooms().findings()
        customers = self.rooms().customers
        figures, tasks = customers.figures(), customers.tasks(findings)
        read = [(task, shown(task, self.web.url, customers.clock())) for task in tasks]
        return self.web.render(
            "community/customers/start.html",
            title=gettext("Your shop"),
            figures=figures,
            tasks=[one for one in read if one[0].code not in ("advice", "opening")],
            advice=[one for one in read if one[0].code == "advice"],
            opening=[one for one in read if one[0].code == "opening"],
            hold_days=customers.hold_days,
            labels=_label_bars(customers),
            **_charts(figures),
        )

    def people(self) -> ResponseReturnValue:
        """List the members: all, or those who joined lately."""
        before, when = self._may(), self._asked("when", ("ever", "month", "before"))
        rows = self.rooms().customers.lists.people(before, when=when)
        titles = {"month": gettext("New people"), "before": gettext("New people, the month before")}
        title = titles.get(when, gettext("People"))
        return self._list("people", title, rows, asked={"when": when})

    def links(self) -> ResponseReturnValue:
        """List the live links."""
        before = self._may()
        rows = self.rooms().customers.lists.links(before)
        return self._list("links", gettext("Links"), rows)

    def orders(self) -> ResponseReturnValue:
        """List the paid orders that are asked for."""
        before = self._may()
        path, when = self._asked("path", WAYS), self._asked("when", WHEN)
        fate, begin = self._asked("fate", FATES, None), self._asked("begin", BEGINS, None)
        wanted = Wanted(None if path == "all" else path, when, fate, begin, self._asked_week())
        titles = {"link": gettext("Orders through links"), "direct": gettext("Direct orders")}
        asked = {name: request.args[name] for name in _FILTERS if name in request.args}
        return self._list(
            "orders",
            titles.get(path, gettext("Paid orders")),
            self.rooms().customers.lists.orders(wanted, before),
            asked={**asked, "path": path},
            path=path,
            wanted=wanted,
            begins=BEGIN_WORDS,
            hold_days=self.rooms().customers.hold_days,
        )

    def cases(self) -> ResponseReturnValue:
        """List the cases under way."""
        before = self._may()
        rows = self.rooms().customers.lists.cases(before)
        return self._list(
            "cases", gettext("Open cases"), rows, states=CASE_STATE_WORDS, looks=LOOKS
        )

    def promises(self) -> ResponseReturnValue:
        """List complaints whose customer was promised to hear by now, or soon."""
        before, late = self._may(), request.args.get("late") == "1"
        customers = self.rooms().customers
        return self._list(
            "promises",
            gettext("Promises overdue") if late else gettext("Promises due"),
            customers.lists.promises(before, late=late),
            asked={"late": 1} if late else {},
            states=DESK_STATE_WORDS,
            looks=LOOKS,
            now=customers.clock(),
            number=number_text,
        )

    def silent(self) -> ResponseReturnValue:
        """List products that are bought often and that nobody has told of."""
        before = self._may()
        rows = self.rooms().customers.lists.silent_products(before)
        return self._list("silent", gettext("Products without a story"), rows)

    # -- below --

    def _may(self) -> int | None:
        """Let only the owner pass; return the id of the last row he has seen."""
        self.web.require_role("owner")
        self.web.commit()
        return self.web.asked_int("before")

    @staticmethod
    def _asked(name: str, values: Sequence[str], otherwise: Any = "") -> Any:
        """Return a value of the query; the first one, or `otherwise`, if it is not there."""
        value = request.args.get(name)
        if value is None:
            return values[0] if otherwise == "" else otherwise
        if value not in values:
            raise NotFound(gettext("There is no such path."))
        return value

    @staticmethod
    def _asked_week() -> dt.date | None:
        text = request.args.get("week")
        try:
            day = dt.date.fromisoformat(text) if text is not None else None
        except ValueError:
            raise NotFound(gettext("There is no such week.")) from None
        if day is not None and not 2000 <= day.year <= 2999:  # no clock of a shop is there
            raise NotFound(gettext("There is no such week."))
        return day

    def _list(
        self,
        name: str,
        title: str,
        rows: Sequence[Any],
        *,
        asked: dict[str, Any] | None = None,
        **context: Any,
    ) -> ResponseReturnValue:
        newest = partial(self.web.url, f"owner_{name}", **(asked or {}))
        return self.web.render(
            f"community/customers/{name}.html",
            title=title,
            rows=rows,
            newest=newest(),
            older=newest(before=rows[-1].id) if len(rows) == PAGE else None,
            is_later="before" in request.args,
            **context,
        )


_FILTERS = ("when", "fate", "begin", "week")


def _charts(figures: Figures) -> dict[str, Any]:
    """Return the drawings of the start page."""
    fmt = formats()
    columns = [(fmt.short_date(week.monday), (week.returned, week.kept)) for week in figures.weeks]
    begins = [(gettext(BEGIN_WORDS[name]), count) for name, count in figures.begins.items()]
    whole = sum(figures.begins.values())
    rows = bars(begins, whole=whole, written=fmt.number)
    return {
        "weeks": stacks(columns, written=fmt.number),
        "begins": list(zip(figures.begins, rows, strict=True)),
        "placed": whole,
        "by_link": sum(week.kept + week.returned for week in figures.weeks),
    }


def _label_bars(customers: CustomerService) -> list[tuple[Any, Any, Any]]:
    """Return each label with its size, and a bar of those who wear it among its base."""
    found, fmt = customers.labels(), formats()
    most = max((size.base for _, size in found), default=0)
    base = bars([(label.name, size.base) for label, size in found], whole=most, written=fmt.number)
    wears = bars([(label.name, size.wears) for label, size in found], whole=most)
    return [
        (label, size, (whole, part.length))
        for (label, size), whole, part in zip(found, base, wears, strict=True)
    ]
