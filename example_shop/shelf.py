"""What stands on the shelf on the first day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from .models import Batch, Product, Variant

CATEGORIES = (
    {"slug": "green", "name": "Green and white tea", "name_zh": "绿茶与白茶", "position": 1},
    {"slug": "oolong", "name": "Oolong", "name_zh": "乌龙茶", "position": 2},
    {"slug": "black", "name": "Black tea", "name_zh": "红茶", "position": 3},
    {"slug": "aged", "name": "Aged tea", "name_zh": "陈年茶", "position": 4},
    {"slug": "pots", "name": "Pots and pitchers", "name_zh": "壶与公道杯", "position": 5},
    {"slug": "cups", "name": "Cups and gaiwans", "name_zh": "杯与盖碗", "position": 6},
)


@dataclass(frozen=True)
class Goods:
    """A product and the batches it was made in, by days before today."""

    sku: str
    name: str
    name_zh: str
    category: str
    price_minor: int
    drawing: str
    words: str
    words_zh: str
    variants: tuple[tuple[str, str, int], ...]
    """Name in English and in Chinese, and what it costs more than the price above."""
    batches: tuple[tuple[str, int], ...]

    def product(self, today: dt.date) -> Product:
        """Return it as a row, with its batches."""
        made = [
            Batch(code=code, made_on=today - dt.timedelta(days=days)) for code, days in self.batches
        ]
        return Product(
            sku=self.sku,
            name=self.name,
            name_zh=self.name_zh,
            category_slug=self.category,
            drawing=self.drawing,
            words=self.words,
            words_zh=self.words_zh,
            variants=[
                Variant(
                    code=f"{self.sku}-{number}",
                    name=name,
                    name_zh=name_zh,
                    price_minor=self.price_minor + more,
                    position=number,
                )
                for number, (name, name_zh, more) in enumerate(self.variants, start=1)
            ],
            batches=made,
        )


GOODS = (
    Goods(
        "celadon-gaiwan",
        "Celadon travel gaiwan, 110 ml",
        "青瓷旅行盖碗 110 毫升",
        "cups",
        16800,
        "gaiwan",
        "One lid, one bowl, one padded pouch. Thin at the rim and steady on a train table.",
        "一盖一碗，配厚棉布袋。口沿薄，放在火车小桌上也稳。",
        (("Celadon", "青瓷", 0), ("White", "白瓷", 0)),
        (("CG-A", 190), ("CG-B", 95)),
    ),
    Goods(
        "clay-pot",
        "Red clay pot, 150 ml",
        "红泥壶 150 毫升",
        "pots",
        32000,
        "pot",
        "Thrown and beaten by one pair of hands. It pours in eleven seconds and drips never.",
        "一双手拉坯、拍打成形。十一秒出汤，从不滴漏。",
        (("Red clay", "红泥", 0),),
        (("RP-A", 160),),
    ),
    Goods(
        "tasting-cups",
        "Three tasting cups",
        "品茗杯三只",
        "cups",
        9600,
        "cups",
        "White inside, so that you see what you drink.",
        "内壁洁白，看得清你喝的是什么。",
        (("Set of three", "三只一套", 0),),
        (("TC-A", 150),),
    ),
    Goods(
        "glass-pitcher",
        "Glass pitcher, 200 ml",
        "玻璃公道杯 200 毫升",
        "pots",
        7800,
        "fair",
        "Everybody's cup gets the same tea. Takes boiling water.",
        "每一杯都是同样的茶。可注沸水。",
        (("Clear", "透明", 0),),
        (("GP-A", 140), ("GP-B", 92)),
    ),
    Goods(
        "spring-green",
        "First-flush green",
        "明前绿茶",
        "green",
        8800,
        "leaf",
        "Picked before the rains, pan-fired the same night. Chestnut, then sweet grass.",
        "雨前采摘，当夜炒青。先是栗香，后是青草的甜。",
        (("50 g", "50 克", 0), ("100 g", "100 克", 7200)),
        (("SG-1", 130),),
    ),
    Goods(
        "old-tree-cake",
        "Old-tree cake",
        "老树饼茶",
        "aged",
        21000,
        "cake",
        "Pressed from one village's old trees. Gets rounder with every year you forget it.",
        "只用一个村子的老树茶压成。忘得越久，越圆润。",
        (("100 g", "100 克", 0), ("357 g", "357 克", 48000)),
        (("OC-1", 200),),
    ),
    Goods(
        "breakfast-caddy",
        "Breakfast black",
        "早餐红茶",
        "black",
        10800,
        "caddy",
        "Malty enough for milk, mild enough without. The caddy closes tight.",
        "麦香足，可加奶；不加也温和。茶罐密封。",
        (("80 g caddy", "80 克罐装", 0), ("160 g refill", "160 克补充装", 7000)),
        (("BC-1", 170), ("BC-2", 91)),
    ),
    Goods(
        "dawn-oolong",
        "Dawn oolong",
        "破晓乌龙",
        "oolong",
        12600,
        "dawn",
        "Rolled by hand, roasted twice. Seven infusions without turning bitter.",
        "手工揉捻，两次焙火。七泡不苦。",
        (("50 g", "50 克", 0), ("100 g", "100 克", 11000)),
        (("DO-1", 155),),
    ),
)
