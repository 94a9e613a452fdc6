"""What stands on the shelf on the first day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from .models import Batch, Product


@dataclass(frozen=True)
class Goods:
    """A product and the batches it was made in, by days before today."""

    sku: str
    name: str
    category: str
    price_minor: int
    drawing: str
    words: str
    batches: tuple[tuple[str, int], ...]

    def product(self, today: dt.date) -> Product:
        """Return it as a row, with its batches."""
        made = [
            Batch(code=code, made_on=today - dt.timedelta(days=days)) for code, days in self.batches
        ]
        return Product(
            sku=self.sku,
            name=self.name,
            category=self.category,
            price_minor=self.price_minor,
            drawing=self.drawing,
            words=self.words,
            batches=made,
        )


GOODS = (
    Goods(
        "celadon-gaiwan",
        "Celadon travel gaiwan, 110 ml",
        "teaware",
        16_800,
        "gaiwan",
        "One lid, one bowl, one padded pouch. Thin at the rim and steady on a train table.",
        (("CG-A", 190), ("CG-B", 95)),
    ),
    Goods(
        "clay-pot",
        "Red clay pot, 150 ml",
        "teaware",
        32_000,
        "pot",
        "Thrown and beaten by one pair of hands. It pours in eleven seconds and drips never.",
        (("RP-A", 160),),
    ),
    Goods(
        "tasting-cups",
        "Three tasting cups",
        "teaware",
        9_600,
        "cups",
        "White inside, so that you see what you drink.",
        (("TC-A", 150),),
    ),
    Goods(
        "glass-pitcher",
        "Glass pitcher, 200 ml",
        "teaware",
        7_800,
        "fair",
        "Everybody's cup gets the same tea. Takes boiling water.",
        (("GP-A", 140), ("GP-B", 92)),
    ),
    Goods(
        "spring-green",
        "First-flush green, 50 g",
        "tea",
        8_800,
        "leaf",
        "Picked before the rains, pan-fired the same night. Chestnut, then sweet grass.",
        (("SG-1", 130),),
    ),
    Goods(
        "old-tree-cake",
        "Old-tree cake, 100 g",
        "tea",
        21_000,
        "cake",
        "Pressed from one village's old trees. Gets rounder with every year you forget it.",
        (("OC-1", 200),),
    ),
    Goods(
        "breakfast-caddy",
        "Breakfast black in a caddy, 80 g",
        "tea",
        10_800,
        "caddy",
        "Malty enough for milk, mild enough without. The caddy closes tight.",
        (("BC-1", 170), ("BC-2", 91)),
    ),
    Goods(
        "dawn-oolong",
        "Dawn oolong, 50 g",
        "tea",
        12_600,
        "dawn",
        "Rolled by hand, roasted twice. Seven infusions without turning bitter.",
        (("DO-1", 155),),
    ),
)
