"""Claims about how the shop keeps the pictures of its customers."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from example_shop.app import create_app
from example_shop.database import db
from example_shop.hooks import ShopHooks


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    app = create_app({"SQLALCHEMY_DATABASE_URI": "sqlite://", "TESTING": True}, instance=tmp_path)
    with app.app_context():
        db.create_all()
    return app


def test_a_picture_is_served_as_a_picture_and_forgotten(app: Flask) -> None:
    hooks = ShopHooks()
    with app.test_request_context():
        url = hooks.store_file("abc.jpg", "image/jpeg", b"<script>alert(1)</script>")
        assert hooks.load_file(url).startswith(b"<script")
    with app.test_client().get(url) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    with app.test_request_context():
        hooks.forget_file(url)
        hooks.forget_file(url)
    assert app.test_client().get(url).status_code == 404


def test_a_private_picture_has_no_public_page(app: Flask) -> None:
    with app.test_request_context():
        url = ShopHooks().store_file("private-abc.jpg", "image/jpeg", b"x")
    assert app.test_client().get(url).status_code == 404


@pytest.mark.parametrize(
    "name", ["../secret-key", "..%2fsecret-key", "secret-key", "a.svg", ".jpg"]
)
def test_nothing_else_is_read_or_written(app: Flask, name: str) -> None:
    assert app.test_client().get(f"/files/{name}").status_code == 404
    with app.test_request_context(), pytest.raises(ValueError, match="no name of a picture"):
        ShopHooks().store_file(name, "image/jpeg", b"x")
