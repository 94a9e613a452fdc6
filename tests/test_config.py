"""Settings are read once, and a wrong one says what to write."""

from __future__ import annotations

import ast
import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from flask_community.config import Settings
from flask_community.errors import ConfigError

DOCS = Path(__file__).resolve().parents[1] / "docs" / "settings.md"


def read(**config: Any) -> Settings:
    return Settings.from_config({"SECRET_KEY": "a key", **config})


def test_without_settings_the_defaults_hold() -> None:
    settings = read()
    assert (settings.url_prefix, settings.inbox) == ("/community", "commit")


def test_other_extensions_settings_are_left_alone() -> None:
    assert read(SQLALCHEMY_ECHO=True) == read()


def test_a_misspelt_setting_is_answered_with_the_right_one() -> None:
    with pytest.raises(ConfigError, match="did you mean COMMUNITY_REWARD_BPS"):
        read(COMMUNITY_REWARD_BSP=100)


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("REWARD_BPS", 9_999, "whole number from 0 to 5000"),
        ("REWARD_BPS", 5.0, "whole number"),
        ("HOLD_DAYS", True, "whole number"),
        ("HOLD_DAYS", -1, "whole number"),
        ("INBOX", "later", "'commit', 'worker'"),
        ("URL_PREFIX", "community/", "starts with /"),
        ("BASE_URL", "shop.example", "https://shop.example"),
        ("CURRENCY", "RMB", "ISO 4217"),
        ("SECRET_KEYS", "one", "list of str or bytes"),
        ("SHOP_ID", " ", "not empty"),
        ("SECURE_COOKIES", 1, "True or False"),
        ("ATTRIBUTION_MODEL", "best", "'last'"),
    ],
)
def test_a_value_out_of_range_says_what_to_write(name: str, value: object, advice: str) -> None:
    with pytest.raises(ConfigError, match=f"COMMUNITY_{name} is .*write .*{advice}"):
        read(**{f"COMMUNITY_{name}": value})


def test_the_hosts_keys_sign_unless_the_shop_gives_own_ones() -> None:
    assert read(SECRET_KEY_FALLBACKS=["old"]).secret_keys == ("old", "a key")
    assert read(SECRET_KEY=b"bytes").secret_keys == (b"bytes",)
    assert read(COMMUNITY_SECRET_KEYS=["mine"]).secret_keys == ["mine"]


def test_cookies_need_https_but_for_debug_and_tests() -> None:
    assert read().secure_cookies
    assert not read(DEBUG=True).secure_cookies
    assert not read(TESTING=True).secure_cookies


@pytest.mark.parametrize("names", [["tea"], {"tea": "茶"}, {"tea": {"zh": 1}}])
def test_names_of_fields_are_told_by_field_and_language(names: object) -> None:
    with pytest.raises(ConfigError, match="names by field and language"):
        read(COMMUNITY_FIELD_NAMES=names)


def test_settings_cannot_be_changed_later() -> None:
    with pytest.raises(AttributeError):
        read().hold_days = 1  # type: ignore[misc]


def test_docs_settings_md_names_every_setting_and_no_other() -> None:
    rows = re.findall(r"^\| `COMMUNITY_(\w+)` \| (.+?) \|", DOCS.read_text("utf-8"), re.MULTILINE)
    assert [name.lower() for name, _ in rows] == [f.name for f in dataclasses.fields(Settings)]


def test_docs_settings_md_tells_the_defaults() -> None:
    rows = re.findall(r"^\| `COMMUNITY_(\w+)` \| `(.+?)` \|", DOCS.read_text("utf-8"), re.MULTILINE)
    defaults = {f.name: f.default for f in dataclasses.fields(Settings)}
    for name, told in rows:
        assert ast.literal_eval(told) == defaults[name.lower()], name
