"""The receipt of a reward: what was seen, by which rule, who gets what and why; signed."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..config import Settings
from ..errors import NotFound
from ..i18n import gettext
from ..orders.models import Line
from ..records import Models, canonical_json
from ..referrals.models import Attribution, Conversion, Link
from ..tokens import SignedBlob
from .models import Earning, Entry, Transaction

FORMAT = 1
"""Version of what a receipt says; grows with every change of its fields."""


class Receipts:
    """Writes receipts for sharers: nothing in one tells who bought, or who else shared."""

    def __init__(
        self, *, session: orm.Session, models: Models, settings: Settings, clock: Clock
    ) -> None:
        self.session = session
        self.Earning = models[Earning]
        self.Entry = models[Entry]
        self.Transaction = models[Transaction]
        self.Line = models[Line]
        self.Link = models[Link]
        self.Conversion = models[Conversion]
        self.Attribution = models[Attribution]
        self.settings = settings
        self.clock = clock

    def of(self, member_id: int, earning_id: int) -> dict[str, Any]:
        """Return the receipt of a member's own reward, ready for JSON, with its proof.

        Amounts are in minor units, times in ISO 8601 and UTC. Raises NotFound
        for another's reward too.
        """
        earning = self._own(member_id, earning_id)
        conversion = self.session.scalars(
            sa.select(self.Conversion).filter_by(order_id=earning.order_id)
        ).one()
        facts = {
            "format": FORMAT,
            "shop": self.settings.shop_id,
            "reward": earning.id,
            "issued_at": _text(self.clock()),
            **self._worth(earning),
            "rule_version": conversion.rule_version,
            "rule": conversion.rule,
            "decided_at": _text(conversion.decided_at),
            "touches": self._touches(member_id, conversion),
            "parts": self._parts(member_id, earning.order_id),
            "history": self._history(earning),
        }
        return {**facts, "proof": proof_of(self.settings, facts)}

    # -- below --

    def _own(self, member_id: int, earning_id: int) -> Earning:
        found = self.session.get(self.Earning, earning_id)
        if found is None or found.member_id != member_id or not found.amount_minor:
            raise NotFound(gettext("There is no such reward."))
        return found

    def _worth(self, earning: Earning) -> dict[str, Any]:
        line = self.session.get_one(self.Line, earning.line_id)
        names = ("basis_minor", "rate_bps", "weight_bps", "amount_minor", "credited_minor")
        return {
            "product": line.title,
            "currency": earning.currency,
            **{name: getattr(earning, name) for name in names},
            "state": earning.state,
            "reason": earning.reason,
            "payable_on": earning.payable_on and _text(earning.payable_on),
        }

    def _touches(self, member_id: int, conversion: Conversion) -> list[dict[str, Any]]:
        links = sa.select(self.Link.id).where(
            self.Link.id.in_([touch["link"] for touch in conversion.touches]),
            self.Link.sharer_id == member_id,
        )
        own = set(self.session.scalars(links))
        return [
            {
                "at": touch["at"],
                "kind": touch["kind"],
                "link": touch["link"] if touch["link"] in own else None,
            }
            for touch in conversion.touches
        ]

    def _parts(self, member_id: int, order_id: int) -> list[dict[str, Any]]:
        parts = sa.select(self.Attribution).filter_by(order_id=order_id)
        by_share = parts.order_by(self.Attribution.share_bps.desc(), self.Attribution.id)
        return [
            {
                "is_yours": part.sharer_id == member_id,
                "share_bps": part.share_bps,
                "source": part.source,
                "kind": part.kind,
                "touch_at": _text(part.touch_at),
                "reason": part.reason,
            }
            for part in self.session.scalars(by_share)
        ]

    def _history(self, earning: Earning) -> list[dict[str, Any]]:
        """Return every move of the reward's money, oldest first, out of the ledger."""
        move, leg = self.Transaction, self.Entry
        moves = (
            sa.select(move.event, move.at, sa.func.max(leg.amount_minor))
            .join(leg, leg.transaction_id == move.id)
            .where(move.ref.startswith(f"earning:{earning.id}:", autoescape=True))
            .group_by(move.id, move.event, move.at)
            .order_by(move.id)
        )
        return [
            {"event": event, "at": _text(at), "minor": int(minor)}
            for event, at, minor in self.session.execute(moves)
        ]


def proof_of(settings: Settings, facts: Mapping[str, Any]) -> str:
    """Return the shop's signature under a receipt: of the SHA-256 of its canonical JSON."""
    return _blob(settings).dumps(_digest(facts))


def is_genuine(settings: Settings, receipt: Mapping[str, Any]) -> bool:
    """Tell whether this shop wrote a receipt, and nobody changed it; needs no database."""
    facts = {name: value for name, value in receipt.items() if name != "proof"}
    proof = receipt.get("proof")
    return isinstance(proof, str) and _blob(settings).loads(proof) == _digest(facts)


def _blob(settings: Settings) -> SignedBlob:
    return SignedBlob(settings.secret_keys, settings.shop_id, "receipt", max_length=100)


def _digest(facts: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(canonical_json(facts).encode()).digest()


def _text(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat()
