"""The owner's API: figures, and the rows behind each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from ..rest.base import Api
from ..rest.operation import OWNER, Page, page
from . import schemas
from .service import CustomerService, Figures


class Rooms(Protocol):
    """What the API needs of the services of one request."""

    @property
    def customers(self) -> CustomerService: ...


class OwnerApi:
    """For the owner only."""

    def __init__(self, api: Api, rooms: Callable[[], Rooms]) -> None:
        self.rooms = rooms
        his: dict[str, Any] = {"who": OWNER}
        api.get("/owner/figures", self.figures, schemas.FiguresSchema(), name="figures", **his)
        api.list("/owner/people", self.people, schemas.PersonSchema(), name="people", **his)
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

    def figures(self, *, member_id: int) -> Figures:
        """Count the people, links, orders and cases of the shop."""
        return self.rooms().customers.figures()

    def people(self, *, member_id: int, after: Sequence[int] | None, limit: int) -> Page:
        """List the members, newest first."""
        return _page(self.rooms().customers.people(_before(after), limit + 1), limit)

    def links(self, *, member_id: int, after: Sequence[int] | None, limit: int) -> Page:
        """List the live links, newest first."""
        return _page(self.rooms().customers.links(_before(after), limit + 1), limit)

    def orders(
        self, *, member_id: int, after: Sequence[int] | None, limit: int, path: str = "link"
    ) -> Page:
        """List the paid orders that came by one path, newest first."""
        return _page(self.rooms().customers.orders(path, _before(after), limit + 1), limit)

    def cases(self, *, member_id: int, after: Sequence[int] | None, limit: int) -> Page:
        """List the cases under way, newest first."""
        return _page(self.rooms().customers.cases(_before(after), limit + 1), limit)


def _before(after: Sequence[int] | None) -> int | None:
    return after[0] if after else None


def _page(rows: Sequence[Any], limit: int) -> Page:
    return page(rows, limit, lambda row: (row.id,))
