"""`flask community init`: prints the diff that lets the community in, or writes it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import click

from .plan import Answers, Plan, make_plan
from .sources import read_project


@click.command("init")
@click.option("--member", help="The class of your customers, as module:Class.")
@click.option("--product", help="The class of what they buy.")
@click.option("--order", help="The class of what they bought.")
@click.option("--line", help="The class of one line of an order.")
@click.option("--session", help="What makes your sessions, on plain SQLAlchemy, as module:name.")
@click.option("--currency", help="ISO 4217 code of your prices.")
@click.option("--whole-prices", is_flag=True, help="Integers count euros, not cents.")
@click.option("--status", help="The attribute that tells an order's state.")
@click.option("--paid", multiple=True, help="A value of it that means paid; again for more.")
@click.option("--delivered", multiple=True, help="A value of it that means delivered.")
@click.option("--reversed", multiple=True, help="A value of it that means cancelled or refunded.")
@click.option(
    "--one-file/--in-models",
    "apart",
    default=None,
    help="Bind the models from a file of their own, or edit them; default: fewer files.",
)
@click.option("--apply", "writes", is_flag=True, help="Write the changes instead of printing them.")
@click.option("--force", is_flag=True, help="Write also into files with uncommitted changes.")
def init(writes: bool, force: bool, **told: str | tuple[str, ...] | bool | None) -> None:
    """Print the lines that let the community into the shop below this folder.

    Only source is read: nothing of the shop is run, and no database is asked.
    """
    root = Path.cwd()
    plan = make_plan(read_project(root), Answers(**told))  # type: ignore[arg-type]
    if plan.questions:
        raise click.ClickException("tell me more:\n" + "\n".join(plan.questions))
    if not plan.new:
        click.echo("nothing to do: the community is let in already")
        return
    if writes:
        _write(root, plan, force=force)
    else:
        click.echo(plan.diff, nl=False)
    _tell_next(plan, writes=writes)


def _write(root: Path, plan: Plan, *, force: bool) -> None:
    if not force and (dirty := _dirty(root, sorted(plan.new))):
        raise click.ClickException(
            f"uncommitted changes in {', '.join(dirty)}: commit them first, or add --force"
        )
    for path, text in sorted(plan.new.items()):
        (root / path).write_bytes(text.encode())
        click.echo(f"{'wrote' if path in plan.old else 'made'} {path}")


def _dirty(root: Path, paths: list[str]) -> list[str]:
    """Return the files that git would lose work in; nothing where there is no git."""
    ask = ["git", "status", "--porcelain", "--untracked-files=no", "--", *paths]
    try:
        done = subprocess.run(ask, cwd=root, capture_output=True, text=True, check=False)  # nosec B603 # paths of the project's own
    except FileNotFoundError:
        return []
    lines = done.stdout.splitlines() if done.returncode == 0 else []
    return [line[3:].strip('"') for line in lines]


def _tell_next(plan: Plan, *, writes: bool) -> None:
    # On stderr, so that `init | git apply` takes the diff alone.
    if plan.why:
        click.echo(f"\n{plan.why}", err=True)
    if plan.decisions:
        click.echo(f"\nDecide {len(plan.decisions)} things (lines as they are then):", err=True)
        for decision in plan.decisions:
            click.echo(f"  {decision}", err=True)
    template, product = plan.shown or ("the template of a product", "product")
    click.echo(
        f"\nShow it in {template}: {{{{ community.product_rail({product}) }}}} and "
        f"{{{{ community.share_button({product}) }}}}",
        err=True,
    )
    click.echo(
        "\nThen: flask community install && flask db upgrade (without Alembic: "
        "flask community create-tables), flask community doctor"
        if writes
        else "\nWrite it with: flask community init --apply",
        err=True,
    )
