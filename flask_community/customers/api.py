"""The owner's API: what needs him, figures, and the rows behind each of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from ..rest.base import Api
from ..rest.operation import OWNER, Page, page
from . import schemas
from .figures import Figures
from .rules import Wanted
from .service import CustomerService
from .tasks import Finding, Task


class Rooms(Protocol):
    """What the API needs of the services of one request."""

    @property
    def customers(self) -> CustomerService: ...

    def findings(self) -> Sequence[Finding]: ...


class OwnerApi:
    """For the owner only."""

    def __init__(self, api: Api, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = api.web, rooms
        his: dict[str, Any] = {"who": OWNER}
        api.get("/owner/tasks", self.tasks, schemas.TasksSchema(), name="tasks", **his)
        api.get("/owner/figures", self.figures, schemas.FiguresSchema(), name="figures", **his)
        api.list(
            "/owner/people",
            self.people,
            schemas.PersonSchema(),
            name="people",
            query=schemas.PeopleQuery(),
            **his,
        )
        api.list("/owner/links", self.links, schemas.SharedLinkSchema(), name="shared_links", **his)
        api.list(
            "/owner/orders",
            self.orders,
            schemas.PaidOrderSchema(),
            name="paid_orders",
            query=schemas.OrdersQuery(),
            **his,
        )
        api.list("/owner/cases", self.cases, schemas.OpenCaseSchema(), name="open_cases", **his)
        api.list(
            "/owner/promises",
            self.promises,
            schemas.PromiseSchema(),
            name="promises",
            query=schemas.PromisesQuery(),
            **his,
        )
        api.list(
            "/owner/silent",
            self.silent,
            schemas.SilentProductSchema(),
            name="silent_products",
            **his,
        )

    def tasks(self, *, member_id: int) -> dict[str, list[Task]]:
        """Tell what needs the owner now, the most pressing first."""
        self.web.session().commit()  # the doctor wants a connection of his own
        findings = self.rooms().findings()
        return {"items": self.rooms().customers.tasks(findings)}

    def figures(self, *, member_id: int) -> Figures:
        """Count the people, links, orders and cases of the shop, and the last 30 days."""
        return self.rooms().customers.figures()

    def people(
        self, *, member_id: int, after: Sequence[int] | None, limit: int, when: str = "ever"
    ) -> Page:
        """List the members, newest first."""
        lists = self.rooms().customers.lists
        return _page(lists.people(_before(after), limit + 1, when=when), limit)

    def links(self, *, member_id: int, after: Sequence[int] | None, limit: int) -> Page:
        """List the live links, newest first."""
        return _page(self.rooms().customers.lists.links(_before(after), limit + 1), limit)

    def orders(
        self,
        *,
        member_id: int,
        after: Sequence[int] | None,
        limit: int,
        path: str = "link",
        when: str = "ever",
        fate: str | None = None,
        begin: str | None = None,
        week: dt.date | None = None,
    ) -> Page:
        """List the paid orders that came by one path, newest first."""
        wanted = Wanted(None if path == "all" else path, when, fate, begin, week)
        return _page(self.rooms().customers.lists.orders(wanted, _before(after), limit + 1), limit)

    def cases(self, *, member_id: int, after: Sequence[int] | None, limit: int) -> Page:
        """List the cases under way, newest first."""
        return _page(self.rooms().customers.lists.cases(_before(after), limit + 1), limit)

    def promises(
        self, *, member_id: int, after: Sequence[int] | None, limit: int, late: bool = False
    ) -> Page:
        """List complaints whose customer hears within 24 hours, or should have; newest first."""
        lists = self.rooms().customers.lists
        return _page(lists.promises(_before(after), limit + 1, late=late), limit)

    def silent(self, *, member_id: int, after: Sequence[int] | None, limit: int) -> Page:
        """List products that are bought often and that nobody has told of, newest first."""
        return _page(self.rooms().customers.lists.silent_products(_before(after), limit + 1), limit)


def _before(after: Sequence[int] | None) -> int | None:
    return after[0] if after else None


def _page(rows: Sequence[Any], limit: int) -> Page:
    return page(rows, limit, lambda row: (row.id,))
