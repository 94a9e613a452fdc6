"""Who vouches for a product; the ways that a share can go, and a QR code; pure."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

import segno

from ..i18n import marked


@dataclass(frozen=True, slots=True)
class Voice:
    """What somebody tells of a product that he bought and kept, as far as it weighs."""

    post: int
    author: int
    gains: bool
    """Whether he earns if it is bought, or reads this himself."""
    proof: int
    """Weight by proof of purchase, in thousandths; 0 for who speaks for the shop or sells it."""
    useful: int
    fun: int
    touching: int


def vouching(voices: Iterable[Voice], limit: int = 2) -> list[Voice]:
    """Return the voices that count most, each author once, the first one first.

    Who sells a thing does not vouch for it, and who gains by it never stands
    before one who does not. Then proof counts, then what readers found useful,
    then fun, then touching, then who spoke first. Money counts nothing, and
    neither does the order in which the voices come.
    """
    best: dict[int, Voice] = {}
    for voice in sorted((one for one in voices if one.proof > 0), key=_weight):
        best.setdefault(voice.author, voice)
    return list(best.values())[:limit]


def ways(*, name: str, address: str, text: str) -> list[tuple[str, str, str]]:
    """Return where a share can be sent: name of the way, address to open, icon.

    Plain links, nothing of these services is loaded. `text` holds the address
    already; a service that takes both would show it twice.
    """
    link, words, title = quote(address, safe=""), quote(text, safe=""), quote(name, safe="")
    return [
        ("WhatsApp", f"https://wa.me/?text={words}", "chat"),
        ("Telegram", f"https://t.me/share/url?url={link}&text={title}", "send"),
        ("LINE", f"https://line.me/R/share?text={words}", "chats"),
        ("X", f"https://x.com/intent/post?text={words}", "x"),
        ("Facebook", f"https://www.facebook.com/sharer/sharer.php?u={link}", "users"),
        (marked("E-mail"), f"mailto:?subject={title}&body={words}", "mail"),
    ]


def qr_png(address: str) -> bytes:
    """Return an address as a QR code: a PNG that chat apps can read, dark on white."""
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(picture, kind="png", scale=12)
    return picture.getvalue()


def qr_svg(address: str) -> str:
    """Return an address as a QR code: an inline SVG element, dark on white."""
    code = segno.make(address, error="m", micro=False)
    return code.svg_inline(scale=4, dark="#000", light="#fff", omitsize=True)


def _weight(one: Voice) -> tuple[int, ...]:
    return (one.gains, -one.proof, -one.useful, -one.fun, -one.touching, one.post)
