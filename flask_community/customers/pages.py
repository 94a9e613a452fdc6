"""The owner's pages: figures, and the rows behind each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

from flask import request
from flask.typing import ResponseReturnValue

from ..charts import bars
from ..complaints.words import CASE_STATE_WORDS, LOOKS
from ..errors import NotFound
from ..i18n import formats, gettext
from ..web import Web
from .service import PAGE, PATHS, CustomerService


class Rooms(Protocol):
    """What these pages need of the services of one request."""

    @property
    def customers(self) -> CustomerService:
        """The owner's figures."""


class OwnerPages:
    """For the owner only. Every number leads to its rows."""

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        web.add("/owner", self.start, name="owner")
        web.add("/owner/people", self.people, name="owner_people")
        web.add("/owner/links", self.links, name="owner_links")
        web.add("/owner/orders", self.orders, name="owner_orders")
        web.add("/owner/cases", self.cases, name="owner_cases")

    def start(self) -> ResponseReturnValue:
        """Show the figures."""
        self._may()
        customers = self.rooms().customers
        figures, fmt = customers.figures(), formats()
        ways = [
            (gettext("Orders through links"), figures.orders["link"]),
            (gettext("Direct orders"), figures.orders["direct"]),
        ]
        return self.web.render(
            "community/customers/start.html",
            title=gettext("Your shop"),
            figures=figures,
            ways=bars(ways, whole=sum(figures.orders.values()), written=fmt.number),
            cases=customers.cases(),
            states=CASE_STATE_WORDS,
            looks=LOOKS,
        )

    def people(self) -> ResponseReturnValue:
        """List the members."""
        before = self._may()
        rows = self.rooms().customers.people(before)
        return self._list("people", gettext("People"), rows)

    def links(self) -> ResponseReturnValue:
        """List the live links."""
        before = self._may()
        rows = self.rooms().customers.links(before)
        return self._list("links", gettext("Links"), rows)

    def orders(self) -> ResponseReturnValue:
        """List the paid orders that came by one path."""
        before, path = self._may(), request.args.get("path", "link")
        if path not in PATHS:
            raise NotFound(gettext("There is no such path."))
        title = gettext("Orders through links") if path == "link" else gettext("Direct orders")
        rows = self.rooms().customers.orders(path, before)
        return self._list("orders", title, rows, path=path)

    def cases(self) -> ResponseReturnValue:
        """List the cases under way."""
        before = self._may()
        rows = self.rooms().customers.cases(before)
        return self._list(
            "cases", gettext("Open cases"), rows, states=CASE_STATE_WORDS, looks=LOOKS
        )

    # -- below --

    def _may(self) -> int | None:
        """Let only the owner pass; return the id of the last row he has seen."""
        self.web.require_role("owner")
        self.web.commit()
        return self.web.asked_int("before")

    def _list(
        self, name: str, title: str, rows: Sequence[Any], **context: Any
    ) -> ResponseReturnValue:
        newest = partial(self.web.url, f"owner_{name}")
        if "path" in context:
            newest = partial(newest, path=context["path"])
        return self.web.render(
            f"community/customers/{name}.html",
            title=title,
            rows=rows,
            newest=newest(),
            older=newest(before=rows[-1].id) if len(rows) == PAGE else None,
            is_later="before" in request.args,
            **context,
        )
