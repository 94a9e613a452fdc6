"""The API of labels: all of them, one, founding, wearing, tending."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from ..errors import Refused
from ..i18n import gettext
from ..members.service import MemberService
from ..orders.service import OrderService
from ..rest.base import Api
from ..rest.operation import ANYBODY, Page, page
from . import schemas
from .greetings import Greetings
from .models import Label
from .service import CommunityService


class Rooms(Protocol):
    """What the API needs of the services of one request."""

    @property
    def communities(self) -> CommunityService: ...
    @property
    def greetings(self) -> Greetings: ...
    @property
    def members(self) -> MemberService: ...
    @property
    def orders(self) -> OrderService: ...


class LabelApi:
    """What the pages of labels do, as JSON."""

    def __init__(self, api: Api, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = api.web, rooms
        one = "/labels/{slug}"
        api.list("/labels", self.labels, schemas.ListedLabelSchema(), name="labels", who=ANYBODY)
        api.get(one, self.label, schemas.WholeLabelSchema(), name="label", who=ANYBODY)
        api.post(
            "/labels",
            self.found,
            name="found_label",
            body=schemas.NewLabelSchema(),
            answer=schemas.LabelSchema(),
            status=201,
            at="label",
            key="optional",
            limit="found",
        )
        standing = f"{one}/membership"
        api.get(standing, self.standing, schemas.StandingSchema(), name="standing")
        api.put(
            standing,
            self.stand,
            name="stand_to_label",
            body=schemas.NewStandingSchema(),
            answer=schemas.StandingSchema(),
        )
        api.delete(standing, self.leave, name="leave_label")
        api.put(f"{one}/bindings", self.bind, name="bind_label", body=schemas.BindingSchema())
        api.put(f"{one}/members/{{member}}", self.admit, name="admit")
        api.put(f"{one}/greetings/{{member}}", self.greet, name="greet", limit="react")

    def labels(self, *, after: Sequence[int] | None, limit: int) -> Page:
        """List labels, the newest first, and how many people each one reaches."""
        communities = self.rooms().communities
        found = communities.labels(before=after[0] if after else None, limit=limit + 1)
        cut = page(found, limit, lambda label: (label.id,))
        sizes = communities.people.sizes(label.id for label in cut.rows)
        return Page([{**_facts(one), "size": sizes[one.id]} for one in cut.rows], cut.place)

    def label(self, *, slug: str) -> dict[str, Any]:
        """Show a label: what it says, whom it reaches, its products, its community."""
        rooms, member_id = self.rooms(), self.web.member_id()
        communities, members = rooms.communities, rooms.members
        label = communities.label_called(slug)
        community = communities.community_of(label.id)
        steers = member_id is not None and communities.steers(member_id, community.id)
        asking = communities.people.asking(community.id) if steers else ()
        products = [rooms.orders.product(id) for id in communities.products_of(label.id)]
        return {
            **_facts(label),
            "size": communities.size(label.id),
            "founder": {"id": label.founder_id, "name": members.name(label.founder_id)},
            "community": community,
            "standing": member_id and communities.standing(label.id, member_id),
            "products": [
                {"key": one.host_key, "title": one.title, "url": rooms.orders.product_url(one)}
                for one in products
            ],
            "fields_bound": communities.fields_of(label.id),
            "steers": steers,
            "newcomers": self._newcomers(community.id, member_id),
            "asking": [{"id": id, "name": name} for id, name in members.names(asking).items()],
        }

    def found(
        self,
        *,
        member_id: int,
        name: str,
        statement: str,
        field: str | None = None,
        admission: str = "open",
    ) -> Label:
        """Make a label; its founder wears it and is its steward."""
        return self.rooms().communities.found(
            member_id, name=name, statement=statement, field=field, admission=admission
        )

    def standing(self, *, member_id: int, slug: str) -> dict[str, str | None]:
        """Tell how one stands to a label."""
        communities = self.rooms().communities
        return {"state": communities.standing(communities.label_called(slug).id, member_id)}

    def stand(self, *, member_id: int, slug: str, state: str) -> dict[str, str]:
        """Wear a label, aspire to it or mute it."""
        communities = self.rooms().communities
        verbs = {
            "wears": communities.wear,
            "aspires": communities.aspire,
            "muted": communities.mute,
        }
        verbs[state](communities.label_called(slug).id, member_id)
        return {"state": state}

    def leave(self, *, member_id: int, slug: str) -> None:
        """Leave a label, or no longer aspire to it or mute it."""
        communities = self.rooms().communities
        communities.leave(communities.label_called(slug).id, member_id)

    def bind(
        self, *, member_id: int, slug: str, product: str | None = None, field: str | None = None
    ) -> None:
        """Let a product, by the shop's own key, or a field belong to a label."""
        rooms = self.rooms()
        label = rooms.communities.label_called(slug)
        if (product is None) == (field is None):
            raise Refused(gettext("Name a product or a field."), field="product")
        if product is not None:
            known = rooms.orders.product_called(product)
            rooms.communities.bind_product(label.id, known.id, actor_id=member_id)
        else:
            rooms.communities.bind_field(label.id, field or "", actor_id=member_id)

    def admit(self, *, member_id: int, slug: str, member: int) -> None:
        """Let somebody in who asked."""
        communities = self.rooms().communities
        community = communities.community_of(communities.label_called(slug).id)
        communities.admit(community.id, member, actor_id=member_id)

    def greet(self, *, member_id: int, slug: str, member: int) -> None:
        """Say hello to a newcomer; to one who was greeted, it changes nothing."""
        rooms = self.rooms()
        rooms.greetings.greet(rooms.communities.label_called(slug), member, by=member_id)

    def _newcomers(self, community_id: int, member_id: int | None) -> list[dict[str, Any]]:
        rooms = self.rooms()
        if not rooms.greetings.may_greet(community_id, member_id):
            return []
        new = rooms.greetings.newcomers(community_id, besides=member_id)
        names = rooms.members.names(one.member_id for one in new)
        return [
            {"id": one.member_id, "name": names[one.member_id], "since": one.since} for one in new
        ]


def _facts(label: Label) -> dict[str, Any]:
    names = ("slug", "name", "statement", "field", "founded_at")
    return {name: getattr(label, name) for name in names}
