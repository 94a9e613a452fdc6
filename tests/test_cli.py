"""Claims about the commands of `flask community`."""

from __future__ import annotations

import contextvars
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask_migrate import Migrate

from flask_community.audit import AuditEvent
from flask_community.orders.models import Order as KeptOrder
from flask_community.tables import own_tables
from tests.shops import Order, Shop, db, open_shop


@pytest.fixture
def shop(sqlite_url: str) -> Iterator[Shop]:
    """Return the tea shop on SQLite."""
    with open_shop(sqlite_url) as opened:
        yield opened


def run(shop: Shop, *arguments: str, code: int = 0) -> str:
    """Run a command of `flask community` as a shell would; return what it printed."""
    runner = shop.app.test_cli_runner()
    # Outside the app context of the test: no shell has one.
    result = contextvars.Context().run(runner.invoke, args=["community", *arguments])
    assert result.exit_code == code, result.output
    return result.output


def drop_ours(shop: Shop) -> None:
    """Leave only the shop's own tables."""
    db.metadata.drop_all(db.engine, tables=own_tables(shop.site.binding))


# -- tables --


def test_create_tables_makes_what_is_missing(database_url: str) -> None:
    with open_shop(database_url) as shop:
        drop_ours(shop)
        assert "created community_member\n" in run(shop, "create-tables")
        assert run(shop, "create-tables") == "every table is there\n"


def test_create_tables_leaves_a_migrated_shop_alone(shop: Shop) -> None:
    shop.session.execute(sa.text("CREATE TABLE alembic_version (version_num TEXT)"))
    shop.session.commit()
    assert "flask community install" in run(shop, "create-tables", code=1)


def test_create_tables_waits_for_the_shop_s_own(shop: Shop) -> None:
    db.drop_all()
    assert "create your own tables first" in run(shop, "create-tables", code=1)


def test_check_names_each_difference(shop: Shop) -> None:
    assert run(shop, "check") == "every table is there\n"
    for change in (
        "DROP TABLE community_audit_chain",
        "ALTER TABLE community_notice RENAME COLUMN url TO link",
        "DROP INDEX ix_community_audit_event_about_id",
    ):
        shop.session.execute(sa.text(change))
    shop.session.commit()
    said = run(shop, "check", code=1)
    assert "table community_audit_chain is missing" in said
    assert "column community_notice.url is missing" in said
    assert "column community_notice.link is not ours" in said
    assert "index ix_community_audit_event_about_id on community_audit_event is missing" in said


def test_check_looks_at_tables_alone_where_nobody_has_begun_to_migrate(
    shop: Shop, tmp_path: Path
) -> None:
    Migrate(shop.app, db, directory=str(tmp_path))
    assert run(shop, "check") == "every table is there\n"


def test_a_shop_without_migrations_is_told_so(shop: Shop, tmp_path: Path) -> None:
    said = run(shop, "install", "--directory", str(tmp_path), code=1)
    assert said.startswith("Error: ")
    assert "holds no migrations" in said


# -- work --


def test_work_does_what_waits_then_stops(sqlite_url: str) -> None:
    settings = {"COMMUNITY_INBOX": "worker", "COMMUNITY_JOBS": "work"}
    with open_shop(sqlite_url, **settings) as shop:
        shop.order(shop.user("Ling"), (shop.product(), 9_900))
        assert orders(shop) == 0
        assert "did" in run(shop, "work", "--once")
        assert orders(shop) == 1
        assert run(shop, "work", "--once") == ""


def orders(shop: Shop) -> int:
    """Return how many orders are known to us."""
    model = shop.site.binding.models[KeptOrder]
    with shop.site.unit() as services:
        return services.session.scalar(sa.select(sa.func.count(model.id))) or 0


def test_work_seals_the_audit_log(shop: Shop) -> None:
    with shop.site.unit() as services:
        services.audit.record("test", actor_id=None, subject="test:1", details={})
    run(shop, "work", "--once")
    with shop.site.unit() as services:
        assert services.session.scalar(sa.select(shop.site.binding.models[AuditEvent].seq)) == 1


def test_work_ends_its_turn_when_told_to_stop(shop: Shop) -> None:
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()
    # Were it not told, this would sleep for a day before it looked again.
    assert run(shop, "work", "--pause", "86400") == ""
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


# -- orders --


def test_reconcile_finds_what_a_bulk_update_hid(shop: Shop) -> None:
    order = shop.order(shop.user("Ling"), (shop.product(), 9_900), status="new")
    shop.session.execute(sa.update(Order).values(status="paid"))
    shop.session.commit()
    assert run(shop, "reconcile").endswith("found 1 order events that were missing\n")
    assert run(shop, "reconcile").endswith("found 0 order events that were missing\n")
    assert state(shop, order) == "paid"


def state(shop: Shop, order: Order) -> str:
    """Return how far an order is for us."""
    with shop.site.unit() as services:
        kept = services.orders.find(order.id)
        assert kept is not None
        return kept.state


def test_backfill_brings_past_orders_in(shop: Shop) -> None:
    order = shop.order(shop.user("Ling"), (shop.product(), 9_900), status="done")
    forget_orders(shop)
    said = run(shop, "backfill", "--batch", "1")
    assert "orders: 1 of 1" in said
    assert state(shop, order) == "delivered"
    assert run(shop, "backfill").endswith("brought in 0 events of past orders\n")


def forget_orders(shop: Shop) -> None:
    """Do as if the orders came from before the extension."""
    tables = own_tables(shop.site.binding)
    db.metadata.drop_all(db.engine, tables=tables)
    db.metadata.create_all(db.engine, tables=tables)


# -- checks --


def test_a_whole_ledger_and_log_are_said_to_be_whole(shop: Shop) -> None:
    assert run(shop, "ledger", "verify") == "the ledger is whole\n"
    assert run(shop, "audit", "verify") == "the log is whole\n"
    assert run(shop, "audit") == "the ledger and the log are whole\n"


def test_a_changed_log_is_found(shop: Shop) -> None:
    with shop.site.unit() as services:
        services.audit.record("paid", actor_id=None, subject="payout:1", details={})
        services.audit.seal()
    event = shop.site.binding.models[AuditEvent]
    shop.session.execute(sa.update(event).values(action="refused"))
    shop.session.commit()
    assert run(shop, "audit", "verify", code=1) == "audit event 1: is not what was sealed\n"
    assert "audit event 1" in run(shop, "audit", code=1)


def test_the_doctor_s_findings_fail_the_command_and_advice_does_not(shop: Shop) -> None:
    said = run(shop, "doctor", code=1)
    assert "no-address: " in said
    shop.app.config["TRUSTED_HOSTS"] = ["shop.example"]
    said = run(shop, "doctor")
    assert "missing-hooks: " in said
