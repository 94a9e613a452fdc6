"""Claims about pictures of posts and complaints, sent and seen as people do."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from flask_community.complaints.models import Evidence
from flask_community.experiences.models import PostPicture
from flask_community.files.album import Album
from tests.browsing import Browser, Page
from tests.pictures import Gallery, picture
from tests.shops import Hooks, Shop, User, open_shop

ALT = "A gaiwan beside its lid"


@pytest.fixture
def gallery() -> Gallery:
    return Gallery()


@pytest.fixture
def shop(database_url: str, gallery: Gallery) -> Iterator[Shop]:
    with open_shop(database_url, COMMUNITY_UPLOAD_BYTES=100_000) as shop:
        shop.hooks = shop.site.hooks = gallery
        yield shop


@pytest.fixture
def mei(shop: Shop) -> User:
    """Return somebody to whom a gaiwan was delivered."""
    mei = shop.user("Mei")
    shop.set_status(shop.order(mei, (shop.product("gaiwan"), 10_000)), "done")
    return mei


def photo(name: str = "photo.jpg", **how: object) -> tuple[io.BytesIO, str]:
    return io.BytesIO(picture(**how)), name  # type: ignore[arg-type]


def tell(shop: Shop, author: User, **pictures: object) -> Page:
    form = Browser(shop.client(author)).get("/community/tell").follow("Gaiwan")
    return form.submit("Post it", title="A good lid", body="It pours.", **pictures)  # type: ignore[arg-type]


def complain(shop: Shop, buyer: User, **pictures: object) -> Page:
    form = Browser(shop.client(buyer)).get("/community/wrong").follow("Gaiwan")
    return form.submit("Send", text="It cracked.", **pictures)  # type: ignore[arg-type]


def rows(shop: Shop, table: type[PostPicture] | type[Evidence]) -> int:
    own = shop.site.binding.models[table]
    return shop.session.scalar(sa.select(sa.func.count()).select_from(own)) or 0


def test_a_picture_is_kept_under_a_name_of_ours_and_shown(
    shop: Shop, mei: User, gallery: Gallery
) -> None:
    page = tell(shop, mei, picture1=photo("../../<b>mei at home.jpg"), alt1=ALT)
    (url,) = gallery.files
    assert page.status == 200
    assert f'<img src="{url}" width="60" height="40" alt="{ALT}" loading="lazy"' in page.html
    assert "mei" not in url
    assert url.endswith(".jpg")


def test_pictures_stay_in_the_order_in_which_they_were_sent(shop: Shop, mei: User) -> None:
    given = {f"picture{n}": photo(color=(n, n, n)) for n in (1, 2, 3)}
    page = tell(shop, mei, **given, alt1="one", alt2="two", alt3="three")
    assert page.html.index('alt="one"') < page.html.index('alt="two"') < page.html.index('"three"')


def test_a_picture_needs_words_or_to_be_called_decoration(
    shop: Shop, mei: User, gallery: Gallery
) -> None:
    page = tell(shop, mei, picture1=photo())
    assert page.status == 422
    assert "Say what the picture shows" in page.text
    assert not gallery.files
    page = tell(shop, mei, picture1=photo(), decorative1="1")
    assert 'alt=""' in page.html


@pytest.mark.parametrize("content", [b"GIF89a", b"<svg onload=alert(1)>", picture()[:90]])
def test_one_bad_picture_and_nothing_is_stored(
    shop: Shop, mei: User, gallery: Gallery, content: bytes
) -> None:
    bad = (io.BytesIO(content), "fine.jpg")
    page = tell(shop, mei, picture1=photo(), alt1=ALT, picture2=bad, alt2=ALT)
    assert page.status == 422
    assert not gallery.files
    assert rows(shop, PostPicture) == 0


def test_a_storage_that_fails_half_way_keeps_nothing(
    shop: Shop, mei: User, gallery: Gallery
) -> None:
    gallery.full = 1
    shop.app.config["PROPAGATE_EXCEPTIONS"] = False
    shop.app.testing = False
    page = tell(shop, mei, picture1=photo(), alt1=ALT, picture2=photo(), alt2=ALT)
    assert page.status == 500
    assert not gallery.files
    assert rows(shop, PostPicture) == 0


def test_a_post_that_is_refused_leaves_no_file_behind(
    shop: Shop, mei: User, gallery: Gallery
) -> None:
    form = Browser(shop.client(mei)).get("/community/tell").follow("Gaiwan")
    tell(shop, mei)
    again = form.submit("Post it", title="Again", body="x", picture1=photo(), alt1=ALT)
    assert again.status == 409
    assert not gallery.files


def test_too_many_bytes_are_refused(shop: Shop, mei: User, gallery: Gallery) -> None:
    heavy = (io.BytesIO(picture() + b"\x00" * 100_000), "heavy.jpg")
    page = tell(shop, mei, picture1=heavy, alt1=ALT)
    assert page.status == 422
    assert "at most 0.1 MB" in page.text
    assert not gallery.files


def test_pictures_are_changed_by_their_author_only(shop: Shop, mei: User, gallery: Gallery) -> None:
    post = tell(shop, mei, picture1=photo(), alt1=ALT)
    shop.clock.forward(days=2)
    edit = post.follow("Edit")
    (ticked,) = edit.form("Save the pictures").boxes["remove"]
    thief = Browser(shop.client(shop.user("Thief")))
    csrf = thief.get(post.path).form("Useful").fields["community_csrf"]
    fields = {"community_csrf": csrf, "remove": ticked}
    assert thief.post(f"{post.path}/pictures", fields).status == 404
    assert len(gallery.files) == 1
    page = edit.submit("Save the pictures", remove=ticked, picture1=photo(), alt1="The new lid")
    assert "The new lid" in page.html
    assert ALT not in page.html
    assert "Added on" in page.text
    assert len(gallery.files) == 1


def test_nobody_takes_the_picture_of_another_post_away(
    shop: Shop, mei: User, gallery: Gallery
) -> None:
    tell(shop, mei, picture1=photo(), alt1=ALT)
    (theirs,) = shop.session.scalars(sa.select(shop.site.binding.models[PostPicture].id))
    lin = shop.user("Lin")
    shop.set_status(shop.order(lin, (shop.product("gaiwan2"), 10_000)), "done")
    form = Browser(shop.client(lin)).get("/community/tell").follow("Gaiwan2")
    edit = form.submit("Post it", title="Mine", body="x", picture1=photo(), alt1="x").follow("Edit")
    edit.submit("Save the pictures", remove=str(theirs))
    assert len(gallery.files) == 2


def test_there_are_never_more_than_the_shop_allows(shop: Shop, mei: User, gallery: Gallery) -> None:
    four = {f"picture{n}": photo() for n in range(1, 5)}
    words = {f"alt{n}": ALT for n in range(1, 5)}
    edit = tell(shop, mei, **four, **words).follow("Edit")
    assert "picture1" not in edit.form("Save the pictures").fields
    fields = edit.form("Save the pictures").fields
    edit.browser.post(
        f"{edit.path.removesuffix('/edit')}/pictures", {**fields, "picture1": photo()}
    )
    assert len(gallery.files) == 4


def test_a_withdrawn_post_loses_its_pictures(shop: Shop, mei: User, gallery: Gallery) -> None:
    tell(shop, mei, picture1=photo(), alt1=ALT).follow("Edit").submit("Take this post away")
    shop.site.run_jobs()
    assert not gallery.files


def test_a_shop_without_the_hook_asks_for_no_picture(shop: Shop, mei: User) -> None:
    shop.site.hooks = Hooks()
    form = Browser(shop.client(mei)).get("/community/tell").follow("Gaiwan")
    assert "picture1" not in form.form("Post it").fields
    post = form.browser.post(
        form.path, {**form.form("Post it").fields, "title": "x", "body": "x", "picture1": photo()}
    )
    assert post.status == 200
    assert rows(shop, PostPicture) == 0


def test_evidence_is_seen_by_its_sender_and_the_desk_only(
    shop: Shop, mei: User, gallery: Gallery
) -> None:
    page = complain(shop, mei, picture1=photo(), alt1="The crack")
    assert 'alt="The crack"' in page.html
    (kept,) = gallery.files
    assert "/private-" in kept
    path = f"{page.path}/pictures/1"
    answer = shop.client(mei).get(path)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    desk = path.replace("/complaints", "/desk/complaints")
    moderator = shop.client(shop.user("Mod", rank="moderator"))
    assert moderator.get(desk).data == answer.data
    stranger = shop.client(shop.user("Stranger"))
    assert stranger.get(path).status_code == 404
    assert stranger.get(desk).status_code in (403, 404)
    assert shop.client().get(path).location.startswith("/login")
    assert moderator.get(path).status_code == 404


def test_evidence_of_one_complaint_is_not_found_under_another(shop: Shop, mei: User) -> None:
    complain(shop, mei, picture1=photo(), alt1="The crack")
    lin = shop.user("Lin")
    shop.set_status(shop.order(lin, (shop.product("gaiwan2"), 10_000)), "done")
    form = Browser(shop.client(lin)).get("/community/wrong").follow("Gaiwan2")
    mine = form.submit("Send", text="x", picture1=photo(), alt1="x")
    assert shop.client(lin).get(f"{mine.path}/pictures/1").status_code == 404
    assert shop.client(lin).get(f"{mine.path}/pictures/2").status_code == 200


def test_a_person_takes_his_pictures_along_and_they_go_with_him(
    shop: Shop, mei: User, gallery: Gallery
) -> None:
    tell(shop, mei, picture1=photo(), alt1=ALT)
    complain(shop, mei, picture1=photo(), alt1="The crack")
    services = shop.services()
    found = str(services.personal.export(shop.member_id(mei)))
    assert all(url in found for url in gallery.files)
    services.personal.erase(shop.member_id(mei), actor_id=None)
    shop.session.commit()
    shop.site.run_jobs()
    assert not gallery.files
    assert rows(shop, PostPicture) == rows(shop, Evidence) == 0


def test_two_pictures_never_take_one_place(
    shop: Shop, mei: User, gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit = tell(shop, mei, picture1=photo(), alt1=ALT).follow("Edit")
    # As a request sees it that looked before the other one was committed.
    monkeypatch.setattr(Album, "of", lambda *_: [])
    page = edit.submit("Save the pictures", picture1=photo(), alt1="Late")
    assert page.status == 409
    assert len(gallery.files) == rows(shop, PostPicture) == 1
