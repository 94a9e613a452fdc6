"""Opening the shop: seeded once, alike each time, on a free port."""

from __future__ import annotations

import re
import shutil
import socket
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from example_shop import serve
from example_shop.app import create_app
from example_shop.database import db
from example_shop.models import Letter, Order, User
from example_shop.seed import PEOPLE, Progress
from tests.sown_shop import sown_shop, this_run


def close(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def sown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an instance folder with a seeded shop."""
    folder = tmp_path_factory.mktemp("instance")
    shutil.copy(sown_shop(this_run()).database, folder / "shop.sqlite3")
    close(serve.ready_app(folder))
    return folder


def test_a_second_start_keeps_what_is_there(sown: Path) -> None:
    app = serve.ready_app(sown)
    with app.app_context():
        before = db.session.scalar(sa.select(sa.func.count()).select_from(Order))
        db.session.add(Letter(email="a@b.example", subject="kept", text=""))
        db.session.commit()
    again = serve.ready_app(sown)
    with again.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Order)) == before
        assert db.session.scalar(sa.select(Letter.id).filter_by(subject="kept"))
    close(app)
    close(again)


def test_a_seed_that_fails_is_never_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_app: Flask, *, progress: Progress) -> None:
        raise RuntimeError("out of tea")

    monkeypatch.setattr(serve, "sow", broken)
    with pytest.raises(RuntimeError, match="out of tea"):
        serve.ready_app(tmp_path)
    assert not (tmp_path / "shop.sqlite3").exists()


def test_reset_seeds_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def sow_one_letter(app: Flask, *, progress: Progress) -> None:
        progress("of the year", 1)
        with app.app_context():
            upgrade()
            db.session.add(Letter(email="a@b.example", subject="sown", text=""))
            db.session.commit()
        close(app)

    monkeypatch.setattr(serve, "sow", sow_one_letter)
    app = serve.ready_app(tmp_path)
    with app.app_context():
        db.session.execute(sa.update(Letter).values(subject="old"))
        db.session.commit()
    close(app)
    again = serve.ready_app(tmp_path, reset=True)
    with again.app_context():
        assert db.session.scalars(sa.select(Letter.subject)).all() == ["sown"]
    close(again)
    assert not list(tmp_path.glob("draft*"))


def test_every_link_in_the_terminal_signs_somebody_in(sown: Path) -> None:
    app = serve.ready_app(sown)
    shown = re.findall(
        r"  (\w[\w ]+?)  +(\w+ \w+) +http://127.0.0.1:81(/\S+)", serve.welcome(app, 81)
    )
    assert [role for role, _, _ in shown] == ["customer", "opinion leader", "moderator", "owner"]
    for _, name, path in shown:
        assert name in app.test_client().get(path, follow_redirects=True).text
    close(app)


def test_the_roles_of_the_links_are_the_hosts(sown: Path) -> None:
    app = serve.ready_app(sown)
    with app.app_context():
        roles = {user.email: user.role for user in db.session.scalars(sa.select(User))}
    assert roles == {person.email: person.role for person in PEOPLE}
    close(app)


def test_a_taken_port_is_passed_over(sown: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(instance=sown)
    with socket.create_server((serve.HOST, 0)) as taken:
        first = taken.getsockname()[1]
        monkeypatch.setattr(serve, "PORT", first)
        server = serve.open_server(app, serve.listen(None))
        assert first < server.port <= first + serve.PORTS_TRIED
        server.server_close()


def test_a_port_that_was_named_is_that_or_none() -> None:
    with socket.create_server((serve.HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=f"Cannot listen on 127.0.0.1:{port}"):
            serve.listen(port)


def test_a_port_beyond_all_ports_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        serve.main(["--port", "70000"], instance=tmp_path)
    assert "a port is a number from 0 to 65535" in capsys.readouterr().err


def test_a_scale_without_a_database_of_its_own_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        serve.main(["--scale", "5"], instance=tmp_path)
    assert "--scale and --database go with --seed-only" in capsys.readouterr().err


def test_a_filled_database_is_counted_and_its_books_are_verified(
    sown: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("example_shop.seed.command.sow", lambda *_, **__: None)
    with pytest.raises(SystemExit) as left:
        serve.main(["--seed-only"], instance=sown)
    assert left.value.code is None
    assert re.search(r"^ +200  order$", capsys.readouterr().out, re.M)


def test_a_database_with_a_shop_is_not_filled_again(sown: Path) -> None:
    with pytest.raises(SystemExit, match="holds a shop already"):
        serve.main(["--seed-only", "--scale", "2"], instance=sown)
