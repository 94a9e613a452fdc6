"""Claims about dates, numbers and money, as readers of both languages write them."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from decimal import Decimal

import pytest
from markupsafe import Markup

from flask_community.i18n import Formats, Languages, formats, gettext, ngettext

AT = dt.datetime(2026, 11, 24, 20, 5, tzinfo=dt.UTC)
LANGUAGES = Languages(["en", "zh_Hans"], zone="Asia/Shanghai", currency="CNY")


def fmt(tag: str) -> Formats:
    return Formats(LANGUAGES.voice_in(LANGUAGES.choose(tag)))


@pytest.mark.parametrize(
    ("tag", "date", "moment"),
    [
        ("en", "25 Nov 2026", "25 Nov 2026, 04:05"),
        ("en-US", "Nov 25, 2026", "Nov 25, 2026, 4:05\u202fAM"),
        ("zh-Hans", "2026年11月25日", "2026年11月25日 04:05"),
        ("zh-CN", "2026年11月25日", "2026年11月25日 04:05"),
    ],
)
def test_a_moment_is_told_by_the_shops_clock(tag: str, date: str, moment: str) -> None:
    assert fmt(tag).date(AT) == date
    assert fmt(tag).moment(AT) == moment
    assert fmt(tag).moment(AT.replace(tzinfo=None)) == moment


def test_a_moment_names_utc_where_no_zone_is_set() -> None:
    assert formats().moment(AT) == "24 Nov 2026, 20:05 UTC"
    zone = zoneinfo.ZoneInfo("Europe/Paris")
    assert formats().moment(AT.astimezone(zone)) == "24 Nov 2026, 20:05 UTC"


def test_a_day_without_a_time_stays_the_day() -> None:
    assert fmt("en").date(AT.date()) == "24 Nov 2026"
    assert fmt("en").day(AT.date()) == '<time datetime="2026-11-24">24 Nov 2026</time>'


def test_an_element_says_the_moment_to_machines_too() -> None:
    assert fmt("zh").time(AT) == (
        '<time datetime="2026-11-25T04:05:00+08:00">2026年11月25日 04:05</time>'
    )
    assert fmt("zh").day(AT) == '<time datetime="2026-11-25">2026年11月25日</time>'


@pytest.mark.parametrize(
    ("tag", "minor", "currency", "text"),
    [
        ("en", 5_280, "CNY", "¥52.80"),
        ("en", 4_800, "CNY", "¥48"),
        ("en", -1_200, "CNY", "-¥12"),
        ("en", 201_600, "CNY", "¥2,016"),
        ("en", 500, "JPY", "JP¥500"),
        ("en", 1_250, "EUR", "€12.50"),
        ("en", 12_345, "KWD", "KWD\xa012.345"),
        ("zh", 5_280, "CNY", "¥52.80"),
        ("zh", 1_250, "USD", "US$12.50"),
    ],
)
def test_money_has_the_plain_sign_of_the_shops_own_currency(
    tag: str, minor: int, currency: str, text: str
) -> None:
    assert fmt(tag).money(minor, currency) == text


def test_a_percentage_keeps_the_decimals_that_a_basis_point_has() -> None:
    shares: list[float | Decimal] = [Decimal(5) / 100, 0.025, Decimal("0.0225"), 0, 1]
    assert [fmt("en").percent(share) for share in shares] == ["5%", "2.5%", "2.25%", "0%", "100%"]


def test_numbers_spans_and_rows_follow_the_language() -> None:
    before, after = AT - dt.timedelta(days=5), AT + dt.timedelta(hours=3)
    assert (fmt("en").ago(before, AT), fmt("en").ago(after, AT)) == ("5 days ago", "in 3 hours")
    assert (fmt("zh").ago(before, AT), fmt("zh").ago(after, AT)) == ("5天前", "3小时后")
    assert fmt("en").number(12_345) == "12,345"
    assert fmt("en").list(["Ann", "Bob", "Cy"]) == "Ann, Bob and Cy"
    assert fmt("zh").list(["Ann", "Bob", "Cy"]) == "Ann、Bob和Cy"


def test_an_element_in_a_sentence_stays_one_and_escapes_its_neighbours() -> None:
    text = gettext("%(who)s wrote on %(day)s & left", who="<b>", day=fmt("en").day(AT))
    assert isinstance(text, Markup)
    assert text.startswith("&lt;b&gt; wrote on <time ")
    assert text.endswith("</time> &amp; left")


def test_a_plural_fits_its_number_which_is_written_out_in_groups() -> None:
    texts = [
        ngettext("%(n)s post of %(who)s", "%(n)s posts of %(who)s", n, who="Ann")
        for n in (1, 1_234)
    ]
    assert texts == ["1 post of Ann", "1,234 posts of Ann"]


def test_a_message_without_values_may_hold_a_percent_sign() -> None:
    assert gettext("at most 100 %") == "at most 100 %"
