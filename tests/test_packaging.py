"""What pip puts on a shop's machine: a wheel and an editable install are both whole."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from example_shop.fresh_machine import ROOT

LOOK = """
import json
from importlib.resources import files

package = files("flask_community")
found = {
    "py.typed": package.joinpath("py.typed").is_file(),
    "openapi": package.joinpath("openapi.json").is_file(),
    "templates": sum(1 for _ in package.joinpath("templates/community").rglob("*.html")),
    "static": sum(1 for file in package.joinpath("static").rglob("*") if file.is_file()),
    "revisions": sorted(
        file.name
        for file in files("flask_community.migrations").joinpath("versions").iterdir()
        if file.name.endswith(".py")
    ),
}
print(json.dumps(found))
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of the project, in a folder whose name has a space."""
    copy = tmp_path / "a shop's"
    leave_out = shutil.ignore_patterns(".git", ".venv*", ".*_cache", "build", "*.egg-info")
    shutil.copytree(ROOT, copy, ignore=leave_out)
    return copy


@pytest.fixture
def empty_venv(tmp_path: Path) -> list[str]:
    """Return the command of a Python that has pip and nothing else."""
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    return [str(tmp_path / "venv" / "bin" / "python")]


@pytest.mark.long
@pytest.mark.parametrize("is_editable", [False, True], ids=["wheel", "editable"])
def test_an_empty_venv_gets_all_that_a_shop_needs(
    checkout: Path, empty_venv: list[str], tmp_path: Path, is_editable: bool
) -> None:
    pip = [*empty_venv, "-m", "pip", "--quiet"]
    what = ["--editable", str(checkout)] if is_editable else [str(wheel_of(checkout, pip))]
    run([*pip, "install", "--no-deps", *what], tmp_path)
    # What we depend on is borrowed from the venv of the tests; our own package is not,
    # since there it stands behind a .pth file, which PYTHONPATH does not read.
    borrowed = sysconfig.get_path("purelib")
    found = run([*empty_venv, "-c", LOOK], tmp_path, PYTHONPATH=borrowed)
    assert json.loads(found) == shipped()


@pytest.mark.long
def test_the_wheel_carries_nothing_else(checkout: Path, empty_venv: list[str]) -> None:
    wheel = wheel_of(checkout, [*empty_venv, "-m", "pip", "--quiet"])
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"flask_community"}
    assert not [name for name in names if name.endswith((".pyc", ".po~", ".orig"))]


def shipped() -> dict[str, object]:
    """Return what `LOOK` must find, as it stands in this checkout."""
    package = ROOT / "flask_community"
    revisions = (ROOT / "migrations" / "versions").glob("*.py")
    return {
        "py.typed": True,
        "openapi": True,
        "templates": len(list((package / "templates" / "community").rglob("*.html"))),
        "static": len([file for file in (package / "static").rglob("*") if file.is_file()]),
        "revisions": sorted(revision.name for revision in revisions),
    }


def wheel_of(checkout: Path, pip: list[str]) -> Path:
    """Build the wheel of a checkout and return it."""
    folder = checkout.parent / "wheels"
    run([*pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(checkout)], checkout.parent)
    (wheel,) = folder.glob("*.whl")
    return wheel


def run(command: list[str], folder: Path, **environment: str) -> str:
    """Run a command in `folder` and return what it printed; fail with all it said."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
