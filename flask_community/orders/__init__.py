"""The room of orders: takes the shop's order events in and keeps what they mean.

Events reach an inbox in the host's own transaction (`inbox.py`, `calls.py`) and
are worked off after its commit (`service.py`). `reconcile.py` finds what bulk
updates hid, `backfill.py` brings in the orders from before the extension.
"""

from __future__ import annotations
