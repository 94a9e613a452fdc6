"""Claims that every screen speaks whatever language there is, from right to left too."""

from __future__ import annotations

import os
import re

import pytest

from tests.chromium import open_chromium, what_is_missing
from tests.i18n.foreign import IN_TOWN, WORD, Foreign
from tests.i18n.pseudo import BEGIN, END, LOCALE, left_bare, stretched
from tests.i18n.wording import NAMES, shown_texts
from tests.screens.listed import Screen
from tests.screens.served import served

_ADDRESS = re.compile(r"\S*/\S*")
_SAME_EVERYWHERE = NAMES | {"CNY"}
_SAID_TO_BE_ENGLISH = re.compile(r'<(p|span|code)\b[^>]* lang="en"[^>]*>.*?</\1>', re.DOTALL)
"""What the doctor says: he speaks to developers, and the page says in which language."""
_TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.mark.parametrize("screen", IN_TOWN, ids=lambda screen: screen.name)
def test_a_screen_says_every_word_in_the_language(foreign: Foreign, screen: Screen) -> None:
    page = foreign.page(screen)
    assert f'<div class="fc" lang="{LOCALE}" dir="rtl"' in page
    texts = "\n".join(shown_texts(_SAID_TO_BE_ENGLISH.sub(" ", page)))
    bare = _ADDRESS.sub(" ", left_bare(texts))
    assert set(WORD.findall(bare)) - foreign.told - _SAME_EVERYWHERE == set()
    assert BEGIN in page
    assert END in page


def test_the_language_is_longer_and_leaves_its_blanks_open() -> None:
    english = "Dear {name}, %(n)s notices are new."
    foreign = stretched(english)
    assert len(foreign) > 1.3 * len(english)
    assert "{name}" in foreign
    assert foreign % {"n": 3} != foreign
    assert left_bare(f"a {foreign} b") == "a   b"


@pytest.mark.long
def test_no_screen_sticks_out_sideways_from_right_to_left(foreign: Foreign) -> None:
    if lack := what_is_missing(os.environ):
        pytest.skip(lack)
    wide = []
    with served(foreign.shop.app) as address, open_chromium() as browser:
        for screen in IN_TOWN:
            context = browser.new_context(base_url=address, viewport={"width": 390, "height": 844})
            if screen.who is not None:
                context.request.post(f"/login/{foreign.town.users[screen.who].id}")
            page = context.new_page()
            page.goto(foreign.path(screen))
            assert (
                page.evaluate("() => getComputedStyle(document.querySelector('.fc')).direction")
                == "rtl"
            )
            wide += [screen.name] if page.evaluate(_TOO_WIDE) else []
            context.close()
    assert wide == []
