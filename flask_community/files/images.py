"""Takes a picture in: looks at it by decoding, and draws it anew with nothing else in it.

Needs Pillow (`flask-community[images]`), which is imported when first asked for.
"""

from __future__ import annotations

import importlib.util
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import Refused
from ..i18n import gettext

if TYPE_CHECKING:
    from PIL import Image

CONTENT_TYPE = "image/jpeg"
SUFFIX = ".jpg"
ACCEPTED = "image/jpeg,image/png,image/webp"
"""What a file chooser offers; phones turn their own formats into one of these."""

LONGEST_SIDE = 1600
"""Pixels of the longer side of what is kept."""

MOST_PIXELS = 50_000_000
"""Largest picture that is decoded: a phone's best. A bomb of many more stays closed."""

QUALITY = 84

_STARTS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"RIFF": "WEBP"}
_ORIENTATION = 0x0112
_LARGEST_PROFILE = 1_000_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as we keep it: JPEG, upright, sRGB, without a word about where it was taken."""

    content: bytes
    width: int
    height: int


def can_read() -> bool:
    """Tell whether Pillow is installed."""
    return importlib.util.find_spec("PIL") is not None


def draw_anew(content: bytes) -> Drawn:
    """Return the picture in `content`, drawn anew; raises Refused if it is not one still picture.

    JPEG, PNG and WebP are taken, whatever their name says. What else a file
    carries (EXIF, GPS, comments, a second file behind the first) is left out.
    """
    from PIL import Image

    kind = next((kind for start, kind in _STARTS.items() if content.startswith(start)), None)
    if kind is None or (kind == "WEBP" and content[8:12] != b"WEBP"):
        raise Refused(gettext("Only JPEG, PNG and WebP pictures can be taken in."))
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as opened:
            _refuse_moving(opened)
            _refuse_huge(opened.width, opened.height)
            return _encoded(_upright(opened))
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    except Exception:  # a broken file makes decoders raise anything
        raise Refused(
            gettext("This picture is broken: open it, save it anew, and try again.")
        ) from None


def _refuse_moving(opened: Image.Image) -> None:
    # A phone's JPEG may hold a second, hidden picture (MPO): its first one is what people see.
    if opened.format not in ("JPEG", "MPO") and getattr(opened, "is_animated", False):
        raise Refused(gettext("Moving pictures cannot be taken in: choose a still one."))


def _refuse_huge(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise _too_large()


def _too_large() -> Refused:
    most = MOST_PIXELS // 1_000_000
    return Refused(gettext("This picture has more than %(most)s megapixels.", most=most))


def _upright(opened: Image.Image) -> Image.Image:
    """Return it scaled, in sRGB and turned the way it was taken."""
    from PIL import Image

    longest = (LONGEST_SIDE, LONGEST_SIDE)
    opened.draft(None, longest)  # a JPEG is decoded no larger than needed
    turn, profile = _turn_of(opened), opened.info.get("icc_profile")
    picture = _opaque(_in_srgb(_eight_bit(opened), profile))
    picture.thumbnail(longest, Image.Resampling.LANCZOS)
    return picture if turn is None else picture.transpose(turn)


def _turn_of(opened: Image.Image) -> Image.Transpose | None:
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    try:
        return turns.get(opened.getexif().get(_ORIENTATION, 1))
    except Exception:  # EXIF is often broken in pictures that are not
        return None


def _eight_bit(opened: Image.Image) -> Image.Image:
    if opened.mode.startswith("I"):
        # Sixteen bits of grey; convert() would cut all above 255 off.
        return opened.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    if opened.mode in ("P", "PA", "1") or "transparency" in opened.info:
        return opened.convert("RGBA")
    return opened


def _in_srgb(picture: Image.Image, profile: object) -> Image.Image:
    """Return it with the colours its profile means; as it is if that says nothing we can use."""
    if not isinstance(profile, bytes) or len(profile) > _LARGEST_PROFILE:
        return picture
    try:
        from PIL import ImageCms

        meant = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = "RGBA" if picture.mode == "RGBA" else "RGB"
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, meant, srgb, outputMode=target) or picture
    except Exception:  # a profile of another colour space, or none at all
        return picture


def _opaque(picture: Image.Image) -> Image.Image:
    """Return it on white paper where it was transparent."""
    from PIL import Image

    if picture.mode not in ("RGBA", "LA"):
        return picture.convert("RGB")
    drawn = picture.convert("RGBA")
    paper = Image.new("RGB", drawn.size, "white")
    paper.paste(drawn, mask=drawn.getchannel("A"))
    return paper


def _encoded(picture: Image.Image) -> Drawn:
    buffer = io.BytesIO()
    picture.info.clear()  # or its comment and its profile would go along
    picture.save(buffer, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Drawn(buffer.getvalue(), picture.width, picture.height)
