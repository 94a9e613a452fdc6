"""Draws the people of the demo: ``python -m example_shop.avatars`` writes static/people anew."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).with_name("static") / "people"

PAPER = {"s": "#DCEBE6", "d": "#F6DCC2", "u": "#E2DDF4", "m": "#EEF3E4", "g": "#B5D8CE"}
SKIN = ("#F8D9BC", "#EFC39A", "#DDA673", "#BC7F4F", "#8F5C38", "#653F29")
HAIR = {
    "k": "#2E3330",
    "b": "#5B3B29",
    "r": "#9A4B2B",
    "y": "#D39A3F",
    "g": "#A6A399",
    "w": "#EDEAE2",
    "v": "#5B4BB7",
}
CLOTH = {
    "t": "#0B6E69",
    "v": "#5B4BB7",
    "c": "#B8623F",
    "l": "#6B9558",
    "y": "#E0A63A",
    "k": "#3A3F3B",
    "s": "#8FBFB2",
}

HEADS: dict[str, tuple[str, str]] = {
    "crop": ("", "M19 29c-1-12 5-17 13-17s14 5 13 17c-2-5-4-8-7-9-6 2-13 2-16 0-1 3-2 6-3 9z"),
    "part": ("", "M18 30c-2-13 5-19 15-19 9 0 14 7 12 19-1-5-3-8-6-10-7 1-12-1-14-3-3 4-6 8-7 13z"),
    "bob": (
        "M16 42c-3-20 3-31 16-31s19 11 16 31z",
        "M18 30c-1-12 5-18 14-18s15 6 14 18c-2-4-4-7-6-8H24c-3 1-5 4-6 8z",
    ),
    "long": (
        "M14 58c3-14-3-46 18-47 21 1 15 33 18 47z",
        "M18 33c0-12 5-20 14-20s14 8 14 20c-4-4-11-9-13-14-3 6-10 10-15 14z",
    ),
    "bun": (
        "M24 8a8 7 0 0 1 16 0c0 3-2 6-8 6s-8-3-8-6z",
        "M18 30c-1-12 5-18 14-18s15 6 14 18c-3-6-7-9-14-10-7 1-11 4-14 10z",
    ),
    "curls": (
        "M15 36c-5-3-4-9 0-11-1-6 3-10 8-10 3-5 14-5 18 0 5 0 9 4 8 10 4 2 5 8 0 11z",
        "M19 28c-2-9 5-14 13-14s15 5 13 14c-3-3-5-3-7-6-4 3-8 2-11-1-2 3-5 4-8 7z",
    ),
    "tail": (
        "M40 12c14-2 16 16 9 30-3-4-4-14-9-20z",
        "M18 30c-1-12 5-18 14-18s15 6 14 18c-4-8-9-9-17-11-5 2-9 5-11 11z",
    ),
    "bald": ("", ""),
    "ring": ("M17 36c-3-6-2-10 1-12h28c3 2 4 6 1 12z", ""),
    "cap": ("", "M17 25c0-9 6-15 15-15s15 6 15 15l7 2c1 2 0 3-2 3H17z"),
    "wrap": (
        "M14 46c-3-22 4-36 18-36s21 14 18 36c-4 8-32 8-36 0z",
        "M19 31c0-10 5-16 13-16s13 6 13 16c-2-6-7-9-13-9s-11 3-13 9z",
    ),
    "top": ("", "M20 26c0-3 1-6 2-8-1-6 5-10 11-10s11 4 10 11c1 2 1 5 1 7-2-4-4-5-6-5H26z"),
}
"""Hair behind the head and hair before it, by style."""

EXTRAS = {
    "glasses": '<g fill="none" stroke="#3A3F3B" stroke-width="1.4"><circle cx="26.5" cy="31" '
    'r="4.2"/><circle cx="37.5" cy="31" r="4.2"/><path d="M30.7 31h2.6"/></g>',
    "beard": '<path fill="{hair}" d="M19 33c1 13 6 17 13 17s12-4 13-17c-3 5-5 6-8 6-2-2-8-2-10 0'
    '-3 0-5-1-8-6z"/>',
    "mouth": '<path d="M28.5 37.500c2 2.6 5 2.6 7 0" fill="none" stroke="{line}" '
    'stroke-width="1.6" stroke-linecap="round"/>',
    "blush": '<g fill="#D9694A" opacity=".35"><circle cx="23.5" cy="36" r="2.6"/>'
    '<circle cx="40.5" cy="36" r="2.6"/></g>',
    "drops": '<g fill="#E0A63A"><circle cx="18.5" cy="38" r="1.8"/>'
    '<circle cx="45.5" cy="38" r="1.8"/></g>',
    "scarf": '<path fill="#B8623F" d="M20 47c7 5 17 5 24 0l2 5c-8 6-20 6-28 0z"/>',
    "cup": '<path fill="#FFFDF8" d="M40 52h14c0 7-2 11-7 11s-7-4-7-11z"/>'
    '<path d="M47 49c-2-3 2-4 0-7" fill="none" stroke="#FFFDF8" stroke-width="1.8" '
    'stroke-linecap="round"/>',
    "leaf": '<path fill="#6B9558" d="M41 16c1-6 5-9 11-9-1 6-5 9-11 9z"/>',
}


def draw(look: str) -> str:
    """Return the SVG of a look: paper, skin, hair style and colour, cloth, then extras.

    `"d 1 bob k t glasses"` is a lighter skin on peach, a black bob, teal, glasses.
    Raises KeyError or IndexError for a word that is none of the tables above.
    """
    paper, skin, style, hair, cloth, *extras = look.split()
    behind, before = HEADS[style]
    face, colour = SKIN[int(skin)], (CLOTH if style in ("cap", "wrap") else HAIR)[hair]
    line = "#3A2A22" if int(skin) < 4 else "#F3DCC6"
    ink = "#2E2A27" if int(skin) < 5 else "#1B1310"
    parts = [
        f'<path fill="{PAPER[paper]}" d="M0 0h64v64H0z"/>',
        f'<path fill="{colour}" d="{behind}"/>' if behind else "",
        f'<path fill="{face}" d="M27 40h10v10H27z"/>',
        f'<path fill="{CLOTH[cloth]}" d="M9 64c0-12 9-17 18-17 2 4 8 4 10 0 9 0 18 5 18 17z"/>',
        f'<ellipse fill="{face}" cx="32" cy="30" rx="13" ry="14.5"/>',
        *(EXTRAS[name].format(hair=colour, line=line) for name in extras if name == "beard"),
        f'<g fill="{ink}"><circle cx="26.5" cy="31" r="1.6"/>'
        '<circle cx="37.5" cy="31" r="1.6"/></g>',
        EXTRAS["mouth"].format(line=line),
        f'<path fill="{colour}" d="{before}"/>' if before else "",
        *(EXTRAS[name].format(hair=colour, line=line) for name in extras if name != "beard"),
    ]
    size = 'xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64"'
    return f"<svg {size}>{''.join(parts)}</svg>\n"


def main() -> None:
    """Write the face of everybody in the seed."""
    from .seed.people import PEOPLE

    FOLDER.mkdir(exist_ok=True)
    for person in PEOPLE:
        (FOLDER / f"{person.slug}.svg").write_text(draw(person.look), encoding="utf-8")


if __name__ == "__main__":
    main()
