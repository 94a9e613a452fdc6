"""Claims about the file of its own that binds models as they are."""

from __future__ import annotations

import ast
import re

import pytest

from flask_community.starting.plan import Answers, Plan, make_plan
from tests.starting.hosts import FACTORY, FORMS, ONE_FILE, PLAIN, SPREAD, TOKENS


def planned(shop: dict[str, str], **answers: str | bool | tuple[str, ...] | None) -> Plan:
    """Return a plan that asked nothing."""
    plan = make_plan(shop, Answers(**answers))  # type: ignore[arg-type]
    assert plan.questions == []
    return plan


def test_models_in_many_files_are_bound_from_one_new_file_and_stay_as_they_are() -> None:
    plan = planned(SPREAD)
    assert set(plan.new) == {"shop/community.py", "shop/__init__.py"}
    assert "would edit 5 files" in plan.why
    assert planned({**SPREAD, **plan.new}).new == {}


def test_models_in_few_files_are_edited_unless_told() -> None:
    assert "shop/community.py" not in planned(FACTORY).new
    assert set(planned(FACTORY, apart=True).new) == {"shop/community.py", "shop/__init__.py"}
    assert "class User(MemberMixin" in planned(SPREAD, apart=False).new["shop/users/models.py"]


def test_the_file_looks_like_its_neighbours() -> None:
    text = planned(SPREAD, currency="EUR").new["shop/community.py"]
    assert "from .users.models import User\n" in text
    assert "paid={'paid'}" in text
    assert '"' not in text
    assert "def order_facts(order):\n  lines = [" in text  # two spaces, and no types


def test_a_typed_shop_gets_typed_functions() -> None:
    text = planned(FACTORY, apart=True).new["shop/community.py"]
    assert "def order_facts(order: Order) -> OrderFacts:" in text


def test_the_factory_imports_it_when_it_runs_where_its_module_would_import_itself() -> None:
    text = planned(SPREAD).new["shop/__init__.py"]
    assert "  from .community import community\n\n  community.init_app(app)\n" in text


def test_a_shop_that_makes_its_app_beside_its_models_cannot_have_it() -> None:
    plan = make_plan(ONE_FILE, Answers(apart=True))
    assert plan.new == {}
    assert "Leave --one-file out" in plan.questions[0]


def test_a_name_that_is_taken_is_left_alone() -> None:
    plan = planned({**PLAIN, "core/community.py": "members = []\n"}, apart=True)
    assert "core/shop_community.py" in plan.new
    assert "from core.shop_community import community\n" in plan.new["web.py"]


@pytest.mark.parametrize("shop", [FACTORY, PLAIN, SPREAD], ids=["factory", "plain", "spread"])
def test_no_line_is_too_long_and_each_mark_has_its_decision(shop: dict[str, str]) -> None:
    plan = planned(shop, apart=True)
    (path,) = (path for path in plan.new if path not in plan.old)
    lines = plan.new[path].splitlines()
    assert all(len(line.partition("  # ")[0]) <= 88 for line in lines)
    for number, line in enumerate(lines, 1):
        if mark := re.search("# FILL IN: (.*)", line):
            assert any(f"{path}:{number}: fill in {mark[1]}" in one for one in plan.decisions)
    ast.parse(plan.new[path])


def test_a_row_of_refunds_a_price_and_a_currency_of_their_own_are_read() -> None:
    text = planned(SPREAD).new["shop/community.py"]
    assert "refunds=RefundWatch('Refund', order='order', amount='amount_int')" in text
    assert "paid_minor=line.price.price_int," in text
    assert "currency=order.currency.value," in text
    assert "placed_at=order.created," in text  # of a type of the shop's own


def test_numbers_from_a_form_are_numbers_before_the_row_is_read_again() -> None:
    text = planned(FORMS, currency="EUR").new["app.py"]
    assert "quantity=int(self.quantity)," in text
    assert "paid_minor=int(self.amount)," in text


@pytest.mark.parametrize(
    ("identity", "written"),
    [
        ("user.id", "get_jwt_identity()"),
        ("str(user.id)", "get_jwt_identity()"),
        ("{'sub': user.id, 'role': user.role}", 'get_jwt_identity()["sub"]'),
        ("json.dumps({'id': user.id})", 'json.loads(get_jwt_identity())["id"]'),
    ],
)
def test_a_token_is_read_as_the_shop_writes_it(identity: str, written: str) -> None:
    shop = {"app.py": TOKENS["app.py"].replace("IDENTITY", identity)}
    assert f"verify_jwt_in_request(optional=True) and {written}," in planned(shop).new["app.py"]


def test_a_token_without_a_key_is_marked() -> None:
    shop = {"app.py": TOKENS["app.py"].replace("IDENTITY", "user.email")}
    plan = planned(shop)
    assert "# FILL IN: the key of the member, from the token" in plan.new["app.py"]
    assert any("fill in the key of the member" in one for one in plan.decisions)


def test_the_template_of_a_product_is_named_with_what_it_calls_it() -> None:
    view = 'return render_template("one.html", title="x", item=found)'
    shop = {
        **FACTORY,
        "shop/views.py": FACTORY["shop/views.py"].replace("return str(product_id)", view),
    }
    assert planned(shop).shown == ("one.html", "item")
    assert planned(FACTORY).shown is None


def test_a_shop_without_deliveries_is_told_that_its_rewards_wait() -> None:
    assert any("no reward is available before" in one for one in planned(FORMS).decisions)
    assert not any("no reward is available" in one for one in planned(FACTORY).decisions)
