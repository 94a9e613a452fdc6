"""Claims about what is taken for a picture, and what is left of it."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib

import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image, ImageCms

from flask_community.errors import Refused
from flask_community.files.images import LONGEST_SIDE, MOST_PIXELS, draw_anew
from tests.pictures import picture

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"


def opened(content: bytes) -> Image.Image:
    """Return what `draw_anew` makes of a file, as a picture."""
    image = Image.open(io.BytesIO(draw_anew(content).content))
    image.load()
    return image


def png(width: int, height: int, data: bytes) -> bytes:
    """Return a PNG of one grey pixel a byte that claims this size, whatever its data."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_comes_out_as_a_jpeg_of_ours(kind: str) -> None:
    drawn = draw_anew(picture(kind))
    assert (drawn.width, drawn.height) == (60, 40)
    assert drawn.content.startswith(b"\xff\xd8\xff")
    assert opened(picture(kind)).convert("RGB").getpixel((30, 20)) == pytest.approx(
        (0, 128, 128), abs=4
    )


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"GIF89a" + b"\x00" * 40, SVG, HEIC, b"%PDF-1.7", b"RIFF\x00\x00\x00\x00AVI "],
)
def test_anything_else_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Refused, match="Only JPEG, PNG and WebP"):
        draw_anew(content)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_moving_picture_is_refused(kind: str) -> None:
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:], duration=100)
    with pytest.raises(Refused, match="Moving pictures"):
        draw_anew(buffer.getvalue())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_broken_file_is_refused(kind: str) -> None:
    whole = picture(kind, (400, 300), color="orange")
    for broken in (whole[: len(whole) // 2], whole[:30]):
        with pytest.raises(Refused, match="broken"):
            draw_anew(broken)


@settings(max_examples=60)
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.data())
def test_a_file_with_any_bytes_changed_is_drawn_or_refused(kind: str, data: st.DataObject) -> None:
    content = bytearray(picture(kind))
    for place in data.draw(st.lists(st.integers(3, len(content) - 1), max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    with contextlib.suppress(Refused):
        assert draw_anew(bytes(content)).width <= LONGEST_SIDE


@pytest.mark.parametrize("side", [8_000, 20_000, 65_000, 2**31 - 1])
def test_a_bomb_is_refused_before_it_is_unpacked(side: int) -> None:
    with pytest.raises(Refused):
        draw_anew(png(side, side, b"\x00" * 4096))


def test_a_bomb_that_lies_about_its_size_yields_no_more_than_it_said() -> None:
    lying = png(10, 10, b"\x00" * 50_000_000)
    assert len(lying) < 60_000
    assert draw_anew(lying).width == 10


def test_the_largest_picture_of_a_phone_is_taken_and_scaled() -> None:
    drawn = draw_anew(picture("JPEG", (8_160, 6_120), quality=10))
    assert MOST_PIXELS >= 8_160 * 6_120
    assert (drawn.width, drawn.height) == (LONGEST_SIDE, LONGEST_SIDE * 3 // 4)


def test_where_and_how_it_was_taken_is_left_out() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker of phones"
    exif[0x9286] = "A word to oneself"
    exif.get_ifd(0x8825)[2] = (31.0, 13.0, 43.0)
    taken = picture(exif=exif.tobytes(), comment=b"<script>alert(1)</script>", dpi=(300, 300))
    assert b"Maker of phones" in taken
    drawn = draw_anew(taken).content
    assert b"Maker" not in drawn
    assert b"script" not in drawn
    assert not opened(taken).getexif()


def test_it_stands_upright_whatever_the_camera_noted() -> None:
    exif = Image.Exif()
    for noted in range(1, 9):
        exif[0x0112] = noted
        image = opened(picture(size=(60, 40), exif=exif.tobytes()))
        assert image.size == ((60, 40) if noted < 5 else (40, 60))


@pytest.mark.parametrize("tail", [b"<?php system($_GET[0]);", b"PK\x05\x06" + b"\x00" * 18, SVG])
def test_a_second_file_behind_the_picture_is_left_out(tail: bytes) -> None:
    assert tail not in draw_anew(picture() + tail).content


def test_a_picture_that_begins_like_another_format_is_refused() -> None:
    with pytest.raises(Refused):
        draw_anew(b"\x89PNG\r\n\x1a\n" + picture("JPEG"))
    with pytest.raises(Refused):
        draw_anew(b"GIF89a/*" + picture("JPEG"))


def test_transparency_becomes_white_paper() -> None:
    assert opened(picture("PNG", mode="RGBA", color=(0, 0, 0, 0))).getpixel((5, 5)) == (
        255,
        255,
        255,
    )


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_taken(mode: str) -> None:
    assert opened(picture("PNG", mode=mode, color=0)).mode == "RGB"


def test_sixteen_bits_of_grey_stay_grey() -> None:
    (red, _, _) = opened(picture("PNG", mode="I;16", color=0x8000)).getpixel((5, 5))  # type: ignore[misc]
    assert red == pytest.approx(128, abs=3)


def test_colours_are_those_that_the_profile_means() -> None:
    wide = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for profile in (b"no profile at all", wide, b"\x00" * 2_000_000):
        assert opened(picture("JPEG", icc_profile=profile)).size == (60, 40)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = opened(picture("PNG", icc_profile=srgb))
    assert image.getpixel((30, 20)) == pytest.approx((0, 128, 128), abs=4)
    assert "icc_profile" not in image.info


def test_ink_becomes_light() -> None:
    image = opened(picture("JPEG", mode="CMYK", color=(0, 255, 255, 0)))
    red, green, blue = image.getpixel((30, 20))  # type: ignore[misc]
    assert red > 200 > 80 > max(green, blue)
