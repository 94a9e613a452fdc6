"""Opens the shop on this machine: seeded once, on a free port, with sign-in links."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from werkzeug.serving import BaseWSGIServer, make_server

from .app import INSTANCE, create_app
from .database import db
from .models import User
from .seed import PEOPLE, sow
from .seed.command import SEEDING, on_terminal, seed_only
from .signing import sign_in_link

HOST = "127.0.0.1"
PORT = 5000
PORTS_TRIED = 100

# The demo speaks plain HTTP, so its cookies must travel on it.
DEMO = {"DEMO": True, "COMMUNITY_SECURE_COOKIES": False}


def main(arguments: Sequence[str], *, instance: Path = INSTANCE) -> None:
    """Serve the shop until Ctrl+C."""
    wanted = _wanted(arguments)
    if wanted.seed_only:
        url = wanted.database or f"sqlite:///{instance / 'shop.sqlite3'}"
        seed_only(url, wanted.scale, instance)
    listener = listen(wanted.port)
    # Known before the shop is made: letters and shared links carry it.
    address = f"http://{HOST}:{listener.getsockname()[1]}"
    app = ready_app(instance, reset=wanted.reset, address=address)
    server = open_server(app, listener)
    print(welcome(app, server.port), flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print("\nClosed.")
    finally:
        server.server_close()


def ready_app(instance: Path, *, reset: bool = False, address: str | None = None) -> Flask:
    """Return the shop over a seeded database, which is made when there is none."""
    database = instance / "shop.sqlite3"
    if reset:
        _remove(database)
    if not database.exists():
        print("A year passes in the shop, once; it takes some seconds.", flush=True)
        _seed(instance, database, address)
    app = create_app({**DEMO, "COMMUNITY_BASE_URL": address}, instance=instance)
    with app.app_context():
        upgrade()  # a newer checkout may have newer tables
    return app


def listen(port: int | None) -> socket.socket:
    """Listen on this very port, or on the first free one from 5000 on."""
    return _listen(port) if port is not None else _listen_from(PORT)


def open_server(app: Flask, listener: socket.socket) -> BaseWSGIServer:
    """Serve the shop to whoever connects to a listening socket."""
    return make_server(HOST, listener.getsockname()[1], app, threaded=True, fd=listener.detach())


def welcome(app: Flask, port: int) -> str:
    """Return what stands in the terminal: where the shop is, and the way in for each role."""
    address = f"http://{HOST}:{port}"
    lines = [f"Kiln Street Tea is open at {address}/ (Ctrl+C closes it).", ""]
    with app.test_request_context(base_url=address):
        for person in PEOPLE:
            user = db.session.scalars(db.select(User).filter_by(email=person.email)).one_or_none()
            if person.shown_as and user is not None:
                lines.append(
                    f"  {person.shown_as:<15} {user.name:<9} {address}{sign_in_link(user)}"
                )
    return "\n".join(
        [*lines, "", "Each link signs you in with one click; they are only for this demo."]
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m example_shop", description=__doc__)
    parser.add_argument("--port", type=_port, help="this port and no other; 0 takes any free one")
    parser.add_argument("--reset", action="store_true", help="throw the shop away and seed anew")
    parser.add_argument("--seed-only", action="store_true", help="fill a database, serve nothing")
    parser.add_argument("--scale", type=_scale, default=1, help="so many times the usual seed")
    parser.add_argument("--database", metavar="URL", help="an empty database to fill")
    return parser


def _wanted(arguments: Sequence[str]) -> argparse.Namespace:
    parser = _parser()
    wanted = parser.parse_args(arguments)
    if not wanted.seed_only and (wanted.database or wanted.scale != 1):
        parser.error("--scale and --database go with --seed-only")
    return wanted


def _scale(text: str) -> int:
    if (scale := int(text)) < 1:
        raise argparse.ArgumentTypeError("a scale is a number from 1 on")
    return scale


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return port


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        sys.exit(f"Cannot listen on {HOST}:{port}: {error}")


def _listen_from(first: int) -> socket.socket:
    for port in range(first, first + PORTS_TRIED):
        try:
            return socket.create_server((HOST, port))
        except OSError:
            continue
    sys.exit(f"No free port from {first} to {first + PORTS_TRIED - 1}: name one with --port.")


def _seed(instance: Path, database: Path, address: str | None) -> None:
    """Make the database aside and move it when it is whole: a half-made one is never served."""
    draft = instance / f"draft-{os.getpid()}.sqlite3"
    url = f"sqlite:///{draft}"
    aside = {**SEEDING, "SQLALCHEMY_DATABASE_URI": url, "COMMUNITY_BASE_URL": address}
    try:
        sow(create_app({**DEMO, **aside}, instance=instance), progress=on_terminal())
        _remove(database)  # its journal too, which would be read as the new one's
        os.replace(draft, database)
    finally:
        _remove(draft)


def _remove(database: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
