"""What stands on the shelf on the first day; its words and prices are in goods.toml."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ..models import Batch, Product, Variant
from .texts import read

_TOLD = read("goods")

CATEGORIES = tuple({**one, "position": place} for place, one in enumerate(_TOLD["category"], 1))
"""The shelves, as columns of `Category`."""


@dataclass(frozen=True, kw_only=True)
class Goods:
    """A product, the kinds it is sold in and the batches it was made in."""

    sku: str
    category: str
    name: str
    name_zh: str
    words: str
    words_zh: str
    kinds: list[tuple[str, str, int]]
    """Name in English and in Chinese, and the price in minor units."""
    batches: list[tuple[str, int]]
    """Code, and days before today on which it was made."""
    seller: str = ""
    """Slug of the member who sells it through the shop; empty for the shop's own."""

    def product(self, today: dt.date) -> Product:
        """Return it as a row, with its variants and batches."""
        return Product(
            sku=self.sku,
            category_slug=self.category,
            name=self.name,
            name_zh=self.name_zh,
            words=self.words,
            words_zh=self.words_zh,
            drawing=self.sku,
            variants=[
                Variant(
                    code=f"{self.sku}-{place}",
                    name=name,
                    name_zh=name_zh,
                    price_minor=price_minor,
                    position=place,
                )
                for place, (name, name_zh, price_minor) in enumerate(self.kinds, start=1)
            ],
            batches=[
                Batch(code=code, made_on=today - dt.timedelta(days=days))
                for code, days in self.batches
            ],
        )


GOODS = tuple(Goods(**one) for one in _TOLD["goods"])
