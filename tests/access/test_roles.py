"""Roles hold where they were given, end at once, and nobody decides his own affair."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from flask_community.communities.rules import community_scope, field_scope
from flask_community.complaints.models import Complaint
from flask_community.orders.models import Line, Product
from flask_community.records import Record
from flask_community.referrals.models import Attribution
from tests.access.asks import Ask, asks
from tests.access.sending import answer, name_of, rules_of, send
from tests.access.world import World
from tests.shops import User

TEA = field_scope("teaware")
HIS_AFFAIR = ("desk_complaint", "ask_customer", "desk_case", "decide_case", "api:case")


def ask(world: World, role: str, name: str, **path: int) -> str:
    rule, method = next(one for one in rules_of(world.shop.app) if name_of(one[0]) == name)
    right = asks(world)[name]
    return answer(send(world, rule, method, Ask({**right.path, **path}, right.body), role))


def grant(world: World, role: str, to: str, scope: str = "") -> None:
    who = world.ids[to]
    world.do(lambda s: s.communities.roles.grant(who, role, actor_id=None, scope=scope))


def revoke(world: World, role: str, to: str, scope: str = "") -> None:
    who = world.ids[to]
    world.do(lambda s: s.communities.roles.revoke(who, role, actor_id=None, scope=scope))


def change(world: World, kind: type[Record], row_id: int, **values: Any) -> None:
    row = world.model(kind)
    changed = sa.update(row).where(row.id == row_id).values(**values)
    world.do(lambda s: s.session.execute(changed))


def queue(world: World, role: str, field: str = "") -> set[tuple[str, int]]:
    address = "/community/api/v1/desk/items" + (f"?field={field}" if field else "")
    items = world.clients[role].get(address).get_json()["items"]
    # Of complaints: appeals from rewards have parties of their own (tests/earnings).
    return {(one["kind"], one["subject"]) for one in items if one["kind"] != "reward_appeal"}


# -- they end at once --


def test_a_moderator_whose_role_was_taken_back_is_refused_at_once(world: World) -> None:
    assert ask(world, "moderator", "desk") == "yes"
    revoke(world, "moderator", "moderator", TEA)
    assert [ask(world, "moderator", name) for name in HIS_AFFAIR] == ["no"] * 5


def test_an_owner_whom_the_shop_no_longer_calls_so_is_refused_at_once(world: World) -> None:
    assert ask(world, "owner", "owner") == "yes"
    key = world.keys["owner"]
    world.do(lambda s: setattr(s.session.get(User, key), "rank", None))
    assert ask(world, "owner", "owner") == "no"
    assert ask(world, "owner", "bind_label") == "no"


def test_an_old_answer_is_not_told_again_to_whoever_lost_his_role(world: World) -> None:
    assert ask(world, "moderator", "api:open_case") == "yes"
    assert ask(world, "moderator", "api:open_case") == "yes"
    revoke(world, "moderator", "moderator", TEA)
    assert ask(world, "moderator", "api:open_case") == "no"


# -- they hold where they were given --


def test_a_moderator_of_two_fields_moderates_both(world: World) -> None:
    assert ask(world, "moderator", "desk_case", id=world.own["case far"]) == "–"
    grant(world, "moderator", "moderator", field_scope("books"))
    assert ask(world, "moderator", "desk_case", id=world.own["case far"]) == "yes"
    assert ask(world, "moderator", "desk_case") == "yes"


def test_the_queue_holds_what_is_in_ones_fields(world: World) -> None:
    far = {("complaint", world.own["far alone"]), ("case", world.own["case far"])}
    assert queue(world, "other moderator") == far
    assert not queue(world, "moderator") & far
    assert queue(world, "moderator") | far == queue(world, "lead") == queue(world, "owner")


def test_asking_for_another_field_shows_nothing_of_it(world: World) -> None:
    assert queue(world, "moderator", "books") == set()
    assert queue(world, "moderator", "teaware") == queue(world, "moderator")
    page = world.clients["moderator"].get("/community/desk?field=books").get_data(as_text=True)
    assert f"/desk/cases/{world.own['case far']}" not in page


def test_a_moderator_of_a_community_decides_no_complaint_of_a_field(world: World) -> None:
    grant(world, "moderator", "greeter", community_scope(1))
    assert ask(world, "greeter", "desk") == "yes"
    assert queue(world, "greeter") == set()
    assert ask(world, "greeter", "desk_complaint") == "–"


def test_a_moderator_of_the_whole_shop_decides_in_every_field(world: World) -> None:
    grant(world, "moderator", "greeter")
    assert ask(world, "greeter", "desk_complaint") == "yes"
    assert ask(world, "greeter", "desk_case", id=world.own["case far"]) == "yes"


# -- nobody decides his own affair --


def test_nobody_decides_on_his_own_complaint(world: World) -> None:
    grant(world, "moderator", "member", TEA)
    assert [ask(world, "member", name) for name in HIS_AFFAIR] == ["no"] * 5
    assert ask(world, "member", "claim_item") == "–"
    assert queue(world, "member") == set()


def test_whoever_withdraws_his_complaint_may_decide_for_the_others(world: World) -> None:
    grant(world, "moderator", "member", TEA)
    change(world, Complaint, world.own["in open"], state="withdrawn")
    assert ask(world, "member", "desk_case") == "yes"
    assert ask(world, "member", "desk_complaint", id=world.own["in open"]) == "no"


@pytest.mark.parametrize("role", ["moderator", "lead"])
def test_a_seller_moderates_no_complaint_about_his_goods(world: World, role: str) -> None:
    grant(world, role, "seller")
    assert [ask(world, "seller", name) for name in HIS_AFFAIR] == ["–"] * 5
    assert ask(world, "seller", "claim_item") == "–"
    assert ask(world, "seller", "desk_case", id=world.own["case far"]) == "yes"
    assert queue(world, "seller") == queue(world, "other moderator")


def test_whoever_led_a_sale_decides_on_no_complaint_about_it(world: World) -> None:
    led_by(world, "lead")
    assert [ask(world, "lead", name) for name in HIS_AFFAIR] == ["–"] * 5
    assert queue(world, "lead") == queue(world, "other moderator")


def test_a_link_that_earned_nothing_makes_no_party(world: World) -> None:
    led_by(world, "lead", share_bps=0)
    assert [ask(world, "lead", name) for name in HIS_AFFAIR] == ["yes"] * 5


def test_the_owner_decides_about_his_own_goods_and_sales(world: World) -> None:
    led_by(world, "owner")
    change(world, Product, world.own["product"], seller_id=world.ids["owner"])
    assert [ask(world, "owner", name) for name in HIS_AFFAIR] == ["yes"] * 5


def test_the_owner_too_does_not_decide_on_his_own_complaint(world: World) -> None:
    change(world, Complaint, world.own["alone"], member_id=world.ids["owner"])
    change(world, Complaint, world.own["in open"], member_id=world.ids["owner"])
    assert [ask(world, "owner", name) for name in HIS_AFFAIR] == ["no"] * 5


def led_by(world: World, role: str, share_bps: int = 10_000) -> None:
    """Let the order that all gaiwans came with have been brought by somebody."""

    def lead(services: Any) -> None:
        complaint = services.complaints.get(world.own["alone"])
        order_id = services.session.get(world.model(Line), complaint.line_id).order_id
        fact = world.model(Attribution)
        services.session.add(
            fact(
                order_id=order_id,
                link_id=world.own["link"],
                sharer_id=world.ids[role],
                share_bps=share_bps,
                source="account",
                kind=1,
                touch_at=world.shop.clock(),
                model="last",
                window_days=30,
            )
        )

    world.do(lead)
