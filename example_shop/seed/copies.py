"""Takes the town so many times more, in bulk: other people, who live the same year.

A benchmark wants many rows, and as lively as those of the year. So what the year has led to is
copied row by row, under keys that are moved up by one step for each copy: people, their orders,
stories, links, visits, rewards and complaints point at each other as the first ones do. Goods,
labels, group cases and the shop's staff are there once, for all. What was said and written down
while the year passed (letters, notices, jobs, the log) happened once and is not copied.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..database import db
from .people import crowd

Values = dict[str, Any]
Table = sa.Table

NOT_COPIED = frozenset(
    {
        "community_audit_chain",
        "community_audit_event",
        "community_bulk_operation",
        "community_case",
        "community_case_event",
        "community_community",
        "community_demo_row",
        "community_keyed_request",
        "community_label",
        "community_label_field",
        "community_label_product",
        "community_notice",
        "community_outbox_job",
        "community_pause",
        "community_product",
        "community_remedy",
        "community_role_grant",
        "letter",
        "product",
    }
)
"""What is there once for all, and what happened once."""


def multiply(
    session: orm.Session,
    scale: int,
    dice: random.Random,
    progress: Callable[[str, float], None],
) -> None:
    """Add `scale` - 1 copies of the town to the database of a session; commits after each."""
    connection = session.connection()
    town = Town.of(connection)
    for number in range(1, scale):
        copy = Copy(town, number, dice)
        for table, rows in town.rows.items():
            if rows:
                connection.execute(sa.insert(table), [copy.of(table, row) for row in rows])
        session.commit()
        connection = session.connection()
        progress("of the copies", number / (scale - 1))
    _sum_up(connection)
    _count_on(connection, town)
    session.commit()


@dataclass(frozen=True)
class Town:
    """The rows that are somebody's, and by how much the keys of each table are moved."""

    rows: Mapping[Table, Sequence[Values]]
    keys: Mapping[str, Collection[Any]]
    """Of those rows, by the name of their table."""
    steps: Mapping[str, int]

    @classmethod
    def of(cls, connection: sa.Connection) -> Town:
        """Read the town out of a database."""
        rows: dict[Table, list[Values]] = {}
        keys: dict[str, set[Any]] = {}
        steps: dict[str, int] = {}
        for table in sorted(db.metadata.sorted_tables, key=_turn):
            found = [dict(row) for row in connection.execute(sa.select(table)).mappings()]
            if table.name not in NOT_COPIED:
                rows[table] = [row for row in found if _is_towns(table, row, keys)]
                key = _key(table)
                keys[table.name] = {row[key] for row in rows[table]}
                steps[table.name] = 1 + max(
                    (row[key] for row in found if isinstance(row[key], int)), default=0
                )
        return cls(rows, keys, steps)


class Copy:
    """One more town: the keys of the first one, moved up `number` times."""

    def __init__(self, town: Town, number: int, dice: random.Random) -> None:
        self.town = town
        self.number = number
        people = crowd(len(town.keys["user"]), dice)
        self.names = dict(zip(sorted(town.keys["user"]), (one.name for one in people), strict=True))
        """By key of the account in the first town."""

    def of(self, table: Table, row: Values) -> Values:
        """Return a row of the town as it stands in this copy."""
        moved = {**row, _key(table): self.key(table.name, row[_key(table)])}
        for column, target in _pointers(table):
            moved[column] = self.key(target, row[column])
        for column, reword in _WORDS.get(table.name, {}).items():
            moved[column] = row[column] and reword(self, moved, row[column])
        if table.name in _OF_PEOPLE:
            whose = row[_OF_PEOPLE[table.name]]
            moved["name"] = self.names.get(whose, row["name"])
        return moved

    def key(self, table: str, value: Any) -> Any:
        """Return a key as it is in this copy; that of what is there once stays."""
        if value not in self.town.keys.get(table, ()):
            return value
        if not isinstance(value, int):
            return f"{value}~{self.number}"
        return value + self.number * self.town.steps[table]

    def text(self, table: str, value: str) -> str:
        """Return a key that stands in a text."""
        return str(self.key(table, int(value))) if value.isdigit() else value


def _key(table: Table) -> str:
    (column,) = table.primary_key
    return str(column.name)


def _pointers(table: Table) -> Iterator[tuple[str, str]]:
    for column in table.columns:
        for foreign in column.foreign_keys:
            yield column.name, foreign.column.table.name


def _turn(table: Table) -> int:
    """Return when a table is read: what points by words after what that names."""
    if table.name in _BY_WORDS:
        return 1
    return 2 * any(target in _BY_WORDS for _, target in _pointers(table))


def _is_towns(table: Table, row: Values, keys: Mapping[str, Collection[Any]]) -> bool:
    """Tell whether a row belongs to somebody of the town, and so to each copy of it."""
    if table.name == "user":
        return row["role"] is None
    if table.name == "order":
        return row["user_id"] is None or row["user_id"] in keys["user"]
    if table.name in _BY_WORDS:
        return any(int(key) in keys[kind] for kind, key in _BY_WORDS[table.name](row))
    return any(row[column] in keys.get(to, ()) for column, to in _pointers(table))


# -- keys that stand in texts --


