"""Claims about who vouches for a product."""

from __future__ import annotations

import random

from flask import render_template_string
from hypothesis import given, strategies as st

from flask_community.storefront.rules import Voice, vouching
from tests.browsing import Browser
from tests.shops import Product, Shop, db
from tests.stall import Stall
from tests.storefront.test_faces import owner, statements

SHELF = "{% for p in shelf %}<li>{{ community.vouch_line(p, among=shelf) }}{% endfor %}"

VOICES = st.lists(
    st.builds(
        Voice,
        post=st.integers(1, 9_999),
        author=st.integers(1, 6),
        gains=st.booleans(),
        proof=st.sampled_from([0, 100, 300, 1000]),
        useful=st.integers(0, 3),
        fun=st.integers(0, 3),
        touching=st.integers(0, 3),
    ),
    max_size=12,
    unique_by=lambda voice: voice.post,
)


def voice(post: int, *, author: int | None = None, gains: bool = False, **more: int) -> Voice:
    weights = {"proof": 1000, "useful": 0, "fun": 0, "touching": 0, **more}
    return Voice(post=post, author=author or post, gains=gains, **weights)


@given(VOICES, st.randoms())
def test_the_order_in_which_voices_come_changes_nothing(
    voices: list[Voice], chance: random.Random
) -> None:
    shuffled = chance.sample(voices, len(voices))
    assert vouching(shuffled) == vouching(voices)


@given(VOICES)
def test_who_gains_never_stands_before_one_who_does_not(voices: list[Voice]) -> None:
    gains = [one.gains for one in vouching(voices, limit=12)]
    assert gains == sorted(gains)


@given(VOICES)
def test_who_sells_it_does_not_vouch_and_nobody_does_twice(voices: list[Voice]) -> None:
    chosen = vouching(voices, limit=12)
    assert len({one.author for one in chosen}) == len(chosen)
    assert {one.author for one in chosen} == {one.author for one in voices if one.proof > 0}


def test_useful_outdoes_any_fun_and_fun_any_touching() -> None:
    one, two, three = voice(1, touching=9), voice(2, fun=1, touching=5), voice(3, useful=1)
    assert vouching([one, two, three], limit=3) == [three, two, one]


def test_proof_of_purchase_comes_before_what_readers_say() -> None:
    assert vouching([voice(1, proof=300, useful=99), voice(2)])[0].post == 2


def shelf(shop: Shop, *products: Product) -> str:
    with shop.app.test_request_context():
        return render_template_string(SHELF, shelf=products)


def test_the_rail_says_who_kept_it_and_in_which_words(stall: Stall) -> None:
    owner(stall.shop, "Mei", stall.gaiwan)
    page = stall.shop.client().get("/p/gaiwan").text
    assert "Who vouches for it" in page
    assert "1 person kept it" in page
    assert "bought it in November 2026, keeps it" in page
    assert "“It pours well.”" in page


def test_who_may_earn_by_it_stands_behind_and_the_rail_says_so(stall: Stall) -> None:
    shop = stall.shop
    mei = owner(shop, "Mei", stall.gaiwan)
    shop.services().referrals.link_for(
        shop.member_id(mei), product_id=shop.services().orders.product_of("gaiwan").id
    )
    shop.session.commit()
    owner(shop, "Jun", stall.gaiwan)
    page = shop.client().get("/p/gaiwan").text
    jun, mei_at = page.index("<b>Jun</b>"), page.index("<b>Mei</b>")
    assert jun < mei_at < page.index("May earn if you buy")
    assert page.count("May earn if you buy") == 1


def test_one_who_sent_it_back_vouches_no_more(stall: Stall) -> None:
    shop = stall.shop
    mei = shop.user("Mei")
    order = shop.order(mei, (stall.gaiwan, 10_000))
    shop.set_status(order, "done")
    Browser(shop.client(mei)).get("/community/tell")
    assert "1 person kept it" in shop.client().get("/p/gaiwan").text
    stall.refund(order)
    assert "vouches" not in shop.client().get("/p/gaiwan").text


def test_open_reports_stand_before_whoever_vouches(stall: Stall) -> None:
    owner(stall.shop, "Mei", stall.gaiwan)
    services = stall.shop.services()
    product_id = services.orders.product_of("gaiwan").id
    services.referrals.pause(product_id=product_id, level="soft", case_id=1, reason="It cracks.")
    stall.shop.session.commit()
    page = stall.shop.client().get("/p/gaiwan").text
    assert page.index("Reports about this product") < page.index("Who vouches for it")
    assert "kept it" not in shelf(stall.shop, stall.gaiwan)


def test_a_card_names_one_and_counts_the_others(stall: Stall) -> None:
    shop = stall.shop
    assert "kept it" not in shelf(shop, stall.gaiwan)
    owner(shop, "Mei", stall.gaiwan)
    assert "Mei kept it" in shelf(shop, stall.gaiwan, stall.tray)
    for nick in ("Jun", "Ana"):
        shop.set_status(shop.order(shop.user(nick), (stall.gaiwan, 9_000)), "done")
    assert "Mei and 2 others kept it" in shelf(shop, stall.gaiwan)


def test_a_shelf_of_any_length_costs_the_same_statements(stall: Stall) -> None:
    shop = stall.shop
    products = [shop.product(f"tea{number}") for number in range(24)]
    mei = shop.user("Mei")
    for product in products:
        shop.set_status(shop.order(mei, (product, 9_000)), "done")
    owner(shop, "Jun", products[0])
    counts = []
    for length in (1, 24):
        db.session.expire_all()
        products = [db.session.get_one(Product, one.sku) for one in products]
        with statements() as asked:
            assert shelf(shop, *products[:length]).count("kept it") == length
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 6
