"""Apps in every order: factories, two apps on one db, two shops in one process."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import flask
import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from flask_community import Community
from flask_community.models import binding_of
from flask_community.orders.inbox import runtime_of
from tests.hosts.kinds import FlaskFrame, new_app
from tests.hosts.parts import buy, goods, member_keys, named, people, plain, sales, sold


@pytest.fixture
def frame() -> FlaskFrame:
    """Return a shop of three models on Flask-SQLAlchemy, without an app yet."""
    made = FlaskFrame(type("Base", (orm.DeclarativeBase,), {}))
    made.models = [part(made.base) for part in (people, goods, sales)]
    return made


def test_an_app_may_come_before_the_models() -> None:
    frame = FlaskFrame(type("Base", (orm.DeclarativeBase,), {}))
    app = frame.app("sqlite://")
    frame.models = [part(frame.base) for part in (people, goods, sales)]
    with app.app_context():
        frame.db.create_all()
        order = buy(frame.db.session(), frame.base)
        assert member_keys(frame.db.session(), frame.base) == [order.user_id]


def test_tables_may_be_made_before_init_app(frame: FlaskFrame) -> None:
    app = new_app(SQLALCHEMY_DATABASE_URI="sqlite://")
    frame.db.init_app(app)
    with app.app_context():
        frame.db.create_all()
        frame.community.init_app(app)
        order = buy(frame.db.session(), frame.base)
        assert member_keys(frame.db.session(), frame.base) == [order.user_id]


@pytest.mark.parametrize("name", ["community", "post", "api"])
@pytest.mark.parametrize("is_first", [True, False], ids=["before ours", "after ours"])
def test_the_hosts_blueprints_keep_their_names(
    frame: FlaskFrame, name: str, is_first: bool
) -> None:
    theirs = flask.Blueprint(name, __name__, url_prefix=f"/{name}")
    theirs.add_url_rule("/", "index", lambda: f"the shop's own {name}")
    app = new_app(SQLALCHEMY_DATABASE_URI="sqlite://")
    if is_first:
        app.register_blueprint(theirs)
    frame.db.init_app(app)
    frame.community.init_app(app)
    if not is_first:
        app.register_blueprint(theirs)
    assert app.test_client().get(f"/{name}/").text == f"the shop's own {name}"


@pytest.mark.parametrize("key", ["text", b"bytes \xff\x00"])
def test_the_secret_key_may_be_text_or_bytes(frame: FlaskFrame, key: str | bytes) -> None:
    app = new_app(SQLALCHEMY_DATABASE_URI="sqlite://")
    app.config["SECRET_KEY"] = key
    frame.db.init_app(app)
    frame.community.init_app(app)
    blob = app.extensions["community"].blob("test")
    assert blob.loads(blob.dumps(b"kept")) == b"kept"


@pytest.mark.parametrize("seller", [0, 1], ids=["in the shop", "in the back office"])
def test_orders_come_in_through_either_of_two_apps(
    frame: FlaskFrame, seller: int, sqlite_url: str
) -> None:
    apps = [frame.app(sqlite_url, COMMUNITY_INBOX=inbox) for inbox in ("commit", "worker")]
    with apps[seller].app_context():
        frame.db.create_all()
        buy(frame.db.session(), frame.base)
        binding = binding_of(frame.base.metadata)
        assert binding is not None
        assert runtime_of(binding) is apps[seller].extensions["community"]
        assert len(member_keys(frame.db.session(), frame.base)) == 1 - seller
        frame.db.engine.dispose()


def test_a_script_without_an_app_context_is_served_by_the_first_app() -> None:
    frame = plain(people, goods, sales)
    with sold(frame):
        binding = binding_of(frame.base.metadata)
    assert binding is not None
    assert len(binding.runtimes) == 1


def test_an_app_that_is_gone_serves_nobody(frame: FlaskFrame) -> None:
    app = frame.app("sqlite://")
    binding = binding_of(frame.base.metadata)
    assert binding is not None
    assert len(binding.runtimes) == 1
    gone = weakref.ref(app.extensions["community"])
    del app
    gc.collect()
    assert gone() is None
    assert binding.runtimes == []


def test_two_shops_live_in_one_process_on_two_databases(fresh_database: Any) -> None:
    shops = [plain(people, goods, sales) for _ in range(2)]
    with sold(shops[0], fresh_database("sqlite")) as (first, _):
        with sold(shops[1], fresh_database("sqlite")) as (second, _):
            buy(second, shops[1].base)
            assert len(member_keys(second, shops[1].base)) == 2
        assert len(member_keys(first, shops[0].base)) == 1


def test_two_communities_on_one_db_share_what_is_bound(frame: FlaskFrame) -> None:
    other = Community(frame.db)
    app = new_app(SQLALCHEMY_DATABASE_URI="sqlite://")
    frame.db.init_app(app)
    other.init_app(app)
    with app.app_context():
        frame.db.create_all()
        order = buy(frame.db.session(), frame.base, status="new")
        other.orders.paid(order)
        frame.community.orders.paid(order)
        frame.db.session.commit()
        assert member_keys(frame.db.session(), frame.base) == [order.user_id]


def test_our_pages_leave_the_hosts_session_open(frame: FlaskFrame) -> None:
    app = frame.app("sqlite://")
    with app.app_context():
        frame.db.create_all()
        order = buy(frame.db.session(), frame.base)
        with app.test_request_context():
            app.extensions["community"].services().members.find(1)
        assert order in frame.db.session()


def test_a_session_that_we_open_is_closed_with_the_request() -> None:
    frame = plain(people, goods, sales)
    with frame.open("sqlite://"):
        app = flask.current_app._get_current_object()  # type: ignore[attr-defined]
        with app.test_request_context():
            session = app.extensions["community"].session()
            session.add(named(frame.base, "User")())
            session.flush()
        assert not session.in_transaction()


def test_the_host_may_drop_all_tables_again(frame: FlaskFrame) -> None:
    with frame.app("sqlite://").app_context():
        frame.db.create_all()
        frame.db.drop_all()
        assert sa.inspect(frame.db.engine).get_table_names() == []
