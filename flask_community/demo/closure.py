"""What hangs on the rows of a batch: found through foreign keys, and where there are none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from ..communities.models import Community, RoleGrant
from ..communities.rules import community_scope
from ..complaints.models import Case, CaseMember, Complaint
from ..earnings.models import Hold
from ..errors import CommunityError
from ..experiences.models import Post
from ..moderation.models import QueueItem
from ..notices.models import Notice
from ..outbox import OutboxJob
from ..records import Models, Record
from ..referrals.models import Pause

_AT_ONCE = 500
"""Keys in one IN list: below every database's limit of bound values."""

_MAY_GO_WORDS = """
    post post_revision post_picture post_fate post_stake reaction label wearing wearing_change
    label_product label_field community membership role_grant complaint complaint_event
    complaint_picture case case_event case_member case_note broadcast broadcast_letter queue_item
    action link visit member_touch notice outbox_job
"""
_MAY_GO = frozenset(f"community_{name}" for name in _MAY_GO_WORDS.split())
"""Everything else is real: orders, people, money, and what was decided."""

_LETS_GO = {
    ("community_post", "community_id"),
    ("community_complaint", "joined_case_id"),
    ("community_case", "merged_into_id"),
    ("community_case", "split_from_id"),
}
"""Columns by which a person's own row stands in a demo one: emptied, and the row stays."""


class Closure:
    """Ids to delete, by table; grows until nothing else hangs on them."""

    def __init__(self, session: orm.Session, models: Models) -> None:
        self.session = session
        self.models = models
        self.tables = {model.__tablename__: _table(model) for model in models.values()}
        self.ids: dict[str, set[int]] = {}

    def add(self, table: str, ids: Iterable[int]) -> bool:
        """Add ids of a table; tell whether there was a new one."""
        known = self.ids.setdefault(table, set())
        before = len(known)
        known.update(ids)
        return len(known) > before

    def grow(self) -> None:
        """Add all that hangs on what is there; raises CommunityError if something real does."""
        while any([*self._by_foreign_keys(), *self._by_name(), self._empty_cases()]):
            pass
        for name, ids in sorted(self.ids.items()):
            if ids and name not in _MAY_GO:
                raise CommunityError(
                    f"{name} {min(ids)} rests upon the demo, and it is real: an order, a pause or "
                    "a decision of the shop came of it. Nothing was removed."
                )

    def delete(self) -> int:
        """Delete it all, what hangs on others first; return how many rows it was."""
        for name, column in sorted(_LETS_GO):
            table = self.tables[name]
            (target,) = table.c[column].foreign_keys
            for some in _slices(self.ids.get(target.column.table.name, set())):
                empty = sa.update(table).where(table.c[column].in_(some)).values({column: None})
                self.session.execute(empty)
        order = next(iter(self.tables.values())).metadata.sorted_tables
        for table in reversed([one for one in order if one.name in self.ids]):
            for some in _slices(self.ids[table.name]):
                self.session.execute(sa.delete(table).where(table.c.id.in_(some)))
        return sum(map(len, self.ids.values()))

    # -- below --

    def _by_foreign_keys(self) -> Iterator[bool]:
        for name, table in self.tables.items():
            for key in table.foreign_keys:
                doomed = self.ids.get(key.column.table.name)
                if doomed and (name, key.parent.name) not in _LETS_GO:
                    yield self.add(name, self._found(table, key.parent, doomed))

    def _found(self, table: sa.Table, column: sa.Column[int], values: set[int]) -> list[int]:
        found = sa.select(table.c.id)
        return [
            row_id
            for some in _slices(values)
            for row_id in self.session.scalars(found.where(column.in_(some)))
        ]

    def _by_name(self) -> Iterator[bool]:
        """Add what names a row by other means than a foreign key."""
        item, notice, grant = map(self._table, (QueueItem, Notice, RoleGrant))
        for kind, model in (("complaint", Complaint), ("case", Case), ("post", Post)):
            for row_id in self._doomed(model):
                yield self._add(item, item.c.kind == kind, item.c.subject_id == row_id)
                yield self._add(notice, notice.c.key.startswith(f"{kind}:{row_id}:"))
        for row_id in self._doomed(Case):
            for table in (self._table(Pause), self._table(Hold)):
                yield self._add(table, table.c.case_id == row_id)
        for row_id in self._doomed(Community):
            yield self._add(grant, grant.c.scope == community_scope(row_id))
        job = self._table(OutboxJob)
        for row_id in self._doomed(Notice):
            yield self._add(job, job.c.key.like(f"notices.mail:%:{row_id}:%"))

    def _doomed(self, model: type[Record]) -> list[int]:
        return sorted(self.ids.get(model.__tablename__, ()))

    def _table(self, model: type[Record]) -> sa.Table:
        return self.tables[model.__tablename__]

    def _add(self, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> bool:
        return self.add(table.name, self.session.scalars(sa.select(table.c.id).where(*conditions)))

    def _empty_cases(self) -> bool:
        """Add the cases in which only complaints of the demo stood."""
        member = self._table(CaseMember)
        doomed = self.ids.get(member.name)
        if not doomed:
            return False
        own, others = set[int](), set[int]()
        for row_id, case_id in self.session.execute(sa.select(member.c.id, member.c.case_id)):
            (own if row_id in doomed else others).add(case_id)
        return self.add(Case.__tablename__, own - others)


def _table(model: type[Record]) -> sa.Table:
    table = sa.inspect(model).local_table
    assert isinstance(table, sa.Table)
    return table


def _slices(ids: set[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]
