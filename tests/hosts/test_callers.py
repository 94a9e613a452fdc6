"""Who is calling: Flask-Login by default, whatever the host knows otherwise, always by key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import flask
import pytest
import sqlalchemy as sa
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, login_user
from sqlalchemy.orm import mapped_column

from flask_community import Community, ConfigError, MemberMixin
from flask_community.host import Role
from tests.hosts.kinds import KEYS, new_app
from tests.hosts.parts import goods, plain, sales


def users(base: Any) -> Any:
    """Declare members who sign in by Flask-Login, and staff who do too."""

    class User(MemberMixin, UserMixin, base):  # type: ignore[misc]
        __tablename__ = "user"
        id = mapped_column(sa.Integer, primary_key=True)

    class Staff(UserMixin, base):  # type: ignore[misc]
        __tablename__ = "staff"
        id = mapped_column(sa.Integer, primary_key=True)

    return User, Staff


class Visit:
    """One request to a host of two users, 1 and 2, and a member of staff, also 1."""

    def __init__(self, current_member_id: Callable[[], Any] | None = None) -> None:
        self.frame = plain(users, goods, sales)
        self.User, self.Staff = self.frame.models[0]
        self.engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
        self.frame.factory.configure(bind=self.engine)
        self.frame.base.metadata.create_all(self.engine)
        with self.frame.sessions() as session:
            session.add_all([self.User(), self.User(), self.Staff()])
            session.commit()
        self.app = new_app()
        Community(
            base=self.frame.base, session=self.frame.sessions, current_member_id=current_member_id
        ).init_app(self.app)

    def load(self, cls: Any, key: int) -> Any:
        """Return an object whose session is closed."""
        with self.frame.sessions() as session:
            return session.get(cls, key)

    def caller(self, user: Any = None) -> Any:
        """Return whom we take the caller for, with `user` signed in by Flask-Login."""
        with self.app.test_request_context():
            if user is not None:
                login_user(user)
            return self.app.extensions["community"].member_key()

    def close(self) -> None:
        self.engine.dispose()


@pytest.fixture
def visit() -> Iterator[Visit]:
    made = Visit()
    LoginManager(made.app).user_loader(lambda key: made.load(made.User, int(key)))
    yield made
    made.close()


def test_flask_login_is_asked_by_default(visit: Visit) -> None:
    assert visit.caller(visit.load(visit.User, 2)) == 2


def test_without_a_login_manager_nobody_is_signed_in() -> None:
    visit = Visit()
    assert visit.caller() is None
    visit.close()


def test_an_anonymous_user_with_a_real_looking_id_is_nobody(visit: Visit) -> None:
    class Guest(AnonymousUserMixin):
        id = 1

        def get_id(self) -> str:
            return "1"

    visit.app.login_manager.anonymous_user = Guest  # type: ignore[attr-defined]
    assert visit.caller() is None


def test_a_detached_and_expired_user_is_known_by_key(visit: Visit) -> None:
    with visit.frame.sessions() as session:
        user = session.get(visit.User, 2)
        session.expire_all()
    assert caller_set_by_hand(visit, user) == 2


def test_a_user_made_for_this_request_alone_is_known_by_key(visit: Visit) -> None:
    assert caller_set_by_hand(visit, visit.User(id=2)) == 2


def test_staff_of_another_table_are_not_the_members_with_their_keys(visit: Visit) -> None:
    assert caller_set_by_hand(visit, visit.load(visit.Staff, 1)) is None


def test_a_wrapper_around_the_user_is_asked_for_his_key(visit: Visit) -> None:
    class Wrapper(UserMixin):
        def get_id(self) -> str:
            return "2"

    visit.app.login_manager.user_loader(lambda _: Wrapper())  # type: ignore[attr-defined]
    client = visit.app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "2"
    with client:
        client.get("/nowhere")
        assert visit.app.extensions["community"].member_key() == 2


@pytest.mark.parametrize("given", [2, "2"], ids=["a key", "a key as text, as tokens carry it"])
def test_the_host_may_say_who_is_calling(given: object) -> None:
    visit = Visit(current_member_id=lambda: given)
    assert visit.caller() == 2
    visit.close()


def test_a_stale_key_signs_nobody_in(caplog: pytest.LogCaptureFixture) -> None:
    visit = Visit(current_member_id=lambda: "nora@shop.example")
    assert visit.caller() is None
    assert "nora@shop.example' is no key of User" in caplog.text
    visit.close()


def test_an_object_instead_of_a_key_is_refused() -> None:
    mistaken: Visit = Visit(lambda: mistaken.load(mistaken.User, 1))
    with pytest.raises(ConfigError, match="current_member_id returned a User: return its key"):
        mistaken.caller()
    mistaken.close()


@pytest.mark.parametrize("kind", KEYS)
def test_keys_of_every_kind_come_back_from_text(kind: str) -> None:
    type_, make = KEYS[kind]
    key = sa.Column(type_)
    assert Role("member", object, key).key_from_text(str(make(7))) == make(7)


def caller_set_by_hand(visit: Visit, user: Any) -> Any:
    """Return whom we take the caller for, where a request loader has set `user`."""
    with visit.app.test_request_context():
        flask.g._login_user = user
        return visit.app.extensions["community"].member_key()
