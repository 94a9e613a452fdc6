"""More towns for benchmarks: copied in bulk, and as whole as the first one."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from example_shop.app import create_app
from example_shop.database import db
from example_shop.models import Order, User
from example_shop.seed import PEOPLE
from example_shop.seed.copies import multiply
from example_shop.serve import DEMO
from flask_community.complaints.models import Complaint
from flask_community.earnings.models import Earning
from flask_community.experiences.models import Post
from flask_community.orders.inbox import writer_for
from flask_community.orders.reconcile import Reconciler
from flask_community.records import Record
from flask_community.referrals.models import Link, Visit
from flask_community.services import Services
from flask_community.site import site_of
from tests.sown_shop import sown_shop, this_run

pytestmark = pytest.mark.long

SCALE = 3


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Flask]]:
    """Return the sown shop, and one with so many times its town."""
    first, many = (tmp_path_factory.mktemp(name) for name in ("first", "many"))
    for folder in (first, many):
        shutil.copy(sown_shop(this_run()).database, folder / "shop.sqlite3")
    one, more = (create_app({**DEMO, "TESTING": True}, instance=name) for name in (first, many))
    with more.app_context():
        multiply(db.session(), SCALE, random.Random(1), lambda _of_what, _part: None)
    yield one, more
    for app in (one, more):
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def rooms(shops: tuple[Flask, Flask]) -> Iterator[Services]:
    """Return the services over the larger shop."""
    with shops[1].app_context(), site_of(shops[1]).unit() as services:
        yield services


def counted(app: Flask, *tables: type[Record] | type[Order]) -> list[int]:
    with app.app_context(), site_of(app).unit() as services:
        models = services.site.binding.models
        rows = [models[one] if issubclass(one, Record) else one for one in tables]
        counts = [sa.select(sa.func.count()).select_from(one) for one in rows]
        return [services.session.scalar(one) or 0 for one in counts]


def test_there_are_so_many_times_the_orders_and_all_that_came_of_them(
    shops: tuple[Flask, Flask],
) -> None:
    tables = (Order, Post, Link, Visit, Earning, Complaint)
    once, often = (counted(app, *tables) for app in shops)
    assert often == [SCALE * number for number in once]


def test_everybody_is_somebody_of_his_own_and_the_staff_is_there_once(rooms: Services) -> None:
    users = rooms.session.scalars(sa.select(User)).all()
    staff = [person for person in PEOPLE if person.role is not None]
    assert len(users) == len(staff) + SCALE * (len(PEOPLE) - len(staff))
    assert len({user.email for user in users}) == len(users)
    assert sum(user.role is not None for user in users) == len(staff)


def test_books_and_reactions_of_all_towns_are_whole(rooms: Services) -> None:
    assert rooms.earnings.verify() == []
    assert rooms.audit.verify() == []
    assert rooms.experiences.reactions.verify() == []


def test_nothing_that_the_shop_says_is_missing_from_the_inbox(rooms: Services) -> None:
    writer = writer_for(rooms.session, rooms.site.binding)
    batches = Reconciler(session=rooms.session, writer=writer).batches()
    assert [key for batch in batches for key in batch.written] == []


def test_a_copy_of_the_leader_sees_rewards_of_her_own(rooms: Services) -> None:
    leaders = sa.select(User.id).where(User.email.like("mei.lin%"))
    rewards = [
        [(one.title, one.earning.credited_minor) for one in rooms.earnings.rewards_of(member.id)]
        for member in map(rooms.members.of, rooms.session.scalars(leaders.order_by(User.id)))
    ]
    assert len(rewards) == SCALE
    assert rewards[0]
    assert rewards[0] == rewards[1] == rewards[2]
