"""The ways that a share can go: links to other services, and a QR code; pure."""

from __future__ import annotations

import io
from urllib.parse import quote

import segno

from ..i18n import marked


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
