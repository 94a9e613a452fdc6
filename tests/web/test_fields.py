"""Claims about what a form may hold."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, strategies as st

from flask_community.errors import Refused
from flask_community.web.fields import clean_text, whole_number

NO_TEXT = [
    "\x00",
    "\x01",
    "\x08",
    "\x1b[31m",
    "\x7f",
    "\x85",
    "\x9b",
    "\ud800",
    "\udfff",
    "\ud83d",
    "\u202a",
    "\u202e",
    "\u2066",
    "\u2069",
]


@pytest.mark.parametrize("text", NO_TEXT)
def test_what_is_no_text_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(Refused) as refused:
        clean_text(f"a{text}b", name="title", most=80)
    assert refused.value.data == {"field": "title"}
    assert text not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["a\nb", "a\tb", "盖碗", "😀", "👨‍👩‍👧", "שלום", "a\u200fb", "مرحبا\u200e"]
)
def test_what_people_write_is_kept(text: str) -> None:
    assert clean_text(text, name="title", most=80) == text


def test_text_is_trimmed_and_of_one_form() -> None:
    assert clean_text("  e\u0301\r\nb\rc  ", name="title", most=80) == "é\nb\nc"


@pytest.mark.parametrize(
    ("text", "fits"), [("", False), ("ab", True), ("abc", True), ("abcd", False)]
)
def test_text_has_a_least_and_a_most(text: str, fits: bool) -> None:
    if fits:
        assert clean_text(text, name="title", least=2, most=3) == text
    else:
        with pytest.raises(Refused, match="2 to 3 characters"):
            clean_text(text, name="title", least=2, most=3)


@given(st.text(max_size=60))
def test_clean_text_stays_as_it_is_when_cleaned_again(text: str) -> None:
    try:
        once = clean_text(text, name="title", most=200, least=0)
    except Refused:
        return
    assert clean_text(once, name="title", most=200, least=0) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "+1",
        "1.0",
        "1e3",
        "1_000",
        "١٢",
        "１２",
        "0x10",
        "NaN",
        "9" * 18,
        "--1",
        "1\n",
    ],
)
def test_a_number_is_plain_figures(text: str) -> None:
    with pytest.raises(Refused, match="whole number"):
        whole_number(text, name="version", low=-(10**18), high=10**18)


@pytest.mark.parametrize(("text", "fits"), [("0", False), ("1", True), ("9", True), ("10", False)])
def test_a_number_lies_within_its_bounds(text: str, fits: bool) -> None:
    if fits:
        assert whole_number(text, name="version", low=1, high=9) == int(text)
    else:
        with pytest.raises(Refused):
            whole_number(text, name="version", low=1, high=9)
