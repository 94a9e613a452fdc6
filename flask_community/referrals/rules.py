"""The pure rules of referral: what counts as a touch, and who is owed the order."""

from __future__ import annotations

import datetime as dt
import enum
import re
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..money import FULL_BPS, largest_remainder

MAX_TOUCHES = 5
"""How many touches one cookie holds."""


class TouchKind(enum.IntEnum):
    """How a person met a link, the stronger kind the greater number."""

    VISIT = 1
    SCAN = 2
    PURCHASE_TAP = 3
    """Said «bought because of this»."""
    CODE = 4
    """Typed the link's code."""


@dataclass(frozen=True, slots=True)
class Touch:
    """A person met a link at a moment. Raises ValueError unless ``at`` is in UTC."""

    link: int
    at: dt.datetime
    kind: TouchKind

    def __post_init__(self) -> None:
        if self.at.utcoffset() != dt.timedelta(0):
            raise ValueError("A touch happens in UTC; take the time from the clock.")


class Model(enum.StrEnum):
    """How an order is shared among the touches on its path."""

    LAST = "last"
    FIRST = "first"
    LINEAR = "linear"
    POSITION = "position"
    """40 % to the first, 40 % to the last, 20 % to those between."""


class Source(enum.StrEnum):
    """What an attribution leans on; a precedence is a sequence of these."""

    CODE = "code"
    TOUCH = "touch"
    RELATION = "relation"


PRECEDENCE = (Source.CODE, Source.TOUCH, Source.RELATION)
"""The default: a typed code, else the touches, else the bound relation."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one link is owed of an order, in basis points, and the touch that proves it."""

    link: int
    weight_bps: int
    touch: Touch
    source: Source


def attribute(
    touches: Iterable[Touch],
    placed_at: dt.datetime,
    *,
    window: dt.timedelta,
    model: Model = Model.LAST,
    precedence: Sequence[Source] = PRECEDENCE,
    relation: Touch | None = None,
) -> list[Share]:
    """Return the shares of an order, heaviest first, together FULL_BPS; [] if nobody is owed.

    A touch counts if ``touch.at <= placed_at < touch.at + window``. The first
    source of ``precedence`` that has anything decides alone. A code decides by
    the latest code; where CODE is left out, codes are touches like the others.
    ``relation`` is the touch that once bound the buyer, and has no window.
    The order of ``touches``, and repeats among them, change nothing.
    """
    path = sorted({t for t in touches if t.at <= placed_at < t.at + window}, key=_place)
    codes = [t for t in path if t.kind is TouchKind.CODE] if Source.CODE in precedence else []
    bound = [relation] if relation is not None and relation.at <= placed_at else []
    found = {
        Source.CODE: codes[-1:],
        Source.TOUCH: [t for t in path if t not in codes],
        Source.RELATION: bound,
    }
    for source in precedence:
        if found[source]:
            return _shares(found[source], model, source)
    return []


def remember(touches: Iterable[Touch], new: Touch, *, window: dt.timedelta) -> list[Touch]:
    """Return the touches to carry on after ``new``: none expired, at most MAX_TOUCHES."""
    live = [t for t in touches if new.at < t.at + window]
    return _kept([*live, new])


def pack_touches(touches: Iterable[Touch]) -> bytes:
    """Pack touches for the cookie, at most MAX_TOUCHES, oldest first; under 100 bytes.

    Of one (link, kind) the earliest and the latest are kept, which is all that
    first and last touch need. If too many are left, the earliest of all and the
    latest code stay, then the newest: so every model still finds its ends.
    """
    return bytes([_FORMAT]) + b"".join(
        _TOUCH.pack(t.kind, _micros(t.at), t.link) for t in _kept(touches)
    )


def unpack_touches(packed: bytes) -> list[Touch]:
    """Return the touches of pack_touches(), oldest first; [] for any other bytes."""
    body = packed[1:]
    if packed[:1] != bytes([_FORMAT]) or len(body) % _TOUCH.size:
        return []
    try:
        return _kept(
            Touch(link, _EPOCH + dt.timedelta(microseconds=micros), TouchKind(kind))
            for kind, micros, link in _TOUCH.iter_unpack(body)
        )
    except (ValueError, OverflowError):
        return []


class Ineligible(enum.StrEnum):
    """Why a visit is no touch: a reason code that its sharer may see."""

    HEAD = "head"
    PREFETCH = "prefetch"
    BOT = "bot"
    SUBRESOURCE = "subresource"
    OWN_VISIT = "own_visit"
    LINK_ENDED = "link_ended"
    PRODUCT_PAUSED = "product_paused"


class Reason(enum.StrEnum):
    """Why a link, or nobody at all, is owed nothing of an order."""

    NO_TOUCH = "no_touch"
    OUTSIDE_WINDOW = "outside_window"
    OUTSIDE_LABEL = "outside_label"
    """It led to a label, and nothing of that label was bought."""
    SAME_ACCOUNT = "same_account"
    """The sharer and the buyer are one account."""
    IMPORTED = "imported"
    """The order is from before the extension."""


class PauseLevel(enum.StrEnum):
    """How much of sharing rests while a case about a product is open."""

    SOFT = "soft"
    """No new links and no prompts to share; links that are out go on earning."""
    HARD = "hard"
    """Links that are out lead to a neutral notice and earn nothing."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Which products the link of a label counts for."""

    products: frozenset[int] = frozenset()
    fields: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return bool(self.products or self.fields)

    def holds(self, bought: Iterable[tuple[int, str | None]]) -> bool:
        """Tell whether one of these (product, its field) is among them."""
        return any(product in self.products or field in self.fields for product, field in bought)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFacts:
    """What is known of a visit: header values as they came, None where absent."""

    method: str = "GET"
    user_agent: str | None = None
    sec_purpose: str | None = None
    purpose: str | None = None
    """The Purpose or X-Purpose header."""
    x_moz: str | None = None
    sec_fetch_dest: str | None = None
    own_visit: bool = False
    """The visitor is the sharer."""
    link_ended: bool = False
    """Ended, paused or expired."""
    product_paused: bool = False


