"""Claims about `flask community init` as a stranger runs it."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.cli import FlaskGroup

from flask_community.cli import cli
from tests.starting.hosts import FACTORY, ONE_FILE, PLAIN, SPREAD

TRY = {
    "factory": """
from shop import create_app
from shop.extensions import community, db
from shop.models import Order, OrderItem, Product, Status, User
app, session = create_app(), lambda: db.session
buyer, goods = User(username="Ann"), Product(name="Pot", price=20)
order = Order(user=buyer, items=[OrderItem(product=goods, quantity=2, unit_price=19)])
def pay(): order.status = Status.PAID
create, expected = db.create_all, ("Ann", "Pot", "/products/1", 3800)
""",
    "one": """
from app import Book, Customer, Order, app, community, datetime, db
session = lambda: db.session
buyer, goods = Customer(id=1), Book(id=1, title="Pot")
order = Order(customer_id=1, book_id=1, total_cents=3800, ordered_at=datetime(2026, 1, 1))
def pay(): order.status = "paid"
create, expected = db.create_all, ("Customer 1", "Pot", "/", 3800)
""",
    "plain": """
import datetime
from core.database import Base, Session, community, engine
from core.models import Account, Article, Purchase, PurchaseLine
from web import make_app
app, session = make_app(), lambda: Session
buyer, goods = Account(uid="a", nickname="Ann"), Article(title="Pot", price=19.0)
order = Purchase(account=buyer, created=datetime.datetime(2026, 1, 1))
order.lines = [PurchaseLine(article=goods, qty=2)]
def pay(): order.is_paid = True
create, expected = lambda: Base.metadata.create_all(engine), ("Ann", "Pot", "/", 3800)
""",
    "spread": """
import datetime
from shop import create_app
app = create_app()
from shop.community import community
from shop.db import db
from shop.goods.models import Price, Product
from shop.orders.models import Currency, Order, OrderItem
from shop.users.models import User
session = lambda: db.session
buyer, goods = User(name="Ann"), Product(name="Pot")
item = OrderItem(product=goods, price=Price(price_int=3800))
order = Order(user=buyer, created=datetime.datetime(2026, 1, 1), currency=Currency.EUR)
order.items = [item]
def pay(): order.pay()
create, expected = db.create_all, ("Ann", "Pot", "/goods/1", 3800)
""",
}

STORY = """
from flask_community.orders.models import Line
from flask_community.site import site_of
with app.test_request_context():
    create()
    session().add_all([buyer, goods, order])
    session().commit()
    pay()
    session().commit()
    host = site_of(app).binding.host
    with site_of(app).unit() as services:
        line = services.session.query(site_of(app).binding.models[Line]).one()
        paid = line.paid_minor
    told = host.member_name(buyer), host.product_title(goods), host.product_url(goods), paid
    assert told == expected, told
"""


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Return a runner in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return CliRunner()


def lay_out(folder: Path, shop: dict[str, str]) -> None:
    """Write a shop."""
    for path, text in shop.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def init(runner: CliRunner, *arguments: str, code: int = 0) -> Result:
    """Run `flask community init` in a shop that does not know us."""
    result = runner.invoke(FlaskGroup(), ["community", "init", *arguments])
    assert result.exit_code == code, result.output
    return result


def git(folder: Path, *arguments: str) -> None:
    """Run git, as somebody."""
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def test_the_group_is_there_before_the_shop_knows_the_extension() -> None:
    (found,) = entry_points(group="flask.commands", name="community")
    assert found.load() is cli


@pytest.mark.long
@pytest.mark.parametrize("name", TRY)
def test_what_is_written_runs_and_an_order_comes_in(
    runner: CliRunner, tmp_path: Path, name: str
) -> None:
    shops = {"factory": FACTORY, "one": ONE_FILE, "plain": PLAIN, "spread": SPREAD}
    lay_out(tmp_path, shops[name])
    init(runner, "--apply", "--currency", "EUR")
    if name == "one":
        line = "from datetime import datetime\n"
        (tmp_path / "app.py").write_text(line + (tmp_path / "app.py").read_text())
    story = [sys.executable, "-W", "ignore", "-c", TRY[name] + STORY]
    done = subprocess.run(story, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("shop", [FACTORY, ONE_FILE, SPREAD], ids=["factory", "one", "spread"])
def test_what_is_printed_is_what_git_applies(
    runner: CliRunner, tmp_path: Path, shop: dict[str, str]
) -> None:
    lay_out(tmp_path, shop)
    git(tmp_path, "init", "--quiet")
    printed = init(runner).stdout
    (tmp_path / "patch").write_text(printed)
    git(tmp_path, "apply", "patch")
    assert init(runner).stdout == "nothing to do: the community is let in already\n"


def test_files_with_work_in_them_are_left_alone_unless_forced(
    runner: CliRunner, tmp_path: Path
) -> None:
    lay_out(tmp_path, FACTORY)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "A shop")
    dirty = tmp_path / "shop" / "models.py"
    dirty.write_text(dirty.read_text() + "# half a thought\n")
    assert "uncommitted changes in shop/models.py" in init(runner, "--apply", code=1).output
    assert "Community" not in (tmp_path / "shop" / "extensions.py").read_text()
    init(runner, "--apply", "--force")
    assert "# half a thought" in dirty.read_text()


def test_nothing_outside_the_project_is_read_or_written(runner: CliRunner, tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text(ONE_FILE["app.py"])
    project = tmp_path / "project"
    project.mkdir()
    (project / "app.py").symlink_to(outside)
    (project / "venv").mkdir()
    (project / "venv" / "app.py").write_text(ONE_FILE["app.py"])
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        assert "No SQLAlchemy" in init(runner, "--apply", code=1).output
    assert outside.read_text() == ONE_FILE["app.py"]
