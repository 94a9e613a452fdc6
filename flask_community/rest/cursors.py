"""Signs where a list goes on, so that a reader can neither make up a place nor carry one away."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence

from ..config import Settings
from ..errors import Refused
from ..i18n import gettext
from ..tokens import SignedBlob

_MARK_BYTES = 8


class Cursors:
    """Turns a place in a list, some whole numbers, into a text and back."""

    def __init__(self, settings: Settings) -> None:
        self._signed = SignedBlob(settings.secret_keys, settings.shop_id, "cursor")

    def write(self, place: Sequence[int], *, of: str) -> str:
        """Return the place as a text that is good for the list `of` only.

        `of` names everything the list depends on: what it lists, for whom, by which filter.
        """
        return self._signed.dumps(_mark(of) + struct.pack(f">{len(place)}q", *place))

    def read(self, text: str | None, *, of: str, field: str = "cursor") -> tuple[int, ...] | None:
        """Return the place, None for the beginning; raises Refused for what we did not sign."""
        if text is None:
            return None
        packed = self._signed.loads(text)
        if packed is None or packed[:_MARK_BYTES] != _mark(of):
            raise Refused(gettext("This is no page of this list."), field=field)
        return struct.unpack(f">{(len(packed) - _MARK_BYTES) // 8}q", packed[_MARK_BYTES:])


def _mark(of: str) -> bytes:
    return hashlib.sha256(of.encode()).digest()[:_MARK_BYTES]
