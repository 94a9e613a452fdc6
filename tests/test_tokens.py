"""A token is ours, for this shop and purpose, in one spelling, or it is nothing."""

from __future__ import annotations

import base64
import datetime as dt
import string
from typing import get_args

import pytest
from hypothesis import given, strategies as st

from flask_community import tokens
from flask_community.errors import ConfigError
from flask_community.tokens import (
    MAX_ID,
    NONCE_BYTES,
    LinkTokens,
    PrivatePurpose,
    PrivateTokens,
    SignedBlob,
)

ALPHABET = string.ascii_letters + string.digits + "-_"
LATER = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
NOW = LATER - dt.timedelta(days=1)

links = LinkTokens(["old", b"new"], "shop-1")
private = PrivateTokens(["old", b"new"], "shop-1", "complaint")
blob = SignedBlob(["old", b"new"], "shop-1", "touches")
ids = st.integers(0, MAX_ID)


@given(ids)
def test_a_link_token_says_its_id(link_id: int) -> None:
    token = links.sign(link_id)
    assert 16 <= len(token) <= 26
    assert links.verify(token) == link_id


@pytest.mark.parametrize(("link_id", "length"), [(0, 16), (255, 16), (2**32 - 1, 20), (MAX_ID, 26)])
def test_a_link_token_is_short(link_id: int, length: int) -> None:
    assert len(links.sign(link_id)) == length


@pytest.mark.parametrize("link_id", [-1, MAX_ID + 1])
def test_an_id_out_of_range_is_not_signed(link_id: int) -> None:
    with pytest.raises(ValueError, match="id"):
        links.sign(link_id)


@given(ids, st.data())
def test_any_changed_character_is_refused(link_id: int, data: st.DataObject) -> None:
    token = links.sign(link_id)
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from(ALPHABET.replace(token[at], "")))
    assert links.verify(token[:at] + other + token[at + 1 :]) is None


@pytest.mark.parametrize("link_id", [1, 2**8, 2**16, 2**24])
def test_a_token_has_one_spelling(link_id: int) -> None:
    token = links.sign(link_id)
    accepted = [c for c in ALPHABET if links.verify(token[:-1] + c) is not None]
    assert accepted == [token[-1]]
    for spelling in (
        token + "=",
        token + "==",
        " " + token,
        token + "\n",
        token[:5] + "!" + token[5:],
    ):
        assert links.verify(spelling) is None


def test_an_id_with_a_leading_zero_is_refused_even_if_signed() -> None:
    padded = tokens._Seal(["new"], "shop-1", "link", tag_bytes=10).close(b"\0\7")
    assert links.verify(padded) is None


def test_an_id_beyond_the_database_is_refused_even_if_signed() -> None:
    beyond = tokens._Seal(["new"], "shop-1", "link", tag_bytes=10).close(b"\xff" * 8)
    assert len(beyond) == 26
    assert links.verify(beyond) is None


@given(st.text(max_size=60) | st.text(ALPHABET, min_size=15, max_size=60))
def test_garbage_is_none(text: str) -> None:
    assert links.verify(text) is None
    assert links.verify_code(text) is None
    assert private.verify(text, NOW) is None
    assert blob.loads(text) is None


@pytest.mark.parametrize(
    "text", ["", "\ud800" * 16, "\0" * 20, "a" * 1_000_000, "é" * 16, "=" * 16]
)
def test_hostile_text_is_none(text: str) -> None:
    assert links.verify(text) is None
    assert private.verify(text, NOW) is None
    assert blob.loads(text) is None


def test_another_shop_or_key_is_refused() -> None:
    token = links.sign(7)
    assert LinkTokens(["old", "new"], "shop-2").verify(token) is None
    assert LinkTokens(["other"], "shop-1").verify(token) is None


def test_str_and_bytes_name_the_same_key() -> None:
    assert LinkTokens([b"new"], "shop-1").sign(7) == LinkTokens(["new"], "shop-1").sign(7)


def test_the_newest_key_signs_and_verifies_alone() -> None:
    assert LinkTokens(["new"], "shop-1").verify(links.sign(7)) == 7
    assert LinkTokens(["old"], "shop-1").verify(links.sign(7)) is None


def test_an_old_key_verifies_until_it_is_removed() -> None:
    token = LinkTokens(["old"], "shop-1").sign(7)
    assert links.verify(token) == 7
    assert LinkTokens(["new"], "shop-1").verify(token) is None


def test_keys_with_the_same_key_byte_are_all_tried() -> None:
    many = [f"key-{n}" for n in range(300)]
    rotated = LinkTokens(many, "shop-1")
    assert all(rotated.verify(LinkTokens([key], "shop-1").sign(5)) == 5 for key in many)


@pytest.mark.parametrize("keys", [[], [""], ["good", b""], "one-string", b"one-bytes"])
def test_missing_keys_are_a_configuration_error(keys: list[str]) -> None:
    with pytest.raises(ConfigError):
        LinkTokens(keys, "shop-1")


def test_a_shop_name_cannot_reach_into_the_tag() -> None:
    with pytest.raises(ConfigError):
        LinkTokens(["new"], "shop\0")


