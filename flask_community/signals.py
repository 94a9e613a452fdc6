"""Signals a shop may listen to; each is sent after the commit it tells of."""

from __future__ import annotations

from blinker import NamedSignal, Namespace
from sqlalchemy import orm

_signals = Namespace()

order_paid = _signals.signal("community.order-paid")
"""An order was paid and counted. Sender: the app; `order`: id of our order row."""

reward_earned = _signals.signal("community.reward-earned")
"""A reward became pending. Sender: the app; `earning`: id of the earning."""

reward_taken = _signals.signal("community.reward-taken")
"""A member took available rewards, as money or as store credit. Sender: the app;
`payout`: id of the payout."""

case_opened = _signals.signal("community.case-opened")
"""A group complaint was confirmed. Sender: the app; `case`: id of the case."""

case_resolved = _signals.signal("community.case-resolved")
"""A remedy answered every complaint of a case. Sender: the app; `case`: its id."""

_DUE = "community.signals"


def later(session: orm.Session, signal: NamedSignal, **facts: object) -> None:
    """Send `signal` once this session's transaction has been committed."""
    session.info.setdefault(_DUE, []).append((signal, facts))


def send_due(session: orm.Session, sender: object) -> None:
    """Send what `later()` kept; called by whoever committed."""
    for signal, facts in session.info.pop(_DUE, ()):
        signal.send(sender, **facts)


def drop_due(session: orm.Session) -> None:
    """Forget what `later()` kept; called by whoever rolled back."""
    session.info.pop(_DUE, None)
