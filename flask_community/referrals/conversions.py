"""Decides, once for each order, which links brought it, and writes down why."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..communities.service import CommunityService
from ..config import Settings
from ..members.models import Member
from ..money import exponent
from ..orders.models import Line, Order, Product
from ..records import Models, canonical_json, insert_once
from .cookie import owner_mark
from .models import Attribution, Conversion, Link, MemberTouch
from .rules import Model, Reach, Reason, Touch, TouchKind, attribute


class Conversions:
    """Writes the conversion of an order and the part of every link in it."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        communities: CommunityService,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self.session = session
        self.Member = models[Member]
        self.Link = models[Link]
        self.MemberTouch = models[MemberTouch]
        self.Conversion = models[Conversion]
        self.Attribution = models[Attribution]
        self.Line, self.Product = models[Line], models[Product]
        self.communities = communities
        self.settings = settings
        self.clock = clock

    def of(self, order_id: int) -> Conversion | None:
        """Return what was decided about an order, or None."""
        return self.session.scalars(
            sa.select(self.Conversion).filter_by(order_id=order_id)
        ).one_or_none()

    def decide(self, order: Order) -> None:
        """Fix who brought an order, by the rule of this moment; a second time does nothing."""
        if self.of(order.id) is not None:
            return
        touches = self._touches(order)
        sharers = self._sharers(touches)
        live = [t for t in touches if t.link in sharers and not self._was_at_rest(t)]
        own = [t for t in live if sharers[t.link] == order.buyer_id]
        met = [t for t in live if t not in own]
        apart = self._apart(order, met)
        others = [t for t in met if t.link not in apart]
        parts = [] if order.imported else self._parts(order, others, sharers)
        rule = rule_of(self.settings, order.currency)
        row = {
            "order_id": order.id,
            "decided_at": self.clock(),
            "touches": [touch_json(touch) for touch in touches],
            "rule": rule,
            "rule_version": version_of(rule),
            "reason": None if parts else _why_nobody(order, own, others, apart),
        }
        if not insert_once(self.session, self.Conversion, row, on=("order_id",)):
            return
        attributed = {part["link_id"] for part in parts}
        refused = {t.link: t for t in own if t.link not in attributed}
        self._write([*parts, *(self._refusal(order, t) for t in refused.values())])

    def _touches(self, order: Order) -> list[Touch]:
        seen = set(touches_of_json(self._carried(order)))
        if order.buyer_id is not None:
            # A window more than counts, to tell a touch that came too early from none.
            since = order.placed_at - 2 * self.settings.attribution_window
            rows = sa.select(self.MemberTouch).where(
                self.MemberTouch.member_id == order.buyer_id,
                self.MemberTouch.at <= order.placed_at,
                self.MemberTouch.at > since,
            )
            met = self.session.scalars(rows)
            seen |= {Touch(row.link_id, row.at, TouchKind(row.kind)) for row in met}
        return sorted(seen, key=lambda t: (t.at, t.kind, t.link))

    def _carried(self, order: Order) -> list[dict[str, Any]]:
        """Return the touches in the browser that placed the order, if they may count.

        They do if the account there was the buyer's, or if there was none: a
        guest, who may have become an account in the checkout itself.
        """
        rows: list[dict[str, Any]] = order.touches or []
        if order.buyer_id is None:
            return rows
        buyer = self.session.get(self.Member, order.buyer_id)
        marks = {owner_mark(None).hex(), owner_mark(buyer.host_id if buyer else None).hex()}
        return [row for row in rows if row.get("actor", owner_mark(None).hex()) in marks]

    def _sharers(self, touches: Iterable[Touch]) -> dict[int, int]:
        link = self.Link
        wanted = {touch.link for touch in touches}
        found = self.session.execute(sa.select(link.id, link.sharer_id).where(link.id.in_(wanted)))
        return {row.id: row.sharer_id for row in found}

    def _apart(self, order: Order, touches: Iterable[Touch]) -> set[int]:
        """Return the links to labels of which this order holds nothing."""
        link = self.Link
        asked = sa.select(link.id, link.community_id).where(
            link.id.in_({touch.link for touch in touches}), link.community_id.is_not(None)
        )
        to_labels = self.session.execute(asked).all()
        bought = self._bought(order) if to_labels else []
        return {id for id, community in to_labels if not self.reach(community).holds(bought)}

    def reach(self, community_id: int | None) -> Reach:
        """Return which products the link to a community's label counts for."""
        assert community_id is not None
        label_id = self.communities.community(community_id).label_id
        products, fields = self.communities.reach_of(label_id)
        return Reach(frozenset(products), frozenset(fields))

    def _bought(self, order: Order) -> list[tuple[int, str | None]]:
        line, product = self.Line, self.Product
        goods = (
            sa.select(product.id, product.field)
            .join(line, line.product_id == product.id)
            .where(line.order_id == order.id, line.quantity > 0)
        )
        return [(id, field) for id, field in self.session.execute(goods)]

    def _was_at_rest(self, touch: Touch) -> bool:
        """Tell whether a link led nowhere when it was met: a code can be typed at any time."""
        link = self.session.get(self.Link, touch.link)
        since = None if link is None else link.ended_at or link.rests_since
        return since is not None and since <= touch.at

    def _parts(
        self, order: Order, touches: list[Touch], sharers: Mapping[int, int]
    ) -> list[dict[str, Any]]:
        shares = attribute(
            touches,
            order.placed_at,
            window=self.settings.attribution_window,
            model=Model(self.settings.attribution_model),
        )
        return [
            {
                **self._fact(order, share.touch, sharers[share.link]),
                "share_bps": share.weight_bps,
                "source": share.source.value,
                "reason": None,
            }
            for share in shares
        ]

    def _refusal(self, order: Order, touch: Touch) -> dict[str, Any]:
        fact = self._fact(order, touch, order.buyer_id)
        return {**fact, "share_bps": 0, "source": "touch", "reason": Reason.SAME_ACCOUNT.value}

    def _fact(self, order: Order, touch: Touch, sharer_id: int | None) -> dict[str, Any]:
        return {
            "order_id": order.id,
            "link_id": touch.link,
            "sharer_id": sharer_id,
            "kind": int(touch.kind),
            "touch_at": touch.at,
            "model": self.settings.attribution_model,
            "window_days": self.settings.attribution_days,
        }

    def _write(self, rows: list[dict[str, Any]]) -> None:
        if rows:
            self.session.execute(sa.insert(self.Attribution), rows)


