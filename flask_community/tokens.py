"""Signed texts that leave the shop: share links, private links, cookies."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from itsdangerous import Signer
from itsdangerous.signer import HMACAlgorithm

from .errors import ConfigError

Keys = Sequence[str | bytes]
"""Secret keys, oldest to newest: the newest signs, all verify, a key left out is revoked."""

PrivatePurpose = Literal["complaint", "unsubscribe", "receipt"]
"""What a private token opens; a token of one purpose is nothing to another."""

MAX_ID = 2**63 - 1
NONCE_BYTES = 9


CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: none of them looks like another, and they spell no words."""
CODE_TAG = 6
"""Letters of a code that are its tag: 30 bits."""


class LinkTokens:
    """Names a share link in 16 to 26 URL-safe characters that nobody else can make.

    The text is base64url(kid, id, tag): the tag is 80 bits of HMAC-SHA256 over
    shop, NUL, kid and id. It never expires by itself and tells the public only
    the link's id.

    Its code is the same for people to read aloud and type, such as `4K7-Q2MF9X`:
    the id, then 30 bits of an HMAC of their own. So few are enough for what can
    only be tried at a counted pace, and gains whoever guesses it nothing: the
    reward is the sharer's.
    """

    def __init__(self, keys: Keys, shop: str) -> None:
        self._seal = _Seal(keys, shop, "link", tag_bytes=10)
        self._code = _Seal(keys, shop, "code", tag_bytes=4)

    def sign(self, link_id: int) -> str:
        """Return the token of a link. Raises ValueError outside 0 <= id < 2**63."""
        return self._seal.close(_pack_id(link_id))

    def verify(self, token: str) -> int | None:
        """Return the link's id, or None for anything this shop's keys did not make."""
        if not 16 <= len(token) <= 26:
            return None
        body = self._seal.open(token)
        return None if body is None else _unpack_id(body)

    def code(self, link_id: int) -> str:
        """Return the code of a link. Raises ValueError outside 0 <= id < 2**63."""
        tag = next(self._code.tags(_pack_id(link_id)))
        return f"{_letters(link_id)}-{_letters(int.from_bytes(tag, 'big') >> 2, CODE_TAG)}"

    def verify_code(self, typed: str) -> int | None:
        """Return the link's id, or None for anything that is no code of this shop.

        Letter case, spaces, hyphens, wide letters, O for 0, I and L for 1 do not matter.
        """
        plain = unicodedata.normalize("NFKC", typed[:40]).upper().translate(_MISREAD)
        named, tag = plain[:-CODE_TAG], plain[-CODE_TAG:]
        if not 1 <= len(named) <= 13 or set(plain) - set(CODE_LETTERS):
            return None
        id = int(named.translate(_BASE_32), 32)
        if id > MAX_ID or _letters(id) != named:
            return None
        for right in self._code.tags(_pack_id(id)):
            if hmac.compare_digest(_letters(int.from_bytes(right, "big") >> 2, CODE_TAG), tag):
                return id
        return None


@dataclass(frozen=True, slots=True)
class PrivateClaim:
    """What a valid private token says."""

    id: int
    nonce: bytes
    """Identity of this one token: what to store to make it single-use or revoke it."""
    expires_at: dt.datetime


class PrivateTokens:
    """Opens private content for its holder until it expires.

    The text is base64url(kid, expiry, nonce, id, tag) with a tag of 128 bits.
    """

    def __init__(self, keys: Keys, shop: str, purpose: PrivatePurpose) -> None:
        if purpose not in ("complaint", "unsubscribe", "receipt"):
            raise ConfigError(f"{purpose!r} is no purpose of a private token.")
        self._seal = _Seal(keys, shop, f"private.{purpose}", tag_bytes=16)

    def sign(self, id: int, expires_at: dt.datetime, nonce: bytes | None = None) -> str:
        """Return a token that is valid before ``expires_at`` (aware, whole seconds count).

        ``nonce`` is NONCE_BYTES random bytes, drawn here if none is given.
        Raises ValueError for a naive time, a bad nonce or an id out of range.
        """
        nonce = secrets.token_bytes(NONCE_BYTES) if nonce is None else nonce
        if len(nonce) != NONCE_BYTES:
            raise ValueError(f"A nonce has {NONCE_BYTES} bytes.")
        return self._seal.close(_seconds(expires_at).to_bytes(5, "big") + nonce + _pack_id(id))

    def verify(self, token: str, now: dt.datetime) -> PrivateClaim | None:
        """Return the claim if the token is ours and ``now`` is before its expiry, else None."""
        claim = self.read(token)
        is_good = claim is not None and _seconds(now) < _seconds(claim.expires_at)
        return claim if is_good else None

    def read(self, token: str) -> PrivateClaim | None:
        """Return the claim of a token that is ours, expired or not, to say which it is."""
        body = self._seal.open(token) if 43 <= len(token) <= 52 else None
        id = None if body is None else _unpack_id(body[5 + NONCE_BYTES :])
        if body is None or id is None:
            return None
        expires_at = dt.datetime.fromtimestamp(int.from_bytes(body[:5], "big"), dt.UTC)
        return PrivateClaim(id, body[5 : 5 + NONCE_BYTES], expires_at)


