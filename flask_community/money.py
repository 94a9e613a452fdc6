"""Exact money: integer minor units with an ISO 4217 code, never a float."""

from __future__ import annotations

import decimal
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .errors import MoneyError

MAX_MINOR = 2**53 - 1
"""Largest amount either side of zero: exact in JSON and far from a 64-bit SUM overflow."""

FULL_BPS = 10_000
"""Basis points in a whole, so that 1 % is 100."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of one currency: ``Money(19800, "CNY")`` is 198.00 yuan.

    Raises MoneyError if the amount is no plain integer within MAX_MINOR or the
    currency is unknown.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        check_minor(self.minor)
        exponent(self.currency)

    def __add__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __str__(self) -> str:
        return f"{to_decimal(self.minor, self.currency)} {self.currency}"

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise MoneyError(
                f"{self.currency} and {other.currency} cannot be netted; keep one sum per currency.",
                currencies=(self.currency, other.currency),
            )
        return other.minor


def check_minor(minor: int) -> int:
    """Return ``minor`` if it is a plain int within MAX_MINOR, else raise MoneyError."""
    if type(minor) is not int:
        raise MoneyError("Minor units are a plain int; convert with money.to_minor().")
    if abs(minor) > MAX_MINOR:
        raise MoneyError(f"An amount may not be beyond {MAX_MINOR} minor units.")
    return minor


def exponent(currency: str) -> int:
    """Return the decimal places of a currency: JPY 0, CNY 2, KWD 3. Raises MoneyError."""
    try:
        return EXPONENTS[currency]
    except (KeyError, TypeError):
        raise MoneyError(
            f"{currency!r:.20} is no active ISO 4217 currency; write three capitals such as CNY.",
        ) from None


def to_minor(
    amount: Decimal | int | str | float, currency: str, *, rounding: str | None = None
) -> int:
    """Convert an amount in major units to minor units: ``to_minor("19.80", "CNY")`` is 1980.

    Exact by default: more decimals than the currency has are refused. With
    ``rounding`` (a mode of the decimal module such as ROUND_HALF_UP) they are
    rounded, and only then is a float taken, by its shortest text. A text is
    digits with at most one point; no exponent, no sign but a leading minus.
    Raises MoneyError.
    """
    if rounding is not None and rounding not in ROUNDINGS:
        raise MoneyError(f"{rounding!r} is no rounding mode of the decimal module.")
    places = exponent(currency)
    scaled = _WIDE.scaleb(_as_decimal(amount, rounding), places)
    whole = scaled.quantize(Decimal(1), rounding=rounding, context=_WIDE)
    if rounding is None and whole != scaled:
        raise MoneyError(
            f"{currency} has {places} decimals, the amount has more; say rounding= to accept that."
        )
    return check_minor(int(whole))


def to_decimal(minor: int, currency: str) -> Decimal:
    """Convert minor units to an exact Decimal with the currency's decimals."""
    return _WIDE.scaleb(Decimal(check_minor(minor)), -exponent(currency))


def half_up(numerator: int, denominator: int) -> int:
    """Divide two ints and round half away from zero, so that -x rounds as x does."""
    if denominator <= 0:
        raise MoneyError("The denominator must be above zero.")
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return rounded if numerator >= 0 else -rounded


def half_up_bps(sum_of_basis_bps: int) -> int:
    """Return sum(basis in minor units x basis points) / 10,000, rounded half up once."""
    return half_up(sum_of_basis_bps, FULL_BPS)


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Split ``total`` by ``weights`` into ints that sum to it exactly (Hamilton's method).

    Each share is its exact value rounded down or up; the units left over go to
    the largest remainders, the lower index first among equals. A weight of zero
    gets nothing; a negative total mirrors the positive one. Raises MoneyError
    for a negative weight, or if there is something to split and nothing to
    split it on.
    """
    whole = sum(weights)
    if any(weight < 0 for weight in weights):
        raise MoneyError("A weight may not be negative.")
    if whole == 0:
        if total:
            raise MoneyError("There is an amount to split, but every weight is zero.")
        return [0] * len(weights)
    parts = [divmod(abs(total) * weight, whole) for weight in weights]
    shares = [quotient for quotient, _ in parts]
    by_remainder = sorted(range(len(parts)), key=lambda index: (-parts[index][1], index))
    for index in by_remainder[: abs(total) - sum(shares)]:
        shares[index] += 1
    return shares if total >= 0 else [-share for share in shares]


def _as_decimal(amount: Decimal | int | str | float, rounding: str | None) -> Decimal:
    if isinstance(amount, bool):
        raise MoneyError("True and False are no amounts.")
    if isinstance(amount, float):
        if rounding is None:
            raise MoneyError(
                "A float is not exact; pass a Decimal, or say rounding= to accept that."
            )
        amount = Decimal(repr(float(amount)))
    elif isinstance(amount, str):
        if not _PLAIN.fullmatch(amount):
            raise MoneyError("An amount as text is plain digits with at most one point.")
        amount = Decimal(amount)
    elif isinstance(amount, int):
        amount = Decimal(check_minor(amount))
    elif not isinstance(amount, Decimal):
        raise MoneyError(f"An amount is a Decimal, an int or a str, not {type(amount).__name__}.")
    return _tame(amount)


def _tame(amount: Decimal) -> Decimal:
    """Refuse what is no number or would cost much work, looking only at its shape."""
    digits, power = amount.as_tuple()[1:]
    if not isinstance(power, int):
        raise MoneyError("NaN and Infinity are no amounts.")
    if len(digits) > _SHAPE or abs(power) > _SHAPE:
        raise MoneyError("The amount has more digits than money can have.")
    return amount


_SHAPE = 40
_PLAIN = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")
# Wide enough for every shape let through, so that nothing is rounded unasked
# whatever decimal context the host has set.
_WIDE = decimal.Context(prec=4 * _SHAPE, Emin=-1000, Emax=1000, traps=[decimal.InvalidOperation])

ROUNDINGS = frozenset(
    {
        decimal.ROUND_CEILING, decimal.ROUND_DOWN, decimal.ROUND_FLOOR, decimal.ROUND_HALF_DOWN,
        decimal.ROUND_HALF_EVEN, decimal.ROUND_HALF_UP, decimal.ROUND_UP, decimal.ROUND_05UP,
    }
)  # fmt: skip
"""The rounding modes that to_minor() takes."""

_CODES_BY_EXPONENT = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD
        CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
        GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD
        LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB
        PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC
        SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW
        ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
}

EXPONENTS = {code: places for places, codes in _CODES_BY_EXPONENT.items() for code in codes.split()}
"""Decimal places by code: ISO 4217 list one as of amendment 180, without fund and
metal codes, which price nothing in a shop. BGN stays for refunds of old orders."""
