"""Claims about the books: posted once, balanced, never below their floor."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from flask_community.earnings.ledger import Draft, Ledger
from flask_community.earnings.models import Account, Entry, Transaction
from flask_community.earnings.rules import AccountKind, Event, Posting, fold, move
from flask_community.errors import InsufficientFunds, MoneyError
from flask_community.members.models import Member
from tests.shops import START, Shop, db, open_shop

ANN, BOB = 1, 2


class Books:
    """A ledger of two members on an own session."""

    def __init__(self, shop: Shop) -> None:
        self.models = shop.site.binding.models
        self.session = shop.site.own_session(db.engine)
        for party in (ANN, BOB):
            self.session.add(self.models[Member](id=party, joined_at=START, mail=True))
        self.session.commit()
        self.ledger = Ledger(session=self.session, models=self.models, clock=shop.clock)

    def earn(self, amount: int, party: int = ANN, ref: str = "earn") -> object:
        return self.ledger.post(
            ref, Event.ORDER_PAID, move(Event.ORDER_PAID, amount, party), currency="CNY"
        )

    def pending(self, party: int = ANN) -> int:
        return self.ledger.balance(AccountKind.PENDING, party, "CNY")


@pytest.fixture
def books(database_url: str) -> Iterator[Books]:
    """Return empty books; the test runs on each lane."""
    with open_shop(database_url) as shop:
        made = Books(shop)
        yield made
        made.session.close()


def test_a_posting_moves_both_balances(books: Books) -> None:
    books.earn(990)
    assert books.pending() == 990
    assert books.ledger.balance(AccountKind.EXPENSE, None, "CNY") == -990
    assert books.ledger.verify() == []


def test_the_same_ref_posts_once(books: Books) -> None:
    assert books.earn(990) is not None
    assert books.earn(990) is None
    assert books.earn(5, BOB) is None
    assert (books.pending(), books.pending(BOB)) == (990, 0)


def test_what_is_not_there_cannot_be_moved(books: Books) -> None:
    books.earn(990)
    books.session.commit()
    with pytest.raises(InsufficientFunds):
        books.ledger.post("ripe", Event.HOLD_OVER, move(Event.HOLD_OVER, 991, ANN), currency="CNY")
    books.session.rollback()
    assert books.pending() == 990
    assert books.ledger.verify() == []


def test_debt_never_turns_into_credit(books: Books) -> None:
    postings = move(Event.RECREDIT, 1, ANN, at=AccountKind.DEBT)
    with pytest.raises(InsufficientFunds):
        books.ledger.post("back", Event.RECREDIT, postings, currency="CNY")


def test_currencies_have_books_of_their_own(books: Books) -> None:
    books.earn(990)
    with pytest.raises(InsufficientFunds):
        books.ledger.post("ripe", Event.HOLD_OVER, move(Event.HOLD_OVER, 990, ANN), currency="EUR")


def test_what_does_not_balance_is_no_transaction(books: Books) -> None:
    lame = [Posting(AccountKind.PENDING, ANN, 5), Posting(AccountKind.EXPENSE, None, -4)]
    with pytest.raises(MoneyError):
        books.ledger.post("lame", Event.ORDER_PAID, lame, currency="CNY")


def test_transactions_posted_together_need_cover_only_together(books: Books) -> None:
    ripe = Draft("ripe", Event.HOLD_OVER, move(Event.HOLD_OVER, 990, ANN), "CNY")
    paid = Draft("earn", Event.ORDER_PAID, move(Event.ORDER_PAID, 990, ANN), "CNY")
    assert len(books.ledger.post_all([ripe, paid])) == 2
    assert books.ledger.balance(AccountKind.AVAILABLE, ANN, "CNY") == 990


def _spoil(books: Books, statement: sa.Update | sa.Delete) -> list[str]:
    books.earn(990)
    books.session.execute(statement, execution_options={"synchronize_session": False})
    return books.ledger.verify()


def test_verify_names_a_balance_that_is_not_its_entries(books: Books) -> None:
    account = books.models[Account]
    wrong = sa.update(account).where(account.member_id == ANN).values(balance_minor=991)
    assert _spoil(books, wrong) == [
        "account 1 (member:pending:1:CNY) says 991, its entries sum to 990",
        "all accounts of CNY sum to 1",
    ]


def test_verify_names_a_transaction_that_lost_a_leg(books: Books) -> None:
    entry = books.models[Entry]
    problems = _spoil(books, sa.delete(entry).where(entry.amount_minor < 0))
    assert problems[0] == "transaction 1 (earn) has 1 legs that sum to 990"


def test_verify_names_a_transaction_without_legs(books: Books) -> None:
    entry, account = books.models[Entry], books.models[Account]
    books.session.execute(sa.update(account).values(balance_minor=0))
    problems = _spoil(books, sa.delete(entry))
    assert "transaction 1 (earn) has 0 legs that sum to 0" in problems


def test_verify_names_an_entry_in_the_wrong_currency(books: Books) -> None:
    problems = _spoil(books, sa.update(books.models[Transaction]).values(currency="EUR"))
    assert problems == [
        "entry 1 posts EUR to account member:pending:1:CNY",
        "entry 2 posts EUR to account shop:expense:CNY",
    ]


MOVES = (
    (Event.ORDER_PAID, None),
    (Event.HOLD_OVER, None),
    (Event.HOLD, AccountKind.PENDING),
    (Event.HOLD, AccountKind.AVAILABLE),
    (Event.CLEAR, AccountKind.AVAILABLE),
    (Event.UPHOLD, None),
    (Event.REFUND_PART, AccountKind.PENDING),
    (Event.REFUND_PART, AccountKind.DEBT),
    (Event.RECREDIT, AccountKind.DEBT),
    (Event.PAYOUT, None),
    (Event.PAYOUT_SENT, None),
    (Event.PAYOUT_FAILED, None),
    (Event.OFFSET_DEBT, None),
)


class LedgerAgainstFold(RuleBasedStateMachine):
    """The books in a database and a fold over a plain list always agree."""

    books: Books

    def __init__(self) -> None:
        super().__init__()
        self.posted: list[Posting] = []
        self.number = 0
        self.last: tuple[str, Event, tuple[Posting, ...]] | None = None

    @rule(
        what=st.sampled_from(MOVES),
        amount=st.integers(1, 50),
        party=st.sampled_from([ANN, BOB]),
    )
    def post(self, what: tuple[Event, AccountKind | None], amount: int, party: int) -> None:
        event, at = what
        self.number += 1
        ref = f"{id(self)}:{self.number}"
        postings = move(event, amount, party, at=at)
        expected = fold([*self.posted, *postings])
        is_fine = all(
            (balance <= 0) if kind is AccountKind.DEBT else (balance >= 0)
            for (kind, _), balance in expected.items()
            if kind.is_members and kind is not AccountKind.PAID
        )
        try:
            self.books.ledger.post(ref, event, postings, currency="CNY")
        except InsufficientFunds:
            self.books.session.rollback()
            assert not is_fine
        else:
            self.books.session.commit()
            assert is_fine
            self.posted.extend(postings)
            self.last = ref, event, postings

    @rule()
    def post_the_last_one_again(self) -> None:
        if self.last is not None:
            ref, event, postings = self.last
            assert self.books.ledger.post(ref, event, postings, currency="CNY") is None
            self.books.session.commit()

    @invariant()
    def agree(self) -> None:
        for (kind, party), balance in fold(self.posted).items():
            assert self.books.ledger.balance(kind, party, "CNY") == balance
        assert self.books.ledger.verify() == []

    def teardown(self) -> None:
        session, models = self.books.session, self.books.models
        for table in (Entry, Transaction, Account):
            session.execute(sa.delete(models[table]))
        session.commit()


@pytest.mark.parametrize(
    "examples", [5, pytest.param(50, marks=pytest.mark.long)], ids=["few", "many"]
)
def test_the_ledger_agrees_with_a_pure_fold(books: Books, examples: int) -> None:
    class Machine(LedgerAgainstFold):
        pass

    Machine.books = books
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert books.ledger.verify() == []
