"""A process that takes orders through their lives until it is killed, or kills itself."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from tests.proof import bed
from tests.shops import START, Product, Shop, User

NEVER = 0
"""The number of no point: somebody else kills the process."""


@dataclass(frozen=True)
class Life:
    """What lies between the first and the last moment of one order."""

    points: list[str]
    seconds: float


def live(url: str, die_at: int | None, wire: Connection) -> None:
    """Sell, deliver, let time pass; over and over, telling of each thing that is committed.

    The process kills itself at point `die_at`: before or after its n-th SQL
    statement or commit. Without one it sells once, and tells of the points it
    has passed and the seconds it took.
    """
    with bed.enter(url) as shop:
        points = _count_points(shop, die_at)
        wire.send("ready")
        began = time.perf_counter()
        sell(shop, wire)
        took = time.perf_counter() - began
        while die_at is not None:
            sell(shop, wire)
    wire.send(Life(points, took))


def sell(shop: Shop, wire: Connection) -> None:
    """Take one order through all of its life."""
    shop.clock.now = START
    buyer = shop.session.scalars(sa.select(User).filter_by(nick="buyer")).one()
    product = shop.session.scalars(sa.select(Product)).one()
    order = shop.order(buyer, (product, bed.PAID_MINOR), status="new")
    order_id = order.id
    wire.send((order_id, "new"))
    for status in ("paid", "done"):
        shop.set_status(order, status)
        wire.send((order_id, status))
        shop.site.run_jobs()
    shop.clock.now = START + bed.HOLD
    shop.site.run_jobs()


def _count_points(shop: Shop, die_at: int | None) -> list[str]:
    points: list[str] = []

    def passing(name: str) -> Callable[..., None]:
        def pass_by(*_: Any) -> None:
            points.append(name)
            if len(points) == die_at:
                os.kill(os.getpid(), signal.SIGKILL)

        return pass_by

    engine = shop.session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", passing("before a statement"))
    sa.event.listen(engine, "after_cursor_execute", passing("after a statement"))
    sa.event.listen(engine, "commit", passing("before a commit"))
    sa.event.listen(orm.Session, "after_commit", passing("after a commit"))
    return points
