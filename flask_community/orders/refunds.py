"""Reads the host's own refund model, where a `RefundWatch` names one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..errors import BindingError
from ..host import HostModels, RefundWatch
from .facts import checked_text
from .notes import RefundNews
from .rules import check_refund


def is_refund(host: HostModels, obj: object) -> bool:
    """Tell whether an object is a row of the watched refund model."""
    watch = watched(host)
    if watch is None:
        return False
    if isinstance(watch.model, type):
        return isinstance(obj, watch.model)
    # By name, since the class may have been declared after the watch.
    return any(cls.__name__ == watch.model for cls in type(obj).__mro__)


def refund_model(host: HostModels) -> type | None:
    """Return the watched refund model; raises BindingError if no class has its name."""
    watch = watched(host)
    if watch is None:
        return None
    if isinstance(watch.model, type):
        return watch.model
    mappers = sa.inspect(host.order.cls).registry.mappers
    for mapper in mappers:
        if mapper.class_.__name__ == watch.model:
            found: type = mapper.class_
            return found
    raise BindingError(
        f"RefundWatch({watch.model!r}): there is no such model beside "
        f"{host.order.cls.__name__}; write the class itself, or its bare name"
    )


def refund_news(host: HostModels, refund: Any) -> RefundNews | None:
    """Return a refund as its row tells it, or None if it is not done yet."""
    watch = watched(host)
    assert watch is not None
    if watch.attribute is not None and getattr(refund, watch.attribute) not in watch.done:
        return None
    identity = sa.inspect(refund).identity or ()
    name = checked_text(",".join(str(key) for key in identity), "key of the refund")
    try:
        amount = getattr(refund, watch.amount)
        minor = amount if watch.to_minor is None else watch.to_minor(amount)
        if minor is None:
            raise BindingError(f"RefundWatch: {watch.amount} is empty on a done refund")
        check_refund(None, minor)
    except Exception as error:
        return RefundNews(id=name, told=None, error=f"{type(error).__name__}: {error}"[:2000])
    return RefundNews(id=name, told={"id": name, "lines": None, "amount_minor": minor})


def order_of(session: orm.Session, host: HostModels, refund: Any) -> Any | None:
    """Return the order that a refund leads to, by relationship or by key."""
    watch = watched(host)
    assert watch is not None
    led = getattr(refund, watch.order)
    return led if isinstance(led, host.order.cls) else host.order.load(session, led)


def watched(host: HostModels) -> RefundWatch | None:
    """Return the host's refund watch, if it has one."""
    return None if host.watch is None else host.watch.refunds
