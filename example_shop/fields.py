"""What the shelves are called, where the community speaks of them as fields of expertise."""

from __future__ import annotations

FIELDS = {
    "green": {"en": "Green tea", "zh-Hans": "绿茶"},
    "oolong": {"en": "Oolong", "zh-Hans": "乌龙茶"},
    "black": {"en": "Black tea", "zh-Hans": "红茶"},
    "aged": {"en": "Aged tea", "zh-Hans": "陈年茶"},
    "pots": {"en": "Pots and pitchers", "zh-Hans": "壶与公道杯"},
    "cups": {"en": "Cups and gaiwans", "zh-Hans": "杯与盖碗"},
}
"""By the slug of the category, then by language."""
