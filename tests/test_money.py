"""Money is exact, bounded and never mixed across currencies."""

from __future__ import annotations

import decimal
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from flask_community.errors import MoneyError
from flask_community.money import (
    EXPONENTS,
    MAX_MINOR,
    Money,
    check_minor,
    exponent,
    half_up,
    half_up_bps,
    largest_remainder,
    to_decimal,
    to_minor,
)

minors = st.integers(-MAX_MINOR, MAX_MINOR)
currencies = st.sampled_from(sorted(EXPONENTS))
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=12)


def test_currencies_know_their_decimals() -> None:
    assert [exponent(code) for code in ("JPY", "CNY", "KWD", "ISK", "HUF")] == [0, 2, 3, 0, 2]
    assert len(EXPONENTS) == 156
    assert all(len(code) == 3 and code.isupper() for code in EXPONENTS)


@pytest.mark.parametrize("code", ["cny", "XXX", "XAU", "", "CNY ", None, ["CNY"]])
def test_an_unknown_currency_is_refused(code: str) -> None:
    with pytest.raises(MoneyError):
        Money(1, code)


@pytest.mark.parametrize("minor", [True, 1.0, "1", None, MAX_MINOR + 1, -MAX_MINOR - 1])
def test_only_plain_bounded_ints_are_money(minor: int) -> None:
    with pytest.raises(MoneyError):
        check_minor(minor)
    with pytest.raises(MoneyError):
        Money(minor, "CNY")


def test_the_bound_itself_is_money() -> None:
    assert check_minor(MAX_MINOR) == MAX_MINOR
    assert Money(-MAX_MINOR, "CNY").minor == -MAX_MINOR
    assert MAX_MINOR == 9_007_199_254_740_991


def test_money_adds_and_subtracts_in_one_currency() -> None:
    assert Money(150, "CNY") + Money(50, "CNY") == Money(200, "CNY")
    assert Money(150, "CNY") - Money(250, "CNY") == -Money(100, "CNY")
    assert str(Money(-150, "CNY")) == "-1.50 CNY"
    assert str(Money(150, "JPY")) == "150 JPY"


def test_currencies_are_never_netted() -> None:
    with pytest.raises(MoneyError) as caught:
        Money(1, "CNY") + Money(1, "JPY")
    assert caught.value.data["currencies"] == ("CNY", "JPY")
    with pytest.raises(MoneyError):
        Money(1, "CNY") - Money(1, "JPY")


def test_money_and_a_bare_number_do_not_add() -> None:
    with pytest.raises(TypeError):
        Money(1, "CNY") + 1  # type: ignore[operator]
    with pytest.raises(TypeError):
        Money(1, "CNY") - 1  # type: ignore[operator]


def test_a_sum_beyond_the_bound_is_refused() -> None:
    with pytest.raises(MoneyError):
        Money(MAX_MINOR, "CNY") + Money(1, "CNY")


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("19.80", "CNY", 1980),
        ("-0.01", "CNY", -1),
        ("19.8000", "CNY", 1980),
        (Decimal("1.234"), "KWD", 1234),
        (Decimal("1E+3"), "JPY", 1000),
        (Decimal("-0"), "CNY", 0),
        (7, "CNY", 700),
    ],
)
def test_exact_amounts_convert(amount: Decimal | int | str, currency: str, minor: int) -> None:
    assert to_minor(amount, currency) == minor


@pytest.mark.parametrize(
    "amount",
    ["1e3", "1_000", " 1", "1\n", "+1", "1.", ".5", "１２", "", "NaN", "0x1", "1,5", "9" * 21],
)
def test_text_is_plain_digits(amount: str) -> None:
    with pytest.raises(MoneyError):
        to_minor(amount, "CNY")


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "1e999999", "1e-999999", "0e999999"])
def test_a_decimal_without_a_sane_shape_is_refused(amount: str) -> None:
    for rounding in (None, decimal.ROUND_HALF_UP):
        with pytest.raises(MoneyError):
            to_minor(Decimal(amount), "CNY", rounding=rounding)


