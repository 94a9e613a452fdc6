"""Names that a shop has in several languages."""

from __future__ import annotations

import pytest

from flask_community.i18n import Languages, spoken
from flask_community.notices.rules import named, read_aloud
from flask_community.orders.models import Titled

NAMES = {"en": "Gaiwan", "zh-Hans": "盖碗"}


def read_in(tag: str, plain: str, names: dict[str, str] | None) -> str:
    with Languages(["en", "zh_Hans"]).speaking(tag):
        return spoken(plain, names)


@pytest.mark.parametrize("tag", ["zh-Hans", "zh-CN", "zh", "zh-Hant"])
def test_a_name_is_read_in_the_readers_language(tag: str) -> None:
    assert read_in(tag, "Gaiwan", NAMES) == "盖碗"


@pytest.mark.parametrize("tag", ["en", "en-GB", "fr"])
def test_who_reads_another_language_gets_the_shops_own(tag: str) -> None:
    assert read_in(tag, "Gaiwan", NAMES) == "Gaiwan"


@pytest.mark.parametrize("names", [None, {}, {"en": "Gaiwan"}, {"no tag at all": "x", "": "y"}])
def test_a_name_in_no_known_language_stays_as_it_is(names: dict[str, str] | None) -> None:
    assert read_in("zh-Hans", "Tee", names) == "Tee"


def test_a_notice_names_a_product_in_its_readers_language() -> None:
    class Sold(Titled):
        plain_title, titles = "Gaiwan", NAMES

    told = named(Sold())
    with Languages(["en", "zh_Hans"]).speaking("zh-Hans"):
        assert read_aloud(told) == "盖碗"
