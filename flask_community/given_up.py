"""The command `flask community failed`: what was given up after eight tries, and taking it up again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext

from .orders.models import InboxRow
from .outbox import OutboxJob
from .services import Services
from .site import site_of

SHOWN = 100
"""How many of each kind are listed, the oldest first."""


@dataclass(frozen=True)
class GivenUp:
    """One thing that is not tried any more."""

    what: str
    since: dt.datetime
    """When it was asked for."""
    error: str


def given_up(services: Services) -> Iterator[GivenUp]:
    """Yield jobs and order events that failed for good, the oldest first."""
    job, event = _tables(services)
    jobs = sa.select(job).where(job.state == "failed").order_by(job.id).limit(SHOWN)
    for one in services.session.scalars(jobs):
        yield GivenUp(f"job {one.id}, {one.job}", one.created_at, one.error or "")
    events = sa.select(event).where(event.state == "failed").order_by(event.id).limit(SHOWN)
    for row in services.session.scalars(events):
        what = f"{row.event} of order {row.order_key}"
        yield GivenUp(what, row.created_at, row.error or "")


def take_up(services: Services) -> int:
    """Let everything that was given up be tried anew, from the first try; return how many.

    What failed was rolled back, so that nothing is done twice but what a hook did
    before it raised. The audit log keeps how many it were.
    """
    now, (job, event) = services.site.clock(), _tables(services)
    anew: dict[str, Any] = {"attempts": 0, "error": None}
    jobs = _changed(services, job, {**anew, "state": "waiting", "run_at": now})
    events = _changed(services, event, {**anew, "state": "new", "due_at": now})
    if jobs or events:
        services.audit.record(
            "work.taken_up",
            actor_id=None,
            subject="work",
            details={"jobs": jobs, "order_events": events},
        )
    return jobs + events


@click.command("failed")
@click.option("--retry", is_flag=True, help="Have all of it tried again by the next worker.")
@with_appcontext
def failed(retry: bool) -> None:
    """List what was given up after eight tries, with the reason of the last one."""
    site = site_of(current_app._get_current_object())  # type: ignore[attr-defined]
    with site.unit() as services:
        if retry:
            click.echo(f"{take_up(services)} will be tried again")
            return
        found = list(given_up(services))
    for one in found:
        click.echo(f"{one.what}, of {one.since:%Y-%m-%d %H:%M}\n    {one.error}")
    if found:
        click.get_current_context().exit(1)
    click.echo("nothing was given up")


def _tables(services: Services) -> tuple[type[OutboxJob], type[InboxRow]]:
    models = services.site.binding.models
    return models[OutboxJob], models[InboxRow]


def _changed(services: Services, table: Any, values: dict[str, Any]) -> int:
    change = sa.update(table).where(table.state == "failed").values(values)
    done: Any = services.session.execute(change, execution_options={"synchronize_session": False})
    return int(done.rowcount)
