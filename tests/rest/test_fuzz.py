"""Sends each operation whatever its description allows, and what it forbids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.transport.wsgi import WSGI_TRANSPORT

from flask_community.rest.spec import shipped
from tests.access.asks import Ask, asks
from tests.access.world import World
from tests.databases import FreshDatabase

PREFIX = "/community/api/v1"
ROLES = ("member", "moderator", "owner")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
PARTS = 2
"""Into how many tests the operations are dealt, for the workers of a run."""


@pytest.fixture(params=["sqlite", "postgresql"])
def lively(request: pytest.FixtureRequest, fresh_database: FreshDatabase) -> Iterator[World]:
    """Return a shop in which every operation has something to work on."""
    made = World(fresh_database(request.param))
    yield made
    made.close()


@pytest.mark.parametrize("part", range(PARTS))
def test_no_request_breaks_the_api(lively: World, part: int) -> None:
    _try_all(lively, part, cases=30)


@pytest.mark.long
@pytest.mark.release
@pytest.mark.parametrize("part", range(PARTS))
def test_no_request_of_very_many_breaks_the_api(lively: World, part: int) -> None:
    _try_all(lively, part, cases=300)


def _try_all(world: World, part: int, *, cases: int) -> None:
    schema = schemathesis.openapi.from_dict(shipped(PREFIX))
    operations: list[Any] = [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr]
    right = asks(world)
    assert len(operations) > 60
    for operation in operations[part::PARTS]:
        name = operation.definition.raw["operationId"]
        _try_one(world, operation, right[f"api:{name}"], cases)
        world.put_back()


def _try_one(world: World, operation: Any, right: Ask, cases: int) -> None:
    kinds = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )

    @settings(
        max_examples=cases,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=kinds, role=st.sampled_from(ROLES), is_aimed=st.booleans())
    def send(case: Any, role: str, is_aimed: bool) -> None:
        if is_aimed:
            role = _natural(operation.path, role)
        sent = _aimed(world, case, role, right) if is_aimed else WSGI_TRANSPORT.serialize_case(case)
        sent["headers"] = {**sent["headers"], "Origin": "http://localhost"}
        answer = world.clients[role].open(**sent)
        case.validate_response(Response.from_any(answer), checks=CHECKS)

    send()


def _natural(path: str, role: str) -> str:
    """Return who would ask for this: the member for his own things."""
    if path.startswith("/desk"):
        return "moderator" if role == "member" else role
    return "owner" if path.startswith("/owner") else "member"


def _aimed(world: World, case: Any, role: str, right: Ask) -> dict[str, Any]:
    """Return the case sent to something that is there, as it is now."""
    case.path_parameters = {**right.path}
    sent: dict[str, Any] = dict(WSGI_TRANSPORT.serialize_case(case))
    if right.before is not None:
        right.before(world, role)
    shown = world.clients[role].get(sent["path"].rpartition("/")[0])
    if "If-Match" in sent["headers"] and "ETag" in shown.headers:
        sent["headers"] = {**sent["headers"], "If-Match": shown.headers["ETag"]}
    return sent
