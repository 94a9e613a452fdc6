"""A town in which everything is said in a language made up."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from tests.i18n.pseudo import LOCALE, Pseudo
from tests.screens.listed import SCREENS, Screen
from tests.screens.town import Town, settle
from tests.screens.trouble import break_things
from tests.shops import Shop, db, open_shop

IN_TOWN = [screen for screen in SCREENS if screen.place == "town"]
WORD = re.compile(r"[A-Za-z]{2,}")


@dataclass(frozen=True)
class Foreign:
    """The town, all of whose pages speak the made-up language."""

    shop: Shop
    town: Town
    told: frozenset[str]
    """Every word that its people and its shop have written."""

    def page(self, screen: Screen) -> str:
        """Return a screen as whom it is for sees it."""
        user = None if screen.who is None else self.town.users[screen.who]
        client = self.shop.client(user)
        answer = client.get(self.path(screen), follow_redirects=True)
        assert answer.status_code in (200, screen.status)
        return answer.text

    def path(self, screen: Screen) -> str:
        """Return where a screen is."""
        ids = {name: str(id) for name, id in self.town.ids.items()}
        return "/community" + screen.path.format_map(ids)


@contextlib.contextmanager
def open_foreign_town(folder: Path) -> Iterator[Foreign]:
    """Settle the town in English, then change its language."""
    with open_shop(f"sqlite:///{folder}/town.sqlite3", COMMUNITY_TIMEZONE="Asia/Shanghai") as shop:
        town = Town(shop)
        settle(town)
        break_things(town)
        catalogs = shop.site.languages.catalogs
        catalogs.clear()
        catalogs[LOCALE] = Pseudo()
        yield Foreign(shop, town, frozenset(_written()))


def _written() -> Iterator[str]:
    """Yield every word in the database."""
    for table in db.metadata.tables.values():
        for row in db.session.execute(sa.select(table)):
            for value in row:
                yield from WORD.findall(str(value))
