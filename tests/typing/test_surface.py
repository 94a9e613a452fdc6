"""The surface is typed: what README.md shows, and more, passes mypy --strict in a shop."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Return a package of the README's models and of what else a shop may write."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "models.py").write_text(readme_models(), "utf-8")
    shutil.copy(Path(__file__).parent / "surface.py", folder)
    return folder


def readme_models() -> str:
    """Return the module that README.md asks a shop to write."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    (models,) = (block for block in blocks if block.startswith("# shop/models.py"))
    # mypy does not understand Flask-SQLAlchemy's db.Model, whoever inherits from it.
    ignored = r"\1  # type: ignore[name-defined,misc]"
    return re.sub(r"^(class .*db\.Model\):)$", ignored, str(models), flags=re.MULTILINE)


@pytest.mark.long
def test_what_a_shop_writes_type_checks(shop: Path) -> None:
    done = mypy(shop)
    assert done.returncode == 0, done.stdout


@pytest.mark.long
def test_a_mistake_of_the_shops_is_found(shop: Path) -> None:
    (shop / "wrong.py").write_text(
        "from .models import community\ncommunity.orders.payed(1)\ncommunity.bind(member=1)\n"
    )
    said = mypy(shop).stdout
    assert re.search(r"wrong\.py:2: error: .*payed", said), said
    assert re.search(r"wrong\.py:3: error: .*bind", said), said


def test_what_the_readme_shows_runs(shop: Path) -> None:
    code = "from shop.models import db; print('community_member' in db.metadata.tables)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=shop.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "True\n", done.stderr


def mypy(shop: Path) -> subprocess.CompletedProcess[str]:
    """Check a shop with `mypy --strict`, as it would do itself."""
    # A settings file of the shop's own: the project's must not help. Flask-Login has no
    # py.typed; and no type checker sees through the hook of an editable install.
    settings = f"[mypy]\nmypy_path = {ROOT}\n[mypy-flask_login.*]\nfollow_untyped_imports = True\n"
    (shop.parent / "mypy.ini").write_text(settings, "utf-8")
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--cache-dir",
            str(shop.parent / "cache"),
            "shop",
        ],
        cwd=shop.parent,
        capture_output=True,
        text=True,
        check=False,
    )
