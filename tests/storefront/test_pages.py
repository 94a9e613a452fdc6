"""Claims about what the shop's own pages show, and about the share page."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from flask import render_template_string
from flask.testing import FlaskClient

from tests.shops import Product, db
from tests.stall import Stall

PERSON = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"}


def _csrf(page: str) -> dict[str, str]:
    found = re.search(r'name="community_csrf" value="([^"]+)"', page)
    assert found is not None
    return {"community_csrf": found[1]}


def _share(client: FlaskClient, path: str) -> str:
    page = client.get(path).text
    answer = client.post(path, data=_csrf(page))
    assert (answer.status_code, answer.location) == (303, path)
    return client.get(path).text


def _pause(stall: Stall) -> None:
    services = stall.shop.services()
    product_id = services.orders.product_of("gaiwan").id
    services.referrals.pause(product_id=product_id, level="soft", case_id=1, reason="It cracks.")
    stall.shop.session.commit()


def test_a_product_page_leads_to_its_share_page(stall: Stall) -> None:
    page = stall.shop.client().get("/p/tray").text
    assert 'href="/community/share/product/tray"' in page
    assert '<meta property="og:title" content="Tray">' in page
    assert '<meta property="og:url" content="http://localhost/p/tray">' in page


def test_a_product_page_makes_nothing(stall: Stall) -> None:
    stall.shop.client(stall.ann).get("/p/tray")
    assert stall.shop.services().orders.known_product("tray") is None


def test_what_the_friend_gets_stands_before_what_the_sharer_gets(stall: Stall) -> None:
    page = stall.shop.client().get("/community/share/product/gaiwan").text
    assert page.index("Your friend") < page.index("5%")
    assert "14 days after delivery" in page


def test_anybody_may_read_it_and_a_link_asks_for_an_account(stall: Stall) -> None:
    client = stall.shop.client()
    page = client.get("/community/share/product/tray").text
    answer = client.post("/community/share/product/tray", data=_csrf(page))
    assert answer.location == "/login?next=/community/share/product/tray"


def test_a_made_link_is_shown_disclosed_and_drawn(stall: Stall) -> None:
    page = _share(stall.shop.client(stall.bob), "/community/share/product/tray")
    assert re.search(r'value="http://localhost/community/r/[\w-]{16,26}"', page)
    assert "Ad: I earn if you buy" in page
    svg = re.search(r"<svg[^>]*segno.*?</svg>", page, re.DOTALL)
    assert svg is not None
    assert ET.fromstring(svg[0]).tag.endswith("svg")


def test_making_the_link_again_shows_the_same_one(stall: Stall) -> None:
    client = stall.shop.client(stall.bob)
    path = "/community/share/product/tray"
    csrf = _csrf(client.get(path).text)
    links = set()
    for _ in range(2):
        client.post(path, data=csrf)
        links.update(re.findall(r'value="(http://[^"]+/r/[^"]+)"', client.get(path).text))
    assert len(links) == 1


def test_sharing_a_product_that_rests_is_refused_everywhere(stall: Stall) -> None:
    client = stall.shop.client(stall.bob)
    csrf = _csrf(client.get("/community/share/product/gaiwan").text)
    _pause(stall)
    assert "Sharing rests" in client.get("/community/share/product/gaiwan").text
    assert "Sharing rests" in client.get("/p/gaiwan").text
    assert client.post("/community/share/product/gaiwan", data=csrf).status_code == 422


def test_a_product_that_is_not_there_is_a_404(stall: Stall) -> None:
    assert stall.shop.client().get("/community/share/product/ghost").status_code == 404
    assert stall.shop.client().get("/community/share/post/77").status_code == 404


def test_a_visitor_reads_who_sent_him_and_that_he_may_earn(stall: Stall) -> None:
    client = stall.shop.client()
    token = stall.shop.services().referrals.token(stall.link)
    client.get(f"/community/r/{token}", headers=PERSON)
    page = client.get("/p/gaiwan").text
    assert "ann shared this with you." in page
    assert "Ad: ann may earn a reward if you buy." in page
    assert "shared this" not in client.get("/p/tray").text
    assert "shared this" not in stall.shop.client().get("/p/gaiwan").text


def test_a_page_that_greets_a_visitor_at_its_head_does_so_once(stall: Stall) -> None:
    page = "{{ community.landing(p) }}<h1>Gaiwan</h1>{{ community.product_rail(p) }}"
    shop, key = stall.shop, stall.gaiwan.sku
    shop.app.view_functions["product_page"] = lambda sku: render_template_string(
        page, p=db.session.get_one(Product, sku)
    )
    client = shop.client()
    token = shop.services().referrals.token(stall.link)
    client.get(f"/community/r/{token}", headers=PERSON)
    before, _, after = client.get(f"/p/{key}").text.partition("<h1>")
    assert "ann shared this with you." in before
    assert "shared this" not in after
    assert shop.client().get(f"/p/{key}").text.startswith("<h1>")
