"""The year that the demo shop comes with: whole, lively, in two languages, alike each time."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa
from flask import Flask

from example_shop.app import create_app
from example_shop.avatars import FOLDER as FACES, draw
from example_shop.database import db
from example_shop.fields import FIELDS
from example_shop.models import Category, CreditEntry, Item, Order, Product, Refund, User
from example_shop.seed import CUSTOMER, LEADER, ORDERS, PEOPLE, NotEmptyError, Person, sow
from example_shop.serve import DEMO
from flask_community.communities.models import Label
from flask_community.complaints.models import Case, Complaint
from flask_community.earnings.models import Earning, Payout
from flask_community.experiences.models import Post
from flask_community.orders.models import InboxRow
from flask_community.outbox import OutboxJob
from flask_community.records import Record
from flask_community.referrals.models import Visit
from flask_community.services import Services
from flask_community.site import site_of
from tests.sown_shop import Sown, fill, sown_shop, this_run

GOODS = FACES.parent / "goods"

R = TypeVar("R", bound=Record)

DRAWN_ANEW = {
    "personal",
    "commitments",
    "hash",
    "prev_hash",
    "lease",
    "link_nonce",
    "password_hash",
}
"""Columns with salts and nonces, and with what follows from them."""


def is_chinese(text: str) -> bool:
    return any("一" <= letter <= "鿿" for letter in text)


@pytest.fixture(scope="session")
def sown() -> Sown:
    """Return the shop that was sown for this run."""
    return sown_shop(this_run())


@pytest.fixture(scope="session")
def year(sown: Sown, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Return an app over a copy of it, in its context; nobody writes here."""
    folder = tmp_path_factory.mktemp("year")
    shutil.copy(sown.database, folder / "shop.sqlite3")
    app = create_app({**DEMO, "TESTING": True}, instance=folder)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def rooms(year: Flask) -> Iterator[Services]:
    """Return the services over the year."""
    with year.app_context(), site_of(year).unit() as services:
        yield services


def every(rooms: Services, record: type[R]) -> list[R]:
    """Return all rows of one of the community's tables, in order."""
    model = rooms.site.binding.models[record]
    return list(rooms.session.scalars(sa.select(model).order_by(*sa.inspect(model).primary_key)))


def test_a_year_of_sixty_people(year: Flask) -> None:
    with year.app_context():
        people = db.session.scalars(sa.select(User)).all()
        assert len(people) == len({user.avatar for user in people}) == 60
        assert {user.locale for user in people} == {"en", "zh_Hans"}
        months = db.session.scalars(sa.select(sa.func.strftime("%Y-%m", Order.placed_at))).all()
        assert len(months) == ORDERS
        assert len(set(months)) >= 12


def test_the_shelf_has_four_of_each_category(year: Flask) -> None:
    with year.app_context():
        counted = sa.select(sa.func.count(Product.sku)).group_by(Product.category_slug)
        assert db.session.scalars(counted).all() == [4] * 6
        for goods in db.session.scalars(sa.select(Product)):
            assert goods.variants
            assert goods.batches
            assert is_chinese(goods.name_zh)
            assert is_chinese(goods.words_zh)
            assert not is_chinese(goods.name + goods.words)
        assert all(is_chinese(one.name_zh) for one in db.session.scalars(sa.select(Category)))


def test_the_community_calls_each_shelf_as_the_shop_does(year: Flask) -> None:
    with year.app_context():
        shelves = db.session.scalars(sa.select(Category)).all()
    assert {one.slug: {"en": one.name, "zh-Hans": one.name_zh} for one in shelves} == FIELDS


def test_each_of_the_goods_has_a_small_drawing_and_no_drawing_is_idle(year: Flask) -> None:
    with year.app_context():
        wanted = set(db.session.scalars(sa.select(Product.drawing)))
    assert {path.stem for path in GOODS.iterdir()} == wanted
    for path in GOODS.iterdir():
        drawing = path.read_text()
        ElementTree.fromstring(drawing)  # our own file
        assert len(drawing.encode()) <= 2_048
        assert "<text" not in drawing
        assert "style" not in drawing


def test_everybody_has_the_face_that_is_drawn_for_him() -> None:
    assert {path.stem for path in FACES.iterdir()} == {person.face for person in PEOPLE}
    for person in PEOPLE:
        drawing = (FACES / f"{person.face}.svg").read_text()
        assert drawing == draw(person.look)
        assert len(drawing.encode()) <= 1_024


def test_the_stories_are_told_in_both_languages_and_after_delivery(rooms: Services) -> None:
    posts = every(rooms, Post)
    chinese = [post for post in posts if is_chinese(post.body)]
    assert len(chinese) >= 12
    assert len(posts) - len(chinese) >= 12
    assert len({post.author_id for post in posts}) >= 25
    for post in posts:
        assert post.line_id is not None
        assert post.delivered_at is not None
        assert post.delivered_at < post.published_at


def test_labels_are_worn_and_aspired_to(rooms: Services) -> None:
    labels = every(rooms, Label)
    assert len(labels) == 3
    for label in labels:
        size = rooms.communities.size(label.id)
        assert size.wears > size.aspires > 0


