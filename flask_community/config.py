"""The shop's COMMUNITY_* settings, read once, checked at start-up."""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import re
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from .errors import ConfigError, MoneyError
from .money import exponent
from .theme import theme_fault

PREFIX = "COMMUNITY_"

RATES: Mapping[str, str] = MappingProxyType(
    {
        "cash_out": "20/hour",
        "click": "300/minute",
        "code": "30/hour",
        "complain": "20/hour",
        "found": "10/day",
        "message": "120/hour",
        "post": "30/hour",
        "react": "300/hour",
        "share": "120/hour",
        "track": "120/minute",
    }
)
"""How often one person may do a thing, unless the shop says otherwise."""

Check = Callable[[Any], str | None]
"""Returns what to write instead, or None if the value is fine."""


def _setting(default: Any, check: Check) -> Any:
    return dataclasses.field(default=default, metadata={"check": check})


def _one_of(*values: str) -> Check:
    advice = "one of " + ", ".join(repr(value) for value in values)
    return lambda value: None if value in values else advice


def _between(low: int, high: int) -> Check:
    def check(value: object) -> str | None:
        fits = type(value) is int and low <= value <= high
        return None if fits else f"a whole number from {low} to {high}"

    return check


def _path(value: object) -> str | None:
    if isinstance(value, str) and value.startswith("/") and not value.endswith("/"):
        return None
    return "a path that starts with / and does not end with it, like '/community'"


def _text(value: object) -> str | None:
    return None if isinstance(value, str) and value.strip() else "a text that is not empty"


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _languages(value: object) -> str | None:
    tags = value if isinstance(value, list | tuple) else ()
    fits = bool(tags) and all(isinstance(tag, str) and tag for tag in tags)
    return None if fits else "a list of language tags, the shop's own first, like ['en', 'zh_Hans']"


def _names(value: object) -> str | None:
    fits = value is None or (
        isinstance(value, Mapping)
        and all(isinstance(names, Mapping) for names in value.values())
        and all(isinstance(name, str) for names in value.values() for name in names.values())
    )
    return None if fits else "names by field and language, like {'tea': {'zh-Hans': '茶'}}"


def _zone_or_none(value: object) -> str | None:
    try:
        fits = value is None or (isinstance(value, str) and bool(zoneinfo.ZoneInfo(value)))
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        fits = False
    return None if fits else "the IANA name of a time zone, like 'Asia/Shanghai'"


def _rates(value: object) -> str | None:
    names = f"actions among {', '.join(RATES)}"
    if not isinstance(value, Mapping) or not value.keys() <= RATES.keys():
        return f"a dict of {names}, like {{'post': '30/hour'}}"
    rate = r"[1-9][0-9]{0,5} ?(/|per) ?(second|minute|hour|day)"
    fits = all(isinstance(one, str) and re.fullmatch(rate, one) for one in value.values())
    return None if fits else "each as '30/hour': a number and second, minute, hour or day"


def _policy(value: object) -> str | None:
    if value is None or (isinstance(value, str) and value.isascii() and value.isprintable()):
        return None
    return "a Content-Security-Policy on one line, such as \"default-src 'self'\""


def _flag(value: object) -> str | None:
    return None if isinstance(value, bool) else "True or False"


def _origins(value: object) -> str | None:
    origins = value if isinstance(value, list | tuple) else (None,)
    fits = all(isinstance(o, str) and re.fullmatch(r"https?://[\w.-]+(:\d+)?", o) for o in origins)
    return (
        None if fits else "a list of addresses without a path, like ['https://files.shop.example']"
    )


def _base_url(value: object) -> str | None:
    fits = value is None or (
        isinstance(value, str)
        and value.startswith(("https://", "http://"))
        and not value.endswith("/")
    )
    return None if fits else "the shop's own address, like 'https://shop.example'"


def _secret_keys(value: object) -> str | None:
    keys = value if isinstance(value, list | tuple) else None
    fits = keys is not None and all(isinstance(k, str | bytes) and k for k in keys)
    return None if fits else "a list of str or bytes, the oldest key first, the newest last"


