"""Two commands on a fresh machine: .venv is built once, and only when it must be."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from example_shop.fresh_machine import ROOT, fingerprint, is_ready, ready_python
from tests.__main__ import pytest_arguments
from tests.effort import WORKERS

ALL_CORES = ["-n", str(WORKERS), "--dist", "worksteal"]
MOST = ["-m", "not release"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder that has the packaging files and nothing else."""
    for name in ("setup.cfg", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a whole copy of the project, in a folder whose name has a space."""
    copy = tmp_path / "a shop"
    leave_out = shutil.ignore_patterns(".git", ".venv*", ".*_cache", "build", "*.egg-info")
    shutil.copytree(ROOT, copy, ignore=leave_out)
    return copy


def build_whole(root: Path) -> None:
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (root / ".venv" / "built-from").write_text(fingerprint(root))


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_a_whole_venv_is_used_as_it_is(project: Path) -> None:
    build_whole(project)
    assert ready_python(project) == project / ".venv/bin/python"


def test_an_interrupted_build_does_not_count(project: Path) -> None:
    build_whole(project)
    (project / ".venv" / "built-from").unlink()
    assert not is_ready(project)


def test_a_venv_whose_python_is_gone_does_not_count(project: Path) -> None:
    build_whole(project)
    (project / ".venv/bin/python").unlink()
    (project / ".venv/bin/python").symlink_to(project / "uninstalled")
    assert not is_ready(project)


def test_a_new_dependency_rebuilds_the_venv(project: Path) -> None:
    build_whole(project)
    edit(project / "setup.cfg", "flask>=3.0", "flask>=3.1")
    assert not is_ready(project)


def test_a_new_lint_rule_rebuilds_nothing(project: Path) -> None:
    build_whole(project)
    edit(project / "setup.cfg", "strict = True", "strict = False")
    assert is_ready(project)


def test_a_moved_venv_is_rebuilt(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    build_whole(project)
    moved = tmp_path_factory.mktemp("elsewhere") / "project"
    shutil.copytree(project, moved, symlinks=True)
    assert not is_ready(moved)


def test_a_python_without_ensurepip_is_told_what_to_install(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit, match=r"^Python's venv .* apt-get install python3\.\d+-venv$"):
        ready_python(project)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_of_somebody_else_is_refused_in_one_line(project: Path) -> None:
    project.chmod(0o555)
    with pytest.raises(SystemExit, match="copy the project to a folder of your own"):
        ready_python(project)


@pytest.mark.parametrize("launcher", ["tests.__main__", "example_shop.__main__"])
def test_a_launcher_needs_only_the_standard_library(launcher: str) -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {launcher}"
    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True)


@pytest.mark.parametrize("package", ["tests", "example_shop"])
def test_nothing_runs_before_a_launcher(package: str) -> None:
    assert (ROOT / package / "__init__.py").read_bytes() == b""


@pytest.mark.parametrize(
    ("given", "handed_on"),
    [
        ([], [*MOST, *ALL_CORES]),
        (["--fast"], ["-m", "not long", *ALL_CORES]),
        (["--fast", "-x"], ["-m", "not long", *ALL_CORES, "-x"]),
        (["--release"], ALL_CORES),
        (["-k", "ledger"], [*MOST, *ALL_CORES, "-k", "ledger"]),
        (["-n0"], [*MOST, "-n0"]),
        (["--pdb"], [*MOST, "--pdb"]),
        (["tests/test_money.py"], [*MOST, "tests/test_money.py"]),
        (["tests/test_money.py::test_it"], [*MOST, "tests/test_money.py::test_it"]),
    ],
    ids=lambda arguments: " ".join(arguments) or "none",
)
def test_arguments_reach_pytest(given: list[str], handed_on: list[str]) -> None:
    assert pytest_arguments(given) == handed_on


def test_setup_cfg_names_every_package() -> None:
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg")
    found = (file.parent for file in (ROOT / "flask_community").rglob("__init__.py"))
    packages = {".".join(folder.relative_to(ROOT).parts) for folder in found}
    assert set(config["options"]["packages"].split()) == {*packages, "flask_community.migrations"}


@pytest.mark.long
def test_the_second_start_needs_no_network_and_no_building(checkout: Path) -> None:
    command = [sys.executable, "-m", "tests", "-q", "tests/test_launchers.py", "-k", "reach_pytest"]
    environment = {**os.environ, "COMMUNITY_TEST_LANES": "sqlite"}
    first = run(command, checkout, environment)
    second = run(command, checkout, {**environment, "PIP_NO_INDEX": "1"})
    assert re.search(r"^\d+ passed, \d+ deselected", first.stdout, re.MULTILINE)
    assert "Building .venv" in first.stderr
    assert re.search(r"^\d+ passed, \d+ deselected", second.stdout, re.MULTILINE)
    assert "Building" not in second.stderr
    code = "from importlib.resources import files; print(files('flask_community.migrations'))"
    found = run([str(checkout / ".venv/bin/python"), "-c", code], checkout.parent).stdout
    assert str(checkout / "migrations") in found, "an editable install finds the revisions too"


@pytest.mark.long
def test_the_wheel_carries_all_that_a_shop_needs(checkout: Path, tmp_path: Path) -> None:
    venv = tmp_path / "empty"
    run([sys.executable, "-m", "venv", str(venv)], tmp_path)
    pip = [str(venv / "bin" / "python"), "-m", "pip", "--quiet"]
    run([*pip, "wheel", "--no-deps", "--wheel-dir", str(tmp_path), str(checkout)], tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    run(
        [*pip, "install", "--no-deps", "--target", str(tmp_path / "installed"), str(wheel)],
        tmp_path,
    )
    assert files(tmp_path / "installed/flask_community", "migrations") == files(
        checkout / "flask_community"
    )
    assert files(tmp_path / "installed/flask_community/migrations") == files(
        checkout / "migrations"
    )


def files(folder: Path, leave_out: str = "") -> set[Path]:
    """Return all files below ``folder`` but byte code and one subfolder, by relative path."""
    found = {file.relative_to(folder) for file in folder.rglob("*") if file.is_file()}
    return {file for file in found if file.suffix != ".pyc" and file.parts[0] != leave_out}


def run(
    command: list[str], folder: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command in ``folder``; on failure, show what it said."""
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done
