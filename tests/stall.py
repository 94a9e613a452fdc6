"""A shop in which Ann shares and Bob buys, on any database."""

from __future__ import annotations

from flask_community.earnings.service import EarningService
from flask_community.referrals.models import Link
from flask_community.referrals.rules import Touch, TouchKind
from tests.shops import Order, Product, Shop

CNY = "CNY"


class Stall:
    """Ann's link to a gaiwan, which Bob has met an hour ago."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.ann = shop.user("ann", email="ann@example.org")
        self.bob = shop.user("bob", email="bob@example.org")
        self.gaiwan = shop.product("gaiwan")
        self.tray = shop.product("tray")
        self.ann_id, self.bob_id = shop.member_id(self.ann), shop.member_id(self.bob)
        self.link = self.share(self.ann_id)
        self.meet(self.bob_id, self.link)
        shop.clock.forward(hours=1)

    @property
    def earnings(self) -> EarningService:
        """The service, anew, as every request and job gets it."""
        return self.shop.services().earnings

    def share(self, sharer_id: int) -> Link:
        """Return a member's link to the gaiwan; committed."""
        services = self.shop.services()
        product = services.orders.product_of("gaiwan")
        link = services.referrals.link_for(sharer_id, product_id=product.id)
        self.shop.session.commit()
        return link

    def meet(self, member_id: int, link: Link) -> None:
        """Let a member meet a link now; committed."""
        touch = Touch(link.id, self.shop.clock(), TouchKind.VISIT)
        self.shop.services().referrals.join(member_id, [touch])
        self.shop.session.commit()

    def sell(self, *items: tuple[Product, int], batch: str | None = None) -> Order:
        """Let Bob buy and pay, and the shop's jobs run; 198.00 for a gaiwan unless told."""
        order = self.shop.order(self.bob, *(items or ((self.gaiwan, 19_800),)), batch=batch)
        self.work()
        return order

    def deliver(self, order: Order) -> None:
        """Let an order arrive."""
        self.shop.set_status(order, "done")
        self.work()

    def refund(self, order: Order, minor: int | None = None, *, id: str = "r1") -> None:
        """Let the shop pay a part back, or everything."""
        self.shop.community.orders.refunded(order, id, amount_minor=minor)
        self.shop.session.commit()
        self.work()

    def wait(self, **duration: float) -> None:
        """Let time pass, and what is due happen."""
        self.shop.clock.forward(**duration)
        self.work()
        self.earnings.ripen()
        self.shop.session.commit()

    def earn(self, minor: int = 19_800) -> Order:
        """Sell, deliver and wait until the reward is available."""
        order = self.sell((self.gaiwan, minor))
        self.deliver(order)
        self.wait(days=14)
        return order

    def work(self) -> None:
        """Run the jobs that are due."""
        self.shop.site.run_jobs()
        # What the jobs committed is not in a snapshot of MariaDB taken before.
        self.shop.session.rollback()

    def stands(self, member_id: int | None = None) -> dict[str, int]:
        """Return what stands on a member's accounts, Ann's unless told, zeros left away."""
        kinds = self.earnings.balances_of(member_id or self.ann_id).get(CNY, {})
        return {kind.value.split(":")[1]: minor for kind, minor in kinds.items() if minor}

    def told(self) -> list[str]:
        """Return the kinds of notices that Ann got, oldest first."""
        shown = self.shop.services().notices.inbox(self.ann_id)
        return [one.kind for one in reversed(shown)]
