"""Carries a visitor's touches in his own browser, and knows whose they are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Request

from ..tokens import SignedBlob
from .rules import Touch, pack_touches, unpack_touches

COOKIE = "community_touches"
HEADER = "Community-Touches"
"""Carries the same text in a shop without cookies: an app sends it with the checkout."""
CODE_FIELD = "community_code"
"""What a form of the shop calls the code of a link that its customer typed."""
COOKIE_PURPOSE = "touches"
"""The purpose of the `SignedBlob` that signs it."""

_MARK_BYTES = 8
_NOBODY = bytes(_MARK_BYTES)


@dataclass(frozen=True, slots=True)
class Carried:
    """What a touch cookie says."""

    touches: tuple[Touch, ...] = ()
    owner: bytes = _NOBODY
    """Mark of the account it belongs to; zeros while the visitor is unknown."""
    joined: bool = False
    """Whether the touches have been written to that account."""

    def counts_for(self, actor_key: Any | None) -> bool:
        """Tell whether these may be touches of the person now at the browser.

        An account's touches are his alone. Unclaimed ones are anybody's: his
        who signs in next.
        """
        return self.owner in (_NOBODY, owner_mark(actor_key))

    def is_claimed(self) -> bool:
        """Tell whether they belong to an account."""
        return self.owner != _NOBODY


class TouchCookie:
    """Reads and writes the cookie: an owner's mark, a flag, then the packed touches."""

    def __init__(self, blob: SignedBlob) -> None:
        self._blob = blob

    def load(self, text: str | None) -> Carried:
        """Return what the cookie carries; nothing for one that is not ours."""
        packed = self._blob.loads(text) if text else None
        if packed is None or len(packed) <= _MARK_BYTES:
            return Carried()
        owner, flag, body = packed[:_MARK_BYTES], packed[_MARK_BYTES], packed[_MARK_BYTES + 1 :]
        return Carried(tuple(unpack_touches(body)), owner, bool(flag))

    def dump(self, touches: Iterable[Touch], actor_key: Any | None, *, joined: bool) -> str:
        """Return the cookie's text for the person now at the browser, under 1 kB."""
        flag = bytes([joined])
        return self._blob.dumps(owner_mark(actor_key) + flag + pack_touches(touches))


def carried_text(request: Request) -> str | None:
    """Return what a browser's cookie, or else an app's header, says."""
    return request.cookies.get(COOKIE) or request.headers.get(HEADER)


def owner_mark(host_key: Any | None) -> bytes:
    """Return the mark of an account by its host key, so that no query is needed to tell it."""
    if host_key is None:
        return _NOBODY
    return hashlib.sha256(f"touches of {host_key}".encode()).digest()[:_MARK_BYTES]
