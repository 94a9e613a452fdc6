"""Layouts of every kind: themes, strict templates, other syntax, a nonce, other names, none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import flask
import jinja2
import pytest
from jinja2 import BaseLoader, DictLoader, StrictUndefined

from flask_community.doctor import examine
from tests.shops import Shop, open_shop

ROOT = Path(__file__).parents[2]
PAGE = "/community/labels"
LAYOUT = "<title>{{ title }}</title><body>{% block body %}nothing{% endblock %}"
IN_LAYOUT = {"COMMUNITY_BASE_TEMPLATE": "base.html", "COMMUNITY_CONTENT_BLOCK": "body"}

Open = Callable[..., Shop]


@pytest.fixture
def open_with(sqlite_url: str) -> Iterator[Open]:
    """Return a function that opens a shop with these templates and settings."""
    with ExitStack() as stack:

        def opened(templates: Mapping[str, str] | BaseLoader, **settings: Any) -> Shop:
            shop = stack.enter_context(open_shop(sqlite_url, **settings))
            if not isinstance(templates, BaseLoader):
                templates = DictLoader(dict(templates))
            shop.app.jinja_loader = templates
            return shop

        yield opened


def lost(shop: Shop) -> str | None:
    """Return what the doctor says of our content in the shop's layout."""
    found = [f.what for f in examine(shop.app, shop.site) if f.code == "lost-content"]
    return found[0] if found else None


def test_a_page_stands_in_the_block_that_the_shop_names(open_with: Open) -> None:
    shop = open_with({"base.html": LAYOUT}, **IN_LAYOUT)
    page = shop.client().get(PAGE).text
    assert page.startswith("<title>Labels</title><body>")
    assert 'class="fc"' in page
    assert "nothing" not in page.split("<body>")[1][:10]
    assert lost(shop) is None


def test_a_page_brings_its_styles_into_a_layout_whose_head_is_not_ours(open_with: Open) -> None:
    shop = open_with({"base.html": LAYOUT}, **IN_LAYOUT)
    body = shop.client().get(PAGE).text.partition("<body>")[2]
    assert re.match(r'<link rel="stylesheet" href="/community/static/fc.css\?v=\w+">', body)


def test_without_any_template_of_the_shop_a_page_is_a_whole_document(open_with: Open) -> None:
    shop = open_with({})
    page = shop.client().get(PAGE).text
    assert page.startswith("<!doctype html>")
    head, body = re.split(r"<body[^>]*>", page)
    assert re.search(r'<html lang="en" dir="ltr">', head)
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in head
    assert "<title>Labels</title>" in head
    assert "/static/fc.css" in head
    assert "/static/fc.css" not in body
    assert '<a class="fc-skip" href="#community-main">' in body
    assert '<main id="community-main"' in body


def test_a_block_of_another_name_is_found_out_and_the_right_ones_are_told(open_with: Open) -> None:
    templates = {
        "root.html": "<title>{% block title %}{% endblock %}</title>{% block page %}{% endblock %}",
        "base.html": "{% extends 'root.html' %}{% block page %}{% block main %}{% endblock %}{% endblock %}",
    }
    shop = open_with(templates, COMMUNITY_BASE_TEMPLATE="base.html")
    said = lost(shop)
    assert said is not None
    assert "'content' of 'base.html', which does not show it" in said
    assert "It has the blocks main, page, title." in said


def test_a_layout_that_is_not_there_is_found_out(open_with: Open) -> None:
    shop = open_with({}, COMMUNITY_BASE_TEMPLATE="gone.html")
    assert "needs 'gone.html', which is not in a templates folder" in (lost(shop) or "")


def test_a_themed_shop_shows_us_in_each_theme(open_with: Open) -> None:
    class Themes(BaseLoader):
        def get_source(
            self, env: jinja2.Environment, name: str
        ) -> tuple[str, None, Callable[[], bool]]:
            if name != "base.html":
                raise jinja2.TemplateNotFound(name)
            theme = flask.request.args.get("theme", "day") if flask.has_request_context() else "day"
            return f"<i>{theme}</i>" + LAYOUT, None, lambda: False

    shop = open_with(Themes(), TEMPLATES_AUTO_RELOAD=True, **IN_LAYOUT)
    for theme in ("day", "night", "day"):
        page = shop.client().get(f"{PAGE}?theme={theme}").text
        assert page.startswith(f"<i>{theme}</i>")
        assert 'class="fc"' in page


def test_a_strict_shop_finds_no_undefined_name_of_ours(open_with: Open) -> None:
    shop = open_with({"base.html": LAYOUT + "{{ shop_name }}"}, **IN_LAYOUT)
    shop.app.jinja_env.undefined = StrictUndefined
    shop.app.context_processor(lambda: {"shop_name": "Tea & Clay"})
    page = shop.client().get(PAGE)
    assert page.status_code == 200
    assert page.text.endswith("Tea &amp; Clay")
    assert lost(shop) is None


def test_a_shop_that_does_not_escape_gets_our_pages_escaped(open_with: Open) -> None:
    shop = open_with({"base.html": LAYOUT}, **IN_LAYOUT)
    shop.app.jinja_env.autoescape = False
    ann = shop.client(shop.user("ann"))
    page = ann.post("/community/found", data={"name": "<b>x</b>"}).text
    shop.services().communities.found(
        shop.member_id(shop.user("bob")), name="<b>bold</b>", statement="<i>It is so.</i>"
    )
    shop.session.commit()
    page += ann.get(PAGE).text
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert "<b>" not in page


