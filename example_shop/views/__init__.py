"""The shop's pages, one module a subject; all stand on the one blueprint."""

from __future__ import annotations

from ..blueprint import shop as shop
from . import account, accounts, bag, catalogue, checkout, files, letters, office

__all__ = [
    "account",
    "accounts",
    "bag",
    "catalogue",
    "checkout",
    "files",
    "letters",
    "office",
    "shop",
]
