"""Claims about the door of a link: who is let in, and what he carries away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from flask_community.referrals.cookie import COOKIE
from flask_community.referrals.models import MemberTouch, Visit
from flask_community.tokens import LinkTokens
from tests.shops import db, open_shop
from tests.stall import Stall

PERSON = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"}


def _token(stall: Stall) -> str:
    return stall.shop.services().referrals.token(stall.link)


def _open(stall: Stall, client: FlaskClient, **headers: str) -> TestResponse:
    return client.get(f"/community/r/{_token(stall)}", headers={**PERSON, **headers})


def _visits(stall: Stall) -> list[str | None]:
    stall.shop.session.rollback()
    visit = stall.shop.site.binding.models[Visit]
    return list(stall.shop.session.scalars(sa.select(visit.ineligible).order_by(visit.id)))


@contextmanager
def _queries(stall: Stall) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(conn: object, cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def test_a_visitor_is_led_to_the_product_and_carries_a_touch(stall: Stall) -> None:
    client = stall.shop.client()
    answer = _open(stall, client)
    assert (answer.status_code, answer.location) == (302, "/p/gaiwan")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age=2592000" in cookie
    assert len(cookie) < 1_000
    assert _visits(stall) == [None]


@pytest.mark.parametrize("token", ["x", "A" * 16, "A" * 26, "A" * 100_000, "%00%ff", "../../p"])
def test_a_forged_token_is_a_404_without_a_query(stall: Stall, token: str) -> None:
    client = stall.shop.client()
    with _queries(stall) as seen:
        answer = client.get(f"/community/r/{token}", headers=PERSON)
    assert answer.status_code == 404
    assert seen == []


def test_another_shops_token_is_a_404_without_a_query(stall: Stall) -> None:
    settings = stall.shop.site.settings
    foreign = LinkTokens(settings.secret_keys, "another shop").sign(stall.link.id)
    with _queries(stall) as seen:
        answer = stall.shop.client().get(f"/community/r/{foreign}", headers=PERSON)
    assert (answer.status_code, seen) == (404, [])


def test_a_good_token_without_a_link_answers_as_a_forged_one(stall: Stall) -> None:
    client = stall.shop.client()
    missing = stall.shop.site.links.sign(999_999)
    with _queries(stall) as seen:
        answer = client.get(f"/community/r/{missing}", headers=PERSON)
    forged = client.get(f"/community/r/{'A' * 16}", headers=PERSON)
    assert len(seen) == 1
    assert answer.status_code == forged.status_code == 404
    # The way to other languages leads back to the address that was asked for.
    assert answer.text.replace(missing, "") == forged.text.replace("A" * 16, "")


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"User-Agent": "WhatsApp/2.24"}, "bot"),
        ({"Sec-Purpose": "prefetch;prerender"}, "prefetch"),
        ({"Sec-Fetch-Dest": "image"}, "subresource"),
    ],
)
def test_what_is_no_person_is_counted_apart_and_touches_nothing(
    stall: Stall, headers: dict[str, str], reason: str
) -> None:
    answer = _open(stall, stall.shop.client(), **headers)
    assert answer.status_code == 302
    assert "Set-Cookie" not in answer.headers
    assert _visits(stall) == [reason]


def test_a_head_request_touches_nothing(stall: Stall) -> None:
    answer = stall.shop.client().head(f"/community/r/{_token(stall)}", headers=PERSON)
    assert "Set-Cookie" not in answer.headers
    assert _visits(stall) == ["head"]


def test_the_sharers_own_visit_is_no_touch(stall: Stall) -> None:
    answer = _open(stall, stall.shop.client(stall.ann))
    assert COOKIE not in str(answer.headers)
    assert _visits(stall) == ["own_visit"]


def test_an_ended_link_has_its_page_and_no_touch(stall: Stall) -> None:
    stall.shop.services().referrals.own.end(stall.ann_id, stall.link.id)
    stall.shop.session.commit()
    answer = _open(stall, stall.shop.client())
    assert answer.status_code == 200
    assert "<h1>This link has ended</h1>" in answer.text
    assert 'href="/p/gaiwan"' in answer.text
    assert COOKIE not in str(answer.headers)
    assert _visits(stall) == ["link_ended"]


def test_a_hard_pause_stops_touches_and_a_lifted_one_does_not(stall: Stall) -> None:
    services = stall.shop.services()
    product_id = services.orders.product_of("gaiwan").id
    services.referrals.pause(product_id=product_id, level="hard", case_id=1, reason="It cracks.")
    stall.shop.session.commit()
    answer = _open(stall, stall.shop.client())
    assert (answer.status_code, _visits(stall)) == (200, ["product_paused"])
    stall.shop.services().referrals.lift(1)
    stall.shop.session.commit()
    assert _open(stall, stall.shop.client()).status_code == 302


def test_a_soft_pause_lets_old_links_earn(stall: Stall) -> None:
    services = stall.shop.services()
    product_id = services.orders.product_of("gaiwan").id
    services.referrals.pause(product_id=product_id, level="soft", case_id=1, reason="It cracks.")
    stall.shop.session.commit()
    assert _open(stall, stall.shop.client()).status_code == 302
    assert _visits(stall) == [None]


def test_the_destination_cannot_be_asked_for(stall: Stall) -> None:
    address = f"/community/r/{_token(stall)}?next=https://evil.example&url=//evil.example"
    answer = stall.shop.client().get(address, headers=PERSON)
    assert answer.location == "/p/gaiwan"


def test_a_shop_without_consent_sets_no_cookie(stall: Stall) -> None:
    hooks = type("Hooks", (type(stall.shop.hooks),), {"consent": lambda self, purpose: False})
    stall.shop.hooks.__class__ = hooks
    answer = _open(stall, stall.shop.client())
    assert answer.status_code == 302
    assert "Set-Cookie" not in answer.headers


def test_a_visitor_who_signs_up_and_buys_brings_the_sharer_a_reward(stall: Stall) -> None:
    cem = stall.shop.user("cem")
    client = stall.shop.client()
    _open(stall, client)
    client.post(f"/login/{cem.id}")
    client.post("/buy/gaiwan", data={"minor": "19800", "pay": "1"})
    assert stall.stands() == {"pending": 990}


def test_a_guest_who_buys_brings_the_sharer_a_reward(stall: Stall) -> None:
    client = stall.shop.client()
    _open(stall, client)
    client.post("/buy/gaiwan", data={"minor": "19800", "pay": "1"})
    assert stall.stands() == {"pending": 990}


def test_touches_join_the_account_that_signs_in(stall: Stall) -> None:
    cem = stall.shop.user("cem")
    client = stall.shop.client()
    _open(stall, client)
    client.post(f"/login/{cem.id}")
    client.get("/community/remembered")
    other_device = stall.shop.client(cem)
    other_device.post("/buy/gaiwan", data={"minor": "19800", "pay": "1"})
    assert stall.stands() == {"pending": 990}


def test_touches_join_an_account_that_never_sees_a_page_of_ours(sqlite_url: str) -> None:
    one = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 1}
    with open_shop(sqlite_url, SQLALCHEMY_ENGINE_OPTIONS=one) as shop:
        stall, cem_id = Stall(shop), shop.user("cem").id
        link = f"/community/r/{_token(stall)}"
        in_chat, at_desk = shop.client(), shop.client()
        shop.session.rollback()  # gives the test's own connection back
        in_chat.get(link, headers=PERSON).close()
        for client in (in_chat, at_desk):
            client.post(f"/login/{cem_id}").close()
        in_chat.get("/p/gaiwan").close()
        at_desk.post("/buy/gaiwan", data={"minor": "19800", "pay": "1"}).close()
        assert stall.stands() == {"pending": 990}


def test_touches_of_another_account_on_the_device_are_not_taken_over(stall: Stall) -> None:
    cem, dia = stall.shop.user("cem"), stall.shop.user("dia")
    client = stall.shop.client()
    _open(stall, client)
    client.post(f"/login/{cem.id}")
    client.get("/p/gaiwan")
    client.post(f"/login/{dia.id}")
    client.post("/buy/gaiwan", data={"minor": "19800", "pay": "1"})
    assert stall.stands() == {}


def test_log_out_clears_what_an_account_carries(stall: Stall) -> None:
    cem = stall.shop.user("cem")
    client = stall.shop.client()
    _open(stall, client)
    client.post(f"/login/{cem.id}")
    client.get("/p/gaiwan")
    client.post("/logout")
    client.get("/p/gaiwan")
    assert client.get_cookie(COOKIE) is None
    client.post("/buy/gaiwan", data={"minor": "19800", "pay": "1"})
    assert stall.stands() == {}


def test_a_touch_of_a_signed_in_member_is_his_accounts(stall: Stall) -> None:
    cem = stall.shop.user("cem")
    cem_id = stall.shop.member_id(cem)
    _open(stall, stall.shop.client(cem))
    stall.shop.session.rollback()
    touch = stall.shop.site.binding.models[MemberTouch]
    met = sa.select(touch.link_id).where(touch.member_id == cem_id)
    assert list(stall.shop.session.scalars(met)) == [stall.link.id]


def test_forgetting_a_link_leaves_nobody_a_reward(stall: Stall) -> None:
    client = stall.shop.client()
    _open(stall, client)
    page = client.get("/community/remembered")
    assert "ann, on 1 Nov 2026" in page.text
    client.post("/community/remembered/forget", data=_csrf(page.text))
    assert "nobody earns" in client.get("/community/remembered").text
    client.post("/buy/gaiwan", data={"minor": "19800", "pay": "1"})
    assert stall.stands() == {}


def test_a_cookie_that_was_tampered_with_carries_nothing(stall: Stall) -> None:
    client = stall.shop.client()
    _open(stall, client)
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    client.set_cookie(COOKIE, "B" + cookie.value[1:])
    client.post("/buy/gaiwan", data={"minor": "19800", "pay": "1"})
    assert stall.stands() == {}


def test_a_member_sees_visits_orders_and_what_was_kept(stall: Stall) -> None:
    _open(stall, stall.shop.client())
    stall.deliver(stall.sell())
    stall.sell()
    page = stall.shop.client(stall.ann).get("/community/my/shares").text
    assert re.findall(r"<dd>(\d+)</dd>", page) == ["1", "2", "1"]


def test_nobody_ends_the_link_of_another(stall: Stall) -> None:
    client = stall.shop.client(stall.bob)
    page = client.get(f"/community/my/shares/{stall.share(stall.bob_id).id}")
    answer = client.post(f"/community/my/shares/{stall.link.id}/end", data=_csrf(page.text))
    assert answer.status_code == 404
    assert _open(stall, stall.shop.client()).status_code == 302


def _csrf(page: str) -> dict[str, str]:
    found = re.search(r'name="community_csrf" value="([^"]+)"', page)
    assert found is not None
    return {"community_csrf": found[1]}
