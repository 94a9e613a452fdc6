"""No other site makes a visitor change anything, whatever it sends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.routing import Rule

from flask_community.rest.base import API_BLUEPRINT
from tests.access.asks import Ask, asks
from tests.access.seed import ROLES
from tests.access.sending import SAFE, name_of, send
from tests.access.table import table
from tests.access.test_table import RULES, by_name
from tests.access.world import World

UNSAFE = [(rule, method) for rule, method in RULES if method not in SAFE]
PAGES = [one for one in UNSAFE if not one[0].endpoint.startswith(API_BLUEPRINT)]
API = [one for one in UNSAFE if one[0].endpoint.startswith(API_BLUEPRINT)]

ELSEWHERE = {"Origin": "https://evil.example"}
CROSS_SITE = {"Sec-Fetch-Site": "cross-site"}

TOKENS = frozenset({"no token", "a token of another browser", "a token made up"})
"""What a path that holds a secret is not asked for: another site cannot name it."""

Change = Callable[[World, Ask, str], dict[str, Any]]
"""Returns how a forged request differs from a right one of this role."""


def body(world: World, wanted: Ask, role: str) -> dict[str, Any]:
    return {**wanted.body, "community_csrf": world.tokens[role]}


FORGED: dict[str, Change] = {
    "no token": lambda world, wanted, role: {"data": dict(wanted.body)},
    "a token of another browser": lambda world, wanted, role: {
        "data": {**wanted.body, "community_csrf": world.tokens["seller"]}
    },
    "a token made up": lambda world, wanted, role: {
        "data": {**wanted.body, "community_csrf": world.tokens[role][:-4] + "AAAA"}
    },
    "another origin": lambda world, wanted, role: {
        "data": body(world, wanted, role),
        "headers": ELSEWHERE,
    },
    "cross-site": lambda world, wanted, role: {
        "data": body(world, wanted, role),
        "headers": CROSS_SITE,
    },
    "JSON": lambda world, wanted, role: {"data": None, "json": body(world, wanted, role)},
    "text": lambda world, wanted, role: {
        "data": "a=1",
        "content_type": "text/plain",
    },
}
"""Ways in which another site may send a form of ours."""

FORGED_JSON: dict[str, Change] = {
    "another origin": lambda world, wanted, role: {"headers": ELSEWHERE},
    "cross-site": lambda world, wanted, role: {"headers": CROSS_SITE},
    "same-site": lambda world, wanted, role: {"headers": {"Sec-Fetch-Site": "same-site"}},
    "no origin at all": lambda world, wanted, role: {"headers": {}},
    "text that is JSON": lambda world, wanted, role: {
        "json": None,
        "data": '{"text": "x"}',
        "content_type": "text/plain",
        "headers": CROSS_SITE,
    },
    "a form": lambda world, wanted, role: {
        "json": None,
        "data": {**wanted.body, "community_csrf": world.tokens[role]},
        "headers": CROSS_SITE,
    },
}
"""Ways in which another site may call the API from a signed-in browser."""


def victim(rule: Rule) -> str:
    """Return a role whose request is done; of somebody signed in, if he may."""
    said = table()[name_of(rule)]
    return next(role for role in (*ROLES[1:], ROLES[0]) if said[role] == "yes")


def refused(world: World, rule: Rule, method: str, change: Change) -> bool:
    right, role = asks(world)[name_of(rule)], victim(rule)
    wanted = Ask(right.path, right.body)
    answer = send(world, rule, method, wanted, role, **change(world, wanted, role))
    return answer.status_code in (400, 403, 405, 415)


@pytest.mark.parametrize(("rule", "method"), PAGES, ids=by_name)
def test_a_forged_form_changes_nothing(world: World, rule: Rule, method: str) -> None:
    by_secret = world.shop.site.web.rules[rule.endpoint].by_secret
    tried = {name: FORGED[name] for name in FORGED.keys() - (TOKENS if by_secret else set())}
    done = [name for name, change in tried.items() if not refused(world, rule, method, change)]
    assert done == []
    assert world.kept.changes() == []


@pytest.mark.parametrize(("rule", "method"), API, ids=by_name)
def test_a_forged_call_changes_nothing(world: World, rule: Rule, method: str) -> None:
    done = [n for n, change in FORGED_JSON.items() if not refused(world, rule, method, change)]
    assert done == []
    assert world.kept.changes() == []


@pytest.mark.parametrize(("rule", "method"), UNSAFE, ids=by_name)
def test_a_link_or_a_picture_changes_nothing(world: World, rule: Rule, method: str) -> None:
    right, role = asks(world)[name_of(rule)], victim(rule)
    wanted = Ask(right.path, right.body)
    for safe in ("GET", "HEAD"):
        send(world, rule, safe, wanted, role, query_string=dict(wanted.body))
    assert world.kept.changes() == []
