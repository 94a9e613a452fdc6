"""Claims about how a share is written down."""

from __future__ import annotations

from flask_community.storefront.rules import qr_svg, ways


def test_no_text_of_a_share_breaks_out_of_its_address() -> None:
    for _, address, _ in ways(
        name="A & B?#", address="https://x.example/r/1?a=b", text="A & B\n#1"
    ):
        assert address.count("?") == 1
        assert not set(address) & set(' \n"<>#')


def test_a_code_is_drawn_without_words_of_the_address() -> None:
    svg = qr_svg("https://shop.example/<script>")
    assert svg.startswith("<svg")
    assert "script" not in svg
