"""Any key on any base, plugged in any way: our rows point at the host's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from tests.hosts.kinds import BASES, KEYS, PLUGS, combinations, host

EVERY = list(combinations())
Combination = tuple[str, tuple[str, str, str], str]


def _name(combination: Combination) -> str:
    base, keys, plug = combination
    return f"{base}-{'.'.join(keys)}-{plug}"


@pytest.mark.parametrize(
    ("one", "other", "pairs"),
    [
        (lambda c: c[0], lambda c: c[1][0], len(BASES) * len(KEYS)),
        (lambda c: c[0], lambda c: c[2], len(BASES) * len(PLUGS)),
        (lambda c: c[1][0], lambda c: c[2], len(KEYS) * len(PLUGS)),
        (lambda c: c[1][0], lambda c: c[1][1], len(KEYS) * len(KEYS)),
    ],
    ids=["base and key", "base and plug", "key and plug", "two keys"],
)
def test_every_pair_occurs(
    one: Callable[[Combination], Any], other: Callable[[Combination], Any], pairs: int
) -> None:
    assert len({(one(c), other(c)) for c in EVERY}) == pairs


def test_all_kinds_of_hosts_live_in_one_process() -> None:
    hosts = [host(*combination) for combination in EVERY]
    for each in hosts:
        with each.frame.open("sqlite://") as session:
            bought = each.buy(session)
            assert each.anchors(session) == bought


@pytest.mark.parametrize("combination", EVERY, ids=_name)
def test_our_rows_point_at_the_hosts(combination: Combination, postgres_url: str) -> None:
    made = host(*combination)
    with made.frame.open(postgres_url) as session:
        bought = made.buy(session)
        assert made.anchors(session) == bought


@pytest.mark.parametrize("kind", KEYS)
def test_an_anchor_takes_the_type_of_the_hosts_key(kind: str, database_url: str) -> None:
    made = host("plain", (kind, kind, kind), "mixin")
    with made.frame.open(database_url) as session:
        found = sa.inspect(session.connection())
        host_type = {c["name"]: c["type"] for c in found.get_columns("users")}["id"]
        ours = {c["name"]: c["type"] for c in found.get_columns("community_member")}["host_id"]
        assert repr(ours) == repr(host_type)
