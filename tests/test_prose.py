"""Claims about what people write."""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from typing import Any

import nh3
import pytest
from hypothesis import given, strategies as st

from flask_community.prose import first_words, safe_html, shortened

HARMLESS = {
    *(["p", "br", "hr", "blockquote", "ul", "ol", "li", "pre", "code", "em", "strong", "s", "a"]),
    *(["h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"]),
}


class Dangers(HTMLParser):
    """Collects whatever a browser could run or load."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in HARMLESS:
            self.found.append(tag)
        for name, value in attrs:
            target = "".join(c for c in value or "" if c > " ").lower()
            scheme = re.match("([a-z][a-z0-9+.-]*):", target)
            if name not in ("href", "title", "rel", "start"):
                self.found.append(f"{tag} {name}")
            if name == "href" and scheme and scheme[1] not in ("http", "https", "mailto"):
                self.found.append(target)


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "[x][r]\n\n[r]: javascript:alert(1)",
    "[x][r]\n\n[r]: <java\tscript:alert(1)>",
    "<javascript:alert(1)>",
    "![x](https://tracker.example/a.png)",
    "![x](javascript:alert(1))",
    '[x](https://a.example "onmouseover=alert(1)")',
    '[x](https://a.example" onmouseover="alert(1))',
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    "<style>body{display:none}</style>",
    '<iframe src="https://evil.example"></iframe>',
    "<!--><script>alert(1)</script>-->",
    "<math><mi xlink:href='javascript:alert(1)'>",
    # django-helpdesk, CVE-2021-3945, -3950 and -3994, and the way around its first repair (PR #985)
    "[aaa](javascript:alert(document.domain))",
    "[aaa](javascript:alert(1)\n)",
    "[aaa](\njavascript:alert(1))",
    "[aaa](java\r\nscript:alert(1))",
    "[aaa](java\tscript:alert(1))",
    "[aaa]( javascript:alert(1))",
    "[aaa](<javascript:alert(1)>)",
    "[aaa](<\tjavascript:alert(1)>)",
    "[aaa](javascript://www.example.org%0Aprompt(1))",
    "[aaa](javascript:window.onerror=alert;throw%201)",
    "[aaa](javascript\\:alert(1))",
    "[aaa](j%61vascript:alert(1))",
    "[![x](https://a.example/p.png)](javascript:alert(1))",
    "[a](javascript:prompt(document.cookie) 'title')",
    # every spelling of a scheme that runs
    "[x](JAVASCRIPT&#58;alert(1))",
    "[x](java&NewLine;script:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A&#x61)",
    "[x](\u00a0javascript:alert(1))",
    "[x](\ufeffjavascript:alert(1))",
    "[x](\u2028javascript:alert(1))",
    "[x](ja\u00advascript:alert(1))",
    "[x](ｊavascript:alert(1))",
    "[x](view-source:javascript:alert(1))",
    "[x](jar:javascript:alert(1)!/)",
    "[x](VBScript:msgbox(1))",
    "[x](vb\nscript:msgbox(1))",
    "[x](livescript:alert(1))",
    "[x](mocha:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](DATA:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](data:image/svg+xml;base64,PHN2Zy9vbmxvYWQ9YWxlcnQoMSk+)",
    "[x](data&colon;text/html,x)",
    "[x](blob:https://shop.example/1)",
    "[x](file:///etc/passwd)",
    "[x](filesystem:https://shop.example/x)",
    "[x](feed:javascript:alert(1))",
    "[x](intent://x#Intent;scheme=javascript;end)",
    # autolinks and references
    "<JAVASCRIPT:alert(1)>",
    "<vbscript:msgbox>",
    "<data:text/html;base64,PHNjcmlwdD4=>",
    "<javascript://%0aalert(1)>",
    '<a@b.example?subject=x"onmouseover=alert(1)>',
    "[r]\n\n[r]: JaVaScRiPt:alert(1)",
    "[r][]\n\n[r]:\n  javascript:alert(1)\n  'title'",
    "[r]\n\n[r]: data:text/html;base64,PHN2Zz4=",
    "![r][]\n\n[r]: https://tracker.example/p.png",
    "[r]: https://a.example '\"><img src=x onerror=alert(1)>'\n\n[r]",
    # quotes inside quotes
    "[x](https://a.example 'a\"onclick=alert(1) b')",
    "[x](https://a.example (a\"onclick='alert(1)'))",
    '[x](https://a.example/"onclick="alert(1))',
    "[x](https://a.example/'onclick='alert(1))",
    '[x](<https://a.example/" onclick="alert(1)>)',
    '[" onclick=alert(1) x="](https://a.example)',
    "[<img src=x onerror=alert(1)>](https://a.example)",
    # tables, lists, code, quotes
    "|a|b|\n|-|-|\n|<img src=x onerror=alert(1)>|[x](javascript:alert(1))|",
    "|<script>|\n|:-:|\n|</script>|",
    '|a|\n|:-"onclick=alert(1)|\n|b|',
    '1"onclick=alert(1). x',
    "> <svg/onload=alert(1)>",
    "- <details open ontoggle=alert(1)>",
    "`` ` <img src=x onerror=alert(1)> ` ``",
    '```" onclick="alert(1)\nx\n```',
    "```<script>alert(1)</script>\n```",
    "~~~html onclick=alert(1)\n</code></pre><script>alert(1)</script>\n~~~",
    "    </code></pre><img src=x onerror=alert(1)>",
    "# <img src=x onerror=alert(1)> {#id onclick=alert(1)}",
    # osTicket and Discourse: markup that only another parser understands
    "<a href=`javascript:alert(1)`>x</a>",
    '<img """><script>alert(1)</script>">',
    "<<script>alert(1);//<</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<form action=https://evil.example><input type=password name=p>",
    "<button formaction=javascript:alert(1)>x",
    "<video><source onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<a target=_blank href=https://evil.example>x</a>",
    "<div style=background:url(javascript:alert(1))>",
    "<p id=csrf name=community_csrf>clobbered</p>",
    "<?php echo 1 ?>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<!-- <script>alert(1)</script> -->",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;img src=x onerror=alert(1)&amp;gt;",
    # mutation: harmless until a browser has parsed it a second time
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<template><s><template><s><img src=x onerror=alert(1)>",
    '<select><template><style><!--</style><a rel="--></style></template></select><img src=x onerror=alert(1)>">',
    '<xmp><p title="</xmp><img src=x onerror=alert(1)>">',
    "<plaintext><img src=x onerror=alert(1)>",
    "<textarea></textarea><img src=x onerror=alert(1)>",
    "[x](https://a.example/`<svg></p><style><!--</style>`)",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_could_run_or_load_comes_out(attack: str) -> None:
    assert not Dangers(safe_html(attack)).found


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_second_parser_reads_the_same(attack: str) -> None:
    # What changes when it is parsed again can hide a script from the first look.
    shown = safe_html(attack)
    allowed: dict[str, Any] = {"tags": HARMLESS, "link_rel": None}
    allowed["attributes"] = {"a": {"href", "title", "rel"}, "ol": {"start"}}
    assert nh3.clean(shown, **allowed) == shown


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_excerpt_is_plain_text(attack: str) -> None:
    excerpt = first_words(attack, 60)
    assert type(excerpt) is str
    assert len(excerpt) <= 60
    assert "\n" not in excerpt


