"""What a member may choose, and when his quiet hours hold."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from dataclasses import dataclass
from typing import Self

from ..errors import Refused
from ..i18n import gettext

_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


class ShownName(str):
    """A name that others see, and the address of the face beside it, if there is one.

    A name goes through many hands before a template shows it: so its face
    comes along, and no page asks for it person by person.
    """

    face: str | None

    def __new__(cls, name: str, face: str | None = None) -> Self:
        """Join a name and a face."""
        shown = super().__new__(cls, name)
        shown.face = face
        return shown


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """How a member wants to be spoken to. Raises Refused for what cannot be."""

    locale: str | None = None
    """Language tag such as `zh_Hans`; None follows the shop."""
    zone: str | None = None
    """IANA name of his time zone; None is UTC."""
    mail: bool = True
    """Whether notices may also come by mail."""
    quiet_from: dt.time | None = None
    """Local time from which no mail is sent; set together with `quiet_until`."""
    quiet_until: dt.time | None = None
    """Local time at which mail is sent again; may be on the next day."""

    def __post_init__(self) -> None:
        if self.locale is not None and (
            len(self.locale) > 20 or not _LOCALE.fullmatch(self.locale)
        ):
            raise Refused(gettext("This is not the name of a language."), locale=self.locale)
        if self.zone is not None and not _is_zone(self.zone):
            raise Refused(gettext("This is not the name of a time zone."), zone=self.zone)
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise Refused(gettext("Quiet hours need both a beginning and an end."))
        if self.quiet_from is not None and self.quiet_from == self.quiet_until:
            raise Refused(gettext("Quiet hours cannot begin and end at the same time."))

    def quiet_end(self, now: dt.datetime) -> dt.datetime | None:
        """Return when the quiet hours around `now` end, in UTC; None if it is not quiet."""
        begin, end = self.quiet_from, self.quiet_until
        if begin is None or end is None:
            return None
        local = now.astimezone(zoneinfo.ZoneInfo(self.zone) if self.zone else dt.UTC)
        time = local.time()
        if not (begin <= time < end if begin < end else time >= begin or time < end):
            return None
        day = local.date() if time < end else local.date() + dt.timedelta(days=1)
        # The fold of now: in the hour that comes twice, the end must not lie before now.
        finish = dt.datetime.combine(day, end, local.tzinfo).replace(fold=local.fold)
        return finish.astimezone(dt.UTC)


def _is_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return False
    return len(name) <= 64
