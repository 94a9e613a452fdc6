"""Every rule, asked for as every role, answers what the table says."""

from __future__ import annotations

import pytest
from werkzeug.routing import Rule

from tests.access.asks import asks
from tests.access.seed import ROLES
from tests.access.sending import SAFE, answer, name_of, rules_of, send
from tests.access.table import table
from tests.access.world import SETTINGS, World
from tests.shops import Shop

RULES = rules_of(Shop("sqlite://", **SETTINGS).app)

COUNTED = {"visit": ["community_member_touch", "community_visit"]}
"""What a rule that only shows writes down all the same."""


def by_name(value: object) -> str:
    return name_of(value) if isinstance(value, Rule) else str(value)


def test_the_table_names_every_rule_and_no_other() -> None:
    assert sorted(table()) == sorted({name_of(rule) for rule, _ in RULES})


@pytest.mark.parametrize(("rule", "method"), RULES, ids=by_name)
def test_a_rule_answers_each_role_as_the_table_says_and_changes_nothing_else(
    world: World, rule: Rule, method: str
) -> None:
    assert heard(world, rule, method) == table()[name_of(rule)]
    assert world.kept.changes() == COUNTED.get(name_of(rule), [])


@pytest.mark.long
def test_the_table_holds_on_postgresql_too(postgres_url: str) -> None:
    world = World(postgres_url)
    try:
        said = {by_name(rule) + method: table()[name_of(rule)] for rule, method in RULES}
        assert {
            by_name(rule) + method: heard(world, rule, method) for rule, method in RULES
        } == said
    finally:
        world.close()


def heard(world: World, rule: Rule, method: str) -> dict[str, str]:
    """Return the answer to each role; what was done is put back."""
    answers, wanted = {}, asks(world)[name_of(rule)]
    for role in ROLES:
        answers[role] = answer(send(world, rule, method, wanted, role))
        if method not in SAFE and (answers[role] == "yes" or wanted.before):
            world.put_back()
    return answers
