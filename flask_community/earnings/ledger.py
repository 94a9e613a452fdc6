"""Keeps the books: every movement of money posted once, in double entry, for good."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..errors import InsufficientFunds, MoneyError
from ..i18n import gettext
from ..money import exponent
from ..records import Models, changed_one, find_or_insert, insert_once
from .models import Account, Entry, Transaction
from .rules import AccountKind, Event, Posting, balanced, fold

BOUNDS = {
    AccountKind.PENDING: 1,
    AccountKind.HELD: 1,
    AccountKind.AVAILABLE: 1,
    AccountKind.IN_PAYOUT: 1,
    AccountKind.STORE_CREDIT: 1,
    AccountKind.DEBT: -1,
}
"""The sign that a balance must keep: what is owed to a member, and what he owes."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A transaction to post; amounts are minor units of `currency`."""

    ref: str
    """Names the cause: the same cause posts once."""
    event: Event
    postings: tuple[Posting, ...]
    currency: str
    reason: str | None = None


class Ledger:
    """Posts transactions into the caller's database transaction, and checks the books."""

    def __init__(self, *, session: orm.Session, models: Models, clock: Clock) -> None:
        self.session = session
        self.Account = models[Account]
        self.Transaction = models[Transaction]
        self.Entry = models[Entry]
        self.clock = clock

    def post(
        self,
        ref: str,
        event: Event,
        postings: Iterable[Posting],
        *,
        currency: str,
        reason: str | None = None,
    ) -> Transaction | None:
        """Post a transaction under its unique `ref`; None, and no change, if it is posted.

        Raises as `post_all()` does.
        """
        posted = self.post_all([Draft(ref, event, tuple(postings), currency, reason)])
        return posted[0] if posted else None

    def post_all(self, drafts: Iterable[Draft]) -> list[Transaction]:
        """Post what is not posted yet, and return that.

        Several postings of a draft to one account are one entry. Raises
        MoneyError if one is no transaction, and InsufficientFunds if a balance
        would lose its sign: then the caller rolls his whole transaction back.
        """
        posted = [pair for draft in drafts if (pair := self._insert(draft)) is not None]
        legs = [(self._accounts(draft), row) for draft, row in posted]
        moves: dict[int, int] = {}
        for accounts, _ in legs:
            for account_id, amount in accounts:
                moves[account_id] = moves.get(account_id, 0) + amount
        # In one order for everybody: two who move the same accounts wait for
        # each other and never deadlock.
        for account_id, amount in sorted(moves.items()):
            self._move(account_id, amount)
        for accounts, row in legs:
            self._enter(row, accounts)
        return [row for _, row in posted]

    def balance(self, kind: AccountKind, party: int | None, currency: str) -> int:
        """Return what stands on an account, in minor units; 0 if it was never used."""
        name = account_name(kind, party, currency)
        found = sa.select(self.Account.balance_minor).where(self.Account.name == name)
        return self.session.scalar(found) or 0

    def balances(self, party: int) -> dict[str, dict[AccountKind, int]]:
        """Return a member's balances in minor units, by currency and kind of account."""
        account = self.Account
        rows = self.session.execute(
            sa.select(account.currency, account.kind, account.balance_minor)
            .where(account.member_id == party)
            .order_by(account.currency, account.id)
        )
        found: dict[str, dict[AccountKind, int]] = {}
        for currency, kind, balance in rows:
            found.setdefault(currency, {})[AccountKind(kind)] = balance
        return found

    def verify(self) -> list[str]:
        """Return every breach of the books, each naming its row; nothing if they are right."""
        checks = (
            self._unbalanced(),
            self._wrong_balances(),
            self._wrong_currencies(),
            self._wrong_signs(),
        )
        return [problem for rows in checks for problem in rows]

    # -- posting --

    def _insert(self, draft: Draft) -> tuple[Draft, Transaction] | None:
        exponent(draft.currency)
        draft = replace(draft, postings=tuple(_joined(draft.postings)))
        if not balanced(draft.postings):
            raise MoneyError(
                "A transaction has two legs at least, and they sum to zero.", ref=draft.ref
            )
        values = {
            "ref": draft.ref,
            "event": draft.event.value,
            "currency": draft.currency,
            "reason": draft.reason,
            "at": self.clock(),
        }
        if not insert_once(self.session, self.Transaction, values, on=("ref",)):
            return None
        found = sa.select(self.Transaction).filter_by(ref=draft.ref)
        return draft, self.session.scalars(found).one()

    def _accounts(self, draft: Draft) -> list[tuple[int, int]]:
        return [(self._account(leg, draft.currency), leg.amount) for leg in draft.postings]

    def _account(self, leg: Posting, currency: str) -> int:
        values = {
            "kind": leg.account_kind.value,
            "member_id": leg.party,
            "currency": currency,
            "balance_minor": 0,
            "bound": BOUNDS.get(leg.account_kind, 0),
        }
        name = account_name(leg.account_kind, leg.party, currency)
        return find_or_insert(self.session, self.Account, {"name": name}, values).id

    def _move(self, account_id: int, amount: int) -> None:
        account = self.Account
        after = account.balance_minor + amount
        moved = self.session.execute(
            sa.update(account)
            .where(account.id == account_id, after * account.bound >= 0)
            .values(balance_minor=after)
            .execution_options(synchronize_session=False)
        )
        if not changed_one(moved):
            raise InsufficientFunds(
                gettext("The balance no longer covers this amount; load it again and repeat."),
                amount_minor=-amount,
            )

    def _enter(self, row: Transaction, accounts: list[tuple[int, int]]) -> None:
        self.session.execute(
            sa.insert(self.Entry),
            [
                {"transaction_id": row.id, "account_id": account_id, "amount_minor": amount}
                for account_id, amount in accounts
            ],
        )

    # -- checking --

    def _unbalanced(self) -> list[str]:
        entry, transaction = self.Entry, self.Transaction
        total = sa.func.coalesce(sa.func.sum(entry.amount_minor), 0)
        legs = sa.func.count(entry.id)
        rows = self.session.execute(
            sa.select(transaction.id, transaction.ref, total, legs)
            .outerjoin(entry, entry.transaction_id == transaction.id)
            .group_by(transaction.id, transaction.ref)
            .having(sa.or_(total != 0, legs < 2))
            .order_by(transaction.id)
        )
        return [
            f"transaction {id} ({ref}) has {legs} legs that sum to {total}"
            for id, ref, total, legs in rows
        ]

    def _wrong_balances(self) -> list[str]:
        entry, account = self.Entry, self.Account
        total = sa.func.coalesce(sa.func.sum(entry.amount_minor), 0)
        rows = self.session.execute(
            sa.select(account.id, account.name, account.balance_minor, total)
            .outerjoin(entry, entry.account_id == account.id)
            .group_by(account.id, account.name, account.balance_minor)
            .having(account.balance_minor != total)
            .order_by(account.id)
        )
        return [
            f"account {id} ({name}) says {balance}, its entries sum to {total}"
            for id, name, balance, total in rows
        ]

    def _wrong_currencies(self) -> list[str]:
        entry, account, transaction = self.Entry, self.Account, self.Transaction
        mixed = self.session.execute(
            sa.select(entry.id, transaction.currency, account.name)
            .join(transaction, transaction.id == entry.transaction_id)
            .join(account, account.id == entry.account_id)
            .where(transaction.currency != account.currency)
            .order_by(entry.id)
        )
        total = sa.func.sum(account.balance_minor)
        sums = self.session.execute(
            sa.select(account.currency, total).group_by(account.currency).having(total != 0)
        )
        return [
            *(f"entry {id} posts {currency} to account {name}" for id, currency, name in mixed),
            *(f"all accounts of {currency} sum to {total}" for currency, total in sums),
        ]

    def _wrong_signs(self) -> list[str]:
        account = self.Account
        rows = self.session.execute(
            sa.select(account.id, account.name, account.balance_minor)
            .where(
                sa.or_(
                    *(
                        sa.and_(account.kind == kind.value, account.balance_minor * sign < 0)
                        for kind, sign in BOUNDS.items()
                    )
                )
            )
            .order_by(account.id)
        )
        return [f"account {id} ({name}) is at {balance}" for id, name, balance in rows]


def account_name(kind: AccountKind, party: int | None, currency: str) -> str:
    """Return the one name of an account: `member:pending:12:CNY`, `shop:expense:CNY`."""
    owner = "" if party is None else f":{party}"
    return f"{kind.value}{owner}:{currency}"


def _joined(postings: Iterable[Posting]) -> list[Posting]:
    """Return one posting per account, in the order of their names."""
    # Sorted, because two transactions that open the same accounts would else
    # wait for each other's.
    sums = sorted(fold(postings).items(), key=lambda item: (item[0][0], item[0][1] or 0))
    return [Posting(kind, party, total) for (kind, party), total in sums if total]
