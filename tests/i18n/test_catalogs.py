"""Claims about the catalogs: complete, fresh, true to their placeholders."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tests.write_catalogs import (
    FOLDER,
    TEMPLATE,
    compiled,
    extracted,
    faults,
    forms,
    placeholders,
    translations,
)

TEMPLATES = extracted()
LANGUAGES = translations()


def _catalog(**words: str) -> Catalog:
    catalog = Catalog(locale="zh_Hans")
    for message, answer in words.items():
        catalog.add(message, answer)
    return catalog


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_answers_every_word_and_no_other(language: str) -> None:
    assert list(faults(TEMPLATES, LANGUAGES[language])) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    words = compiled(language)
    for message in LANGUAGES[language]:
        if message.id and isinstance(message.id, str):
            assert words.gettext(message.id) == message.string


def test_the_template_holds_what_code_and_templates_say_now() -> None:
    with TEMPLATE.open("rb") as file:
        kept = {message.id for message in read_po(file)}
    assert kept == {message.id for message in TEMPLATES}


def test_the_two_languages_we_promise_are_there() -> None:
    assert set(LANGUAGES) == {"zh_Hans"}
    assert sorted(path.name for path in FOLDER.iterdir()) == ["flask_community.pot", "zh_Hans"]


def test_messages_take_their_values_by_name() -> None:
    for message in TEMPLATES:
        for form in forms(message.id):
            assert re.findall(r"%\(\w+\)[^s]|%[sdfr](?!\w)", form) == [], form


def test_chinese_is_set_as_chinese_is_set() -> None:
    for message in LANGUAGES["zh_Hans"]:
        for form in forms(message.string):
            bare = re.sub(r"%\(\w+\)s|\{\w+\}|[A-Za-z][A-Za-z .+/:_-]*", "", form)
            assert not re.search(r"[「」『』]|[\u4e00-\u9fff][,;!?]|您|\.\.\.", bare), form


def test_a_check_sees_each_kind_of_fault() -> None:
    wanted = _catalog(**{"Hi %(name)s": "", "Bye": ""})
    found = [
        list(faults(wanted, one))
        for one in (
            _catalog(**{"Hi %(name)s": "你好 %(name)s"}),
            _catalog(**{"Hi %(name)s": "你好 %(nom)s", "Bye": "再见"}),
            _catalog(**{"Hi %(name)s": "你好 %(name)s", "Bye": "再见", "Old": "旧"}),
        )
    ]
    assert [[fault.split(":")[0] for fault in each] for each in found] == [
        ["missing"],
        ["placeholders"],
        ["obsolete"],
    ]


def test_a_plural_may_leave_its_number_out_but_nothing_else() -> None:
    assert placeholders(("one post of %(who)s", "%(n)s posts of %(who)s")) == {"who"}
