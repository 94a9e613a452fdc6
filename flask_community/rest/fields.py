"""Fields of what goes in and out: nothing is coerced, nothing unknown is taken."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, fields

from ..errors import Refused
from ..i18n import gettext, marked
from ..web import clean_text

MAX_NUMBER = 2**53 - 1
"""The largest integer that every reader of JSON takes exactly."""


class Wire(Schema):
    """An object as it travels; a field that it does not name is refused."""

    error_messages: ClassVar[dict[str, str]] = {  # type: ignore[misc]
        "unknown": marked("There is no such field."),
        "type": marked("This must be an object."),
    }

    class Meta:
        """Settings of marshmallow."""

        unknown = RAISE


class Whole(fields.Integer):
    """A whole number: no bool, no `"1"`, no `1.0`."""

    def __init__(self, *, low: int = 0, high: int = MAX_NUMBER, **options: Any) -> None:
        self.low, self.high = low, high
        super().__init__(metadata={"minimum": low, "maximum": high}, **options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> int:
        if type(value) is not int or not self.low <= value <= self.high:
            message = gettext(
                "This must be a whole number from %(low)s to %(high)s.",
                low=self.low,
                high=self.high,
            )
            raise ValidationError(message)
        return value


class Text(fields.String):
    """Text that every database takes; ends trimmed, characters counted."""

    def __init__(self, *, most: int, least: int = 1, **options: Any) -> None:
        self.most, self.least = most, least
        super().__init__(metadata={"minLength": least, "maxLength": most}, **options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(gettext("This must be text."))
        try:
            return clean_text(value, name=str(attr), least=self.least, most=self.most)
        except Refused as error:
            raise ValidationError(str(error)) from None


class Choice(fields.String):
    """One of a few words."""

    def __init__(self, words: Iterable[str], **options: Any) -> None:
        self.words = list(words)
        super().__init__(metadata={"enum": self._listed(options)}, **options)

    def _listed(self, options: Mapping[str, Any]) -> list[str | None]:
        return [*self.words, None] if options.get("allow_none") else [*self.words]

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        if value not in self.words or not isinstance(value, str):
            message = gettext("This must be one of: %(words)s.", words=", ".join(self.words))
            raise ValidationError(message)
        return value


class Flag(fields.Boolean):
    """True or false, and nothing that merely looks so."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError(gettext("This must be true or false."))
        return value


class Moment(fields.DateTime):
    """A time that goes out: RFC 3339 in UTC."""

    def _serialize(self, value: Any, attr: Any, obj: Any, **_: Any) -> str | None:
        if value is None:
            return None
        return str(value.astimezone(dt.UTC).isoformat()).replace("+00:00", "Z")


class ClockTime(fields.String):
    """A local time of day, as `HH:MM`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}, **options)

    def _serialize(self, value: Any, attr: Any, obj: Any, **_: Any) -> str | None:
        return None if value is None else f"{value:%H:%M}"

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Any:
        if not isinstance(value, str) or not _CLOCK.fullmatch(value):
            raise ValidationError(gettext("This must be a time such as 22:30."))
        return dt.time.fromisoformat(value)


class Listed(fields.List):  # type: ignore[type-arg]
    """Some of one kind, not too many at once."""

    def __init__(self, inner: Any, *, least: int = 0, most: int = 100, **options: Any) -> None:
        self.least, self.most = least, most
        limits = {"minItems": least, "maxItems": most}
        super().__init__(inner, metadata=limits, **options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **rest: Any) -> list[Any]:
        if not isinstance(value, list) or not self.least <= len(value) <= self.most:
            message = gettext(
                "This must be a list of %(least)s to %(most)s.", least=self.least, most=self.most
            )
            raise ValidationError(message)
        return super()._deserialize(value, attr, data, **rest)


class MoneySchema(Wire):
    """An amount: whole minor units of an ISO 4217 currency."""

    minor = Whole(low=-MAX_NUMBER, required=True)
    currency = Text(least=3, most=3, required=True)


class Amount(fields.Nested):
    """Money as an object of `minor` and `currency`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(MoneySchema, **options)


# -- of a query, where everything arrives as text --


class AskedWhole(Whole):
    """A whole number in a query."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **rest: Any) -> int:
        is_number = isinstance(value, str) and _DIGITS.fullmatch(value)
        return super()._deserialize(int(value) if is_number else value, attr, data, **rest)


class AskedFlag(Flag):
    """`true` or `false` in a query."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **rest: Any) -> bool:
        return super()._deserialize(_FLAGS.get(value, value), attr, data, **rest)


class AskedDay(fields.Date):
    """A day in a query, as `YYYY-MM-DD`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"format": "date"}, **options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **rest: Any) -> dt.date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValidationError(gettext("This must be a day such as 2026-11-23."))
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise ValidationError(gettext("This must be a day such as 2026-11-23.")) from None


_FLAGS = {"true": True, "false": False}
_DIGITS = re.compile(r"-?[0-9]{1,17}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
