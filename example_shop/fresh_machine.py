"""Builds the project's own .venv once, with nothing but Python, and hands over to it."""

from __future__ import annotations

import configparser
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
"""Folder of the checkout."""

EXTRAS = "test"
"""What .venv holds beside the run-time dependencies: both commands share one."""


def ready_python(root: Path = ROOT) -> Path:
    """Return the interpreter of an up-to-date ``.venv``, building it when needed.

    Two commands started at once build it once. Raises :exc:`SystemExit` with
    one line of advice when this machine cannot build it.
    """
    if not is_ready(root):
        with _only_builder(root):
            if not is_ready(root):
                _build(root)
    return _python(root)


def is_ready(root: Path) -> bool:
    """Whether ``.venv`` was built whole, here, from the present dependencies."""
    stamp = _stamp(root)
    return _python(root).exists() and stamp.is_file() and stamp.read_text() == fingerprint(root)


def is_inside(root: Path) -> bool:
    """Whether this process already runs in the project's own ``.venv``."""
    return Path(sys.prefix).resolve() == (root / ".venv").resolve()


def fingerprint(root: Path) -> str:
    """Name what ``.venv`` must hold: dependencies, extras and the place it stands in.

    Only the packaging sections of ``setup.cfg`` count, so that a new lint rule
    rebuilds nothing; the place counts, since a moved ``.venv`` is a broken one.
    """
    config = configparser.ConfigParser(interpolation=None)
    config.read(root / "setup.cfg", encoding="utf-8")
    packaging = [
        (name, sorted(config[name].items()))
        for name in config.sections()
        if name == "metadata" or name.split(".")[0] == "options"
    ]
    build = (root / "pyproject.toml").read_text(encoding="utf-8")
    return hashlib.sha256(repr((str(root), EXTRAS, packaging, build)).encode()).hexdigest()


def hand_over(python: Path, arguments: Sequence[str]) -> NoReturn:
    """Replace this process by ``python arguments``; signals and exit code stay true."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(python, [str(python), *arguments])  # nosec B606 # the project's own Python


def _python(root: Path) -> Path:
    return root / ".venv" / "bin" / "python"


def _stamp(root: Path) -> Path:
    return root / ".venv" / "built-from"


@contextlib.contextmanager
def _only_builder(root: Path) -> Iterator[None]:
    folder = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _build(root: Path) -> None:
    _refuse_early(root)
    print("Building .venv, once; this takes about half a minute.", file=sys.stderr, flush=True)
    _stamp(root).unlink(missing_ok=True)
    if not is_inside(root):
        _run([sys.executable, "-m", "venv", "--clear", str(root / ".venv")], "python3 -m venv")
    pip = [str(_python(root)), "-m", "pip", "--disable-pip-version-check"]
    _run([*pip, "install", "--quiet", "--editable", f"{root}[{EXTRAS}]"], "pip install")
    _stamp(root).write_text(fingerprint(root))


def _refuse_early(root: Path) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 — this runs before pip could say so
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(
            "Python's venv and ensurepip are missing;"
            f" on Debian or Ubuntu: apt-get install python{version}-venv"
        )
    if not os.access(root, os.W_OK):
        sys.exit(f"Cannot write {root}/.venv: copy the project to a folder of your own.")


def _run(command: Sequence[str], what: str) -> None:
    if subprocess.run(command, check=False).returncode:  # nosec B603 # pip and venv
        sys.exit(f"{what} failed; its message stands above. The first start needs the network.")
