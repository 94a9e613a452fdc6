"""Who wears a label, who would like to, and who is in its community."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..records import Models, changed_one, insert_once
from .models import Community, Label, Membership, Wearing, WearingChange
from .rules import Size


class People:
    """Keeps how members stand to labels, every step of it, and where they are in."""

    def __init__(self, *, session: orm.Session, models: Models, clock: Clock) -> None:
        self.session = session
        self.clock = clock
        self.Label = models[Label]
        self.Wearing = models[Wearing]
        self.WearingChange = models[WearingChange]
        self.Community = models[Community]
        self.Membership = models[Membership]

    # -- labels --

    def sizes(self, label_ids: Iterable[int]) -> dict[int, Size]:
        """Return the size of each of these labels."""
        wanted = sorted(set(label_ids))
        counted = (
            sa.select(self.Wearing.label_id, self.Wearing.state, sa.func.count())
            .where(self.Wearing.label_id.in_(wanted), self.Wearing.state.in_(("wears", "aspires")))
            .group_by(self.Wearing.label_id, self.Wearing.state)
        )
        found: dict[int, dict[str, int]] = {label_id: {} for label_id in wanted}
        for label_id, state, people in self.session.execute(counted):
            found[label_id][state] = people
        return {label_id: Size(**counts) for label_id, counts in found.items()}

    def biggest(self, limit: int) -> list[tuple[Label, Size]]:
        """Return the labels that most people wear or would like to wear, and their sizes."""
        wearing = self.Wearing
        wears, aspires = (
            sa.func.sum(sa.case((wearing.state == state, 1), else_=0))
            for state in ("wears", "aspires")
        )
        base = sa.func.count(wearing.id)
        counted = (
            sa.select(wearing.label_id, wears.label("wears"), aspires.label("aspires"))
            .where(wearing.state.in_(("wears", "aspires")))
            .group_by(wearing.label_id)
            .order_by(base.desc(), wearing.label_id)
            .limit(limit)
            .subquery()
        )
        found = sa.select(self.Label, counted.c.wears, counted.c.aspires).join(
            counted, counted.c.label_id == self.Label.id
        )
        sizes = [(row[0], Size(int(row[1]), int(row[2]))) for row in self.session.execute(found)]
        return sorted(sizes, key=lambda one: (-one[1].base, one[0].id))

    def standing(self, label_id: int, member_id: int) -> str | None:
        """Return how a member stands to a label (`wears aspires muted left`), None if never."""
        state = sa.select(self.Wearing.state).filter_by(label_id=label_id, member_id=member_id)
        return self.session.scalar(state)

    def history(self, label_id: int, member_id: int) -> Sequence[WearingChange]:
        """Return every step of a member towards a label and away from it, oldest first."""
        steps = sa.select(self.WearingChange).filter_by(label_id=label_id, member_id=member_id)
        return self.session.scalars(steps.order_by(self.WearingChange.id)).all()

    def step(self, label_id: int, member_id: int, state: str, source: str) -> bool:
        """Let a member stand to a label in a new way; False if he does already."""
        who = {"label_id": label_id, "member_id": member_id}
        now, step = self.clock(), {"state": state, "source": source}
        if not self._take(who, {**step, "since": now}):
            return False
        self.session.add(self.WearingChange(**who, **step, at=now))
        self.session.flush()
        return True

    # -- communities --

    def membership(self, community_id: int, member_id: int) -> str | None:
        """Return whether a member is `in`, has `asked` or is `out`; None if he never came."""
        state = sa.select(self.Membership.state)
        return self.session.scalar(state.filter_by(community_id=community_id, member_id=member_id))

    def places_of(self, member_id: int) -> dict[int, Label]:
        """Return the communities a member is in: their labels by community id, by name."""
        mine = (
            sa.select(self.Community.id, self.Label)
            .join(self.Label, self.Label.id == self.Community.label_id)
            .join(self.Membership, self.Membership.community_id == self.Community.id)
            .where(self.Membership.member_id == member_id, self.Membership.state == "in")
            .order_by(self.Label.name, self.Label.id)
        )
        return {row[0]: row[1] for row in self.session.execute(mine)}

    def asking(self, community_id: int, limit: int = 50) -> Sequence[int]:
        """Return the ids of members who ask to be let in, the longest waiting first."""
        waiting = sa.select(self.Membership.member_id).filter_by(
            community_id=community_id, state="asked"
        )
        order = (self.Membership.since, self.Membership.id)
        return self.session.scalars(waiting.order_by(*order).limit(limit)).all()

    def join(self, community_id: int, member_id: int, state: str) -> None:
        """Let a member be `in` a community, or have `asked`."""
        who = {"community_id": community_id, "member_id": member_id}
        step = {"state": state, "since": self.clock()}
        if insert_once(self.session, self.Membership, {**who, **step}, on=tuple(who)):
            return
        # Whoever is in does not fall back to asking.
        weaker = ("out", "asked") if state == "in" else ("out",)
        stood = sa.update(self.Membership).filter_by(**who)
        self._write(stood.where(self.Membership.state.in_(weaker)).values(**step))

    def go_out(self, community_id: int, member_id: int) -> None:
        """Let a member leave a community, or no longer ask."""
        inside = sa.update(self.Membership).filter_by(
            community_id=community_id, member_id=member_id
        )
        step = {"state": "out", "since": self.clock()}
        self._write(inside.where(self.Membership.state != "out").values(**step))

    def export(self, member_id: int) -> list[dict[str, object]]:
        """Return every step of a member towards a label, ready for JSON."""
        mine = (
            sa.select(self.Label.slug, self.WearingChange)
            .join(self.Label, self.Label.id == self.WearingChange.label_id)
            .where(self.WearingChange.member_id == member_id)
            .order_by(self.WearingChange.id)
        )
        return [
            {"label": slug, "state": step.state, "at": step.at.isoformat()}
            for slug, step in self.session.execute(mine)
        ]

    # -- below --

    def _take(self, who: dict[str, Any], step: dict[str, Any]) -> bool:
        if self.standing(**who) is None:
            # Of two first steps at once one counts. The other must not go on to
            # an UPDATE: on MariaDB several losers of an INSERT would deadlock there.
            return insert_once(self.session, self.Wearing, {**who, **step}, on=tuple(who))
        stood = sa.update(self.Wearing).filter_by(**who).where(self.Wearing.state != step["state"])
        return changed_one(self._write(stood.values(**step)))

    def _write(self, statement: sa.Update) -> sa.Result[Any]:
        return self.session.execute(statement.execution_options(synchronize_session=False))
