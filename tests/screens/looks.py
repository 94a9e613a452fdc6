"""In which languages, colours and widths a screen is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Literal

Scheme = Literal["light", "dark"]

SCHEMES: tuple[Scheme, ...] = ("light", "dark")
PHONE, DESK = 390, 1280
HEIGHT = {PHONE: 844, DESK: 900}


@dataclass(frozen=True)
class Look:
    """One language, one colour scheme, one width."""

    language: str
    scheme: Scheme
    width: int

    @property
    def name(self) -> str:
        """How tests and folders call it."""
        return f"{self.language}-{self.scheme}-{self.width}"

    @property
    def is_touch(self) -> bool:
        """Whether fingers point here."""
        return self.width == PHONE


DIAGONAL = (Look("en", "light", DESK), Look("zh-CN", "dark", PHONE))
"""Each language, colour scheme and width once; the other six are in the long tests."""

_ALL = tuple(
    Look(language, scheme, width)
    for language, scheme, width in product(("en", "zh-CN"), SCHEMES, (PHONE, DESK))
)
EVERY = (*DIAGONAL, *(look for look in _ALL if look not in DIAGONAL))
"""All eight, the diagonal ones first."""
