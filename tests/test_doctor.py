"""Claims about what the doctor finds, each on a shop that has the trouble."""

from __future__ import annotations

import dataclasses
import datetime as dt
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask
import pytest
import sqlalchemy as sa
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from jinja2 import DictLoader
from sqlalchemy import orm

from flask_community import (
    Community,
    HostHooks,
    OrderFacts,
    doctor,
    first_hour,
)
from flask_community.doctor import Finding, examine
from flask_community.outbox import OutboxJob
from flask_community.tables import own_tables
from tests.shops import Order, Product, Shop, User, db, open_shop

SOUND = {
    "SECRET_KEY": "a key that nobody will ever guess",
    "COMMUNITY_BASE_URL": "https://shop.example",
}


@pytest.fixture
def shop(sqlite_url: str) -> Iterator[Shop]:
    """Return a shop with nothing wrong but hooks it does not want."""
    with open_shop(sqlite_url, **SOUND) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _newest_flask(monkeypatch: pytest.MonkeyPatch) -> None:
    # These tests run on the oldest Flask too.
    monkeypatch.setattr(doctor, "version", lambda _: "3.1.3")


def examined(app: flask.Flask, *, deploy: bool = False) -> dict[str, Finding]:
    """Return the findings about an app, by their codes."""
    found = examine(app, app.extensions["community"], deploy=deploy)
    return {finding.code: finding for finding in found}


def bare(*, hooks: HostHooks | None = None, **settings: object) -> flask.Flask:
    """Return an app without models or login."""

    class Base(orm.DeclarativeBase):
        pass

    app = flask.Flask("bare")
    app.config.update(SQLALCHEMY_DATABASE_URI="sqlite://", **{**SOUND, **settings})
    own_db = SQLAlchemy(app, model_class=Base)
    # Kept by the app, as a shop's module keeps it.
    app.extensions["kept"] = Community(own_db, hooks=hooks)
    app.extensions["kept"].init_app(app)
    return app


def test_a_sound_shop_is_only_advised(shop: Shop) -> None:
    findings = examined(shop.app)
    assert set(findings) == {"missing-hooks"}
    assert findings["missing-hooks"].advice


def test_missing_models_are_found_and_the_rest_is_still_examined() -> None:
    findings = examined(bare(SECRET_KEY="dev"), deploy=True)
    assert set(findings) == {"unbound", "weak-key", "no-login", "missing-hooks"}
    assert "MemberMixin" in findings["unbound"].fix


@pytest.mark.parametrize("key", ["dev", "short", b"short too"])
def test_a_key_that_can_be_guessed_is_found(key: str | bytes) -> None:
    assert "weak-key" in examined(bare(SECRET_KEY=key))


@pytest.mark.parametrize("key", ["k" * 16, b"\xff" * 16])
def test_a_long_key_will_do(key: str | bytes) -> None:
    assert "weak-key" not in examined(bare(SECRET_KEY=key))


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("COMMUNITY_BASE_URL", "https://a.example"),
        ("SERVER_NAME", "a.example"),
        ("TRUSTED_HOSTS", ["a.example"]),
    ],
)
def test_one_of_three_settings_fixes_the_address(setting: str, value: object) -> None:
    given: dict[str, Any] = {"COMMUNITY_BASE_URL": None, setting: value}
    assert "no-address" not in examined(bare(**given))
    assert "no-address" in examined(bare(COMMUNITY_BASE_URL=None))


def test_a_way_of_its_own_to_know_members_will_do(shop: Shop) -> None:
    assert "no-login" in examined(bare())
    assert "no-login" not in examined(shop.app)


def test_each_missing_hook_is_named_with_what_it_switches_off() -> None:
    class Mailing(HostHooks):
        def send_mail(self, mail: object) -> None:
            pass

    finding = examined(bare(hooks=Mailing()))["missing-hooks"]
    assert "apply_remedy: refunds and replacements" in finding.what
    assert "send_mail" not in finding.what


def test_every_hook_is_told_of() -> None:
    hooks = {name for name in vars(HostHooks) if not name.startswith("_")} - {"provides"}
    assert set(doctor.FEATURES) == hooks


def test_every_finding_stands_in_the_docs() -> None:
    source = inspect.getsource(doctor) + inspect.getsource(first_hour)
    codes = re.findall(r'code="([\w-]+)"', source)
    docs = (Path(__file__).parent.parent / "docs" / "cli.md").read_text()
    _, _, findings = docs.partition("What the doctor finds:")
    assert sorted(codes) == sorted(re.findall(r"^\| `([\w-]+)` ", findings, re.M))


@pytest.mark.parametrize(
    ("layout", "trouble"),
    [
        ("{% block content %}{% endblock %}", None),
        ("{% block main %}{% endblock %}", "does not show it"),
        ("{{ nothing.at_all }}{% block content %}{% endblock %}", "UndefinedError"),
    ],
)
def test_a_layout_that_loses_our_pages_is_found(layout: str, trouble: str | None) -> None:
    app = bare(COMMUNITY_BASE_TEMPLATE="base.html")
    app.jinja_loader = DictLoader({"base.html": layout})
    told = [f.what for code, f in examined(app).items() if code == "lost-content"]
    assert told == [] if trouble is None else trouble in told[0]


def test_missing_tables_are_found(shop: Shop) -> None:
    db.metadata.drop_all(db.engine, tables=own_tables(shop.site.binding))
    assert set(examined(shop.app)) == {"missing-hooks", "missing-tables"}


def test_a_database_that_does_not_answer_is_found(shop: Shop, tmp_path: Path) -> None:
    db.engine.dispose()
    away = tmp_path.rename(tmp_path.with_name("away"))
    assert "unable to open" in examined(shop.app)["no-database"].what
    away.rename(tmp_path)


