"""Claims about the lines that `flask community init` writes."""

from __future__ import annotations

import ast
import re

import pytest

from flask_community.starting.plan import Answers, Plan, make_plan
from tests.starting.hosts import FACTORY, ONE_FILE, PLAIN

SHOPS = pytest.mark.parametrize("shop", [FACTORY, ONE_FILE, PLAIN], ids=["factory", "one", "plain"])


def planned(shop: dict[str, str], **answers: str | bool | tuple[str, ...]) -> Plan:
    """Return a plan that asked nothing."""
    plan = make_plan(shop, Answers(**answers))  # type: ignore[arg-type]
    assert plan.questions == []
    return plan


def told(plan: Plan, path: str, what: str) -> str:
    """Return the line of the new file to which a decision points."""
    (found,) = (one for one in plan.decisions if one.startswith(path) and what in one)
    return plan.new[path].splitlines()[int(found.split(":")[1]) - 1]


@SHOPS
def test_every_line_of_the_shop_stays_and_a_second_plan_is_empty(shop: dict[str, str]) -> None:
    plan = planned(shop)
    removed = [line for line in plan.diff.splitlines() if line[:1] == "-" and line[:3] != "---"]
    kept = ("-class ", "-from .extensions import", "-from core.database import")
    assert all(line.startswith(kept) for line in removed)  # which gain a mixin, or a name
    assert planned({**shop, **plan.new}).new == {}


def test_a_factory_registers_after_its_database_and_its_login() -> None:
    plan = planned(FACTORY)
    assert "from .extensions import community, db, login\n" in plan.new["shop/__init__.py"]
    assert "    login.init_app(app)\n    community.init_app(app)\n" in plan.new["shop/__init__.py"]
    assert "db = SQLAlchemy()\ncommunity = Community(db)\n" in plan.new["shop/extensions.py"]


def test_a_status_of_an_enumeration_is_watched_by_its_members() -> None:
    models = planned(FACTORY).new["shop/models.py"]
    assert "paid={Status.PAID}" in models
    assert "delivered={Status.COMPLETED}" in models
    assert "reversed={Status.CANCELLED}" in models


def test_methods_follow_the_columns_the_relations_and_the_pages() -> None:
    models = planned(FACTORY, currency="EUR").new["shop/models.py"]
    for line in (
        "class User(MemberMixin, UserMixin, db.Model):",
        "return self.username",
        'return ("owner",) if self.is_admin else ()',
        'return url_for("pages.product", product_id=self.id)',
        "return self.category",
        "for line in self.items",
        'paid_minor=to_minor(line.unit_price * line.quantity, "EUR")',
        "placed_at=self.created_at.astimezone()",
    ):
        assert line in models


def test_values_of_a_status_are_found_where_the_shop_gives_and_compares_them() -> None:
    plan = planned(ONE_FILE)
    for values in ('paid={"paid", "shipped"},', 'delivered={"delivered"},'):
        assert values in plan.new["app.py"]
    assert "community_watch" in told(plan, "app.py", '"lost", "new" mean nothing yet')


def test_what_the_user_names_goes_before_what_we_guess() -> None:
    plan = planned(ONE_FILE, paid=("sealed", "7"), member="app:Book", product="app:Customer")
    assert 'community_watch = OrderWatch("status", paid={"sealed", 7})' in plan.new["app.py"]
    assert "class Book(MemberMixin, db.Model)" in plan.new["app.py"]


def test_a_shop_without_flask_login_tells_who_is_signed_in_from_its_session() -> None:
    line = 'community = Community(db, current_member_id=lambda: session.get("customer_id"))'
    assert line in planned(ONE_FILE).new["app.py"]


def test_an_order_that_leads_to_nobody_still_is_code_that_runs() -> None:
    alone = ONE_FILE["app.py"]
    for column in ("customer_id", "book_id"):
        alone = "\n".join(line for line in alone.splitlines() if f"    {column} =" not in line)
    plan = planned({"app.py": alone})
    assert "object_session" not in plan.new["app.py"]
    assert told(plan, "app.py", "fill in the Customer").endswith(
        "buyer=...,  # FILL IN: the Customer"
    )


