"""Puts the shop together: `flask --app example_shop.app run`."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, Response

from . import errors, frame, views
from .database import db, tune_sqlite
from .extensions import babel, community, login, migrate
from .fields import FIELDS
from .languages import chosen_locale, compiled
from .models import CURRENCY

INSTANCE = Path(__file__).resolve().parent.parent / "instance"
"""Where the running shop keeps its database and its key; never committed."""

# No script, no style but the shop's own files; the community's pages live with it.
POLICY = (
    "default-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)


def create_app(config: Mapping[str, Any] | None = None, *, instance: Path = INSTANCE) -> Flask:
    """Return the shop; `config` wins over what stands here."""
    instance.mkdir(parents=True, exist_ok=True)
    app = Flask("example_shop", instance_path=str(instance))
    app.config.update(
        SECRET_KEY=_secret_key(instance / "secret-key"),
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{instance / 'shop.sqlite3'}",
        SESSION_COOKIE_NAME="kiln_street",
        SESSION_COOKIE_SAMESITE="Lax",
        # Four pictures straight from a phone; the community keeps its other forms short.
        MAX_CONTENT_LENGTH=48 * 1024 * 1024,
        BABEL_TRANSLATION_DIRECTORIES=str(compiled(instance / "translations")),
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        COMMUNITY_SHOP_ID="kiln-street-tea",
        COMMUNITY_BASE_TEMPLATE="shop/layout.html",
        COMMUNITY_HEAD_BLOCK="head",
        COMMUNITY_CURRENCY=CURRENCY,
        COMMUNITY_TIMEZONE="Asia/Shanghai",
        COMMUNITY_FIELD_NAMES=FIELDS,
        DEMO=False,
    )
    app.config.update(config or {})
    _register(app)
    app.after_request(_harden)
    return app


def _register(app: Flask) -> None:
    db.init_app(app)
    tune_sqlite(app)
    migrate.init_app(app)
    login.init_app(app)
    babel.init_app(app, locale_selector=chosen_locale)
    community.init_app(app)
    app.register_blueprint(views.shop)
    frame.init_app(app)
    errors.init_app(app)


def _harden(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.vary.add("Accept-Language")
    return response


def _secret_key(file: Path) -> str:
    """Return the key of this instance, drawn at the first start."""
    if not file.exists():
        drawn = file.with_name(f"{file.name}-{os.getpid()}")
        # The mode is given at birth, so that there is no moment at which others can read it.
        with open(os.open(drawn, os.O_WRONLY | os.O_CREAT, 0o600), "w") as opened:
            opened.write(secrets.token_urlsafe(32))
        # Of two first starts at once, the first one names the key for both.
        with contextlib.suppress(FileExistsError):
            os.link(drawn, file)
        drawn.unlink()
    return file.read_text()