def ineligible_reason(facts: VisitFacts) -> Ineligible | None:
    """Return why a visit may not become a touch, or None if it may.

    The browser inside a chat app is a person; the same app fetching a preview
    of the link is a bot. A request without any user agent counts as a bot.
    """
    verdicts = (
        (facts.method not in ("GET", "POST"), Ineligible.HEAD),
        (_is_prefetch(facts), Ineligible.PREFETCH),
        (is_bot(facts.user_agent), Ineligible.BOT),
        # Browsers before 2023 and some in-app ones send no Sec-Fetch-Dest at all.
        (facts.sec_fetch_dest not in (None, "document"), Ineligible.SUBRESOURCE),
        (facts.own_visit, Ineligible.OWN_VISIT),
        (facts.link_ended, Ineligible.LINK_ENDED),
        (facts.product_paused, Ineligible.PRODUCT_PAUSED),
    )
    return next((reason for applies, reason in verdicts if applies), None)


def is_bot(user_agent: str | None) -> bool:
    """Tell whether a user agent is a link preview, a crawler or a script."""
    text = (user_agent or "").strip()[:1000].lower()
    return not text or _BOT.search(text) is not None


def _place(touch: Touch) -> tuple[dt.datetime, int, int]:
    """The one order of touches: later, then stronger, then lower link, comes last."""
    return touch.at, touch.kind, -touch.link


def _firstness(touch: Touch) -> tuple[dt.datetime, int, int]:
    """The first touch is the least: at one moment the stronger kind wins here too."""
    return touch.at, -touch.kind, touch.link


def _shares(path: list[Touch], model: Model, source: Source) -> list[Share]:
    weights: dict[int, int] = {}
    proof: dict[int, Touch] = {}
    steps = _steps(path, model)
    for touch, weight in zip(steps, _weights(len(steps), model), strict=True):
        weights[touch.link] = weights.get(touch.link, 0) + weight
        proof[touch.link] = touch
    heaviest = sorted(weights, key=lambda link: (-weights[link], link))
    return [Share(n, weights[n], proof[n], source) for n in heaviest if weights[n]]


def _steps(path: list[Touch], model: Model) -> list[Touch]:
    """Cut a path in order down to the touches that the model weighs."""
    if model is Model.LAST:
        return path[-1:]
    if model is Model.FIRST:
        return [min(path, key=_firstness)]
    # Opening one link again and again is one step on the way, not many.
    after = [*path[1:], None]
    return [t for t, following in zip(path, after, strict=True) if not _same_link(t, following)]


def _same_link(touch: Touch, following: Touch | None) -> bool:
    return following is not None and following.link == touch.link


def _weights(count: int, model: Model) -> list[int]:
    if model is Model.POSITION and count > 2:
        between = largest_remainder(2_000, [1] * (count - 2))
        return [4_000, *between, 4_000]
    return largest_remainder(FULL_BPS, [1] * count)


def _kept(touches: Iterable[Touch]) -> list[Touch]:
    path = sorted(set(touches), key=_place)
    earliest = {(t.link, t.kind): t for t in reversed(path)}
    latest = {(t.link, t.kind): t for t in path}
    path = sorted({*earliest.values(), *latest.values()}, key=_place)
    codes = [t for t in path if t.kind is TouchKind.CODE]
    pinned = {*sorted(path, key=_firstness)[:1], *codes[-1:]}
    newest = [t for t in reversed(path) if t not in pinned]
    return sorted({*pinned, *newest[: MAX_TOUCHES - len(pinned)]}, key=_place)


def _micros(at: dt.datetime) -> int:
    return (at - _EPOCH) // dt.timedelta(microseconds=1)


def _is_prefetch(facts: VisitFacts) -> bool:
    purposes = (facts.sec_purpose, facts.purpose, facts.x_moz)
    return any(_AHEAD.search(purpose) for purpose in purposes if purpose)


_FORMAT = 1
_TOUCH = struct.Struct(">BqQ")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_AHEAD = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
_BOT = re.compile(
    "|".join(
        (
            # Whatever calls itself one; Cubot is a make of telephone.
            r"(?<!cu)bot(?![a-z])|crawler|spider|scraper|link ?preview|url ?preview|linkexpand",
            # Previews in chats and on networks. Their in-app browsers name
            # themselves otherwise: FBAN, Telegram-Android, MicroMessenger, Line.
            r"^whatsapp/|facebookexternalhit|facebookcatalog|meta-external|slack-imgproxy",
            r"skypeuripreview|pinterest/0\.|vkshare|line-poker|kakaotalk-scrap|kakaostory-og",
            r"embedly|iframely|bitly|mastodon/|misskey/|pleroma|akkoma|lemmy/|tumblr/|flipboardproxy",
            r"snap url preview|google-pagerenderer|bingpreview|yahoo! slurp|quora link|outbrain",
            # Programs and libraries without a person in front.
            r"headless|phantomjs|lighthouse|^curl/|^wget/|python-|^python/|aiohttp|httpx|libwww",
            r"go-http-client|^java/|^okhttp|^axios|node-fetch|^undici|^ruby|guzzle|^postman",
            r"w3c_validator|feedfetcher|favicon",
        )
    )
)
