"""Dates, numbers and money as the reader writes them."""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from babel import Locale, dates, lists, numbers
from markupsafe import Markup

from ..money import exponent, to_decimal
from .voice import Voice, current_voice, tag_of

_ELEMENT = Markup('<time datetime="{}">{}</time>')
_COUNTRY = re.compile(r"[A-Z]{1,3}(?=[^\w\s])")
_CODE_END = re.compile(r"(?<=[A-Z])(?=[0-9])")
# English of no country: day before month and 24 hours, as most of its readers write.
_AS_IF = {"en": "en_GB"}


class Formats:
    """Writes values for one reader; `fmt` in every template of ours.

    A datetime is shown in the shop's time zone; a naive one is taken as UTC.
    """

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self._locale = Locale.parse(_AS_IF.get(str(voice.locale), str(voice.locale)))

    @property
    def lang(self) -> str:
        """The language as HTML names it, for `lang`: `zh-Hans`."""
        return tag_of(self.voice.locale)

    @property
    def dir(self) -> str:
        """The direction of writing, for `dir`: `ltr` or `rtl`."""
        return str(self.voice.locale.text_direction)

    def date(self, value: dt.date | dt.datetime) -> str:
        """Return a day: `24 Nov 2026`, `2026年11月24日`."""
        return dates.format_date(self._day(value), "medium", locale=self._locale)

    def short_date(self, value: dt.date | dt.datetime) -> str:
        """Return a day of this year, for the foot of a chart: `24 Nov`, `11月24日`."""
        return dates.format_skeleton("MMMd", self._day(value), locale=self._locale)

    def month(self, value: dt.date | dt.datetime) -> str:
        """Return a month: `March 2026`, `2026年3月`."""
        return dates.format_skeleton("yMMMM", self._day(value), locale=self._locale)

    def moment(self, value: dt.datetime) -> str:
        """Return a day and a time: `24 Nov 2026, 18:00`; with UTC named where that is meant."""
        local = self._local(value)
        pattern = str(dates.get_datetime_format("medium", locale=self._locale))
        clock = dates.format_time(local, "short", tzinfo=local.tzinfo, locale=self._locale)
        text = pattern.replace("{0}", clock).replace("{1}", self.date(value))
        return f"{text} UTC" if self.voice.zone is dt.UTC else text

    def time(self, value: dt.datetime) -> Markup:
        """Return a `<time>` element that reads as `moment`."""
        return _ELEMENT.format(self._local(value).isoformat(timespec="seconds"), self.moment(value))

    def day(self, value: dt.date | dt.datetime) -> Markup:
        """Return a `<time>` element that reads as `date`."""
        return _ELEMENT.format(self._day(value).isoformat(), self.date(value))

    def ago(self, value: dt.datetime, now: dt.datetime) -> str:
        """Return how long before or after `now` something is: `5 days ago`, `in 3 hours`."""
        return dates.format_timedelta(
            self._local(value) - self._local(now), add_direction=True, locale=self._locale
        )

    def local_day(self, value: dt.datetime) -> dt.date:
        """Return the day that a moment falls on where the shop is."""
        return self._local(value).date()

    @property
    def first_weekday(self) -> int:
        """The day that a week begins with, 0 for Monday."""
        return int(self._locale.first_week_day)

    def weekdays(self) -> Sequence[tuple[str, str]]:
        """Return the days of a week in their order, each in short and in full: `Mon`, `Monday`."""
        order = [(self.first_weekday + day) % 7 for day in range(7)]
        short, full = (
            dates.get_day_names(width, "stand-alone", locale=self._locale)
            for width in ("abbreviated", "wide")
        )
        return [(str(short[day]), str(full[day])) for day in order]

    def number(self, value: int | float | Decimal) -> str:
        """Return a number with its groups: `1,234`."""
        return numbers.format_decimal(value, locale=self._locale)

    def percent(self, fraction: float | Decimal | Fraction) -> str:
        """Return a part of 1 as a percentage of at most two decimals: 0.025 is `2.5%`."""
        exact = Decimal(str(float(fraction)))
        pattern = copy.copy(self._locale.percent_formats[None])
        pattern.frac_prec = (0, 2)
        return str(pattern.apply(exact, self._locale))

    def money(self, minor: int, currency: str) -> str:
        """Return an amount of minor units: `¥52.80`, and `¥48` without empty decimals.

        The shop's own currency has a plain sign, any other one names its
        country where the language does so: `CN¥48`.
        """
        amount = to_decimal(minor, currency)
        places = 0 if amount == amount.to_integral_value() else exponent(currency)
        pattern = copy.copy(self._locale.currency_formats["standard"])
        pattern.frac_prec = (places, places)
        text = str(pattern.apply(amount, self._locale, currency=currency, currency_digits=False))
        if currency == self.voice.currency:
            sign = numbers.get_currency_symbol(currency, locale=self._locale)
            text = text.replace(sign, _COUNTRY.sub("", sign))
        return _CODE_END.sub("\xa0", text)

    def list(self, items: Sequence[str]) -> str:
        """Return names in a row: `Ann, Bob and Cy`."""
        return lists.format_list(items, locale=self._locale)

    def _local(self, value: dt.datetime) -> dt.datetime:
        aware = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
        return aware.astimezone(self.voice.zone)

    def _day(self, value: dt.date | dt.datetime) -> dt.date:
        return self._local(value).date() if isinstance(value, dt.datetime) else value


def formats() -> Formats:
    """Return the formats of the reader at hand."""
    return Formats(current_voice())
