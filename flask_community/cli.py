"""The commands of `flask community`: migrations, work, checks; thin over the rooms."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from . import doctor as clinic, revisions, tables
from .demonstrate import demo_data
from .earnings.commands import verify_receipt
from .errors import CommunityError
from .given_up import failed
from .orders.backfill import Backfill
from .orders.inbox import writer_for
from .orders.reconcile import Reconciler
from .orders.walk import Progress
from .rest.spec import text_of as describe
from .role_cli import role
from .site import Site, site_of
from .starting.command import init


class _Commands(AppGroup):
    """Says what is wrong in one line, where a traceback would help nobody."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CommunityError as error:
            raise click.ClickException(str(error)) from error


cli = _Commands("community", help="Run and check the community of this shop.")
cli.add_command(init)
cli.add_command(demo_data)
cli.add_command(role)
cli.add_command(failed)
cli.add_command(verify_receipt)

_directory = click.option(
    "--directory",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of your migrations; by default Flask-Migrate's.",
)
_batch = click.option(
    "--batch", default=500, show_default=True, help="Rows of yours between two commits."
)


# -- tables --


@cli.command()
@_directory
def install(directory: Path | None) -> None:
    """Copy the revisions you do not have yet into your own migrations."""
    home = revisions.home_of(_app(), directory)
    copied = revisions.install(home, _site().binding)
    for path in copied:
        click.echo(f"wrote {path}")
    click.echo(f"now run: {home.upgrade_command}" if copied else "every revision is there")


@cli.command()
@_directory
def check(directory: Path | None) -> None:
    """List the revisions and tables that are missing or differ."""
    site, problems, fine = _site(), [], "every table is there"
    if directory or revisions.has_history(_app()):
        home = revisions.home_of(_app(), directory)
        problems = [f"revision {lost.id} is not installed" for lost in revisions.missing(home)]
        fine = "every revision and table is there"
    with site.unit() as services:
        problems += tables.differences(services.session.connection(), site.binding)
    _report(problems, fine=fine)


@cli.command("create-tables")
def create_tables() -> None:
    """Create our tables in a shop that has no migrations."""
    site = _site()
    with site.unit() as services:
        connection = services.session.connection()
        for name in tables.create_tables(connection, site.binding):
            click.echo(f"created {name}")
        problems = tables.differences(connection, site.binding)
    _report(problems, fine="every table is there")


# -- work --


@cli.command()
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
@click.option("--limit", default=100, show_default=True, help="Order events and jobs per turn.")
@click.option("--pause", default=2.0, show_default=True, help="Seconds to rest when all is done.")
def work(once: bool, limit: int, pause: float) -> None:
    """Work off order events and jobs, until told to stop (SIGTERM, Ctrl-C)."""
    site = _site()
    with _until_told() as told:
        while not told.is_set():
            if done := _turn(site, limit):
                click.echo(f"did {done}")
            elif once:
                return
            else:
                told.wait(pause)


@cli.command()
@_batch
def reconcile(batch: int) -> None:
    """Find order events that bulk updates hid, and work them off."""
    site, found = _site(), 0
    with site.unit() as services:
        session = services.session
        reconciler = Reconciler(session=session, writer=writer_for(session, site.binding))
        for progress in reconciler.batches(batch):
            session.commit()
            with site.own_session(session.get_bind()) as own:
                site.work_inbox(own, progress.written)
            found += _tell(progress)
    click.echo(f"found {found} order events that were missing")


@cli.command()
@_batch
@click.option("--from-start", is_flag=True, help="Look at every order again.")
def backfill(batch: int, from_start: bool) -> None:
    """Bring in the orders from before the extension; they pay nothing.

    Stopped at any point, it goes on from there when run again.
    """
    site, found = _site(), 0
    with site.unit() as services:
        session = services.session
        writer = writer_for(session, site.binding)
        past = Backfill(session=session, writer=writer, orders=services.orders)
        for progress in past.batches(batch, from_start=from_start):
            session.commit()
            found += _tell(progress)
    click.echo(f"brought in {found} events of past orders")


# -- the API --


@cli.command()
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; by default it is printed.",
)
def openapi(output: Path | None) -> None:
    """Describe the API as OpenAPI 3.1; needs the extra `openapi`."""
    operations = _site().api.operations.values()
    try:
        text = describe(operations)
    except ImportError:
        raise click.ClickException("pip install 'flask-community[openapi]'") from None
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")


# -- checks --


@cli.command()
@click.option("--deploy", is_flag=True, help="Look also at what only matters in public.")
def doctor(deploy: bool) -> None:
    """Find what keeps the community from working well."""
    findings = list(clinic.examine(_app(), _site(), deploy=deploy))
    for finding in findings:
        click.echo(f"{finding.code}: {finding.what}\n    {finding.fix}")
    if not findings:
        click.echo("all is well")
    if not all(finding.advice for finding in findings):
        click.get_current_context().exit(1)


@cli.group()
def ledger() -> None:
    """Look after the ledger of rewards."""


@ledger.command("verify")
def verify_ledger() -> None:
    """Recount every balance from its entries."""
    _report(_ledger_problems(), fine="the ledger is whole")


@cli.group(invoke_without_command=True)
@click.pass_context
@with_appcontext  # which commands have by themselves, but groups have not
def audit(ctx: click.Context) -> None:
    """Verify the ledger and the audit log."""
    if ctx.invoked_subcommand is None:
        _report([*_ledger_problems(), *_log_problems()], fine="the ledger and the log are whole")


@audit.command("verify")
def verify_log() -> None:
    """Follow the hash chain of the audit log from its first event to its last."""
    _report(_log_problems(), fine="the log is whole")


# -- below --


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


def _site() -> Site:
    return site_of(_app())


def _tell(progress: Progress) -> int:
    """Print how far a walk over the shop's orders is; return how many events it found."""
    written = len(progress.written)
    click.echo(f"{progress.step}: {progress.seen} of {progress.total}, {written} events")
    return written


def _turn(site: Site, limit: int) -> int:
    """Do what is due, each in its own transaction; return how much it was."""
    with site.unit() as services:
        waiting = services.orders.pending(limit)
        bind = services.session.get_bind()
    with site.own_session(bind) as session:
        site.work_inbox(session, waiting)
    done = len(waiting) + site.run_jobs(limit)
    with site.unit() as services:
        done += services.earnings.ripen()
    with site.unit() as services:
        done += services.complaints.tend()
    with site.unit() as services:
        return done + services.audit.seal()


def _ledger_problems() -> list[str]:
    with _site().unit() as services:
        return services.earnings.verify()


def _log_problems() -> list[str]:
    with _site().unit() as services:
        return [f"audit event {problem.seq}: {problem.what}" for problem in services.audit.verify()]


def _report(problems: Iterable[str], *, fine: str) -> None:
    """Print what is wrong and leave with 1, or say that all is well."""
    lines = list(problems)
    for line in lines or [fine]:
        click.echo(line)
    if lines:
        click.get_current_context().exit(1)


@contextmanager
def _until_told() -> Iterator[threading.Event]:
    """Give an event that SIGTERM and Ctrl-C set, so that a turn is never cut short."""
    told = threading.Event()
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in kept:
        signal.signal(number, lambda *_: told.set())
    try:
        yield told
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
