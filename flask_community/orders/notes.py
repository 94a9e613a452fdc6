"""Remembers, per session, what happened to orders until the host commits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import orm

from ..host import Binding, OrderEvent

_NOTEBOOK = "community.orders"


@dataclass(frozen=True, kw_only=True)
class RefundNews:
    """One refund of an order, or why the host could not tell its amount."""

    id: str
    told: dict[str, Any] | None
    """`id`, `lines`, `amount_minor`; see `models.InboxRow.refund`."""
    error: str | None = None


@dataclass(frozen=True, kw_only=True)
class Note:
    """One thing that happened to an order inside a transaction."""

    within: orm.SessionTransaction | None
    """The innermost transaction or savepoint; if it is undone, so is the note."""
    event: OrderEvent | None = None
    """What the host's code called out; None if the order itself was flushed."""
    is_new: bool = False
    touches: list[Any] | None = None
    refund: RefundNews | None = None


@dataclass(eq=False)
class OrderNotes:
    """All notes about one order of one host."""

    binding: Binding
    order: Any
    notes: list[Note] = field(default_factory=list)

    @property
    def touches(self) -> list[Any] | None:
        """The touches that came with the order; those given explicitly win."""
        told = [note for note in self.notes if note.touches is not None]
        told.sort(key=lambda note: note.event is None)
        return told[0].touches if told else None


@dataclass(eq=False)
class RefundRow:
    """A row of the model in which the host keeps its refunds."""

    binding: Binding
    refund: Any
    within: orm.SessionTransaction | None


@dataclass(eq=False)
class Notebook:
    """What one session has to tell at its next commit, and has told at its last."""

    orders: dict[int, OrderNotes] = field(default_factory=dict)
    refunds: dict[int, RefundRow] = field(default_factory=dict)
    written: list[tuple[Binding, list[str]]] = field(default_factory=list)
    is_committed: bool = False

    def note(self, binding: Binding, order: Any, note: Note) -> None:
        """Add a note about an order; a flushed order is noted once."""
        about = self.orders.setdefault(id(order), OrderNotes(binding, order))
        if note.event is not None or note.is_new or not any(n.event is None for n in about.notes):
            about.notes.append(note)

    def note_refund(self, row: RefundRow) -> None:
        """Remember to look at a row of the host's refunds."""
        self.refunds.setdefault(id(row.refund), row)

    def forget(self, undone: orm.SessionTransaction) -> None:
        """Drop what was noted within a transaction that has been rolled back."""
        for number, about in list(self.orders.items()):
            about.notes = [note for note in about.notes if undone not in _around(note.within)]
            if not about.notes:
                del self.orders[number]
        for number, row in list(self.refunds.items()):
            if undone in _around(row.within):
                del self.refunds[number]

    def take_orders(self) -> list[OrderNotes]:
        """Return the orders that are noted, and forget them."""
        orders, self.orders = list(self.orders.values()), {}
        return orders

    def take_refunds(self) -> list[RefundRow]:
        """Return the refund rows that are noted, and forget them."""
        refunds, self.refunds = list(self.refunds.values()), {}
        return refunds


def notebook(session: orm.Session) -> Notebook:
    """Return the notebook of a session, a new one if it had none."""
    kept = session.info.get(_NOTEBOOK)
    if not isinstance(kept, Notebook):
        kept = session.info[_NOTEBOOK] = Notebook()
    return kept


def close_notebook(session: orm.Session) -> Notebook | None:
    """Take the notebook out of a session."""
    kept: Notebook | None = session.info.pop(_NOTEBOOK, None)
    return kept


def has_notebook(session: orm.Session) -> bool:
    """Tell whether anything was noted in this session's transaction."""
    return _NOTEBOOK in session.info


def innermost(session: orm.Session) -> orm.SessionTransaction | None:
    """Return the savepoint, or else the transaction, that a session is in."""
    return session.get_nested_transaction() or session.get_transaction()


def _around(
    transaction: orm.SessionTransaction | None,
) -> Iterator[orm.SessionTransaction]:
    while transaction is not None:
        yield transaction
        transaction = transaction.parent
