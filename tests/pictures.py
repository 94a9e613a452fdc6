"""Pictures to send, and a shop that keeps them in memory."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from tests.shops import Hooks


class Gallery(Hooks):
    """Keeps files by their address; `full` is how many more it takes."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}
        self.full: int | None = None

    def store_file(self, name: str, content_type: str, content: bytes) -> str:
        if self.full == 0:
            raise OSError("the disk is full")
        self.full = None if self.full is None else self.full - 1
        url = f"/kept/{name}"
        self.files[url] = content
        return url

    def forget_file(self, url: str) -> None:
        self.files.pop(url, None)

    def load_file(self, url: str) -> bytes:
        return self.files[url]


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (60, 40), color: object = "teal", **how: Any
) -> bytes:
    """Return a picture as a file."""
    buffer = io.BytesIO()
    mode = how.pop("mode", "RGB")
    Image.new(mode, size, color).save(buffer, kind, **how)  # type: ignore[arg-type]
    return buffer.getvalue()


def sent(
    content: bytes, name: str = "photo.jpg", *, number: int = 1, **fields: str
) -> dict[str, Any]:
    """Return the fields of a form that carries a picture."""
    named = {f"{field}{number}": value for field, value in fields.items()}
    return {f"picture{number}": (io.BytesIO(content), name), **named}
