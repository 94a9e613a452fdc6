"""How often one person may do a thing: counted by `limits`, if the shop has it."""

from __future__ import annotations

import ipaddress
import logging
import math
import time
from typing import TYPE_CHECKING, Any

from flask import request

from ..config import Settings
from ..errors import ConfigError, Refused

if TYPE_CHECKING:
    from limits import RateLimitItem

try:
    import limits
    import limits.errors
    from limits.storage import storage_from_string
    from limits.strategies import MovingWindowRateLimiter
except ImportError:  # the extra `limits` is not there
    HAS_LIMITS = False
else:
    HAS_LIMITS = True

log = logging.getLogger("flask_community")


class TooMany(Refused):
    """That was often. Wait a little, then try again."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds=seconds)
        self.seconds = seconds
        """When to come back."""


class Rates:
    """Counts named actions, each by member, or by network where nobody is signed in."""

    def __init__(self, settings: Settings) -> None:
        self._items: dict[str, RateLimitItem] = {}
        if HAS_LIMITS:
            self._items = {name: limits.parse(text) for name, text in settings.rate_limits.items()}
            self._window = MovingWindowRateLimiter(_storage(settings.rate_storage))

    def count(self, action: str, member: object) -> None:
        """Count one more of an action; raises TooMany if that is too many."""
        item = self._items.get(action)
        if item is None:
            return
        whose = f"member {member}" if member is not None else network_of(request.remote_addr)
        try:
            if self._window.hit(item, "flask_community", action, whose):
                return
            reset = self._window.get_window_stats(item, "flask_community", action, whose)[0]
        except Exception:
            # A counter that is down must not close the shop.
            log.exception("%s is not counted", action)
            return
        raise TooMany(max(1, math.ceil(reset - time.time())))


def _storage(address: str) -> Any:
    try:
        return storage_from_string(address)
    except (limits.errors.ConfigurationError, ImportError) as error:
        raise ConfigError(f"COMMUNITY_RATE_STORAGE is {address!r}: {error}") from error


def network_of(address: str | None) -> str:
    """Return what one visitor cannot change at will: his IPv4 address, or the /64 of an IPv6."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
