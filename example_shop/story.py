"""What the people of the demo say: a label, three experiences, one trouble."""

from __future__ import annotations

LABEL_NAME = "Slow mornings"
LABEL_STATEMENT = (
    "The first ten minutes of the day belong to nobody but us. No screen, no hurry: "
    "water, leaves, and whoever else is awake."
)
LABEL_PRODUCTS = ("celadon-gaiwan", "dawn-oolong")

POSTS = {
    "celadon-gaiwan": (
        "Seven minutes before the children wake",
        "I fill it to the lower line, never to the rim: that is the whole secret of not burning "
        "your fingers. The rim is thin enough to feel the heat come, thick enough to wait for it.\n\n"
        "One infusion takes me seven minutes, kettle included. Then the first door opens.",
    ),
    "dawn-oolong": (
        "It forgives a late kettle",
        "I forget it. Every second day I forget it, and find the cup ten minutes later. "
        "The first steep is sweet, the fourth is better than the first, and a forgotten one "
        "is only a little louder. With a cheap oolong I would have poured it away.",
    ),
    "clay-pot": (
        "My grandmother's pour, almost",
        "She poured from the shoulder, we were not allowed to breathe. This one pours in eleven "
        "seconds and stops when I stop. It is heavier than hers was. I think she would have said "
        "that this is good for me.",
    ),
}
"""Title and text of the experience with a product."""

TROUBLE = "glass-pitcher"
WRONG = (
    "On the second morning it cracked from the handle down when I poured boiling water. "
    "The page says that it takes boiling water.",
    "A crack at the handle, then tea on the table. Nobody was hurt, but it was close to my hand.",
)
"""What two buyers of one batch write; the third report is left to the visitor."""
