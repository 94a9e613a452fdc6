"""Pages of labels: all of them, the home of one, founding, wearing, tending."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from flask import request
from flask.typing import ResponseReturnValue

from ..errors import NotFound, Refused
from ..i18n import gettext
from ..members.service import MemberService
from ..orders.models import KEY_LENGTH, Product
from ..orders.service import OrderService
from ..preview import WORDS, Preview, head_of
from ..prose import shortened
from ..web import Web
from . import rules
from .greetings import Greetings
from .models import Label
from .service import CommunityService

PAGE = 12


class Rooms(Protocol):
    """What these pages need of the services of one request."""

    @property
    def communities(self) -> CommunityService:
        """Labels and who wears them."""

    @property
    def greetings(self) -> Greetings:
        """Who is new."""

    @property
    def members(self) -> MemberService:
        """Names of people."""

    @property
    def orders(self) -> OrderService:
        """Products."""


class CommunityPages:
    """Where labels are founded, worn and tended. Upper slices add to the place `label`.

    Hosts (greeters, stewards, the owner) see first who is new, and what upper
    slices add to the place `label_hosts`.
    """

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        web.add("/labels", self.index, name="labels")
        web.add("/found", self.found, name="found_label", methods=["GET", "POST"], limit="found")
        web.add("/labels/<slug>", self.home, name="label")
        step = "<any(wear,aspire,mute,leave):step>"
        web.add(f"/labels/<slug>/{step}", self.step, name="label_step", methods=["POST"])
        web.add("/labels/<slug>/bind", self.bind, name="bind_label", methods=["POST"])
        web.add("/labels/<slug>/admit", self.admit, name="admit", methods=["POST"])
        web.add("/labels/<slug>/greet", self.greet, name="greet", methods=["POST"], limit="react")

    def index(self) -> ResponseReturnValue:
        """Show labels, the newest first, and how many people each one reaches."""
        before = self.web.asked_int("before")
        communities = self.rooms().communities
        labels = communities.labels(before=before, limit=PAGE + 1)
        shown = labels[:PAGE]
        return self.web.render(
            "community/communities/labels.html",
            title=gettext("Labels"),
            labels=shown,
            sizes=communities.people.sizes(label.id for label in shown),
            older=shown[-1].id if len(labels) > PAGE else None,
        )

    def found(self) -> ResponseReturnValue:
        """Ask for an attitude, and make a label of it."""
        member_id = self.web.require_member()
        if request.method != "POST":
            return self._found_form()
        try:
            label = self.rooms().communities.found(
                member_id,
                name=request.form.get("name", ""),
                statement=request.form.get("statement", ""),
                field=request.form.get("field"),
                admission=request.form.get("admission", "open"),
            )
        except Refused as error:
            self.web.session().rollback()
            return self._found_form(error)
        self.web.commit()
        return self.web.see_other(self.web.url("label", slug=label.slug))

    def home(self, slug: str) -> ResponseReturnValue:
        """Show a label: what it says, whom it reaches, its products, its community."""
        communities, member_id = self.rooms().communities, self.web.member_id()
        label = communities.label_called(slug)
        community = communities.community_of(label.id)
        steers = member_id is not None and communities.steers(member_id, community.id)
        asking = communities.people.asking(community.id) if steers else ()
        return self.web.render(
            "community/communities/label.html",
            title=label.name,
            head=head_of(self.web, self._preview(label)),
            label=label,
            community=community,
            size=communities.size(label.id),
            founder=self.rooms().members.name(label.founder_id),
            standing=member_id and communities.standing(label.id, member_id),
            products=self._products(label.id),
            fields=communities.fields_of(label.id),
            steers=steers,
            asking=self.rooms().members.names(asking),
            **self._newcomers(community.id, member_id),
        )

    def _newcomers(self, community_id: int, member_id: int | None) -> dict[str, Any]:
        greetings = self.rooms().greetings
        greets = greetings.may_greet(community_id, member_id)
        new = greetings.newcomers(community_id, besides=member_id) if greets else ()
        return {
            "hosts": greetings.hosts(community_id, member_id),
            "newcomers": new,
            "names": self.rooms().members.names(one.member_id for one in new),
            "now": greetings.clock(),
        }

    def _preview(self, label: Label) -> Preview:
        return Preview(
            kind="website",
            title=label.name,
            path=self.web.url("label", slug=label.slug),
            words=shortened(label.statement, WORDS),
            facts={
                "@type": "CollectionPage",
                "name": label.name,
                "description": label.statement,
            },
        )

    def step(self, slug: str, step: str) -> ResponseReturnValue:
        """Wear a label, aspire to it, mute or leave it."""
        member_id = self.web.require_member()
        communities = self.rooms().communities
        label = communities.label_called(slug)
        verbs = {
            "wear": communities.wear,
            "aspire": communities.aspire,
            "mute": communities.mute,
            "leave": communities.leave,
        }
        verbs[step](label.id, member_id)
        self.web.commit()
        return self.web.see_other(self.web.url("label", slug=label.slug))

    def bind(self, slug: str) -> ResponseReturnValue:
        """Let a product, named by the shop's own key, or a field belong to a label."""
        member_id = self.web.require_member()
        communities = self.rooms().communities
        label = communities.label_called(slug)
        if product_key := self.web.form_text("product", least=0, most=KEY_LENGTH):
            product = self._product(product_key)
            communities.bind_product(label.id, product.id, actor_id=member_id)
        else:
            communities.bind_field(label.id, request.form.get("field", ""), actor_id=member_id)
        self.web.commit()
        return self.web.see_other(self.web.url("label", slug=label.slug))

    def admit(self, slug: str) -> ResponseReturnValue:
        """Let somebody in who asked."""
        actor_id = self.web.require_member()
        communities = self.rooms().communities
        label = communities.label_called(slug)
        community = communities.community_of(label.id)
        newcomer = self.web.form_int("member", low=1)
        communities.admit(community.id, newcomer, actor_id=actor_id)
        self.web.commit()
        return self.web.see_other(self.web.url("label", slug=label.slug))

    def greet(self, slug: str) -> ResponseReturnValue:
        """Say hello to a newcomer; one whom somebody greeted before is greeted all the same."""
        member_id, rooms = self.web.require_member(), self.rooms()
        label = rooms.communities.label_called(slug)
        rooms.greetings.greet(label, self.web.form_int("member", low=1), by=member_id)
        self.web.commit()
        return self.web.see_other(self.web.url("label", slug=label.slug))

    def _product(self, key: str) -> Product:
        try:
            return self.rooms().orders.product_called(key)
        except NotFound:
            raise Refused(gettext("The shop has no such product."), field="product") from None

    def _found_form(self, error: Refused | None = None) -> ResponseReturnValue:
        return self.web.render(
            "community/communities/found.html",
            title=gettext("Found a label"),
            status=error.status if error else 200,
            rules=rules,
            form=request.form,
            error=error,
        )

    def _products(self, label_id: int) -> list[tuple[Product, str | None]]:
        orders = self.rooms().orders
        products = map(orders.product, self.rooms().communities.products_of(label_id))
        return [(product, orders.product_url(product)) for product in products]
