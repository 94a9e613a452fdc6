"""Claims about where a redirect may lead."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, strategies as st

from flask_community.web import is_own_path
from flask_community.web.paths import safe_next
from tests.web.conftest import Open

HOSTILE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "\x0b//evil.example",
    "https://evil.example",
    "https:evil.example",
    "https:///evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "//user@evil.example",
    "@evil.example",
    "evil.example",
    "",
    "?next=/x",
    "#//evil.example",
    "/%2f/evil.example",
    "/%2F%2Fevil.example",
    "%2f%2fevil.example",
    "/%5cevil.example",
    "/%5Cevil.example",
    "/%252f/evil.example",
    "/%25252fevil.example",
    "/%2525252525252fevil.example",
    "/%09/evil.example",
    "/%0d%0aSet-Cookie:a=b",
    "/x\r\nSet-Cookie: a=b",
    "/%00",
    "/x\x7f",
    "/．．/／evil.example",
    "/\uff0fevil.example",
    "/\u2215evil.example",
    "/\u2044evil.example",
    "/\uff3cevil.example",
    "/x\u202egpj.exe",
    "/\u2028/evil.example",
    "/\ud800",
    "/.//evil.example",
    "/..//evil.example",
    "/x/../..//evil.example",
    "/x//evil.example",
    "/%2e%2e//evil.example",
]

OWN = [
    "/",
    "/x",
    "/community/posts/7",
    "/p/gaiwan?tab=new#notes",
    "/p/盖碗",
    "/p/%E7%9B%96%E7%A2%97",
    "/search?q=two%20words",
    "/login?next=/community/desk",
    "/go?to=https://shop.example/a//b",
    "/@ann",
    "/a.b/c..d",
]


@pytest.mark.parametrize("path", HOSTILE)
def test_a_hostile_address_is_no_path_of_ours(path: str) -> None:
    assert not is_own_path(path)
    assert safe_next(path, "/home") == "/home"


@pytest.mark.parametrize("path", OWN)
def test_a_path_of_ours_is_one(path: str) -> None:
    assert is_own_path(path)
    assert safe_next(path, "/home") == path


def test_without_a_path_the_default_it_is() -> None:
    assert safe_next(None, "/home") == "/home"


@given(st.text(alphabet="/\\.%25fF0cC@: \t\n\x00eE" + string.ascii_lowercase[:4], max_size=12))
def test_what_is_ours_never_begins_with_two_slashes_however_it_is_cleaned(text: str) -> None:
    if is_own_path(text):
        cleaned = "".join(c for c in text if c > " ").replace("\\", "/")
        assert cleaned.startswith("/")
        assert not cleaned.startswith("//")


def test_the_way_to_the_log_in_page_names_only_where_he_was(open_with: Open) -> None:
    shop = open_with()
    answer = shop.client().get("/community/my/shares?x=//evil.example")
    assert answer.location == "/login?next=/community/my/shares?x%3D//evil.example"
