"""Claims about which language a reader gets."""

from __future__ import annotations

import html
import re
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import flask
import flask_babel
import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from flask.testing import FlaskClient

from flask_community.config import Settings
from flask_community.errors import ConfigError
from flask_community.i18n import COOKIE, Languages, current_locale, gettext
from flask_community.i18n.voice import current_voice
from tests.shops import Shop, User, open_shop
from tests.write_catalogs import mo_bytes

BOTH = Languages(["en", "zh_Hans"])
LABELS = "/community/labels"


def lang(client: FlaskClient, path: str = LABELS, **headers: str) -> str:
    page = client.get(path, headers=headers).text
    found = re.search(r'<div class="fc" lang="([^"]+)"', page)
    assert found, page
    return found[1]


def wants(tags: str) -> dict[str, str]:
    return {"Accept-Language": tags}


def choose(client: FlaskClient, tag: str, then: str = "") -> Any:
    page = client.get("/community/language").text
    token = re.findall(r'name="community_csrf" value="([^"]+)"', page)[0]
    form = {"community_csrf": html.unescape(token), "language": tag, "next": then}
    return client.post("/community/language", data=form)


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("zh", "zh_Hans"),
        ("zh-CN", "zh_Hans_CN"),
        ("zh-Hans-CN", "zh_Hans_CN"),
        ("zh_SG", "zh_Hans_SG"),
        ("zh-TW", "zh_Hans"),
        ("zh-Hant-HK", "zh_Hans"),
        ("en", "en"),
        ("en-GB", "en_GB"),
        ("de", None),
        ("*", None),
        ("", None),
        ("x" * 36, None),
        ("../../etc/passwd", None),
    ],
)
def test_a_wish_is_answered_in_a_language_we_speak(wanted: str, given: str | None) -> None:
    found = BOTH.match(wanted)
    assert (None if found is None else str(found)) == given


def test_a_country_that_the_shop_names_wins_over_the_readers() -> None:
    assert str(Languages(["en_GB"]).match("en-US")) == "en_GB"


def test_traditional_chinese_is_kept_where_the_shop_has_it() -> None:
    languages = Languages(["zh_Hans"])
    languages.catalogs[Locale.parse("zh_Hant")] = NullTranslations()
    assert str(languages.match("zh-TW")) == "zh_Hant_TW"


def test_the_first_language_answers_whoever_knows_none_of_ours() -> None:
    assert str(Languages(["zh_Hans", "en"]).choose("fr", None)) == "zh_Hans"


@pytest.mark.parametrize("tags", [["fr"], ["xx"], ["en", "klingon"]])
def test_a_language_that_nobody_translated_to_stops_the_start(tags: list[str]) -> None:
    with pytest.raises(ConfigError, match=r"languages\.md"):
        Languages(tags)


@pytest.mark.parametrize("value", ["en", [], [""], None, [1]])
def test_a_setting_that_is_no_list_of_tags_says_what_to_write(value: object) -> None:
    with pytest.raises(ConfigError, match="zh_Hans"):
        Settings.from_config({"COMMUNITY_LANGUAGES": value})


@pytest.mark.parametrize("value", ["Mars/Phobos", "", 8, "../x"])
def test_a_time_zone_that_is_none_says_what_to_write(value: object) -> None:
    with pytest.raises(ConfigError, match="Asia/Shanghai"):
        Settings.from_config({"COMMUNITY_TIMEZONE": value})


def test_the_browser_decides_for_a_stranger(shop: Shop) -> None:
    client = shop.client()
    assert lang(client, **wants("zh-CN,zh;q=0.9,en;q=0.8")) == "zh-Hans-CN"
    assert lang(client, **wants("de,en-GB;q=0.5,zh;q=0.3")) == "en-GB"
    assert lang(client, **wants("zh;q=0")) == "en"
    assert lang(client) == "en"


def test_an_answer_says_its_language_and_what_it_hung_on(shop: Shop) -> None:
    answer = shop.client().get(LABELS, headers=wants("zh"))
    assert answer.headers["Content-Language"] == "zh-Hans"
    assert {"accept-language", "cookie"} <= {one.lower() for one in answer.vary}
    with shop.client().get("/community/static/fc.css", headers=wants("zh")) as style:
        assert "Content-Language" not in style.headers


def test_the_api_refuses_in_the_callers_language_too(shop: Shop) -> None:
    answer = shop.client().get("/community/api/v1/me", headers=wants("zh"))
    assert answer.headers["Content-Language"] == "zh-Hans"
    assert (answer.status_code, (answer.json or {})["detail"]) == (401, "请先登录。")


