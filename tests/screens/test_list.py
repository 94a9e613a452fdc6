"""The list of screens is whole: no page is left that nobody looks at."""

from __future__ import annotations

from collections import defaultdict

from flask import Flask
from werkzeug.routing import MapAdapter

from tests.screens.listed import EXCUSED, SCREENS
from tests.shops import Shop, open_shop


def test_every_page_is_on_the_list_or_excused(sqlite_url: str) -> None:
    with open_shop(sqlite_url) as shop:
        pages, listed = _pages(shop.app), _listed(shop)
    assert pages - listed - EXCUSED.keys() == set()
    assert EXCUSED.keys() - pages == set(), "excused, and not there"


def test_every_screen_has_a_name_of_its_own() -> None:
    names = [screen.name for screen in SCREENS]
    assert len(set(names)) == len(names)


def _pages(app: Flask) -> set[str]:
    """Return the names of our rules that answer GET, but for those of the API."""
    return {
        rule.endpoint.removeprefix("flask_community.")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("flask_community.")
        and "GET" in (rule.methods or ())
        and "/api/" not in rule.rule
    }


def _listed(shop: Shop) -> set[str]:
    urls: MapAdapter = shop.app.url_map.bind("shop.example")
    ids: dict[str, str] = defaultdict(lambda: "1")
    paths = [screen.path.split("?")[0].format_map(ids) for screen in SCREENS]
    return {str(urls.match(f"/community{path}")[0]).split(".")[-1] for path in paths}