def test_rewards_stand_in_every_state_that_orders_and_payouts_lead_to(rooms: Services) -> None:
    assert {earning.state for earning in every(rooms, Earning)} >= {
        "pending",
        "held",
        "available",
        "in_payout",
        "paid",
        "redeemed",
        "debt",
        "rejected",
        "reversed",
    }


def test_a_reward_taken_as_store_credit_stands_in_the_books_of_the_shop(rooms: Services) -> None:
    entries = rooms.session.scalars(sa.select(CreditEntry).filter_by(kind="earned")).all()
    taken = [payout for payout in every(rooms, Payout) if payout.way == "store_credit"]
    assert [entry.user_id for entry in entries] == [account(LEADER)]
    assert [entry.amount_minor for entry in entries] == [one.amount_minor for one in taken]


def test_links_are_visited_by_people_and_robots_and_lead_to_orders(rooms: Services) -> None:
    leader = rooms.members.of(account(LEADER)).id
    shares = rooms.referrals.own.of(leader)
    assert len(shares) == 3
    assert max(share.kept for share in shares) >= 5
    assert all(share.visits > share.orders for share in shares)
    assert {visit.ineligible for visit in every(rooms, Visit)} == {None, "bot"}
    assert any(rooms.referrals.thanks.counted(share.link.id) for share in shares)


def test_the_leader_has_read_all_but_the_newest_notices(rooms: Services) -> None:
    leader = rooms.members.of(account(LEADER)).id
    assert 0 < rooms.notices.unread(leader) < 20 < len(rooms.notices.inbox(leader, limit=40))


def test_one_batch_is_brewing_and_nobody_has_gathered_it(rooms: Services) -> None:
    reports = [one for one in every(rooms, Complaint) if one.batch == "GP-B"]
    assert len({one.member_id for one in reports}) == 4
    assert {one.state for one in reports} == {"received"}
    assert not [case for case in every(rooms, Case) if case.batch == "GP-B"]


def test_the_visitor_can_join_those_who_report_it(rooms: Services) -> None:
    customer = rooms.members.of(account(CUSTOMER)).id
    bought = rooms.orders.lines_of_buyer(customer)
    line = next(one for one in bought if one.batch == "GP-B")
    (offer, *_) = rooms.complaints.similar(line.id, customer)
    assert (offer.buyers, offer.same_batch) == ("3–9", True)


def test_one_case_is_open_and_an_old_one_was_put_right(rooms: Services) -> None:
    old, new = every(rooms, Case)
    assert (old.state, new.state) == ("closed", "investigating")
    assert rooms.referrals.pause_of(new.product_id, hard=True) is not None
    assert rooms.referrals.pause_of(old.product_id) is None
    given = [rooms.complaints.remedies.given(one) for one in every(rooms, Complaint)[:3]]
    assert all(remedy is not None for remedy in given)


def test_some_customers_have_fallen_asleep(year: Flask, sown: Sown) -> None:
    with year.app_context():
        newest = sa.select(sa.func.max(Order.placed_at)).group_by(Order.user_id)
        half_a_year_ago = dt.datetime.combine(sown.today - dt.timedelta(days=180), dt.time())
        last = db.session.scalars(newest.where(Order.user_id.is_not(None))).all()
        assert sum(at < half_a_year_ago for at in last) >= 10


def test_books_and_log_are_whole_and_nothing_is_left_undone(rooms: Services, sown: Sown) -> None:
    assert rooms.earnings.verify() == []
    assert rooms.audit.verify() == []
    assert rooms.experiences.reactions.verify() == []
    assert {row.state for row in every(rooms, InboxRow)} == {"done"}
    midnight = dt.datetime.combine(sown.today, dt.time(0), dt.UTC)
    for job in every(rooms, OutboxJob):
        assert job.state == "done" or (job.state == "waiting" and job.run_at >= midnight), job.job


def test_money_of_the_shop_adds_up(year: Flask) -> None:
    with year.app_context():
        given = sa.select(sa.func.sum(Refund.amount_minor))
        noted = sa.select(sa.func.sum(Item.refunded_minor))
        assert db.session.scalars(given).one() == db.session.scalars(noted).one() > 0


def test_a_shop_that_is_there_is_not_sown_into(
    shop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("example_shop.seed.upgrade", lambda: None)
    with pytest.raises(NotEmptyError):
        sow(shop)


@pytest.mark.long
def test_the_seed_is_the_same_each_time(sown: Sown, tmp_path: Path) -> None:
    fill(tmp_path / "again.sqlite3", tmp_path, sown.today)
    assert content(sown.database) == content(tmp_path / "again.sqlite3")


# -- below --


def account(person: Person) -> int:
    """Return the key of somebody's account."""
    return db.session.scalars(sa.select(User.id).filter_by(email=person.email)).one()


def content(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return all that a person could read anywhere in a database; secrets and salts aside."""
    engine = sa.create_engine(f"sqlite:///{database}")
    tables = sa.MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        found = {
            table.name: [
                tuple(row) for row in connection.execute(sa.select(*_told(table)).order_by("id"))
            ]
            for table in tables.sorted_tables
            if "id" in table.c
        }
    engine.dispose()
    return found


def _told(table: sa.Table) -> list[sa.Column[object]]:
    return [column for column in table.c if column.name not in DRAWN_ANEW]
