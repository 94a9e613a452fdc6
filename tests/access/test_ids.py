"""What is not there and what is another's are the same to whoever asks."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.access.asks import Ask, asks
from tests.access.sending import NO_IDS, NOBODY, answer, missing, name_of, send
from tests.access.table import table
from tests.access.test_table import RULES, by_name
from tests.access.world import World

WITH_ID = [(rule, method) for rule, method in RULES if rule.arguments - NO_IDS]
"""Rules that name an object in their path."""

PRIVATE = [(rule, method) for rule, method in WITH_ID if rule.arguments - NO_IDS - {"slug"}]
"""Rules that name more than a label: those are there for everybody to read."""

STRANGERS = ("anonymous", "other member", "steward", "other moderator", "seller")
RIGHTFUL = ("member", "moderator", "owner")

NAMED = [
    ("member", "complaint_picture", "picture_id", "far picture"),
    ("moderator", "desk_complaint_picture", "picture_id", "far picture"),
    ("anonymous", "tracker_picture", "picture_id", "far picture"),
    ("moderator", "api:add_to_case", "complaint", "far alone"),
    ("moderator", "api:remove_from_case", "complaint", "in far"),
    ("moderator", "api:start_remedy", "operation", "far running"),
    ("moderator", "api:retry_remedy", "operation", "far running"),
    ("moderator", "api:skip_item", "item", "far failed"),
    ("moderator", "api:merge_case", "other", "case far"),
    ("moderator", "api:undo_merge", "other", "case far"),
    ("moderator", "api:split_case", "complaints", "in far"),
    ("moderator", "api:confirm_remedy", "operation", "far running"),
    ("moderator", "api:halt_remedy", "operation", "far running"),
    ("member", "api:file_complaint", "line", "far_line"),
    ("member", "api:file_complaint", "case", "case far"),
    ("moderator", "api:open_case", "complaints", "far alone"),
    ("member", "tell_of", "community", "far_place"),
    ("member", "file_complaint", "join", "case far"),
    ("member", "read_notices", "notice", "far notice"),
    ("member", "api:tell", "line", "far_line"),
    ("moderator", "open_case", "complaint", "far alone"),
    ("moderator", "add_to_case", "complaint", "far alone"),
    ("moderator", "remove_from_case", "complaint", "in far"),
    ("moderator", "start_remedy", "operation", "far running"),
    ("moderator", "retry_remedy", "operation", "far running"),
    ("moderator", "skip_item", "item", "far failed"),
    ("moderator", "merge_case", "other", "case far"),
    ("moderator", "undo_merge", "other", "case far"),
    ("moderator", "split_case", "complaint", "in far"),
    ("moderator", "confirm_remedy", "operation", "far running"),
    ("moderator", "halt_remedy", "operation", "far running"),
]
"""Who sends which rule, along with what is his, the id of something that is not."""

_TOKEN = re.compile(r'name="community_csrf" value="[^"]+"')


def shown(response: TestResponse) -> tuple[int, str, str]:
    """Return what a reader can tell answers apart by, tokens and the path he asked for aside."""
    text = response.headers.get("Location", "") + response.get_data(as_text=True)
    path = response.request.path
    for spelt in (quote(path, safe=""), quote(path), path):
        text = text.replace(spelt, "HERE")
    return response.status_code, response.mimetype or "", _TOKEN.sub("", text)


@pytest.mark.parametrize(("rule", "method"), PRIVATE, ids=by_name)
def test_a_stranger_cannot_tell_what_is_anothers_from_what_is_not_there(
    world: World, rule: Rule, method: str
) -> None:
    wanted, said = asks(world)[name_of(rule)], table()[name_of(rule)]
    nothing = missing(rule, wanted, but={"slug"})
    for role in STRANGERS:
        if said[role] != "yes":
            there = shown(send(world, rule, method, wanted, role))
            assert there == shown(send(world, rule, method, nothing, role))


@pytest.mark.parametrize(("rule", "method"), WITH_ID, ids=by_name)
def test_what_is_not_there_is_not_found(world: World, rule: Rule, method: str) -> None:
    wanted, said = asks(world)[name_of(rule)], table()[name_of(rule)]
    role = next(role for role in (*RIGHTFUL, *STRANGERS) if said[role] == "yes")
    assert answer(send(world, rule, method, missing(rule, wanted), role)) == "–"


@pytest.mark.parametrize(("role", "name", "field", "whose"), NAMED)
def test_what_is_sent_names_nothing_of_others(
    world: World, role: str, name: str, field: str, whose: str
) -> None:
    rule, method = next(one for one in reversed(RULES) if name_of(one[0]) == name)
    heard = []
    for number in (world.own[whose], NOBODY):
        wanted, named = asks(world)[name], _named(field, number)
        if field in rule.arguments:
            other = Ask({**wanted.path, **named}, wanted.body)
        else:
            other = Ask(wanted.path, {**wanted.body, **named})
        heard.append(shown(send(world, rule, method, other, role)))
    assert heard[0] == heard[1]
    assert world.kept.changes() == []


def _named(field: str, number: int) -> dict[str, Any]:
    """Return a field as it names a thing."""
    as_sent = {"join": f"case:{number}", "complaints": [number]}
    return {field: as_sent.get(field, number)}