def test_a_shop_of_other_delimiters_is_written_in_its_own(open_with: Open) -> None:
    shop = open_with({"base.html": "<%block body%><%endblock%>[[ title ]] {{ vue }}"}, **IN_LAYOUT)
    for name, value in {
        "block_start_string": "<%",
        "block_end_string": "%>",
        "variable_start_string": "[[",
        "variable_end_string": "]]",
    }.items():
        setattr(shop.app.jinja_env, name, value)
    page = shop.client().get(PAGE).text
    assert 'class="fc"' in page
    assert page.endswith("Labels {{ vue }}")
    assert "{%" not in page
    assert lost(shop) is None


@pytest.mark.parametrize("option", ["trim_blocks", "lstrip_blocks", "keep_trailing_newline"])
def test_white_space_may_be_trimmed(open_with: Open, option: str) -> None:
    shop = open_with({"base.html": LAYOUT}, **IN_LAYOUT)
    setattr(shop.app.jinja_env, option, True)
    page = shop.client().get(PAGE).text
    assert re.search(r'<link rel="stylesheet" href="[^" ]+">\n<div class="fc" lang="en"', page)


@pytest.mark.parametrize("nonce", ["n0nce", lambda: "n0nce"], ids=["a text", "a function"])
def test_a_nonce_of_the_shops_policy_is_on_our_links(open_with: Open, nonce: object) -> None:
    shop = open_with({"base.html": LAYOUT}, **IN_LAYOUT)
    shop.app.context_processor(lambda: {"csp_nonce": nonce})

    @shop.app.after_request
    def policy(response: flask.Response) -> flask.Response:
        response.headers["Content-Security-Policy"] = "style-src 'nonce-n0nce'"
        return response

    answer = shop.client().get(PAGE)
    assert re.search(r'<link rel="stylesheet" href="[^"]+fc.css[^"]*" nonce="n0nce">', answer.text)
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*src=)|\son\w+=", answer.text)
    assert answer.headers.getlist("Content-Security-Policy") == ["style-src 'nonce-n0nce'"]


def test_names_of_the_shop_stay_the_shops_in_its_layout(open_with: Open) -> None:
    layout = "{{ _('Hello') }} {{ url }} {{ web }} {{ fmt }} {{ g.x }}" + LAYOUT
    shop = open_with({"base.html": layout}, **IN_LAYOUT)
    own = {"url": "U", "web": "W", "fmt": "F", "_": lambda text: text.upper()}
    shop.app.context_processor(lambda: own)

    @shop.app.before_request
    def remember() -> None:
        flask.g.x = "X"

    assert shop.client().get(PAGE).text.startswith("HELLO U W F X")


def test_the_context_processors_of_the_shop_run_once_a_page(open_with: Open) -> None:
    shop, seen = open_with({"base.html": LAYOUT}, **IN_LAYOUT), []

    def settings() -> dict[str, object]:
        seen.append(1)
        return {}

    shop.app.context_processor(settings)
    shop.client().get(PAGE)
    assert seen == [1]


# -- templates of the shop's own --


def test_any_template_of_ours_gives_way_to_one_of_the_shop(open_with: Open) -> None:
    mine = "<p>{{ _('Labels') }}: {{ labels|length }}, {{ url('labels') }}</p>"
    shop = open_with({"community/communities/labels.html": mine})
    page = shop.client().get(PAGE).text
    assert "<p>Labels: 0, /community/labels</p>" in page
    assert page.startswith("<!doctype html>")


@pytest.mark.parametrize("name", ["error", "frame", "layout"])
def test_frame_layout_and_error_page_give_way_too(open_with: Open, name: str) -> None:
    shop = open_with({f"community/{name}.html": "the shop's own"})
    path = "/community/labels/nobody" if name == "error" else PAGE
    assert "the shop's own" in shop.client().get(path).text


def test_a_blueprint_of_the_shop_that_comes_first_may_bring_templates_too(
    open_with: Open, tmp_path: Path
) -> None:
    """As Jinja finds them: the app's folder, then blueprints, in the order of registration."""
    folder = tmp_path / "community" / "communities"
    folder.mkdir(parents=True)
    (folder / "labels.html").write_text("by a blueprint")
    shop = open_with({})
    shop.app.register_blueprint(flask.Blueprint("themes", __name__, template_folder=str(tmp_path)))
    shop.app.jinja_loader = jinja2.ChoiceLoader([jinja2.FileSystemLoader(tmp_path)])
    assert "by a blueprint" in shop.client().get(PAGE).text


def test_our_layout_can_be_extended_block_by_block(open_with: Open) -> None:
    mine = (
        "{% extends 'community/layout.html' %}"
        "{% block header %}<a href='/'>Tea</a>{% endblock %}"
        "{% block title %}{{ super() }} - Tea{% endblock %}"
    )
    shop = open_with({"mine.html": mine}, COMMUNITY_BASE_TEMPLATE="mine.html")
    page = shop.client().get(PAGE).text
    assert "<a href='/'>Tea</a>" in page
    assert "<title>Labels - Tea</title>" in page
    assert 'class="fc"' in page
    assert lost(shop) is None


def test_the_docs_list_the_blocks_that_there_are() -> None:
    docs = (ROOT / "docs" / "templates.md").read_text("utf-8")
    _, _, table = docs.partition("| block | what is in it |")
    told = re.findall(r"^\| `(\w+)` \|", table.partition("## ")[0], re.M)
    layout = ROOT / "flask_community" / "templates" / "community" / "layout.html"
    assert told == re.findall(r"\{% block (\w+) %\}", layout.read_text("utf-8"))


# -- our parts in the shop's own pages --


def test_parts_in_a_page_of_the_shop_bring_the_styles_once(open_with: Open) -> None:
    shop = open_with({})
    shop.product("gaiwan")
    page = shop.client().get("/p/gaiwan").text
    assert page.count("fc.css") == 1
    assert page.count('class="fc"') == 2
    assert page.index("fc.css") < page.index('class="fc"')
