"""A shop with sharers and rewards, made the way the world makes them, and a check of its books."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from flask_community.earnings.models import Account as LedgerAccount, Entry
from flask_community.referrals.rules import Touch, TouchKind
from tests.effort import is_in_full
from tests.shops import Order, Product, Shop, User, db, open_shop

PAID_MINOR = 10_000
REWARD_MINOR = 1_000
"""What a sharer earns by an order of PAID_MINOR under SETTINGS."""

SETTINGS: dict[str, object] = {
    "COMMUNITY_REWARD_BPS": 1_000,
    "COMMUNITY_PAYOUT_MINIMUM": 1,
    "COMMUNITY_ATTRIBUTION_MODEL": "linear",
}
HOLD = dt.timedelta(days=14)


@dataclass(frozen=True)
class Account:
    """What one round of a race is about: a sharer, what he earned, and by which order."""

    user_id: int
    member_id: int
    product_id: int
    order_id: int
    """The shop's own key of it."""
    amount_minor: int
    ripe_at: dt.datetime
    """From when on it is available."""


@contextlib.contextmanager
def open_bed(url: str, **settings: object) -> Iterator[Shop]:
    """Open the shop on an empty database, as `enter()` opens it on one that is in use."""
    with open_shop(url, **SETTINGS, **settings) as shop:
        _do_not_sync()
        yield shop


@contextlib.contextmanager
def enter(url: str) -> Iterator[Shop]:
    """Open the shop in one more process."""
    shop = Shop(url, **SETTINGS)
    with shop.app.app_context():
        _do_not_sync()
        yield shop


def rich_sharers(shop: Shop, count: int) -> list[Account]:
    """Return sharers of one order that all of them led to, each with money to cash out."""
    product = shop.product()
    sharers = sign_up(shop, "sharer", count)
    buyer = shop.user("buyer")
    product_id = share(shop, product, buyer, *sharers)
    order = shop.order(buyer, (product, PAID_MINOR * count), status="done")
    accounts = _accounts(shop, product_id, order, sharers)
    ripen(shop)
    return accounts


def one_each(shop: Shop, count: int, *, is_ripe: bool) -> list[Account]:
    """Return sharers of an order and a product each; delivered, and `is_ripe` or not yet."""
    sharers = sign_up(shop, "sharer", count)
    buyers = sign_up(shop, "buyer", count)
    accounts: list[Account] = []
    for number, (sharer, buyer) in enumerate(zip(sharers, buyers, strict=True)):
        product = shop.product(f"tea-{number}")
        product_id = share(shop, product, buyer, sharer)
        order = shop.order(buyer, (product, PAID_MINOR), status="done")
        accounts += _accounts(shop, product_id, order, [sharer])
        # Each ripens at a moment of its own, so that a round leaves the others alone.
        shop.clock.forward(minutes=1)
    if is_ripe:
        ripen(shop)
    else:
        work(shop)
    return accounts


def sign_up(shop: Shop, nick: str, count: int) -> list[User]:
    """Open accounts of people who want no mail, so that no worker is busy with it; committed."""
    users = [User(nick=f"{nick}-{number}") for number in range(count)]
    shop.session.add_all(users)
    shop.session.commit()
    members = shop.services().members
    for user in users:
        members.of(user.id).mail = False
    shop.session.commit()
    return users


def share(shop: Shop, product: Product, buyer: User, *sharers: User) -> int:
    """Let a buyer meet every sharer's link to a product; return our id of it. Committed."""
    services = shop.services()
    product_id = services.orders.product_of(product.sku).id
    met = [
        Touch(
            services.referrals.link_for(
                services.members.of(sharer.id).id, product_id=product_id
            ).id,
            shop.clock(),
            TouchKind.VISIT,
        )
        for sharer in sharers
    ]
    services.referrals.join(services.members.of(buyer.id).id, met)
    shop.session.commit()
    return product_id


def ripen(shop: Shop) -> None:
    """Let the time to return everything pass, and a worker do what is due then."""
    work(shop)
    shop.clock.forward(days=HOLD.days, minutes=1)
    work(shop)


def work(shop: Shop) -> None:
    """Do all that is due, as a worker does."""
    command(shop, "work", "--once")


def reconcile(shop: Shop) -> int:
    """Find what was hidden from the inbox, and work it off; return how many events it was."""
    found = re.search(r"found (\d+) order events", command(shop, "reconcile"))
    assert found is not None
    return int(found[1])


def command(shop: Shop, *words: str) -> str:
    """Run `flask community ...`; return what it says."""
    done = shop.app.test_cli_runner().invoke(args=["community", *words])
    assert done.exit_code == 0, done.output
    # What the shop's session has read before is history.
    shop.session.rollback()
    return done.output


def new_seed() -> int:
    """Return a seed, and print how to have the same again."""
    seed = int(os.environ.get("COMMUNITY_TEST_SEED") or random.randrange(10**6))
    print(f"\nCOMMUNITY_TEST_SEED={seed} repeats this")  # noqa: T201
    return seed


def tell(what: str, began: float) -> None:
    """Print a figure, for who runs pytest with -s; `began` is of `time.perf_counter()`."""
    lane, took = db.engine.name, time.perf_counter() - began
    print(f"\n[{lane}] {what}, in {took:.1f} s")  # noqa: T201


def often(times: int) -> int:
    """Return how often to repeat a proof: in full in CI and before a release, else a fifth.

    On MariaDB, which CI adds to the rest, half as often.
    """
    if not is_in_full():
        times //= 5
    return times // 2 if db.engine.name in ("mysql", "mariadb") else times


def breaches(shop: Shop) -> list[str]:
    """Return what is wrong with the books: by our own check, and by a recount without it."""
    shop.session.rollback()
    return [*shop.services().earnings.verify(), *_recounted(shop)]


def balance(shop: Shop, member_id: int, kind: str) -> int:
    """Return what a member has on one kind of account, such as `available`; minor units."""
    balances = shop.services().earnings.balances_of(member_id).get("CNY", {})
    return {k.value: v for k, v in balances.items()}.get(f"member:{kind}", 0)


def _do_not_sync() -> None:
    # As the tests' PostgreSQL does: what a process that dies has committed is
    # in the system's hands, and only a power cut would show the difference.
    if db.engine.name == "sqlite":
        sa.event.listen(db.engine, "connect", lambda c, _: c.execute("PRAGMA synchronous=OFF"))


def _recounted(shop: Shop) -> Iterator[str]:
    models = shop.site.binding.models
    account, entry = models[LedgerAccount], models[Entry]
    sums: Counter[int] = Counter()
    for account_id, amount in shop.session.execute(sa.select(entry.account_id, entry.amount_minor)):
        sums[account_id] += amount
    for row in shop.session.execute(sa.select(account.id, account.name, account.balance_minor)):
        if row.balance_minor != sums[row.id]:
            yield f"{row.name}: balance {row.balance_minor}, entries {sums[row.id]}"
        if row.balance_minor < 0 and row.name.startswith("member:available"):
            yield f"{row.name}: {row.balance_minor} is below zero"
    if total := sum(sums.values()):
        yield f"all entries sum to {total}"


def _accounts(shop: Shop, product_id: int, order: Order, sharers: list[User]) -> list[Account]:
    members, ripe_at = shop.services().members, shop.clock() + HOLD
    return [
        Account(user.id, members.of(user.id).id, product_id, order.id, REWARD_MINOR, ripe_at)
        for user in sharers
    ]