@given(ids, st.binary(min_size=NONCE_BYTES, max_size=NONCE_BYTES))
def test_a_private_token_says_its_claim(id: int, nonce: bytes) -> None:
    claim = private.verify(private.sign(id, LATER, nonce), NOW)
    assert claim is not None
    assert (claim.id, claim.nonce, claim.expires_at) == (id, nonce, LATER)


def test_a_private_token_ends_at_its_expiry() -> None:
    token = private.sign(7, LATER)
    assert private.verify(token, LATER - dt.timedelta(microseconds=1)) is not None
    assert private.verify(token, LATER) is None


def test_each_private_token_is_its_own() -> None:
    assert private.sign(7, LATER) != private.sign(7, LATER)


def test_a_private_tag_has_128_bits() -> None:
    token = private.sign(7, LATER)
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    assert len(raw) == 1 + 5 + NONCE_BYTES + 1 + 16


def test_a_private_token_of_one_purpose_is_nothing_to_another() -> None:
    purposes: tuple[PrivatePurpose, ...] = get_args(PrivatePurpose)
    for made in purposes:
        token = PrivateTokens(["new"], "shop-1", made).sign(7, LATER)
        readers = [p for p in purposes if PrivateTokens(["new"], "shop-1", p).verify(token, NOW)]
        assert readers == [made]


@given(ids, st.data())
def test_any_changed_character_of_a_private_token_is_refused(id: int, data: st.DataObject) -> None:
    token = private.sign(id, LATER)
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from(ALPHABET.replace(token[at], "")))
    assert private.verify(token[:at] + other + token[at + 1 :], NOW) is None


def test_a_private_token_needs_aware_times_and_a_whole_nonce() -> None:
    naive = LATER.replace(tzinfo=None)
    with pytest.raises(ValueError, match="aware"):
        private.sign(7, naive)
    with pytest.raises(ValueError, match="aware"):
        private.verify(private.sign(7, LATER), naive)
    with pytest.raises(ValueError, match="1970"):
        private.sign(7, dt.datetime(1969, 1, 1, tzinfo=dt.UTC))
    with pytest.raises(ValueError, match="nonce"):
        private.sign(7, LATER, b"short")


def test_an_unknown_private_purpose_is_a_configuration_error() -> None:
    with pytest.raises(ConfigError):
        PrivateTokens(["new"], "shop-1", "link")  # type: ignore[arg-type]


@given(st.binary(max_size=300))
def test_a_blob_comes_back_whole(payload: bytes) -> None:
    assert blob.loads(blob.dumps(payload)) == payload


@given(st.binary(max_size=100), st.data())
def test_any_changed_character_of_a_blob_is_refused(payload: bytes, data: st.DataObject) -> None:
    text = blob.dumps(payload)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(ALPHABET.replace(text[at], "")))
    assert blob.loads(text[:at] + other + text[at + 1 :]) is None


def test_a_blob_is_bounded_both_ways() -> None:
    small = SignedBlob(["new"], "shop-1", "touches", max_length=64)
    text = small.dumps(b"x" * 31)
    assert len(text) == 64
    assert small.loads(text) == b"x" * 31
    with pytest.raises(ValueError, match="64"):
        small.dumps(b"x" * 32)
    assert small.loads(blob.dumps(b"x" * 32)) is None


def test_a_blob_of_another_purpose_shop_or_key_is_nothing() -> None:
    text = blob.dumps(b"payload")
    assert SignedBlob(["old", "new"], "shop-1", "consent").loads(text) is None
    assert SignedBlob(["old", "new"], "shop-2", "touches").loads(text) is None
    assert SignedBlob(["old"], "shop-1", "touches").loads(text) is None
    assert SignedBlob(["new"], "shop-1", "touches").loads(text) == b"payload"


def test_no_kind_of_token_reads_another() -> None:
    link, secret = links.sign(7), private.sign(7, LATER)
    assert blob.loads(link) is None
    assert blob.loads(secret) is None
    assert links.verify(secret) is None
    assert SignedBlob(["new"], "shop-1", "private.complaint").loads(secret) is None


@given(ids)
def test_a_code_is_read_however_it_is_typed(link_id: int) -> None:
    code = links.code(link_id)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    misread = code.replace("0", "o").replace("1", "l")
    for typed in (code, code.lower(), code.replace("-", " "), wide, misread):
        assert links.verify_code(typed) == link_id


def test_a_code_with_one_letter_wrong_names_nothing() -> None:
    code = links.code(4711)
    assert len(code) == 10
    for at, right in enumerate(code):
        for letter in set(tokens.CODE_LETTERS) - {right}:
            assert links.verify_code(code[:at] + letter + code[at + 1 :]) is None


def test_codes_of_other_shops_and_revoked_keys_name_nothing() -> None:
    code = LinkTokens(["old"], "shop-1").code(4711)
    assert LinkTokens(["old", "new"], "shop-1").verify_code(code) == 4711
    assert LinkTokens(["new"], "shop-1").verify_code(code) is None
    assert LinkTokens(["old"], "shop-2").verify_code(code) is None
