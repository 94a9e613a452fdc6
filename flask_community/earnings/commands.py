"""The command that checks a receipt; thin over the receipts themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from flask import current_app

from .receipts import is_genuine


@click.command("verify-receipt")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify_receipt(file: Path) -> None:
    """Tell whether this shop wrote a receipt and nobody changed it; asks no database."""
    site: Any = current_app.extensions["community"]
    try:
        receipt = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        receipt = None
    if not isinstance(receipt, dict) or not is_genuine(site.settings, receipt):
        raise click.ClickException(f"{file.name} is no receipt of this shop, or it was changed")
    click.echo(f"{file.name} is a receipt of this shop: reward {receipt['reward']}")
