"""Claims about the way into the shop's storage."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import mock

import pytest

from flask_community import doctor
from flask_community.errors import CommunityError, Refused
from flask_community.files import service
from flask_community.files.service import Files, is_address
from flask_community.hooks import HostHooks
from tests.pictures import Gallery, picture
from tests.shops import Shop, open_shop


@pytest.fixture
def shop(sqlite_url: str) -> Iterator[Shop]:
    with open_shop(sqlite_url, COMMUNITY_UPLOAD_BYTES=100_000) as shop:
        shop.hooks = shop.site.hooks = Gallery()
        yield shop


@pytest.fixture
def files(shop: Shop) -> Files:
    return shop.services().files


@pytest.mark.parametrize(
    "url",
    [
        "/files/a.jpg",
        "https://cdn.example/a.jpg?v=1",
        "http://127.0.0.1:9000/bucket/a.jpg",
        "https://cdn.example/%E8%8C%B6.jpg",
    ],
)
def test_an_address_is_http_or_a_path_of_the_shop(url: str) -> None:
    assert is_address(url)


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "a.jpg",
        "//cdn.example/a.jpg",
        "javascript:alert(1)",
        "data:image/png;base64,AA",
        "https://cdn.example/a.jpg' onload='alert(1)",
        'https://cdn.example/"><script>',
        "https://cdn.example/a b.jpg",
        "https://cdn.example/\n",
        "ftp://cdn.example/a.jpg",
        "https://" + "a" * 1_000,
    ],
)
def test_anything_else_is_none(url: object) -> None:
    assert not is_address(url)


def test_a_store_that_returns_no_address_is_told_so(files: Files) -> None:
    files.hooks.store_file = lambda *_: "C:\\pictures\\a.jpg"  # type: ignore[method-assign]
    new = files.take_in(picture(), "words")
    with pytest.raises(CommunityError, match="return an http") as told:
        files.keep(new.drawn, private=False)
    assert not isinstance(told.value, Refused)


def test_names_cannot_be_guessed_and_say_what_is_private(files: Files) -> None:
    drawn = files.take_in(picture(), None).drawn
    urls = {files.keep(drawn, private=False) for _ in range(9)}
    assert len(urls) == 9
    assert all(len(url.rsplit("/", 1)[1]) >= 24 for url in urls)
    assert "/private-" in files.keep(drawn, private=True)


def test_a_picture_of_too_many_bytes_is_never_opened(files: Files) -> None:
    with pytest.raises(Refused) as refused:
        files.take_in(b"\xff\xd8\xff" * 100_000, "words", name="photo")
    assert refused.value.data == {"field": "photo"}


def test_no_pillow_no_pictures(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    assert files.room() == 4
    monkeypatch.setattr(service, "can_read", lambda: False)
    assert files.room() == 0


def test_without_the_hook_a_private_picture_leads_to_its_own_address(
    shop: Shop, files: Files
) -> None:
    shop.site.hooks = files.hooks = type("Open", (Gallery,), {"load_file": HostHooks.load_file})()
    answer = files.shown(mock.Mock(id=1, url="/kept/private-x.jpg"))
    assert (answer.status_code, answer.location) == (302, "/kept/private-x.jpg")
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_doctor_misses_pillow_where_files_are_kept(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert doctor.no_pillow(shop.app, shop.site) is None
    monkeypatch.setattr(doctor, "can_read", lambda: False)
    found = doctor.no_pillow(shop.app, shop.site)
    assert found is not None
    assert "images" in found.fix