def test_products_behind_a_table_between_are_lines_of_their_own() -> None:
    many = 'books = db.relationship("Book", secondary="order_book")'
    shop = {"app.py": re.sub(r"book_id = .*", many, ONE_FILE["app.py"])}
    plan = planned(shop)
    assert "for product in self.books" in plan.new["app.py"]
    assert "key=" in told(plan, "app.py", "no class is the line of an order")


def test_what_a_line_cost_in_all_goes_before_its_price() -> None:
    models = FACTORY["shop/models.py"]
    price = "    unit_price: Mapped[Decimal] = mapped_column(db.Numeric(10, 2))"
    shop = {
        **FACTORY,
        "shop/models.py": models.replace(
            price, price + "\n" + price.replace("unit_price", "subtotal")
        ),
    }
    assert 'to_minor(line.subtotal, "XXX")' in planned(shop).new["shop/models.py"]


def test_a_name_that_the_shop_has_is_not_hidden() -> None:
    assert "OrderFacts as CommunityFacts" in planned(ONE_FILE).new["app.py"]


def test_a_plain_shop_gives_its_base_and_its_sessions() -> None:
    plan = planned(PLAIN)
    assert "community = Community(base=Base, session=Session)" in plan.new["core/database.py"]
    assert "from core.database import Base, community, engine\n" in plan.new["web.py"]
    assert "for line in self.lines" in plan.new["core/models.py"]
    assert 'OrderWatch("is_paid", paid={True})' in plan.new["core/models.py"]


def test_what_cannot_be_known_is_a_decision_with_its_line() -> None:
    plan = planned(PLAIN)
    assert 'currency="XXX"' in told(plan, "core/models.py", "which currency")
    assert "paid_minor=" in told(plan, "core/models.py", "keeps no price")
    assert "Community(" in told(plan, "core/database.py", "who is signed in")
    marked = 'return "/"  # FILL IN: the page of one product'
    assert told(plan, "core/models.py", "the page of one product").strip() == marked


def test_an_integer_price_may_be_whole_units_and_that_is_asked() -> None:
    shop = {"app.py": ONE_FILE["app.py"].replace("total_cents", "total")}
    assert "paid_minor=self.total," in told(planned(shop), "app.py", "taken for minor units")
    whole = planned(shop, currency="EUR", whole_prices=True)
    assert 'paid_minor=to_minor(self.total, "EUR"),' in whole.new["app.py"]


def test_a_status_in_a_table_of_its_own_is_watched_by_its_keys() -> None:
    column = 'status = db.Column(db.String(20), default="new")'
    table = (
        'status_id = db.Column(db.ForeignKey("state.id"))\n    status = db.relationship("State")'
    )
    shop = {"app.py": ONE_FILE["app.py"].replace(column, table)}
    assert "class Order(" in told(planned(shop), "app.py", "Add --status status_id")
    plan = planned(shop, status="status_id", paid=("2",), delivered=("3",))
    assert 'OrderWatch("status_id", paid={2}, delivered={3})' in plan.new["app.py"]


def test_two_classes_that_could_be_members_are_asked_about() -> None:
    second = "\n\nclass User(db.Model):\n    id = db.Column(db.Integer, primary_key=True)\n"
    plan = make_plan({"app.py": ONE_FILE["app.py"] + second})
    assert plan.new == {}
    assert plan.questions == [
        "Which class is the member? Add --member with one of: app:Customer, app:User"
    ]


@pytest.mark.parametrize(
    ("shop", "question"),
    [
        ({}, "No SQLAlchemy"),
        ({"app.py": "db = SQLAlchemy()"}, "No Flask app"),
        ({"app.py": "class Base(DeclarativeBase): pass"}, "--session"),
        ({"app.py": "db = SQLAlchemy()", "new.py": "def ("}, "cannot read new.py"),
    ],
)
def test_a_folder_without_a_shop_is_told_what_it_lacks(shop: dict[str, str], question: str) -> None:
    assert question in "\n".join(make_plan(shop).questions)


def test_line_ends_and_letters_of_other_scripts_stay_as_they_are() -> None:
    text = ONE_FILE["app.py"].replace("80), nullable", '80), comment="书名", nullable')
    windows = text.replace("\n", "\r\n")
    new = planned({"app.py": windows}).new["app.py"]
    assert new.replace("\r\n", "\n") == planned({"app.py": text}).new["app.py"]
    assert "\n" not in new.replace("\r\n", "")
    ast.parse(new)
