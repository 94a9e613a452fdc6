"""Listens to the host's sessions, so that no order event is lost and none is invented.

Notes are taken after each flush, written before the root transaction commits,
and worked off once it has ended and its connection is back in the pool. A fault
in here is logged; it never reaches the host. What slips through is found by
`reconcile`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import current_app, has_app_context
from sqlalchemy import orm

from ..clock import utcnow
from ..host import Binding, OrderEvent, Runtime
from ..records import shielded
from .models import InboxRow
from .notes import (
    Note,
    Notebook,
    OrderNotes,
    RefundRow,
    close_notebook,
    has_notebook,
    innermost,
    notebook,
)
from .refunds import is_refund, order_of, refund_news
from .writer import InboxWriter, News

log = logging.getLogger("flask_community.orders")

OWN_SESSION = "community.own"
"""Key in `Session.info` of the sessions that the inbox does not watch."""


def install() -> None:
    """Start to listen to every session of this process; a second time changes nothing."""
    for name, listener in _LISTENERS.items():
        if not sa.event.contains(orm.Session, name, listener):
            sa.event.listen(orm.Session, name, listener)


def runtime_of(binding: Binding) -> Runtime | None:
    """Return the app that is at work here and serves this host, else the first that does."""
    runtimes = binding.runtimes
    if has_app_context():
        here = current_app.extensions.get("community")
        runtimes.sort(key=lambda runtime: runtime is not here)
    return runtimes[0] if runtimes else None


def writer_for(session: orm.Session, binding: Binding) -> InboxWriter:
    """Return the writer of inbox rows into `session`, with the app's clock and sellers."""
    runtime = runtime_of(binding)
    return InboxWriter(
        session=session,
        binding=binding,
        seller_of=runtime.seller_of if runtime else _nobody,
        clock=runtime.clock if runtime else utcnow,
    )


def touches_of(session: orm.Session, binding: Binding, order: Any) -> list[Any] | None:
    """Return the touches the runtime sees for an order that is being placed."""
    runtime = runtime_of(binding)
    if runtime is None:
        return None
    try:
        with shielded(_connection(session, binding)), session.no_autoflush:
            return runtime.touches_for(order)
    except Exception:
        log.exception("the touches of an order could not be read")
        return None


def _after_flush(session: orm.Session, _flush: orm.UOWTransaction) -> None:
    if session.info.get(OWN_SESSION):
        return
    try:
        for obj in session.new:
            _note(session, obj, is_new=True)
        for obj in session.dirty:
            _note(session, obj, is_new=False)
    except Exception:
        log.exception("an order event was not noted; reconcile will find it")


def _note(session: orm.Session, obj: object, *, is_new: bool) -> None:
    binding = _binding_of(obj)
    if binding is None:
        return
    within = innermost(session)
    if is_refund(binding.host, obj):
        notebook(session).note_refund(RefundRow(binding, obj, within))
    elif not isinstance(obj, binding.host.order.cls):
        return
    elif is_new:
        touches = touches_of(session, binding, obj)
        note = Note(within=within, is_new=True, touches=touches)
        notebook(session).note(binding, obj, note)
    elif _may_have_changed(binding, obj):
        notebook(session).note(binding, obj, Note(within=within))


def _may_have_changed(binding: Binding, order: Any) -> bool:
    watch = binding.host.watch
    if watch is None:
        return False
    state = sa.inspect(order)
    if watch.attribute not in state.mapper.column_attrs:
        return True  # a property or a hybrid: only its value will tell
    return bool(state.attrs[watch.attribute].history.has_changes())


def _before_commit(session: orm.Session) -> None:
    # Fires for a released savepoint too, which may be rolled back yet.
    if session.info.get(OWN_SESSION) or session.in_nested_transaction():
        return
    session.flush()
    if not has_notebook(session):
        return
    book = notebook(session)
    for row in book.take_refunds():
        _guarded(session, row.binding, partial(_note_refund, session, book, row))
    for about in book.take_orders():
        _guarded(session, about.binding, partial(_write, session, book, about))


def _note_refund(session: orm.Session, book: Notebook, row: RefundRow) -> None:
    host = row.binding.host
    if not sa.inspect(row.refund).persistent or (told := refund_news(host, row.refund)) is None:
        return
    order = order_of(session, host, row.refund)
    if order is not None:
        note = Note(within=None, event=OrderEvent.REFUNDED, refund=told)
        book.note(row.binding, order, note)


def _write(session: orm.Session, book: Notebook, about: OrderNotes) -> None:
    if not sa.inspect(about.order).persistent:
        return
    calls = [note for note in about.notes if note.event is not None]
    news = News(
        look=len(calls) < len(about.notes),
        calls=[note.event for note in calls if note.event and note.refund is None],
        refunds=[note.refund for note in calls if note.refund is not None],
        touches=about.touches,
        is_new=any(note.is_new for note in about.notes),
    )
    keys = writer_for(session, about.binding).write(about.order, news)
    if keys:
        book.written.append((about.binding, keys))


def _after_commit(session: orm.Session) -> None:
    if has_notebook(session) and not session.in_nested_transaction():
        notebook(session).is_committed = True


def _after_soft_rollback(session: orm.Session, undone: orm.SessionTransaction) -> None:
    if has_notebook(session):
        notebook(session).forget(undone)


def _after_transaction_end(session: orm.Session, ended: orm.SessionTransaction) -> None:
    if ended.parent is not None or (book := close_notebook(session)) is None:
        return
    if not book.is_committed:
        return
    if book.orders or book.refunds:
        # Committed past a savepoint left open, or flushed by a later listener.
        log.warning("order events came too late for this commit; reconcile will find them")
    for binding, keys in book.written:
        try:
            _work_off(session, binding, keys)
        except Exception:
            log.exception("order events %s are left for the worker", keys)


def _work_off(session: orm.Session, binding: Binding, keys: list[str]) -> None:
    runtime = runtime_of(binding)
    if runtime is None or not runtime.works_inbox_on_commit:
        return
    bind = session.get_bind(sa.inspect(binding.models[InboxRow]))
    # create_savepoint: in a test fixture the bind is a connection whose outer
    # transaction must survive our roll-backs.
    with orm.Session(
        bind,
        info={OWN_SESSION: True},
        expire_on_commit=False,
        join_transaction_mode="create_savepoint",
    ) as own:
        runtime.work_inbox(own, keys)


def _guarded(session: orm.Session, binding: Binding, act: Callable[[], None]) -> None:
    try:
        with shielded(_connection(session, binding)):
            act()
    except Exception:
        log.exception("an order event was not taken in; reconcile will find it")


def _binding_of(obj: object) -> Binding | None:
    table: Any = sa.inspect(obj).mapper.local_table
    metadata = getattr(table, "metadata", None)
    found = None if metadata is None else metadata.info.get("community")
    return found if isinstance(found, Binding) else None


def _connection(session: orm.Session, binding: Binding) -> sa.Connection:
    mapper = sa.inspect(binding.models[InboxRow])
    return session.connection(bind_arguments={"mapper": mapper})


def _nobody(_product: Any) -> None:
    return None


_LISTENERS: dict[str, Callable[..., None]] = {
    "after_flush": _after_flush,
    "before_commit": _before_commit,
    "after_commit": _after_commit,
    "after_soft_rollback": _after_soft_rollback,
    "after_transaction_end": _after_transaction_end,
}
