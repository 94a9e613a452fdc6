"""The tables of earning: the ledger, the earnings it pays, holds and payouts."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped

from ..records import BigKey, Record, UtcDateTime, check, exact_text, index, key, ref, unique


class Account(Record):
    """One account of the ledger in one currency; its balance is the sum of its entries."""

    __tablename__ = "community_account"
    rules = (
        unique("name"),
        index("member_id"),
        # The guard is the conditional UPDATE; this is for hands in the database.
        check("bound", "balance_minor * bound >= 0"),
    )

    id: Mapped[int] = key()
    name: Mapped[str] = orm.mapped_column(exact_text(80))
    """Kind, owner and currency in one text: what makes it the only one."""
    kind: Mapped[str] = orm.mapped_column(sa.String(24))
    """An `AccountKind`."""
    member_id: Mapped[int | None] = ref("community_member", nullable=True)
    """Whose it is; None for the shop's own accounts."""
    currency: Mapped[str] = orm.mapped_column(sa.String(3))
    balance_minor: Mapped[int] = orm.mapped_column(sa.BigInteger, default=0)
    bound: Mapped[int] = orm.mapped_column(sa.SmallInteger)
    """1 if it can never go below zero, -1 if never above, 0 if it is free."""


class Transaction(Record):
    """One event of the ledger, posted once: its entries sum to zero."""

    __tablename__ = "community_transaction"
    rules = (unique("ref"),)

    id: Mapped[int] = key()
    ref: Mapped[str] = orm.mapped_column(exact_text(160))
    """Names the cause; a cause met again posts nothing."""
    event: Mapped[str] = orm.mapped_column(sa.String(24))
    """An `Event`."""
    currency: Mapped[str] = orm.mapped_column(sa.String(3))
    reason: Mapped[str | None] = orm.mapped_column(sa.String(500))
    at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


class Entry(Record):
    """One leg of a transaction; never changed and never deleted."""

    __tablename__ = "community_entry"
    rules = (
        unique("transaction_id", "account_id"),
        index("account_id"),
        check("some", "amount_minor <> 0"),
    )

    id: Mapped[int] = key()
    transaction_id: Mapped[int] = ref("community_transaction")
    account_id: Mapped[int] = ref("community_account")
    amount_minor: Mapped[int] = orm.mapped_column(sa.BigInteger)


class Earning(Record):
    """What one person earns by one order line, and all that it was computed from.

    The earnings of an order are its snapshot: every line has a row for every
    person, a row of zero where rounding leaves nothing.
    """

    __tablename__ = "community_earning"
    rules = (
        unique("programme", "order_id", "line_id", "member_id", "rule", "level"),
        index("member_id", "created_at"),
        index("state", "payable_on"),
        check("credited", "credited_minor BETWEEN 0 AND amount_minor"),
        check("out", "out_minor BETWEEN 0 AND credited_minor"),
    )

    id: Mapped[int] = key()
    programme: Mapped[str] = orm.mapped_column(sa.String(40), default="default")
    order_id: Mapped[int] = ref("community_order")
    line_id: Mapped[int] = ref("community_order_line")
    attribution_id: Mapped[int] = ref("community_attribution")
    """The fact that it leads back to."""
    member_id: Mapped[int] = ref("community_member")
    rule: Mapped[str] = orm.mapped_column(sa.String(40), default="rate")
    level: Mapped[int] = orm.mapped_column(sa.SmallInteger, default=1)
    rule_version: Mapped[str] = orm.mapped_column(sa.String(16))
    basis_minor: Mapped[int] = orm.mapped_column(sa.BigInteger)
    """Paid for the whole line."""
    rate_bps: Mapped[int]
    weight_bps: Mapped[int]
    """The person's part of the order's reward."""
    currency: Mapped[str] = orm.mapped_column(sa.String(3))
    exponent: Mapped[int] = orm.mapped_column(sa.SmallInteger)
    amount_minor: Mapped[int] = orm.mapped_column(sa.BigInteger)
    """What it was worth when the order was paid."""
    credited_minor: Mapped[int] = orm.mapped_column(sa.BigInteger)
    """What it is worth now, after refunds and decisions."""
    out_minor: Mapped[int] = orm.mapped_column(sa.BigInteger, default=0)
    """The part of it that has left the account it stood on: paid out, on the way
    there, or taken for a debt."""
    state: Mapped[str] = orm.mapped_column(sa.String(12))
    """A `State`."""
    back_to: Mapped[str | None] = orm.mapped_column(sa.String(12))
    """The state that a cleared hold or a won dispute leads back to; None if none does."""
    payable_on: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    """The moment from which it is available; None until the order is delivered."""
    reason: Mapped[str | None] = orm.mapped_column(sa.String(40))
    """Why it is held, reduced, reversed or rejected."""
    checked_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    """When the shop's own facts were asked whether sharer and buyer are one person."""
    version: Mapped[int] = orm.mapped_column(default=1)
    """Grows with every change; a change of an older version is refused."""
    created_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    changed_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


class Hold(Record):
    """An earning rests for a case until a person decides it."""

    __tablename__ = "community_hold"
    rules = (unique("earning_id", "case_id"), index("case_id"))

    id: Mapped[int] = key()
    earning_id: Mapped[int] = ref("community_earning")
    # No foreign key: a case is of an upper slice, which this one does not know.
    case_id: Mapped[int] = orm.mapped_column(BigKey)
    reason: Mapped[str] = orm.mapped_column(sa.String(500))
    at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    decided_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = ref("community_member", nullable=True)
    verdict: Mapped[str | None] = orm.mapped_column(sa.String(10))
    """`clear` or `uphold`."""


class Payout(Record):
    """What leaves a member's rewards: money on its way to him, or store credit."""

    __tablename__ = "community_payout"
    rules = (
        unique("member_id", "request_key"),
        index("state"),
        check("amount", "amount_minor > 0"),
    )

    id: Mapped[int] = key()
    member_id: Mapped[int] = ref("community_member")
    request_key: Mapped[str] = orm.mapped_column(exact_text(80))
    """Chosen by the asker: asking again with it makes no second payout."""
    currency: Mapped[str] = orm.mapped_column(sa.String(3))
    amount_minor: Mapped[int] = orm.mapped_column(sa.BigInteger)
    way: Mapped[str] = orm.mapped_column(sa.String(12), default="money")
    """`money` or `store_credit`: one of WAYS."""
    state: Mapped[str] = orm.mapped_column(sa.String(12))
    """`in_payout` and then `paid` for money, `store_credit` and then `redeemed` for
    store credit; `failed` for both."""
    reference: Mapped[str | None] = orm.mapped_column(sa.String(120))
    """The payment provider's own number, or why it failed."""
    asked_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    settled_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)


class PayoutItem(Record):
    """The part of one earning that is in a payout."""

    __tablename__ = "community_payout_item"
    rules = (
        unique("payout_id", "earning_id"),
        index("earning_id"),
        check("some", "amount_minor > 0"),
    )

    id: Mapped[int] = key()
    payout_id: Mapped[int] = ref("community_payout")
    earning_id: Mapped[int] = ref("community_earning")
    amount_minor: Mapped[int] = orm.mapped_column(sa.BigInteger)


TABLES: tuple[type[Record], ...] = (
    Account,
    Transaction,
    Entry,
    Earning,
    Hold,
    Payout,
    PayoutItem,
)
