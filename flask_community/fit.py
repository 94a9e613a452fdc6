"""Checks, before anything is mapped, that what a host tells fits its own classes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from .errors import BindingError
from .host import HostModels, OrderWatch


def check_tables(metadata: sa.MetaData, ours: Iterable[str]) -> None:
    """Raise BindingError if the host has a table of one of these names."""
    if taken := sorted({table.name for table in metadata.tables.values()} & set(ours)):
        raise BindingError(
            f"this MetaData holds a table {taken[0]} already, and community_* are our names: "
            "rename yours; or, if it was reflected, bind your classes before you reflect"
        )


def check_watch(host: HostModels) -> None:
    """Raise BindingError if the watch names what its classes do not have."""
    watch = host.watch
    if watch is None:
        return
    _has(host.order.cls, "OrderWatch", watch.attribute)
    _may_be(host.order.cls, watch)
    refunds = watch.refunds
    if refunds is not None and isinstance(refunds.model, type):
        for name in (refunds.order, refunds.amount, refunds.attribute):
            if name is not None:
                _has(refunds.model, "RefundWatch", name)


def _has(cls: type, watch: str, name: str) -> None:
    # vars(), since getattr() on a model may run code of the host's.
    if not any(name in vars(base) for base in cls.__mro__):
        raise BindingError(
            f"{watch}: {cls.__name__} has no attribute {name!r}: "
            "write one that its class body declares"
        )


def _may_be(order: type, watch: OrderWatch) -> None:
    column: sa.ColumnElement[Any] | None = sa.inspect(order).columns.get(watch.attribute)
    if column is None or not isinstance(column.type, sa.Enum):
        return
    values: Collection[object] = list(column.type.enum_class or column.type.enums)
    for value in watch.paid | watch.delivered | watch.reversed:
        if value not in values:
            raise BindingError(
                f"OrderWatch: {order.__name__}.{watch.attribute} can never be {value!r}: "
                f"write some of {values}"
            )