def rule_of(settings: Settings, currency: str) -> dict[str, Any]:
    """Return the rule by which an order is rewarded, as JSON that later edits do not touch."""
    return {
        "programme": "default",
        "reward_bps": settings.reward_bps,
        "friend_bps": settings.friend_bps,
        "hold_days": settings.hold_days,
        "window_days": settings.attribution_days,
        "model": settings.attribution_model,
        "currency": currency,
        "exponent": exponent(currency),
    }


def version_of(rule: Mapping[str, Any]) -> str:
    """Return the short name of a rule: equal for equal rules, in any process."""
    return hashlib.sha256(canonical_json(rule).encode()).hexdigest()[:12]


def touch_json(touch: Touch) -> dict[str, Any]:
    """Return a touch as JSON: `link`, `at` in ISO 8601, `kind`."""
    return {"link": touch.link, "at": touch.at.isoformat(), "kind": int(touch.kind)}


def touches_of_json(rows: Iterable[Mapping[str, Any]]) -> list[Touch]:
    """Return the touches that `touch_json()` wrote."""
    return [
        Touch(row["link"], dt.datetime.fromisoformat(row["at"]), TouchKind(row["kind"]))
        for row in rows
    ]


def _why_nobody(order: Order, own: list[Touch], others: list[Touch], apart: set[int]) -> str:
    if order.imported:
        return Reason.IMPORTED.value
    if others:
        return Reason.OUTSIDE_WINDOW.value
    if apart:
        return Reason.OUTSIDE_LABEL.value
    return Reason.SAME_ACCOUNT.value if own else Reason.NO_TOUCH.value
