"""What follows from a change of a reward: its owner is told, its day is waited for."""

from __future__ import annotations

import datetime as dt

from ..notices.rules import money, named
from ..notices.service import NoticeService
from ..orders.service import OrderService
from ..outbox import Outbox
from .models import Earning

RIPEN_JOB = "earnings.ripen"


class Aftermath:
    """In the same transaction, once for each version of a reward."""

    def __init__(self, *, notices: NoticeService, outbox: Outbox, orders: OrderService) -> None:
        self.notices, self.outbox, self.orders = notices, outbox, orders

    def tell(self, word: str, earning: Earning, amount: int, **params: object) -> None:
        """Tell an earning's owner what became of `amount` of it."""
        title = named(self.orders.line(earning.line_id))
        self.notices.tell(
            earning.member_id,
            f"reward_{word}",
            {"amount": money(amount, earning.currency), "title": title, **params},
            key=f"earning:{earning.id}:{earning.version}:{word}",
        )

    def ripen_at(self, on: dt.datetime | None, key: str) -> None:
        """Have what is payable looked for on that day, once for each `key`."""
        if on is not None:
            self.outbox.put(RIPEN_JOB, {}, key=f"{RIPEN_JOB}:{key}", at=on)