def _of_transaction(row: Values) -> Iterator[tuple[str, str]]:
    for kind, key in re.findall(r"(\w+):(\d+)", row["ref"]):
        if kind in _SUBJECTS:
            yield _SUBJECTS[kind], key


def _of_inbox(row: Values) -> Iterator[tuple[str, str]]:
    yield "order", row["order_key"]


def _of_item(row: Values) -> Iterator[tuple[str, str]]:
    if row["kind"] in _SUBJECTS:
        yield _SUBJECTS[row["kind"]], str(row["subject_id"])


_SUBJECTS = {
    "earning": "community_earning",
    "payout": "community_payout",
    "complaint": "community_complaint",
}
"""What a word before a number names."""

_BY_WORDS: Mapping[str, Callable[[Values], Iterator[tuple[str, str]]]] = {
    "community_transaction": _of_transaction,
    "community_order_inbox": _of_inbox,
    "community_queue_item": _of_item,
}
"""Whose rows point by words and not by foreign keys, and at what."""


def _subjects(copy: Copy, _row: Values, text: str) -> str:
    def move(found: re.Match[str]) -> str:
        kind = found[1]
        return f"{kind}:{copy.text(_SUBJECTS[kind], found[2])}"

    return re.sub(rf"\b({'|'.join(_SUBJECTS)}):(\d+)", move, text)


def _account(_copy: Copy, row: Values, _text: str) -> str:
    return f"{row['kind']}:{row['member_id']}:{row['currency']}"


def _live_key(copy: Copy, row: Values, text: str) -> str:
    _, kind, target, campaign = text.split(":", 3)
    return f"{row['sharer_id']}:{kind}:{copy.text(f'community_{kind}', target)}:{campaign}"


def _number(table: str) -> Callable[[Copy, Values, str], str]:
    return lambda copy, _row, text: copy.text(table, text)


def _subject_id(copy: Copy, row: Values, key: int) -> int:
    return int(copy.key(_SUBJECTS[row["kind"]], key))


def _inbox_key(copy: Copy, _row: Values, text: str) -> str:
    order, event, *rest = text.split(":")
    last = [copy.text("refund", one) for one in rest] if event == "refunded" else rest
    return ":".join([copy.text("order", order), event, *last])


def _facts(copy: Copy, _row: Values, facts: Values) -> Values:
    lines = [{**line, "key": copy.text("item", line["key"])} for line in facts["lines"]]
    return {**facts, "buyer": facts["buyer"] and copy.text("user", facts["buyer"]), "lines": lines}


def _refund(copy: Copy, _row: Values, told: Values) -> Values:
    return {**told, "id": copy.text("refund", told["id"])}


def _touches(copy: Copy, _row: Values, touches: list[Values]) -> list[Values]:
    return [{**one, "link": copy.key("community_link", one["link"])} for one in touches]


def _email(copy: Copy, _row: Values, text: str) -> str:
    return text.replace("@", f".{copy.number}@")


def _marked(copy: Copy, _row: Values, text: str) -> str:
    return f"{text}~{copy.number}"


_OF_PEOPLE = {"user": "id", "order": "user_id"}
"""Tables with somebody's name, and the column that says whose."""

_WORDS: Mapping[str, Mapping[str, Callable[[Copy, Values, Any], Any]]] = {
    "community_account": {"name": _account},
    "community_conversion": {"touches": _touches},
    "community_link": {"live_key": _live_key},
    "community_order": {"host_key": _number("order"), "touches": _touches},
    "community_order_inbox": {
        "key": _inbox_key,
        "order_key": _number("order"),
        "facts": _facts,
        "refund": _refund,
        "touches": _touches,
    },
    "community_order_line": {"line_key": _number("item")},
    "community_order_refund": {"refund_id": _number("refund")},
    "community_queue_item": {"subject_id": _subject_id},
    "community_transaction": {"ref": _subjects},
    "credit_entry": {"key": _marked},
    "order": {"email": _email},
    "user": {"email": _email},
}
"""Columns in which keys stand within something else, or that are unique, and what a copy has there."""


# -- afterwards --


def _sum_up(connection: sa.Connection) -> None:
    """Bring the balances of the shop's own accounts, which are there once, up to date."""
    account = db.metadata.tables["community_account"]
    entry = db.metadata.tables["community_entry"]
    booked = (
        sa.select(sa.func.sum(entry.c.amount_minor))
        .where(entry.c.account_id == account.c.id)
        .scalar_subquery()
    )
    shops = sa.update(account).where(account.c.member_id.is_(None))
    connection.execute(shops.values(balance_minor=sa.func.coalesce(booked, 0)))


def _count_on(connection: sa.Connection, town: Town) -> None:
    """Let the database number on from the last key: PostgreSQL has not counted ours."""
    if connection.dialect.name != "postgresql":
        return
    for table in town.rows:
        key = table.c[_key(table)]
        if isinstance(key.type, sa.Integer) and not key.foreign_keys:
            name = sa.func.pg_get_serial_sequence(f'"{table.name}"', key.name)
            last = sa.select(sa.func.max(key)).scalar_subquery()
            connection.execute(sa.select(sa.func.setval(name, sa.func.coalesce(last, 1))))