@given(st.text(alphabet="<>\"'=/[]()!*_`#&;: \n\tabcjavscriptonerrhefx", max_size=200))
def test_no_mixture_of_markdown_and_html_comes_alive(text: str) -> None:
    assert not Dangers(safe_html(text)).found


def test_the_check_itself_sees_dangers() -> None:
    assert Dangers("<p onclick=x><img><a href=' java\nscript:x'>").found == [
        "p onclick",
        "img",
        "javascript:x",
    ]


def test_markdown_says_what_it_means() -> None:
    html = safe_html("# Best\n\n**Strong** and *soft*\n\n- one\n- two")
    assert "<h3>Best</h3>" in html
    assert "<strong>Strong</strong> and <em>soft</em>" in html
    assert html.count("<li>") == 2


def test_links_give_no_weight_and_no_handle_to_the_page() -> None:
    html = safe_html("[tea](https://tea.example/a?b=1)")
    assert 'href="https://tea.example/a?b=1"' in html
    assert 'rel="nofollow ugc noopener"' in html


def test_an_image_stays_the_words_its_author_typed() -> None:
    assert "<img" not in safe_html("![cup](https://tracker.example/p.png)")
    assert "cup" in safe_html("![cup](https://tracker.example/p.png)")


@pytest.mark.parametrize("unit", ["[", "*a_", "> ", "- ", "`", "![](", "<a", "&", "|-", "\\"])
def test_long_and_nested_text_costs_in_proportion_to_its_length(unit: str) -> None:
    short, long = (steps_to_show((unit * size)[:size]) for size in (2_500, 10_000))
    assert long < 8 * short


def steps_to_show(markdown: str) -> int:
    """Return how many lines of Python it takes to show a text: the same on every machine."""
    steps = 0

    def count(frame: object, event: str, arg: object) -> Any:
        nonlocal steps
        steps += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        safe_html(markdown)
    finally:
        sys.settrace(before)
    return steps


def test_the_first_words_are_free_of_markdown() -> None:
    text = "# A *good* lid\n\nSee [the pot](https://x.example) and `steep`:\n- one\n- two\n"
    assert first_words(text) == "A good lid See the pot and steep: one two"


def test_the_first_words_end_at_a_word_and_within_their_length() -> None:
    assert first_words("water and leaves and time", 18) == "water and leaves…"
    assert first_words("水与叶与时间" * 40, 20) == "水与叶与时间" * 3 + "水…"


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("cafe\u0301 au lait", 5, "caf…"),
        ("क्षि" * 5, 4, "क्…"),
        ("👍🏽👍🏽", 2, "…"),
        ("👩\u200d👧👩\u200d👧", 5, "👩\u200d👧…"),
        ("水与叶", 3, "水与叶"),
        ("  one \n\t two  ", 9, "one two"),
    ],
)
def test_no_letter_is_cut_in_two(text: str, most: int, short: str) -> None:
    assert shortened(text, most) == short


@given(st.text(max_size=60), st.integers(1, 40))
def test_what_is_shortened_fits(text: str, most: int) -> None:
    assert len(shortened(text, most)) <= most


@pytest.mark.parametrize("unit", ["[", "*a_", "> ", "`", "|-", "\\", "a\u0301", "\u200d", "\n- "])
def test_an_excerpt_of_a_long_text_costs_no_more_than_of_a_short_one(unit: str) -> None:
    assert len(first_words((unit * 50_000)[:50_000], 180)) <= 180
