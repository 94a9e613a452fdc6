"""Shops whose time stamps cannot be trusted; see docs/hosts.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import mapped_column

from flask_community import Community, MemberMixin
from flask_community.orders.models import Order as OwnOrder
from flask_community.testing import FrozenClock
from tests.hosts.kinds import NOON, new_app
from tests.hosts.parts import buy, goods, named, own, plain, sales

LATER = NOON + dt.timedelta(days=3)
"""When people buy in a shop that began at noon, and stamps every order with that."""


def people(base: Any) -> Any:
    """Declare customers, and staff among them."""

    class User(MemberMixin, base):  # type: ignore[misc]
        __tablename__ = "user"
        id = mapped_column(sa.Integer, primary_key=True)
        roles = mapped_column(sa.String(20), default="")

        def community_roles(self) -> list[str]:
            return [str(self.roles)] if self.roles else []

    return User


@contextmanager
def placed(url: str, *, roles: str | None) -> Iterator[dt.datetime]:
    """Let a browser of a person with these roles place an order, or a script if None."""
    frame = plain(people, goods, sales)
    engine = sa.create_engine(url)
    frame.base.metadata.create_all(engine)
    factory = orm.sessionmaker(engine)
    app, caller = new_app(), 1 if roles is not None else None
    Community(
        base=frame.base,
        session=factory,
        current_member_id=lambda: caller,
        clock=FrozenClock(LATER),
    ).init_app(app)
    with factory() as session:
        session.add(named(frame.base, "User")(roles=roles))
        session.commit()
        with app.app_context() if caller is None else app.test_request_context():
            buy(session, frame.base, user=session.get(named(frame.base, "User"), 1))
        yield session.scalars(sa.select(own(frame.base, OwnOrder).placed_at)).one()
    engine.dispose()


def test_an_order_placed_before_our_eyes_was_placed_when_we_saw_it(sqlite_url: str) -> None:
    with placed(sqlite_url, roles="") as moment:
        assert moment == LATER


@pytest.mark.parametrize("roles", [None, "moderator"], ids=["script", "staff"])
def test_a_past_order_that_is_typed_in_keeps_its_date(roles: str | None, sqlite_url: str) -> None:
    with placed(sqlite_url, roles=roles) as moment:
        assert moment == NOON
