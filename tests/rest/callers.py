"""A shop for apps, with tokens and nothing else, and who calls an API."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from flask_community import Community
from flask_community.referrals.cookie import HEADER
from flask_community.testing import FrozenClock
from tests.databases import hurry
from tests.furnished import furnished
from tests.shops import START, Base, Browser, Hooks, Item, Order, Shop, User, db

PREFIX = "/community/api/v1"
PHONE = "Mozilla/5.0 (Linux; Android 15) TeaShop/1.0"


class TokenShop(Shop):
    """The tea shop for apps: JSON, bearer tokens, no cookie, no session, no template."""

    def __init__(self, url: str, **settings: object) -> None:
        self.clock = FrozenClock(START)
        self.hooks = Hooks()
        self.app = flask.Flask("tokens", template_folder=None, static_folder=None)
        self.app.config.update(
            SECRET_KEY="a secret of this test", SQLALCHEMY_DATABASE_URI=url, TESTING=True
        )
        self.app.config.update(settings)
        self.app.test_client_class = Browser
        db.init_app(self.app)
        self.community = Community(
            db, hooks=self.hooks, clock=self.clock, current_member_id=_bearer
        )
        self.community.init_app(self.app)
        self.app.add_url_rule("/buy/<sku>", view_func=self.buy, methods=["POST"])

    def buy(self, sku: str) -> dict[str, int]:
        """Sell one of something to whoever asks, at once."""
        order = Order(user_id=_bearer(), created=self.clock().replace(tzinfo=None))
        batch = flask.request.form.get("batch")
        order.items = [Item(sku=sku, paid_minor=10_000, batch=batch)]
        db.session.add(order)
        db.session.flush()
        order.status = "paid"
        db.session.commit()
        return {"order": order.id}


def _bearer() -> int | None:
    kind, _, token = flask.request.headers.get("Authorization", "").partition(" ")
    return int(token) if kind == "Bearer" and token.isdigit() else None


@contextlib.contextmanager
def open_token_shop(url: str) -> Iterator[TokenShop]:
    """Open the shop for apps on an empty database."""
    shop = TokenShop(furnished(url, Base.metadata))
    with shop.app.app_context():
        hurry(db.engine)
        try:
            yield shop
        finally:
            db.session.remove()
            db.engine.dispose()


class Caller:
    """Somebody's app, or a page's script, and what it keeps for him."""

    def __init__(self, shop: Shop, user: User | None = None) -> None:
        self.shop = shop
        self.client: FlaskClient = shop.app.test_client()
        self.headers = {"User-Agent": PHONE}
        if user is not None:
            self.sign_in(user)

    def sign_in(self, user: User) -> None:
        """Be this user from now on, in the way of the shop."""
        if isinstance(self.shop, TokenShop):
            self.headers["Authorization"] = f"Bearer {user.id}"
        else:
            assert self.client.post(f"/login/{user.id}").status_code == 204
            self.headers["Origin"] = "http://localhost"

    def remember(self, touches: str) -> None:
        """Carry touches from now on."""
        self.headers[HEADER] = touches

    def send(self, method: str, path: str, body: object = None, **headers: str) -> TestResponse:
        """Send a request; `headers` are named with `_` for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        more: dict[str, Any] = {} if body is None else {"json": body}
        return self.client.open(
            PREFIX + path, method=method, headers={**self.headers, **named}, **more
        )

    def get(self, path: str, status: int = 200) -> Any:
        """Return what is there."""
        return _told(self.send("GET", path), status)

    def post(self, path: str, body: object = None, status: int = 200, **headers: str) -> Any:
        """Return what a POST answers."""
        return _told(self.send("POST", path, body, **headers), status)

    def put(self, path: str, body: object = None, status: int = 200, **headers: str) -> Any:
        """Return what a PUT answers."""
        return _told(self.send("PUT", path, body, **headers), status)

    def tag(self, path: str) -> str:
        """Return the ETag of what is there."""
        return str(self.send("GET", path).headers["ETag"])

    def buy(self, sku: str, **fields: str) -> None:
        """Buy in the shop's own way, with what the app remembers."""
        headers: Mapping[str, str] = self.headers
        bought = self.client.post(f"/buy/{sku}", data={"pay": "1", **fields}, headers=headers)
        assert bought.status_code == 200


def _told(response: TestResponse, status: int) -> Any:
    assert response.status_code == status, response.get_data(as_text=True)
    return response.get_json(silent=True)