def test_what_a_visitor_chose_wins_over_his_browser(shop: Shop) -> None:
    client = shop.client()
    answer = choose(client, "zh-Hans", LABELS)
    assert (answer.status_code, answer.location) == (303, LABELS)
    assert lang(client, **wants("en")) == "zh-Hans"
    client.set_cookie(COOKIE, "nonsense")
    assert lang(client, **wants("en")) == "en"


def test_what_a_member_chose_goes_with_him_to_another_browser(shop: Shop) -> None:
    ann = shop.user("ann")
    shop.member_id(ann)
    choose(shop.client(ann), "zh-Hans")
    assert lang(shop.client(ann), **wants("en")) == "zh-Hans"
    assert lang(shop.client(), **wants("en")) == "en"


def test_a_members_choice_holds_for_our_part_of_the_shops_page(shop: Shop) -> None:
    ann = shop.user("ann")
    shop.product()
    shop.member_id(ann)
    choose(shop.client(ann), "zh-Hans")
    assert lang(shop.client(ann), "/p/gaiwan") == "zh-Hans"


def test_only_a_language_we_speak_and_a_path_of_this_site_are_taken(shop: Shop) -> None:
    client = shop.client()
    assert choose(client, "fr").status_code == 422
    assert choose(client, "en", "https://evil.example/").location == "/community/language"
    assert client.post("/community/language", data={"language": "en"}).status_code == 403


def test_every_page_leads_to_the_choice_and_back(shop: Shop) -> None:
    page = shop.client().get(LABELS + "?x=1").text
    assert 'href="/community/language?next=/community/labels?x%3D1"' in page
    assert '<span lang="zh-Hans">简体中文</span>' in page


def test_a_shop_of_one_language_offers_no_choice(sqlite_url: str) -> None:
    with open_shop(sqlite_url, COMMUNITY_LANGUAGES=["zh_Hans"]) as shop:
        page = shop.client().get(LABELS, headers=wants("en")).text
    assert 'lang="zh-Hans"' in page
    assert "/community/language" not in page


def test_flask_babel_decides_where_the_shop_has_it(shop: Shop) -> None:
    flask_babel.Babel(
        shop.app,
        locale_selector=lambda: flask.request.args.get("l"),
        timezone_selector=lambda: "Asia/Shanghai",
    )
    client = shop.client()
    assert lang(client, f"{LABELS}?l=zh_Hans_CN", **wants("en")) == "zh-Hans-CN"
    assert lang(client, f"{LABELS}?l=de", **wants("zh")) == "en"
    assert lang(client, LABELS, **wants("zh")) == "en"
    assert "Accept-Language" not in client.get(LABELS).vary
    assert client.get("/community/language").status_code == 404
    with shop.app.test_request_context("/"):
        assert str(current_voice().zone) == "Asia/Shanghai"


def test_the_shops_layout_keeps_its_own_words(sqlite_url: str, tmp_path: Path) -> None:
    layout = '{{ _("Shop") }}{% block content %}{% endblock %}'
    (tmp_path / "base.html").write_text(layout)
    with open_shop(sqlite_url, COMMUNITY_BASE_TEMPLATE="base.html") as shop:
        shop.app.template_folder = str(tmp_path)
        shop.app.jinja_env.globals["_"] = lambda text: f"the shop says {text}"
        page = shop.client().get(LABELS, headers=wants("zh")).text
    assert page.startswith("the shop says Shop")
    assert '<div class="fc" lang="zh-Hans"' in page


def test_outside_of_a_request_the_shops_own_language_is_spoken(shop: Shop) -> None:
    assert str(current_locale()) == "en"
    with shop.site.languages.speaking("zh-CN"):
        assert str(current_locale()) == "zh_Hans_CN"
        assert gettext("Useful") == "有用"
    assert gettext("Useful") == "Useful"


def test_the_shops_own_words_come_before_ours(tmp_path: Path) -> None:
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    own = Catalog(locale="zh_Hans")
    own.add("Useful", "很有用")
    (folder / "flask_community.mo").write_bytes(mo_bytes(own))
    languages = Languages(["zh_Hans"], folders=[tmp_path])
    with languages.speaking(None):
        assert (gettext("Useful"), gettext("Fun")) == ("很有用", "有趣")


def test_what_the_shop_says_of_a_member_counts_until_he_chooses(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(User, "community_language", lambda _: "zh-Hans")
    ann = shop.user("ann")
    member_id = shop.member_id(ann)
    assert lang(shop.client(ann), **wants("en")) == "zh-Hans"
    assert shop.services().members.language(member_id) == "zh-Hans"
    choose(shop.client(ann), "en")
    assert lang(shop.client(ann), **wants("zh")) == "en"