class SignedBlob:
    """Carries packed bytes through a browser: signed with 128 bits, not encrypted."""

    def __init__(self, keys: Keys, shop: str, purpose: str, max_length: int = 1000) -> None:
        self._seal = _Seal(keys, shop, f"blob.{purpose}", tag_bytes=16)
        self._max_length = max_length

    def dumps(self, payload: bytes) -> str:
        """Return the signed text. Raises ValueError if it is longer than ``max_length``."""
        text = self._seal.close(payload)
        if len(text) > self._max_length:
            raise ValueError(f"The signed text has {len(text)} of {self._max_length} characters.")
        return text

    def loads(self, text: str) -> bytes | None:
        """Return the bytes that dumps() was given, or None for anything else."""
        return self._seal.open(text) if len(text) <= self._max_length else None


class _Tag(HMACAlgorithm):
    """HMAC-SHA256 cut to its first bytes (RFC 2104, section 5)."""

    def __init__(self, size: int) -> None:
        super().__init__(hashlib.sha256)
        self._size = size

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return super().get_signature(key, value)[: self._size]


class _Seal:
    """The envelope all tokens share: one key byte, a body, a tag, in base64url."""

    def __init__(self, keys: Keys, shop: str, purpose: str, *, tag_bytes: int) -> None:
        if isinstance(keys, (str, bytes)) or not keys or not all(keys):
            raise ConfigError(
                "COMMUNITY_SECRET_KEYS must list one key at least, none of them empty."
            )
        if "\0" in shop:
            raise ConfigError("The name of the shop may not hold a NUL: it ends the name in a tag.")
        self._tag = _Tag(tag_bytes)
        self._tag_bytes = tag_bytes
        self._context = shop.encode() + b"\0"
        self._keys: dict[bytes, list[bytes]] = {}
        # Newest first: nearly every token met was signed by it.
        for key in reversed(keys):
            derived = _derive(key, purpose, self._tag)
            kid = hashlib.sha256(b"kid" + derived).digest()[:1]
            self._keys.setdefault(kid, []).append(derived)
        self._kid, (self._newest, *_) = next(iter(self._keys.items()))

    def close(self, body: bytes) -> str:
        marked = self._kid + body
        return _encode(marked + self._tag.get_signature(self._newest, self._context + marked))

    def tags(self, body: bytes) -> Iterator[bytes]:
        """Yield the tag of a body alone, by each key, the newest first."""
        for keys in self._keys.values():
            for key in keys:
                yield self._tag.get_signature(key, self._context + body)

    def open(self, text: str) -> bytes | None:
        raw = _decode(text)
        if raw is None or len(raw) <= self._tag_bytes:
            return None
        marked, tag = raw[: -self._tag_bytes], raw[-self._tag_bytes :]
        for key in self._keys.get(marked[:1], ()):
            # One byte names many keys in time, so equal names are all tried.
            if hmac.compare_digest(tag, self._tag.get_signature(key, self._context + marked)):
                return marked[1:]
        return None


def _derive(key: str | bytes, purpose: str, tag: _Tag) -> bytes:
    signer = Signer(
        key,
        salt=f"flask_community.{purpose}",
        key_derivation="hmac",
        digest_method=hashlib.sha256,
        algorithm=tag,
    )
    return signer.derive_key()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes | None:
    """Return the bytes of base64url, taking only the one spelling that _encode() makes."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    return raw if _encode(raw) == text else None


def _pack_id(id: int) -> bytes:
    if not 0 <= id <= MAX_ID:
        raise ValueError("An id in a token is an int from 0 to 2**63 - 1.")
    return id.to_bytes(max(1, (id.bit_length() + 7) // 8), "big")


def _unpack_id(packed: bytes) -> int | None:
    id = int.from_bytes(packed, "big")
    return id if id <= MAX_ID and packed == _pack_id(id) else None


_MISREAD = str.maketrans("OIL", "011", " -\u2010\u2011\u2013\t\n\r")
_BASE_32 = str.maketrans(CODE_LETTERS, "0123456789ABCDEFGHIJKLMNOPQRSTUV")


def _letters(number: int, least: int = 1) -> str:
    """Return a number in the letters of codes, with zeros before it up to `least` letters."""
    text = ""
    while number or len(text) < least:
        number, digit = divmod(number, 32)
        text = CODE_LETTERS[digit] + text
    return text


def _seconds(moment: dt.datetime) -> int:
    if moment.tzinfo is None:
        raise ValueError("A time in a token must be aware; take it from the clock.")
    seconds = int(moment.timestamp())
    if seconds < 0:
        raise ValueError("A time in a token is not before 1970.")
    return seconds
