"""Fills a shop with one of everything that a rule can name, and somebody of every role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import sqlalchemy as sa

from flask_community.communities.rules import community_scope, field_scope
from flask_community.complaints.models import BulkItem, Evidence
from flask_community.complaints.rules import AmountRule, Decision
from flask_community.earnings.models import Payout
from flask_community.experiences.models import PostPicture
from flask_community.moderation.models import QueueItem
from flask_community.money import Money
from flask_community.records import Record
from flask_community.referrals.rules import TouchKind
from flask_community.services import Services
from tests.shops import Product, Shop, User, db
from tests.stall import Stall

ROLES = (
    "anonymous",
    "member",
    "other member",
    "greeter",
    "steward",
    "other moderator",
    "moderator",
    "lead",
    "seller",
    "owner",
)
"""In the order of the table. The member is the one whose things are asked for."""

CASH_OUT = "key-of-cashing-out"
SORRY = Decision("apology", "Dear {name}, we are sorry.")
HALF = Decision("part_refund", "Dear {name}, {amount}.", AmountRule("bps", 5_000))


class Seed:
    """The member buys gaiwans of the seller, which are the trouble, and trays to tell of.

    The label Slow tea is the steward's. What lies in another field, books, is
    the other member's and begins with `far`.
    """

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.users: dict[str, User] = {}
        self.ids: dict[str, int] = {}
        self.own: dict[str, Any] = {}
        """What the rules name: ids, keys, slugs and tokens by what they are."""
        self._people()
        self._labels()
        self._money()
        self._purchases()
        self._trouble()
        self._far_trouble()
        self._thanks()

    @property
    def services(self) -> Services:
        """Every service, anew."""
        return self.shop.services()

    def model(self, record: type[Record]) -> Any:
        """Return the mapped class of one of our tables."""
        return cast(Any, self.shop.site.binding.models[record])

    # -- people --

    def _people(self) -> None:
        ranks = {"lead": "lead", "seller": "seller", "owner": "owner"}
        for role in (*ROLES[1:], "founder", "friend"):
            user = self.shop.user(role.title(), rank=ranks.get(role))
            self.users[role], self.ids[role] = user, self.shop.member_id(user)

    def _labels(self) -> None:
        communities, ids = self.services.communities, self.ids
        label = communities.found(
            ids["steward"], name="Slow tea", statement="Tea takes time.", admission="request"
        )
        far = communities.found(ids["founder"], name="Fast cars", statement="Faster.")
        here = community_scope(communities.community_of(label.id).id)
        for role, scope in (
            ("greeter", here),
            ("moderator", field_scope("teaware")),
            ("other moderator", field_scope("books")),
        ):
            given = role.removeprefix("other ")
            communities.roles.grant(ids[role], given, actor_id=None, scope=scope)
        place = communities.community_of(label.id).id
        communities.admit(place, ids["friend"], actor_id=ids["steward"])
        self.own["newcomer"] = ids["friend"]
        self.own.update(slug=label.slug, far_place=communities.community_of(far.id).id)
        self.shop.session.commit()

    # -- goods and money --

    def _money(self) -> None:
        """Let a friend buy through the member's link, and the reward ripen."""
        stall = Stall.__new__(Stall)
        stall.shop, stall.bob = self.shop, self.users["friend"]
        stall.gaiwan = tray = self.shop.product("tray")
        stall.deliver(stall.sell((tray, 100)))
        services = self.services
        known = services.orders.product_of("tray")
        link = services.referrals.link_for(self.ids["member"], product_id=known.id)
        theirs = services.referrals.link_for(self.ids["friend"], product_id=known.id)
        code = services.referrals.code(theirs)
        self.own.update(link=link.id, token=services.referrals.token(link), code=code)
        self.shop.session.commit()
        stall.meet(self.ids["friend"], link)
        stall.shop.clock.forward(minutes=1)
        stall.deliver(stall.sell((tray, 80_000)))
        stall.wait(days=15)
        first = self.services.earnings.cash_out(
            self.ids["member"], Money(1_000, "CNY"), "first payout"
        )
        self.own["payout"] = first.id
        earned = self.services.earnings.rewards_of(self.ids["member"])
        self.own["reward"] = earned[0].earning.id
        self._appeals(stall)
        # The others have asked before, under the very key that they ask with again.
        for role in ROLES[2:]:
            asked = self.model(Payout)(
                member_id=self.ids[role],
                request_key=CASH_OUT,
                amount_minor=1_500,
                currency="CNY",
                state="in_payout",
                asked_at=self.shop.clock(),
            )
            self.shop.session.add(asked)
        self.shop.session.commit()

    def _appeals(self, stall: Stall) -> None:
        """Let two rewards be rejected for one mailbox, and the member appeal from the first."""
        pair = self.users["member"], self.users["friend"]
        for user in pair:
            user.email = "both@example.org"
        self.shop.session.commit()
        for _ in range(2):
            stall.sell((db.session.get_one(Product, "tray"), 9_900))
        for user in pair:
            user.email = None
        last, first = self.services.earnings.rewards_of(self.ids["member"], 2)
        self.own["rejected reward"] = last.earning.id
        appeals = self.services.earnings.appeals
        self.own["appeal"] = appeals.make(self.ids["member"], first.earning.id, "Sisters.").id
        self.shop.session.commit()

    def _purchases(self) -> None:
        tray = db.session.get_one(Product, "tray")
        self.gaiwans = iter(self._bought("member", self.shop.product("gaiwan"), 20))
        self.novels = iter(
            self._bought("other member", self.shop.product("novel", category="books"), 4)
        )
        told, untold = self._bought("member", tray, 2)
        services = self.services
        gaiwan = services.orders.product_of("gaiwan")
        gaiwan.seller_id, self.own["product"] = self.ids["seller"], gaiwan.id
        order = services.orders.order(services.orders.line(untold).order_id)
        self.own.update(order=order.host_key, line=untold, far_line=next(self.novels))
        post = services.experiences.post_experience(
            self.ids["member"], told, title="Good", body="I like it."
        )
        self.own["post"] = post.id
        self.own["post picture"] = self._picture(PostPicture, post_id=post.id)
        self.shop.session.commit()

    def _bought(self, role: str, product: Product, pieces: int) -> list[int]:
        """Return the ids of so many delivered lines."""
        wares = [(product, 9_900)] * pieces
        order = self.shop.order(self.users[role], *wares, status="done", batch="B")
        orders = self.services.orders
        known = orders.find(str(order.id))
        assert known is not None
        return [line.id for line in orders.lines(known.id)]

    def _picture(self, kind: type[Record], **of: int) -> int:
        facts = {"slot": 1, "url": "/kept/1.webp", "width": 6, "height": 4, "alt": "A flake"}
        picture = self.model(kind)(**facts, **of, added_at=self.shop.clock())
        self.shop.session.add(picture)
        self.shop.session.flush()
        return int(picture.id)

    # -- trouble --

    def _trouble(self) -> None:
        boss, own = self.ids["owner"], self.own
        offered = self._case("offered", SORRY)
        self.services.complaints.remedies.start(offered, boss)
        self.shop.session.commit()
        self.shop.site.run_jobs()
        self.shop.session.rollback()
        for name in ("alone", "asked", "rejected"):
            self._complaint(name)
        complaints = self.services.complaints
        complaints.ask(own["asked"], boss, "A photo, please?")
        complaints.reject(own["rejected"], boss, "No.")
        gathered = self._complaint("gathered", reason="missing", same_problem=True)
        own["candidate"] = complaints.get(gathered).joined_case_id
        self._case("open")
        own["operation"] = self._case("decided", SORRY)
        own["running"], own["failed"] = self._failing("running")
        self._regrouped()
        item = self.model(QueueItem)
        mine = sa.select(item.id).where(item.kind == "complaint", item.subject_id == own["alone"])
        own["item"] = db.session.scalar(mine)
        own["picture"] = self._picture(Evidence, complaint_id=own["alone"])
        own["notice"] = self.services.notices.inbox(self.ids["member"])[0].id
        for name in ("alone", "asked", "in offered", "rejected"):
            own[f"opens {name}"] = complaints.links.token(complaints.get(own[name]))
        self.shop.session.commit()

    def _regrouped(self) -> None:
        """Cases to merge and to part again, news to stop, a decision to confirm, one to stop."""
        complaints, boss, own = self.services.complaints, self.ids["owner"], self.own
        for name in ("spare", "heir", "merged"):
            self._case(name)
        complaints.merging.merge(own["case heir"], own["case merged"], boss, "One kiln")
        news = complaints.broadcasts.write(
            own["case heir"], boss, {"en": "We asked the kiln."}, key="key of news"
        )
        own["news"] = news.id
        own["dangerous"] = self._case("danger", SORRY, reason="danger", by="friend")
        own["planned"] = self._case("planned", SORRY)
        complaints.countdown.start(own["planned"], boss)

    def _thanks(self) -> None:
        """Let the member buy through the friend's link, for which he may say thanks."""
        referrals, member = self.services.referrals, self.ids["member"]
        tray = self.services.orders.product_of("tray")
        theirs = referrals.live_link(self.ids["friend"], "product", tray.id)
        assert theirs is not None
        referrals.join(member, [referrals.touch(theirs, TouchKind.VISIT)])
        self.shop.session.commit()
        self.shop.clock.forward(minutes=1)
        self._bought("member", db.session.get_one(Product, "tray"), 1)
        self.own["thanks"] = self.services.referrals.thanks.owed_by(member)[0].id

    def _far_trouble(self) -> None:
        own, novels = self.own, self.novels
        self._complaint("far alone", "other member", novels)
        own["far running"], own["far failed"] = self._failing("far", "other member", novels)
        own["far picture"] = self._picture(Evidence, complaint_id=own["far alone"])
        own["far notice"] = self.services.notices.inbox(self.ids["other member"])[0].id
        self.shop.session.commit()

    def _failing(
        self, name: str, role: str = "member", lines: Iterator[int] | None = None
    ) -> tuple[int, int]:
        """Return an operation under way, and its item that failed."""
        running, item = self._case(name, HALF, role, lines), self.model(BulkItem)
        self.services.complaints.remedies.start(running, self.ids["owner"])
        failed = sa.update(item).where(item.operation_id == running)
        db.session.execute(failed.values(state="failed", error="No answer"))
        its = sa.select(item.id).where(item.operation_id == running)
        return running, db.session.scalars(its).one()

    def _complaint(
        self,
        name: str,
        role: str = "member",
        lines: Iterator[int] | None = None,
        **more: Any,
    ) -> int:
        said = {"reason": "quality", "text": "The glaze comes off.", **more}
        line = next(lines or self.gaiwans)
        made = self.services.complaints.file(self.ids[role], line, **said)
        self.own[name] = made.id
        return made.id

    def _case(
        self,
        name: str,
        decision: Decision | None = None,
        role: str = "member",
        lines: Iterator[int] | None = None,
        *,
        by: str = "owner",
        **more: Any,
    ) -> int:
        """Open a case of one complaint; decide it, if so told, and return the operation."""
        complaints, boss = self.services.complaints, self.ids[by]
        inside = self._complaint(f"in {name}", role, lines, **more)
        case = complaints.cases.open(boss, [inside], title="Glaze", reason="By hand")
        self.own[f"case {name}"] = case.id
        if decision is None:
            return 0
        key = f"key of {name}"
        return complaints.remedies.decide(case.id, boss, decision, reason="Kiln", key=key).id