def test_a_shop_that_tells_of_no_order_is_found(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = shop.site.binding.host
    monkeypatch.setattr(
        shop.site.binding, "host", type(host)(host.member, host.product, host.order)
    )
    assert "OrderWatch" in examined(shop.app)["no-orders"].fix
    order = shop.order(None, (shop.product(), 100), status="new")
    shop.community.orders.paid(order)
    shop.session.commit()
    assert "no-orders" not in examined(shop.app)


def test_failed_and_forgotten_work_is_counted(shop: Shop) -> None:
    now = shop.clock()
    job = shop.site.binding.models[OutboxJob]
    with shop.site.unit() as services:
        for state, age in (("failed", 0), ("waiting", 60), ("waiting", 60), ("waiting", 1)):
            at = now - dt.timedelta(minutes=age)
            services.session.add(job(job="x", payload={}, state=state, run_at=at, created_at=at))
    assert "1 failed jobs, 2 jobs left waiting" in examined(shop.app)["left-behind"].what


# -- the first hour --


@pytest.mark.parametrize(
    ("layout", "setting"),
    [("{% block content %}{% endblock %}", ""), ("{% block body %}{% endblock %}", "'body'")],
)
def test_a_layout_that_our_pages_do_not_use_is_named_with_its_block(
    layout: str, setting: str
) -> None:
    app = bare()
    assert "no-layout" not in examined(app)
    app.jinja_loader = DictLoader({"base.html": layout, "admin/base.html": layout, "x.html": ""})
    fix = examined(app)["no-layout"].fix
    assert "COMMUNITY_BASE_TEMPLATE = 'base.html'" in fix
    assert setting in fix


@pytest.mark.parametrize("key", ["you-will-never-guess", "Your-Secret-Key-Here"])
def test_a_key_of_a_tutorial_is_found_however_long(key: str) -> None:
    assert "never change it" in examined(bare(SECRET_KEY=key))["weak-key"].fix


def test_people_and_goods_without_a_name_are_found_with_the_method_to_write(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(User, "community_name")
    fix = examined(shop.app)["bare-names"].fix
    assert "community_name() in User (tests.shops)" in fix
    assert "community_title" not in fix


def test_a_product_without_a_page_is_found(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Product, "community_url")
    assert "community_url() in Product (tests.shops)" in examined(shop.app)["no-product-page"].fix


def test_an_order_that_cannot_tell_what_was_bought_is_found(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.order(shop.user("ann"), (shop.product(), 100))
    assert "failing-facts" not in examined(shop.app)
    told = Order.community_order

    def without_currency(self: Order) -> OrderFacts:
        return dataclasses.replace(told(self), currency="XXX")

    monkeypatch.setattr(Order, "community_order", without_currency)
    finding = examined(shop.app)["failing-facts"]
    assert "'XXX' is no active ISO 4217 currency" in finding.what
    assert "community_order() in Order (tests.shops)" in finding.fix


def test_states_that_no_order_ever_had_are_found(shop: Shop) -> None:
    order = shop.order(None, (shop.product(), 100), status="new")
    finding = examined(shop.app)["unseen-states"]
    assert "waits for 'paid' in 'status', which holds 'new'" in finding.what
    shop.set_status(order, "paid")
    assert "unseen-states" not in examined(shop.app)


def test_past_orders_that_were_not_brought_in_are_counted(shop: Shop) -> None:
    shop.order(None, (shop.product(), 100))
    assert "past-orders" not in examined(shop.app)
    with shop.site.unit() as services:
        for table in ("community_order_line", "community_order"):
            services.session.execute(sa.text(f"DELETE FROM {table}"))
    finding = examined(shop.app)["past-orders"]
    assert "your 1 orders" in finding.what
    assert "flask community backfill" in finding.fix


def test_missing_tables_are_made_as_the_shop_makes_its_own(shop: Shop, tmp_path: Path) -> None:
    db.metadata.drop_all(db.engine, tables=own_tables(shop.site.binding))
    assert "Run flask community create-tables" in examined(shop.app)["missing-tables"].fix
    (tmp_path / "env.py").touch()
    Migrate(shop.app, db, directory=str(tmp_path))
    assert "flask db upgrade" in examined(shop.app)["missing-tables"].fix


def test_every_finding_says_what_to_write_or_run() -> None:
    source = inspect.getsource(doctor) + inspect.getsource(first_hour)
    fixes = re.findall(r'fix=f?"(\w+)', source)
    assert set(fixes) <= {"Set", "Call", "Write", "Run", "Mend", "Give", "Keep", "See", "Serve"}


# -- in public --


def test_only_deploy_looks_at_what_matters_in_public(shop: Shop) -> None:
    assert set(examined(shop.app, deploy=True)) == {
        "missing-hooks",
        "open-cookies",
        "loose-sqlite",
    }


def test_an_old_flask_is_found(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "version", lambda _: "3.1.2")
    assert "flask>=3.1.3" in examined(shop.app, deploy=True)["old-flask"].fix


def test_a_sqlite_database_in_wal_with_foreign_keys_will_do(shop: Shop) -> None:
    @sa.event.listens_for(db.engine, "connect")
    def strict(connection: object, _record: object) -> None:
        for pragma in ("journal_mode = WAL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]

    db.engine.dispose()
    assert "loose-sqlite" not in examined(shop.app, deploy=True)


def test_another_database_is_not_asked_about_sqlite(postgres_url: str) -> None:
    with open_shop(postgres_url, **SOUND, COMMUNITY_SECURE_COOKIES=True) as shop:
        assert set(examined(shop.app, deploy=True)) == {"missing-hooks"}