def _currency(value: object) -> str | None:
    advice = "an ISO 4217 code in capitals, like 'CNY'"
    if not isinstance(value, str):
        return advice
    try:
        exponent(value)
    except MoneyError:
        return advice
    return None


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the shop decided. Every field is the setting `COMMUNITY_<FIELD IN CAPITALS>`."""

    shop_id: str = _setting("shop", _text)
    """Names this shop in every signature; two shops with one key stay apart."""
    secret_keys: Sequence[str | bytes] = _setting((), _secret_keys)
    """Signing keys, oldest to newest; by default SECRET_KEY and its fallbacks."""
    url_prefix: str = _setting("/community", _path)
    """Where the extension's own pages live."""
    base_url: str | None = _setting(None, _base_url)
    """The shop's public address, for links that leave the page; by default the request's."""
    base_template: str | None = _setting(None, _text_or_none)
    """The shop's layout; by default an own, plain one."""
    content_block: str = _setting("content", _text)
    """The block of that layout that pages fill."""
    head_block: str | None = _setting(None, _text_or_none)
    """The block of that layout within <head>, for what chat apps read about a page."""
    theme: str | Mapping[str, str | tuple[str, str]] | None = _setting("auto", theme_fault)
    """`auto`, `light` or `dark`, or values of our CSS variables by name."""
    csp: str | None = _setting(None, _policy)
    """Content-Security-Policy of our pages, where the shop sends none; by default a fitting one."""
    login_endpoint: str | None = _setting(None, _text_or_none)
    """Endpoint of the shop's log-in page; by default Flask-Login's `login_view`."""
    inbox: str = _setting("commit", _one_of("commit", "worker"))
    """When order events are worked off: after the host's commit, or by a worker."""
    jobs: str = _setting("inline", _one_of("inline", "work"))
    """Who runs jobs: the process that made them, or `flask community work`."""
    currency: str = _setting("CNY", _currency)
    """Currency that amounts without one are shown in, as an ISO 4217 code."""
    languages: Sequence[str] = _setting(("en", "zh_Hans"), _languages)
    """Languages our pages speak; the first answers whoever asks for none of them."""
    timezone: str | None = _setting(None, _zone_or_none)
    """Where the shop's clock hangs, as an IANA name; by default Flask-Babel's zone, or UTC."""
    field_names: Mapping[str, Mapping[str, str]] | None = _setting(None, _names)
    """What each field of expertise is called, by its slug and language tag; else its slug."""
    reward_bps: int = _setting(500, _between(0, 5_000))
    """What a sharer earns of a line's paid price, in basis points (500 is 5 %)."""
    friend_bps: int = _setting(0, _between(0, 5_000))
    """What the friend saves, in basis points; shown first, granted by the shop's checkout."""
    hold_days: int = _setting(14, _between(0, 365))
    """Days after delivery until a reward is available."""
    attribution_days: int = _setting(30, _between(1, 365))
    """Days a visit through a link counts for an order."""
    attribution_model: str = _setting("last", _one_of("last", "first", "linear", "position"))
    """Which of several visits earns."""
    payout_minimum: int = _setting(1_000, _between(1, 10**9))
    """Smallest amount that can be cashed out, in minor units."""
    remedy_limit: int = _setting(100_000, _between(0, 10**12))
    """Most that one person gives back by one decision, in minor units of each currency."""
    max_body: int = _setting(262_144, _between(16_384, 10_000_000))
    """Most bytes that a form may bring, pictures apart."""
    upload_bytes: int = _setting(10_000_000, _between(100_000, 100_000_000))
    """Largest picture that is taken in, in bytes."""
    upload_pictures: int = _setting(4, _between(0, 9))
    """Most pictures of one post or one complaint; 0 takes none."""
    image_origins: Sequence[str] = _setting((), _origins)
    """Other sites that the shop's pictures are served from, such as its CDN."""
    rate_limits: Mapping[str, str] = _setting(None, _rates)
    """How often one person may do a thing; by default RATES, in debug and in tests nothing."""
    rate_storage: str = _setting("memory://", _text)
    """Where that is counted, as a storage address of `limits`; by default in each process."""
    secure_cookies: bool = _setting(True, _flag)
    """Whether our cookies travel over HTTPS only; switched off in debug and in tests."""

    @property
    def max_request(self) -> int:
        """Most bytes of a form with all the pictures it may bring."""
        return self.max_body + self.upload_bytes * self.upload_pictures

    @property
    def attribution_window(self) -> dt.timedelta:
        """How long a visit counts."""
        return dt.timedelta(days=self.attribution_days)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Settings:
        """Read an app's config; raises ConfigError that says what to write."""
        given = {k.removeprefix(PREFIX): v for k, v in config.items() if k.startswith(PREFIX)}
        fields = {field.name.upper(): field for field in dataclasses.fields(cls)}
        values: dict[str, Any] = {}
        for name, value in given.items():
            if name not in fields:
                raise ConfigError(_unknown(name, fields), setting=PREFIX + name)
            if advice := fields[name].metadata["check"](value):
                raise ConfigError(f"{PREFIX}{name} is {value!r}: write {advice}")
            values[name.lower()] = value
        values.setdefault("secret_keys", _host_keys(config))
        is_public = not (config.get("DEBUG") or config.get("TESTING"))
        values.setdefault("secure_cookies", is_public)
        values.setdefault("rate_limits", RATES if is_public else {})
        return cls(**values)


def _host_keys(config: Mapping[str, Any]) -> tuple[str | bytes, ...]:
    keys = [*(config.get("SECRET_KEY_FALLBACKS") or ()), config.get("SECRET_KEY")]
    return tuple(key for key in keys if key)


def _unknown(name: str, fields: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(name, fields, n=1)
    hint = (
        f"did you mean {PREFIX}{close[0]}?" if close else "see docs/settings.md for those there are"
    )
    return f"{PREFIX}{name} is not a setting: {hint}"
