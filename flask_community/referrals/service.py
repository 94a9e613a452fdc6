"""Verbs of referral: make links, keep touches, decide who brought an order, pause."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..audit import Audit
from ..clock import Clock
from ..config import Settings
from ..errors import Refused
from ..experiences.service import ExperienceService
from ..hooks import HostHooks
from ..host import OrderEvent
from ..i18n import gettext
from ..members.service import MemberService
from ..notices.service import NoticeService
from ..orders.models import Order
from ..orders.service import OrderService
from ..records import Models, find_or_insert, insert_once
from ..tokens import LinkTokens
from .conversions import Conversions
from .models import Attribution, Conversion, Link, MemberTouch, Pause, Visit
from .own import OwnLinks
from .rules import Ineligible, PauseLevel, Reach, Touch, TouchKind
from .thanks import Thanks

_CAMPAIGN = re.compile(r"[A-Za-z0-9_-]{0,40}")


class ReferralService:
    """Keeps who shares what, who came through it, and which orders that led to."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        settings: Settings,
        tokens: LinkTokens,
        hooks: HostHooks,
        members: MemberService,
        orders: OrderService,
        experiences: ExperienceService,
        notices: NoticeService,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self.session = session
        self.Link = models[Link]
        self.Visit = models[Visit]
        self.MemberTouch = models[MemberTouch]
        self.Attribution = models[Attribution]
        self.Pause = models[Pause]
        self.tokens = tokens
        self.hooks = hooks
        self.orders = orders
        self.experiences = experiences
        self.audit = audit
        self.clock = clock
        base: dict[str, Any] = {"session": session, "models": models, "clock": clock}
        self.own = OwnLinks(**base)
        self.thanks = Thanks(**base, settings=settings, members=members, notices=notices)
        self._conversions = Conversions(
            **base, settings=settings, communities=experiences.communities
        )

    # -- links --

    def link_for(
        self,
        sharer_id: int,
        *,
        product_id: int | None = None,
        post_id: int | None = None,
        community_id: int | None = None,
        campaign: str = "",
    ) -> Link:
        """Return the member's one live link to a target, made if it is not there yet.

        Exactly one target is given. A member who shares a post has a stake in it
        from then on. Raises NotFound, or Refused while sharing of the product rests.
        """
        targets = {"product": product_id, "post": post_id, "community": community_id}
        given = {kind: id for kind, id in targets.items() if id is not None}
        if len(given) != 1 or not _CAMPAIGN.fullmatch(campaign):
            raise Refused(gettext("A link leads to one thing, under a plain campaign name."))
        ((kind, target_id),) = given.items()
        if post_id is not None:
            product_id = self.experiences.post(post_id).product_id
            self.experiences.mark_stake(post_id, sharer_id)
        if product_id is not None and self.pause_of(product_id) is not None:
            raise Refused(gettext("Sharing of this product rests while reports are looked into."))
        values = {
            "sharer_id": sharer_id,
            "product_id": product_id,
            "post_id": post_id,
            "community_id": community_id,
            "campaign": campaign,
            "made_at": self.clock(),
        }
        live_key = _live_key(sharer_id, kind, target_id, campaign)
        return find_or_insert(self.session, self.Link, {"live_key": live_key}, values)

    def live_link(self, sharer_id: int, kind: str, target_id: int) -> Link | None:
        """Return a member's live link to a `product`, `post` or `community`; a read."""
        live_key = _live_key(sharer_id, kind, target_id, "")
        return self.session.scalars(sa.select(self.Link).filter_by(live_key=live_key)).one_or_none()

    def reach(self, community_id: int) -> Reach:
        """Return which products a link to a community's label counts for."""
        return self._conversions.reach(community_id)

    def link_of(self, token: str) -> Link | None:
        """Return the link a token names. A token that is not ours costs no query."""
        link_id = self.tokens.verify(token)
        return None if link_id is None else self.session.get(self.Link, link_id)

    def token(self, link: Link) -> str:
        """Return the text that names a link in an address."""
        return self.tokens.sign(link.id)

    def link_coded(self, typed: str) -> Link | None:
        """Return the link whose code somebody typed. A code that is not ours costs no query."""
        link_id = self.tokens.verify_code(typed)
        return None if link_id is None else self.session.get(self.Link, link_id)

    def code(self, link: Link) -> str:
        """Return what a person types where he cannot follow a link, such as `4K7-Q2MF9X`."""
        return self.tokens.code(link.id)

    # -- visits and touches --

    def touch(self, link: Link, kind: TouchKind) -> Touch:
        """Return the touch of a person who meets a link now."""
        return Touch(link.id, self.clock(), kind)

    def links(self, link_ids: Iterable[int]) -> dict[int, Link]:
        """Return links by id; those that are not there are left out."""
        found = self.session.scalars(sa.select(self.Link).where(self.Link.id.in_(set(link_ids))))
        return {link.id: link for link in found}

    def record_visit(self, link_id: int, kind: TouchKind, reason: Ineligible | None) -> None:
        """Count one opening of a link. Nothing hangs on this row but statistics."""
        self.session.add(
            self.Visit(link_id=link_id, at=self.clock(), kind=int(kind), ineligible=reason)
        )
        self.session.flush()

    def may_remember(self) -> bool:
        """Tell whether a visitor's browser may carry touches: yes, unless the shop says no."""
        return not self.hooks.provides("consent") or self.hooks.consent("referral")

    def join(self, member_id: int, touches: Iterable[Touch]) -> None:
        """Write touches to an account, each once; those of his own links stay out."""
        wanted = sorted(set(touches), key=lambda t: (t.link, t.at, t.kind))
        known = sa.select(self.Link.id).where(
            self.Link.id.in_([t.link for t in wanted]), self.Link.sharer_id != member_id
        )
        others = set(self.session.scalars(known))
        for touch in wanted:
            if touch.link in others:
                row = {"member_id": member_id, "link_id": touch.link, "at": touch.at}
                insert_once(
                    self.session,
                    self.MemberTouch,
                    {**row, "kind": int(touch.kind)},
                    on=("member_id", "link_id", "kind", "at"),
                )

    def touches_of(self, member_id: int, since: dt.datetime) -> list[Touch]:
        """Return the touches of an account later than `since`, oldest first."""
        row = self.MemberTouch
        met = sa.select(row).where(row.member_id == member_id, row.at > since)
        rows = self.session.scalars(met.order_by(row.at, row.kind, row.link_id))
        return [Touch(one.link_id, one.at, TouchKind(one.kind)) for one in rows]

    def forget(self, member_id: int, link_id: int | None = None) -> None:
        """Forget that a member met a link, or any link; orders keep what was decided."""
        touch = self.MemberTouch
        met = sa.delete(touch).where(touch.member_id == member_id)
        if link_id is not None:
            met = met.where(touch.link_id == link_id)
        self.session.execute(met, execution_options={"synchronize_session": False})

    # -- orders --

    def order_changed(self, order: Order, event: OrderEvent) -> None:
        """Decide who brought an order, at its first event and never again; then, who is thanked."""
        self._conversions.decide(order)
        if event is OrderEvent.DELIVERED:
            self.thanks.arrived(order)

    def attributions(self, order_id: int) -> Sequence[Attribution]:
        """Return every link's part in an order, the largest first, those of nothing last."""
        parts = sa.select(self.Attribution).filter_by(order_id=order_id)
        by_share = parts.order_by(self.Attribution.share_bps.desc(), self.Attribution.id)
        return self.session.scalars(by_share).all()

    def conversion(self, order_id: int) -> Conversion | None:
        """Return what was decided about an order, and by which rule; None before that."""
        return self._conversions.of(order_id)

    # -- pauses --

    def pause(
        self,
        *,
        product_id: int,
        batch: str | None = None,
        level: str,
        case_id: int,
        reason: str,
        actor_id: int | None = None,
    ) -> Pause:
        """Let sharing of a product rest for a case, or let it rest at another level."""
        level = PauseLevel(level).value
        match = {"case_id": case_id, "product_id": product_id, "batch": batch or ""}
        state = {"level": level, "reason": reason[:500], "lifted_at": None}
        row = find_or_insert(self.session, self.Pause, match, {**state, "paused_at": self.clock()})
        for name, value in state.items():
            setattr(row, name, value)
        self.session.flush()
        details = {"product": product_id, "batch": batch, "level": level, "case": case_id}
        self.audit.record(
            "sharing.paused", actor_id=actor_id, subject=f"pause:{row.id}", details=details
        )
        return row

    def lift(self, case_id: int, actor_id: int | None = None) -> int:
        """Lift every pause of a case; return how many there were."""
        pause = self.Pause
        lifted = self.session.execute(
            sa.update(pause)
            .where(pause.case_id == case_id, pause.lifted_at.is_(None))
            .values(lifted_at=self.clock())
            .execution_options(synchronize_session="fetch")
        )
        count = int(lifted.rowcount)  # type: ignore[attr-defined]
        if count:
            self.audit.record(
                "sharing.resumed", actor_id=actor_id, subject=f"case:{case_id}", details={}
            )
        return count

    def pause_of(self, product_id: int, *, hard: bool = False) -> Pause | None:
        """Return the strictest pause of a product now, of any batch; `hard`: only such."""
        pause = self.Pause
        now = sa.select(pause).where(pause.product_id == product_id, pause.lifted_at.is_(None))
        if hard:
            now = now.where(pause.level == PauseLevel.HARD.value)
        strictest = sa.case((pause.level == PauseLevel.HARD.value, 0), else_=1)
        return self.session.scalars(now.order_by(strictest, pause.id).limit(1)).first()

    def cases_against(self, product_id: int, batch: str | None) -> Sequence[Pause]:
        """Return the hard pauses that a line of this product and batch falls under."""
        pause = self.Pause
        found = sa.select(pause).where(
            pause.product_id == product_id,
            pause.batch.in_({"", batch or ""}),
            pause.level == PauseLevel.HARD.value,
            pause.lifted_at.is_(None),
        )
        return self.session.scalars(found.order_by(pause.id)).all()

    # -- personal facts --

    def export(self, member_id: int) -> dict[str, object]:
        """Return what is kept about a member's sharing, ready for JSON."""
        met = sa.select(self.MemberTouch).filter_by(member_id=member_id)
        touches = self.session.scalars(met.order_by(self.MemberTouch.id))
        return {
            "links": [
                {
                    "id": share.link.id,
                    "made_at": share.link.made_at.isoformat(),
                    "name": share.link.name,
                    "line": share.link.line,
                }
                for share in self.own.of(member_id)
            ],
            "touches": [{"link": one.link_id, "at": one.at.isoformat()} for one in touches],
        }

    def erase(self, member_id: int) -> None:
        """End a member's links and forget which ones he met; orders keep what they led to."""
        link = self.Link
        his = sa.update(link).where(link.sharer_id == member_id)
        live = his.where(link.live_key.is_not(None))
        for statement in (
            his.values(name="", line=""),
            live.values(live_key=None, ended_at=self.clock()),
        ):
            self.session.execute(statement, execution_options={"synchronize_session": False})
        self.forget(member_id)


def _live_key(sharer_id: int, kind: str, target_id: int, campaign: str) -> str:
    return f"{sharer_id}:{kind}:{target_id}:{campaign}"
