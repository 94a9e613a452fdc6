"""`flask community demo-data`: fills the community with a batch, or takes it away again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from .audit import Audit, AuditEvent
from .demo.service import DemoService
from .hooks import HostHooks
from .services import Services, Surroundings
from .signals import drop_due
from .site import Site, site_of

ENOUGH_PEOPLE = 3
"""With fewer customers there is nobody to answer anybody."""


@click.command("demo-data")
@click.option("--remove", "removes", is_flag=True, help="Take the batch away again.")
@click.option("--language", help="The language of its texts, such as zh_Hans.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def demo_data(removes: bool, language: str | None, yes: bool) -> None:
    """Fill the community with a batch of demo rows, on customers and orders that are there."""
    site = site_of(current_app._get_current_object())  # type: ignore[attr-defined]
    around = site if removes else _Unwired(site)  # the files of pictures go with them
    with _quietly(site, around) as services, site.languages.speaking(language):
        demo = _demo(services)
        if removes:
            click.echo(f"removed {demo.remove()} rows")
        else:
            _fill(demo, asks=not yes)


def _fill(demo: DemoService, *, asks: bool) -> None:
    names = [buyer.name for buyer in demo.buyers()] if asks and not demo.is_there() else []
    if names:  # without any, fill() says what to do
        _ask(names)
    made = demo.fill()
    click.echo(
        f"made {made.rows} rows: a label, {made.posts} posts, {made.reactions} reactions, "
        f"{made.links} links that have ended, a complaint"
    )
    if made.people < ENOUGH_PEOPLE:
        click.echo(
            f"only {made.people} of your customers had something delivered: with more (flask "
            "community backfill brings past orders in) there is more to see"
        )
    click.echo("take them away again with: flask community demo-data --remove")


def _ask(names: Sequence[str]) -> None:
    click.confirm(
        "Posts and a complaint will stand under the names of your customers: "
        f"{', '.join(names)}.\n"
        "Go on only if they are invented. Go on?",
        abort=True,
    )


class _Deaf(Audit):
    """Hears nothing: a sealed event could not be taken away without breaking the chain."""

    def record(self, action: str, **told: Any) -> AuditEvent:
        return self.AuditEvent(action=action, **told)


class _Unwired:
    """A site that can do nothing outside the database: no mail, no file, no payment."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.hooks = HostHooks()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._site, name)


@contextmanager
def _quietly(site: Site, around: Surroundings) -> Iterator[Services]:
    """Open a unit that writes to nobody and sees no row that others begin meanwhile.

    So that whatever is new in it at the end is its own.
    """
    with site.unit() as services:
        bind = services.session.get_bind()
    with site.own_session(bind) as session:
        if bind.dialect.name != "sqlite":  # there, who writes is alone
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        services = Services(around, session)
        services.__dict__["audit"] = _Deaf(**services._base)
        yield services
        session.commit()
        drop_due(session)


def _demo(services: Services) -> DemoService:
    return DemoService(
        session=services.session,
        models=services.site.binding.models,
        clock=services.site.clock,
        members=services.members,
        communities=services.communities,
        experiences=services.experiences,
        referrals=services.referrals,
        complaints=services.complaints,
    )
