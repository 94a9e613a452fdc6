"""Claims about what goes in: nothing is coerced and nothing unknown is taken."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import ValidationError

from flask_community.rest.fields import (
    AskedFlag,
    AskedWhole,
    Choice,
    Flag,
    Listed,
    Text,
    Whole,
    Wire,
)


class Ware(Wire):
    """Something with a field of each kind."""

    count = Whole(low=1, high=9)
    name = Text(most=5)
    kind = Choice(("black", "green"))
    fresh = Flag()
    parts = Listed(Whole(low=1), least=1, most=2)


class Query(Wire):
    """The same, asked for in an address."""

    count = AskedWhole(low=1, high=9)
    fresh = AskedFlag()


@pytest.mark.parametrize("count", [True, "1", 1.0, 0, 10, None, [1], 10**400])
def test_a_whole_number_is_nothing_else(count: object) -> None:
    assert refused(count=count) == ["count"]


@pytest.mark.parametrize("name", ["", " ", "a\x00b", "\ud800", "123456", 5, None])
def test_text_is_what_every_database_takes(name: object) -> None:
    assert refused(name=name) == ["name"]


@pytest.mark.parametrize(
    "sent", [{"kind": "red"}, {"kind": ["black"]}, {"fresh": 1}, {"fresh": "true"}]
)
def test_a_choice_and_a_flag_are_taken_literally(sent: dict[str, Any]) -> None:
    assert refused(**sent) == list(sent)


@pytest.mark.parametrize("parts", [[], [1, 2, 3], "12", [True]])
def test_a_list_has_a_least_and_a_most(parts: object) -> None:
    assert refused(parts=parts) == ["parts"]


def test_a_field_that_is_not_there_is_refused() -> None:
    assert refused(owner=True, role="owner") == ["owner", "role"]


def test_what_fits_comes_in_as_it_is() -> None:
    sent = {"count": 3, "name": "tea", "kind": "green", "fresh": False, "parts": [1]}
    assert Ware().load(sent) == sent
    assert Ware().load({"name": " e\u0301 "}) == {"name": "\u00e9"}


def test_a_query_says_numbers_and_flags_in_words() -> None:
    assert Query().load({"count": "7", "fresh": "true"}) == {"count": 7, "fresh": True}
    for wrong in ({"count": "7.0"}, {"count": "٧"}, {"count": " 7"}, {"fresh": "1"}):
        with pytest.raises(ValidationError):
            Query().load(wrong)


def refused(**sent: Any) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        Ware().load(sent)
    assert isinstance(caught.value.messages, dict)
    return sorted(str(name) for name in caught.value.messages)
