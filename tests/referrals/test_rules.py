"""Who is owed an order follows from its touches alone, in whatever order they come."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, strategies as st

from flask_community.referrals.rules import (
    MAX_TOUCHES,
    Ineligible,
    Model,
    Source,
    Touch,
    TouchKind,
    VisitFacts,
    attribute,
    ineligible_reason,
    is_bot,
    pack_touches,
    remember,
    unpack_touches,
)
from flask_community.tokens import SignedBlob

PLACED = dt.datetime(2026, 11, 11, 12, tzinfo=dt.UTC)
MONTH = dt.timedelta(days=30)
TICK = dt.timedelta(microseconds=1)
VISIT, SCAN, TAP, CODE = TouchKind

moments = st.integers(0, 40 * 86_400).map(lambda s: PLACED - dt.timedelta(seconds=s))
touches = st.builds(Touch, st.integers(1, 4), moments, st.sampled_from(TouchKind))
paths = st.lists(touches, max_size=8)
models = st.sampled_from(Model)


def touch(link: int, days_ago: float = 1, kind: TouchKind = VISIT) -> Touch:
    return Touch(link, PLACED - dt.timedelta(days=days_ago), kind)


def shares(path: list[Touch], model: Model = Model.LAST, **more: object) -> list[tuple[int, int]]:
    found = attribute(path, PLACED, window=MONTH, model=model, **more)  # type: ignore[arg-type]
    return [(share.link, share.weight_bps) for share in found]


def test_nobody_is_owed_an_order_without_touches() -> None:
    assert shares([]) == []


def test_a_touch_is_in_utc() -> None:
    for zone in (None, dt.timezone(dt.timedelta(hours=8))):
        with pytest.raises(ValueError, match="UTC"):
            Touch(1, dt.datetime(2026, 1, 1, tzinfo=zone), VISIT)


def test_the_window_is_half_open() -> None:
    def owed(at: dt.datetime) -> bool:
        return bool(attribute([Touch(1, at, VISIT)], PLACED, window=MONTH))

    assert owed(PLACED)
    assert not owed(PLACED + TICK)
    assert owed(PLACED - MONTH + TICK)
    assert not owed(PLACED - MONTH)


def test_the_last_touch_takes_all_by_default() -> None:
    assert shares([touch(1, 3), touch(2, 1), touch(3, 2)]) == [(2, 10_000)]


def test_the_first_touch_takes_all_if_so_chosen() -> None:
    assert shares([touch(1, 3), touch(2, 1), touch(3, 2)], Model.FIRST) == [(1, 10_000)]


def test_linear_shares_by_steps() -> None:
    path = [touch(1, 3), touch(2, 2), touch(3, 1)]
    assert shares(path, Model.LINEAR) == [(1, 3_334), (2, 3_333), (3, 3_333)]
    assert shares([touch(1, 3), touch(2, 2), touch(1, 1)], Model.LINEAR) == [(1, 6_667), (2, 3_333)]


def test_opening_one_link_again_is_no_new_step() -> None:
    path = [touch(1, 5), touch(1, 4), touch(1, 3), touch(2, 2)]
    assert shares(path, Model.LINEAR) == [(1, 5_000), (2, 5_000)]


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ([1], [(1, 10_000)]),
        ([1, 2], [(1, 5_000), (2, 5_000)]),
        ([1, 2, 3], [(1, 4_000), (3, 4_000), (2, 2_000)]),
        ([1, 2, 3, 4, 5], [(1, 4_000), (5, 4_000), (2, 667), (3, 667), (4, 666)]),
        ([1, 2, 1], [(1, 8_000), (2, 2_000)]),
    ],
)
def test_position_favours_both_ends(links: list[int], expected: list[tuple[int, int]]) -> None:
    path = [touch(link, 10 - at) for at, link in enumerate(links)]
    assert shares(path, Model.POSITION) == expected


@pytest.mark.parametrize("model", [Model.LAST, Model.FIRST])
def test_at_one_moment_the_stronger_kind_then_the_lower_link_wins(model: Model) -> None:
    same = {"precedence": (Source.TOUCH,)}
    assert shares([touch(1, kind=VISIT), touch(2, kind=SCAN)], model, **same) == [(2, 10_000)]
    assert shares([touch(1, kind=SCAN), touch(2, kind=TAP)], model, **same) == [(2, 10_000)]
    assert shares([touch(1, kind=TAP), touch(2, kind=CODE)], model, **same) == [(2, 10_000)]
    assert shares([touch(2), touch(1), touch(3)], model, **same) == [(1, 10_000)]


def test_a_typed_code_beats_a_later_touch() -> None:
    path = [touch(1, 3, CODE), touch(2, 2, CODE), touch(3, 1)]
    assert shares(path) == [(2, 10_000)]
    assert shares(path, Model.LINEAR) == [(2, 10_000)]


def test_precedence_is_a_setting() -> None:
    path = [touch(1, 3, CODE), touch(3, 1)]
    assert shares(path, precedence=(Source.TOUCH, Source.CODE)) == [(3, 10_000)]
    assert shares(path[:1], precedence=(Source.TOUCH, Source.CODE)) == [(1, 10_000)]
    assert shares(path, precedence=()) == []


def test_a_code_that_precedence_leaves_out_is_a_touch_like_others() -> None:
    path = [touch(1, 3, CODE), touch(3, 1)]
    assert shares(path, Model.LINEAR, precedence=(Source.TOUCH,)) == [(1, 5_000), (3, 5_000)]


def test_a_bound_relation_counts_last_and_without_window() -> None:
    bond = touch(9, 400)
    assert shares([], relation=bond) == [(9, 10_000)]
    assert shares([touch(1)], relation=bond) == [(1, 10_000)]
    assert shares([touch(1)], relation=bond, precedence=(Source.RELATION,)) == [(9, 10_000)]
    assert shares([], relation=Touch(9, PLACED + TICK, VISIT)) == []


def test_a_share_names_its_proof() -> None:
    bond = touch(9, 400)
    [share] = attribute([], PLACED, window=MONTH, relation=bond)
    assert (share.touch, share.source) == (bond, Source.RELATION)
    [share] = attribute([touch(1, 2), touch(1, 1, CODE)], PLACED, window=MONTH)
    assert (share.touch, share.source) == (touch(1, 1, CODE), Source.CODE)


@given(paths, models, st.data())
def test_the_order_of_touches_and_repeats_change_nothing(
    path: list[Touch], model: Model, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(path + path[:2]))
    once = attribute(path, PLACED, window=MONTH, model=model)
    assert attribute(shuffled, PLACED, window=MONTH, model=model) == once


@given(paths, models)
def test_shares_are_whole_or_nothing(path: list[Touch], model: Model) -> None:
    found = attribute(path, PLACED, window=MONTH, model=model)
    assert sum(share.weight_bps for share in found) == (10_000 if found else 0)
    assert len({share.link for share in found}) == len(found)
    assert all(PLACED - MONTH < share.touch.at <= PLACED for share in found)
    assert all(share.touch in path and share.weight_bps > 0 for share in found)


@given(paths, models)
def test_expired_touches_change_nothing(path: list[Touch], model: Model) -> None:
    live = [t for t in path if t.at > PLACED - MONTH]
    assert attribute(path, PLACED, window=MONTH, model=model) == attribute(
        live, PLACED, window=MONTH, model=model
    )


@given(paths)
def test_the_cookie_keeps_what_first_and_last_touch_need(path: list[Touch]) -> None:
    kept = unpack_touches(pack_touches(path))
    whole = dt.timedelta(days=50)
    for model in (Model.FIRST, Model.LAST):
        assert attribute(kept, PLACED, window=whole, model=model) == attribute(
            path, PLACED, window=whole, model=model
        )


@given(paths)
def test_packing_is_bounded_and_stable(path: list[Touch]) -> None:
    packed = pack_touches(path)
    kept = unpack_touches(packed)
    assert len(kept) <= MAX_TOUCHES
    assert set(kept) <= set(path)
    assert pack_touches(kept) == packed == pack_touches(list(reversed(path)))
    assert len(SignedBlob(["key"], "shop", "touches").dumps(packed)) < 1_000


def test_reloading_one_link_does_not_push_out_the_others() -> None:
    reloads = [touch(1, 1 + n / 100) for n in range(20)]
    kept = unpack_touches(pack_touches([touch(2, 5), *reloads]))
    assert kept == [touch(2, 5), reloads[-1], reloads[0]]


def test_the_first_touch_and_the_latest_code_outlive_a_flood() -> None:
    flood = [touch(10 + n, 1 + n / 100) for n in range(20)]
    kept = unpack_touches(pack_touches([touch(1, 9), touch(2, 8, CODE), *flood]))
    assert kept == [touch(1, 9), touch(2, 8, CODE), flood[2], flood[1], flood[0]]


def test_of_two_first_touches_at_one_moment_the_stronger_outlives_a_flood() -> None:
    first = [touch(1, 9, kind) for kind in (VISIT, SCAN)]
    flood = [touch(10 + n, 1 + n / 100) for n in range(20)]
    kept = unpack_touches(pack_touches([*first, *flood]))
    assert first[1] in kept
    assert first[0] not in kept


def test_a_new_touch_drops_the_expired_ones() -> None:
    new = touch(3, 0)
    assert remember([touch(1, 30), touch(2, 29)], new, window=MONTH) == [touch(2, 29), new]


def test_touches_keep_their_microseconds() -> None:
    exact = Touch(2**40, PLACED - TICK, TAP)
    assert unpack_touches(pack_touches([exact])) == [exact]


@given(st.binary(max_size=120))
def test_any_bytes_unpack_to_touches_or_none(packed: bytes) -> None:
    assert len(unpack_touches(packed)) <= MAX_TOUCHES


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"\2" + pack_touches([touch(1)])[1:],
        pack_touches([touch(1)])[:-1],
        b"\1\0" + bytes(16),
        b"\1\1" + b"\x7f" + bytes(15),
        b"\1\1" + b"\x05" + bytes(15),
    ],
)
def test_bytes_of_another_shape_are_no_touches(packed: bytes) -> None:
    assert unpack_touches(packed) == []


PERSON = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def reason(**facts: object) -> Ineligible | None:
    return ineligible_reason(VisitFacts(**{"user_agent": PERSON, **facts}))  # type: ignore[arg-type]


def test_a_person_opening_a_link_may_be_a_touch() -> None:
    assert reason() is None
    assert reason(sec_fetch_dest="document") is None
    assert reason(method="POST", purpose="", sec_purpose="") is None


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"method": "HEAD"}, Ineligible.HEAD),
        ({"method": "OPTIONS"}, Ineligible.HEAD),
        ({"sec_purpose": "prefetch;prerender"}, Ineligible.PREFETCH),
        ({"purpose": "Prefetch"}, Ineligible.PREFETCH),
        ({"purpose": "preview"}, Ineligible.PREFETCH),
        ({"x_moz": "prefetch"}, Ineligible.PREFETCH),
        ({"user_agent": None}, Ineligible.BOT),
        ({"user_agent": " "}, Ineligible.BOT),
        ({"sec_fetch_dest": "image"}, Ineligible.SUBRESOURCE),
        ({"sec_fetch_dest": "iframe"}, Ineligible.SUBRESOURCE),
        ({"sec_fetch_dest": "empty"}, Ineligible.SUBRESOURCE),
        ({"own_visit": True}, Ineligible.OWN_VISIT),
        ({"link_ended": True}, Ineligible.LINK_ENDED),
        ({"product_paused": True}, Ineligible.PRODUCT_PAUSED),
        ({"product_paused": True, "method": "HEAD"}, Ineligible.HEAD),
    ],
)
def test_what_is_no_touch_says_why(facts: dict[str, object], expected: Ineligible) -> None:
    assert reason(**facts) is expected


@pytest.mark.parametrize(
    "agent",
    [
        "WhatsApp/2.23.20.0 A",
        "TelegramBot (like TwitterBot)",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "Slack-ImgProxy (+https://api.slack.com/robots)",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "facebookexternalhit/1.1;line-poker/1.0",
        "Twitterbot/1.0",
        "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient)",
        "Mozilla/5.0 (Macintosh) AppleWebKit/601.2.4 Safari/601.2.4 facebookexternalhit/1.1 Facebot",
        "Mozilla/5.0 (iPhone) MicroMessenger/8.0 LinkPreview/1.0",
        "Mozilla/5.0 (compatible; Baiduspider/2.0)",
        "Mozilla/5.0 AppleWebKit/537.36 (compatible; Googlebot/2.1) Chrome/140.0 Safari/537.36",
        "Mozilla/5.0 (X11) HeadlessChrome/140.0 Safari/537.36",
        "curl/8.5.0",
        "python-requests/2.32",
        "Werkzeug-preview_bot/1",
    ],
)
def test_previews_and_programs_are_bots(agent: str) -> None:
    assert is_bot(agent)


@pytest.mark.parametrize(
    "agent",
    [
        PERSON,
        "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UQ1A; wv) AppleWebKit/537.36 Chrome/126.0 Mobile"
        " Safari/537.36 MMWEBID/1 MicroMessenger/8.0.49 WeChat/arm64 NetType/WIFI Language/zh_CN",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) [FBAN/FBIOS;FBAV/480.0]",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) Instagram 340.0 (iPhone14,5)",
        "Mozilla/5.0 (Linux; Android 13) Chrome/126.0 Mobile Safari/537.36 Telegram-Android/11.1 (x)",
        "Mozilla/5.0 (iPhone) Safari/604.1 Line/14.9.0",
        "Mozilla/5.0 (iPhone) [LinkedInApp]/9.30",
        "Mozilla/5.0 (iPhone) [Pinterest/iOS]",
        "Mozilla/5.0 (iPhone) MQQBrowser/15.0 Mobile QQ/9.0",
        "Mozilla/5.0 (Linux; Android 10; CUBOT_X30) Chrome/126.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 10; CUBOT KINGKONG) Chrome/126.0 Mobile Safari/537.36",
    ],
)
def test_the_browser_inside_a_chat_app_is_a_person(agent: str) -> None:
    assert not is_bot(agent)
