"""Claims about the faces beside names: whose, from where, and at what cost."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from flask_community.host import Adapters, HostModels
from flask_community.members.rules import ShownName
from tests.shops import Product, Shop, User, db, open_shop
from tests.storefront.test_head import tell

CDN = "https://cdn.example"


@pytest.fixture
def shop(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """Return a shop that has a picture of everybody."""
    monkeypatch.setattr(User, "community_avatar", lambda user: f"/faces/{user.nick}.svg")
    with open_shop(database_url, COMMUNITY_IMAGE_ORIGINS=[CDN]) as shop:
        yield shop


def owner(shop: Shop, nick: str, product: Product) -> User:
    """Return somebody who has told of a product that reached him."""
    user = shop.user(nick)
    shop.set_status(shop.order(user, (product, 10_000)), "done")
    tell(shop, user, title=f"{nick} tells")
    return user


@contextlib.contextmanager
def statements() -> Iterator[list[str]]:
    """Yield every statement that the shop's database is asked meanwhile."""
    asked: list[str] = []

    def note(*args: object) -> None:
        asked.append(str(args[2]))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(db.engine, "before_cursor_execute", note)


def faces(page: str) -> set[str]:
    """Return the addresses of the faces on a page."""
    return set(re.findall(r'<img class="fc-avatar[^"]*" src="([^"]+)"', page))


def test_a_face_stands_beside_its_name_with_its_size_and_no_words(shop: Shop) -> None:
    owner(shop, "Mei", shop.product())
    page = shop.client().get("/p/gaiwan").text
    (face,) = re.findall(r'<img class="fc-avatar fc-avatar--s"[^>]*>', page)[:1]
    assert 'src="/faces/Mei.svg" alt="" width="28" height="28" loading="lazy"' in face


def test_more_faces_cost_no_statement_more(shop: Shop) -> None:
    gaiwan, client = shop.product(), shop.client()
    counts: list[int] = []
    for nick in ("Mei", "Jun", "Ana"):
        owner(shop, nick, gaiwan)
        client.get("/p/gaiwan")
        with statements() as asked:
            assert len(faces(client.get("/p/gaiwan").text)) == len(counts) + 1
        counts.append(len(asked))
    assert len(set(counts)) == 1


@pytest.mark.parametrize(
    ("address", "is_shown"),
    [
        ("/static/mei.png", True),
        (f"{CDN}/mei.png", True),
        (f"{CDN}.evil.example/mei.png", False),
        ("https://elsewhere.example/mei.png", False),
        ("//elsewhere.example/mei.png", False),
        ("/\\elsewhere.example/mei.png", False),
        ("javascript:alert(1)", False),
        ("data:image/png;base64,AA", False),
        ("", False),
        (None, False),
    ],
)
def test_a_face_comes_from_the_shop_or_a_site_it_names(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, address: str | None, is_shown: bool
) -> None:
    monkeypatch.setattr(User, "community_avatar", lambda _: address)
    member_id = shop.member_id(shop.user("Mei"))
    with shop.app.test_request_context():
        name = shop.services().members.name(member_id)
    assert isinstance(name, ShownName)
    assert name == "Mei"
    assert name.face == (address if is_shown else None)


def test_one_who_is_gone_has_no_face(shop: Shop) -> None:
    mei = owner(shop, "Mei", shop.product())
    services = shop.services()
    assert services.personal.erase(services.members.of(mei.id).id, actor_id=None)
    shop.session.commit()
    assert faces(shop.client().get("/p/gaiwan").text) == set()


def test_a_letter_asks_the_shop_for_no_face(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(User, "community_avatar", lambda _: 1 / 0)
    member_id = shop.member_id(shop.user("Mei"))
    assert shop.services().members.name(member_id) == "Mei"


def test_an_adapter_speaks_for_a_model_that_cannot_be_edited(shop: Shop) -> None:
    host: HostModels = shop.site.binding.host
    given = HostModels(
        member=host.member,
        product=host.product,
        order=host.order,
        adapters=Adapters(member_avatar=lambda user: f"/{user.nick}.png"),
    )
    assert given.member_avatar(User(nick="Mei")) == "/Mei.png"
