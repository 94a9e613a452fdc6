"""Nobody sets what is not his to set by sending a field of its name."""

from __future__ import annotations

import pytest
from werkzeug.routing import Rule

from flask_community.rest.base import API_BLUEPRINT
from tests.access.asks import Ask, asks
from tests.access.kept import Rows
from tests.access.sending import SAFE, name_of, send
from tests.access.test_csrf import API, PAGES, victim
from tests.access.test_table import RULES, by_name
from tests.access.world import World
from tests.shops import Base

VALUES = {"role": "owner", "rank": "owner", "state": "paid", "scope": "", "currency": "CNY"}
WISHED = {
    column.name: VALUES.get(column.name, "1")
    for table in Base.metadata.sorted_tables
    for column in table.c
} | {"is_admin": "1", "roles": "owner", "member": "1", "label": "1", "sort": "1"}
"""Every column there is, the host's too, and what else an attacker may try."""

DOCUMENT = "api:openapi"
READS = [
    (rule, method)
    for rule, method in RULES
    if method in SAFE and rule.endpoint.startswith(API_BLUEPRINT) and name_of(rule) != DOCUMENT
]


def after(world: World, rule: Rule, method: str, wanted: Ask, role: str) -> tuple[int, Rows]:
    """Return the answer to a request, and the whole database after it; puts it back."""
    status = send(world, rule, method, wanted, role).status_code
    rows = world.kept.now()
    world.put_back()
    return status, rows


def apart(world: World, one: Rows, other: Rows) -> set[str]:
    """Return the columns in which two databases differ, the number of rows as `*`."""
    found = set[str]()
    for name, columns in world.kept.columns.items():
        if len(one[name]) != len(other[name]):
            found.add(f"{name}.*")
        for mine, theirs in zip(one[name], other[name], strict=False):
            pairs = zip(columns, mine, theirs, strict=True)
            found |= {f"{name}.{column}" for column, a, b in pairs if a != b}
    return found


BY_CHANCE = {
    "community_audit_event.personal",
    "community_audit_event.commitments",
    "community_complaint.link_nonce",
    "community_deed.token",
}
"""Columns whose salt, or name, is drawn anew by each request."""


@pytest.mark.parametrize(("rule", "method"), PAGES, ids=by_name)
def test_a_page_takes_no_field_that_its_form_does_not_have(
    world: World, rule: Rule, method: str
) -> None:
    right, role = asks(world)[name_of(rule)], victim(rule)
    more = Ask(right.path, {**WISHED, **right.body}, right.before)
    status, plain = after(world, rule, method, right, role)
    again, wished = after(world, rule, method, more, role)
    assert again == status < 400
    assert apart(world, plain, wished) <= BY_CHANCE


@pytest.mark.parametrize(("rule", "method"), API, ids=by_name)
def test_the_api_refuses_each_field_that_it_does_not_name(
    world: World, rule: Rule, method: str
) -> None:
    right, role = asks(world)[name_of(rule)], victim(rule)
    more = Ask(right.path, {**WISHED, **right.body})
    answer = send(world, rule, method, more, role)
    assert answer.status_code == 422
    named = {error["field"] for error in answer.get_json()["errors"]}
    assert WISHED.keys() - right.body.keys() - named == set()
    assert world.kept.changes() == []


@pytest.mark.parametrize(("rule", "method"), READS, ids=by_name)
def test_the_api_filters_and_sorts_by_nothing_that_it_does_not_name(
    world: World, rule: Rule, method: str
) -> None:
    right, role = asks(world)[name_of(rule)], victim(rule)
    for asked in ("sort", "member_id", "order_by"):
        answer = send(world, rule, method, right, role, query_string={asked: "rank"})
        assert answer.status_code == 422
