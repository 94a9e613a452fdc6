"""Sends what is asked for from the browser of a role, and says what was answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from flask_community.rest.base import API_BLUEPRINT
from flask_community.web import BLUEPRINT
from tests.access.asks import Ask
from tests.access.seed import CASH_OUT
from tests.access.world import World

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
UNNAMED = frozenset({f"{API_BLUEPRINT}.nothing_here"})
"""Answers what no rule names; nothing is behind it."""

MISSING: Mapping[str, object] = {
    "slug": "no-such-label",
    "key": "999999",
    "token": "XwGKIPKRs64WEDB2",
    "filename": "nothing.css",
    "version": "nothing",
}
"""What is not there, by the name of the part of a path; every other part is a number."""
NOBODY = 999_999_999
NO_IDS = frozenset({"step", "kind", "way", "currency", "minor"})
"""Parts of a path that name no object."""


def name_of(rule: Rule) -> str:
    """Return what the table calls a rule: its endpoint, `api:` before those of the API."""
    blueprint, _, name = rule.endpoint.rpartition(".")
    return f"api:{name}" if blueprint == API_BLUEPRINT else name


def rules_of(app: flask.Flask) -> list[tuple[Rule, str]]:
    """Return each of our rules with each method that it takes."""
    ours = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.rpartition(".")[0] in (BLUEPRINT, API_BLUEPRINT)
        and rule.endpoint not in UNNAMED
    ]
    return [
        (rule, method)
        for rule in sorted(ours, key=name_of)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def missing(rule: Rule, wanted: Ask, *, but: Collection[str] = ()) -> Ask:
    """Return the same request for what is not there, `but` these parts of its path."""
    ids = rule.arguments - NO_IDS - set(but)
    nothing = {name: MISSING.get(name, NOBODY) for name in ids}
    return Ask({**wanted.path, **nothing}, wanted.body, wanted.before)


def send(world: World, rule: Rule, method: str, wanted: Ask, role: str, **how: Any) -> TestResponse:
    """Send a request from the browser of a role, with a right token; `how` changes it."""
    if wanted.before is not None:
        wanted.before(world, role)
    with world.shop.app.test_request_context():
        address = flask.url_for(rule.endpoint, **wanted.path)
    given: dict[str, Any] = {"method": method}
    if rule.endpoint.startswith(API_BLUEPRINT):
        given["headers"] = {"Sec-Fetch-Site": "same-origin", **_versions(world, rule, wanted, role)}
        given |= {"json": dict(wanted.body)} if method not in SAFE and wanted.body else {}
    elif method not in SAFE:
        given["data"] = {**wanted.body, "community_csrf": world.tokens[role]}
    return world.clients[role].open(address, **{**given, **how}, buffered=True)


def _versions(world: World, rule: Rule, wanted: Ask, role: str) -> dict[str, str]:
    """Return the version that a role has seen of what it changes, and the key of its wish."""
    operations, headers = world.shop.site.api.operations, {"Idempotency-Key": CASH_OUT}
    operation = operations.get(rule.endpoint.rpartition(".")[2])
    if operation is not None and (guards := operation.guards) is not None:
        with world.shop.app.test_request_context():
            parts = {part: wanted.path[part] for part in operations[guards].parts}
            address = flask.url_for(f"{API_BLUEPRINT}.{guards}", **parts)
        seen = world.clients[role].get(address)
        headers["If-Match"] = seen.headers.get("ETag", '"unseen"')
    return headers


def answer(response: TestResponse) -> str:
    """Return what an answer says, in the words of the table."""
    location = response.headers.get("Location", "")
    if response.status_code == 401 or location.startswith("/login"):
        return "sign in"
    if response.status_code < 400:
        return "yes"
    return {403: "no", 404: "–"}.get(response.status_code, f"{response.status}")