@pytest.mark.parametrize("amount", [True, 1.5, None, "0.001", Decimal("0.001"), 10**16, "1" * 20])
def test_what_is_not_exact_money_is_refused(amount: int) -> None:
    with pytest.raises(MoneyError):
        to_minor(amount, "CNY")


def test_rounding_must_be_told_and_known() -> None:
    assert to_minor("0.005", "CNY", rounding=decimal.ROUND_HALF_UP) == 1
    assert to_minor("0.005", "CNY", rounding=decimal.ROUND_DOWN) == 0
    with pytest.raises(MoneyError):
        to_minor("0.005", "CNY", rounding="nearest")


def test_a_float_is_taken_by_its_text_once_rounding_is_told() -> None:
    assert to_minor(1.005, "CNY", rounding=decimal.ROUND_HALF_UP) == 101
    for wild in (float("nan"), float("inf"), 1e300):
        with pytest.raises(MoneyError):
            to_minor(wild, "CNY", rounding=decimal.ROUND_HALF_UP)


def test_the_hosts_decimal_context_changes_nothing() -> None:
    with decimal.localcontext(decimal.Context(prec=3)):
        assert to_minor("1234567.89", "CNY") == 123456789
        assert str(to_decimal(123456789, "CNY")) == "1234567.89"


@given(minors, currencies)
def test_minor_units_survive_the_way_to_decimal_and_back(minor: int, currency: str) -> None:
    assert to_minor(to_decimal(minor, currency), currency) == minor
    assert to_minor(str(to_decimal(minor, currency)), currency) == minor


def test_half_goes_away_from_zero() -> None:
    assert [half_up_bps(x) for x in (4_999, 5_000, 14_999, 15_000)] == [0, 1, 1, 2]
    assert [half_up_bps(-x) for x in (4_999, 5_000, 14_999, 15_000)] == [0, -1, -1, -2]
    assert half_up_bps(3_000 * 115) == 35  # 1.15 % of 30.00 is 0.345: floats make it 34


def test_half_up_needs_a_denominator_above_zero() -> None:
    assert half_up(1, 3) == 0
    for denominator in (0, -1):
        with pytest.raises(MoneyError):
            half_up(1, denominator)


@given(st.integers(-(10**18), 10**18))
def test_half_up_is_what_decimal_says(numerator: int) -> None:
    with decimal.localcontext(decimal.Context(prec=60)):
        exact = Decimal(numerator) / 10_000
        assert half_up_bps(numerator) == int(exact.quantize(Decimal(1), decimal.ROUND_HALF_UP))


def test_equal_remainders_go_to_the_lower_index() -> None:
    assert largest_remainder(100, [1, 1, 1]) == [34, 33, 33]
    assert largest_remainder(-100, [1, 1, 1]) == [-34, -33, -33]
    assert largest_remainder(10, [0, 3, 0, 1]) == [0, 8, 0, 2]
    assert largest_remainder(5, [1, 2]) == [2, 3]


def test_nothing_splits_on_nothing() -> None:
    assert largest_remainder(0, []) == []
    assert largest_remainder(0, [0, 0]) == [0, 0]
    for bad in ([], [0, 0], [3, -1]):
        with pytest.raises(MoneyError):
            largest_remainder(5, bad)


@given(minors, weights.filter(any))
def test_shares_sum_and_stay_within_one_unit(total: int, weights: list[int]) -> None:
    shares = largest_remainder(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * sum(weights) - total * weight) < sum(weights)
        assert weight or not share


@given(minors, weights.filter(any))
def test_a_negative_total_mirrors_the_positive(total: int, weights: list[int]) -> None:
    assert largest_remainder(-total, weights) == [-x for x in largest_remainder(total, weights)]
