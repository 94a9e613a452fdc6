"""A shop that keeps books of its own while it carries a remedy out; see docs/hosts.md."""

from __future__ import annotations

import sqlalchemy as sa

from flask_community.complaints.rules import AmountRule, Decision
from flask_community.hooks import HostHooks, RemedyOrder, RemedyResult
from flask_community.orders.models import Line
from tests.shops import Order, Shop, db, open_shop

HALF = Decision("part_refund", "Dear {name}, {amount}.", AmountRule("bps", 5_000))


class Books(HostHooks):
    """Pays back in the shop's own session, tells of the refund, and commits."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def apply_remedy(self, remedy: RemedyOrder) -> RemedyResult:
        order = db.session.get(Order, remedy.order)
        assert order is not None
        assert remedy.amount is not None
        order.status = "packed again"
        paid_back = {remedy.line: remedy.amount.minor}
        self.shop.community.orders.refunded(order, remedy.key, paid_back)
        db.session.commit()
        return RemedyResult(state="done", reference=remedy.key)


def test_a_remedy_may_write_commit_and_refund_in_the_shops_own_session(database_url: str) -> None:
    with open_shop(database_url) as shop:
        shop.site.hooks = Books(shop)
        shop.order(shop.user("Li"), (shop.product(), 9_900), status="done")
        _decide(shop)
        shop.site.run_jobs_inline()
        shop.session.expire_all()
        (line,) = shop.session.scalars(sa.select(shop.site.binding.models[Line]))
        assert (line.paid_minor, line.returned_minor) == (9_900, 4_950)
        assert shop.services().complaints.cases.get(1).state == "resolved"


def _decide(shop: Shop) -> None:
    boss = shop.member_id(shop.user("He Min", rank="moderator"))
    rooms = shop.services().complaints
    complaint = rooms.file(1, 1, reason="quality", text="The glaze comes off.")
    case = rooms.cases.open(boss, [complaint.id], title="Glaze", reason="Two in a week", batch=None)
    made = rooms.remedies.decide(case.id, boss, HALF, reason="Too cool a kiln.", key="k")
    rooms.remedies.start(made.id, boss)
    shop.session.commit()
