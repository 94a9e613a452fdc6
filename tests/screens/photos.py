"""Photos for the town: every address of its storage shows one."""

from __future__ import annotations

from flask import Response

from flask_community.files.service import NewPicture
from tests.pictures import Gallery, picture
from tests.shops import Shop


class Drawer(Gallery):
    """Draws a photo when it is asked for: a copy of the town has the rows, not the files."""

    def load_file(self, url: str) -> bytes:
        return photo()


def photo() -> bytes:
    """Return a photo as a phone takes it."""
    return picture(size=(640, 480), color="#8FBFB2")


def hang_up(shop: Shop) -> None:
    """Let a shop take photos in, and show them."""
    shop.hooks = shop.site.hooks = Drawer()
    shop.app.add_url_rule(
        "/kept/<name>", "kept", lambda name: Response(photo(), mimetype="image/jpeg")
    )


def taken(shop: Shop, alt: str) -> NewPicture:
    """Return a photo that is ready to be sent with something."""
    return shop.services().files.take_in(photo(), alt)
