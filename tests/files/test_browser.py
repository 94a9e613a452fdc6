"""Claims about pictures and facts of a page, looked at in a browser under our strict policy."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Response

from tests.chromium import open_chromium, what_is_missing
from tests.pictures import Gallery, picture
from tests.screens.served import served
from tests.shops import Shop, open_shop

HOSTILE = "</script><img src=x onerror=alert(1)><!--"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Return a shop in our own layout that serves what it keeps."""
    if lack := what_is_missing(os.environ):
        pytest.skip(lack)
    gallery = Gallery()
    with open_shop(f"sqlite:///{tmp_path / 'shop.sqlite3'}") as shop:
        shop.hooks = shop.site.hooks = gallery
        shop.app.add_url_rule(
            "/kept/<name>",
            "kept",
            lambda name: Response(gallery.files[f"/kept/{name}"], mimetype="image/jpeg"),
        )
        shop.app.add_url_rule("/favicon.ico", "icon", lambda: ("", 204))
        yield shop


def test_a_picture_is_sent_and_seen_and_no_fact_runs(shop: Shop) -> None:
    eve = shop.user(HOSTILE)
    product = shop.product("gaiwan")
    product.name = HOSTILE
    shop.session.commit()
    shop.set_status(shop.order(eve, (product, 10_000)), "done")
    photo: Any = {"name": "me.png", "mimeType": "image/png", "buffer": picture("PNG", (2400, 1200))}
    with served(shop.app) as address, open_chromium() as browser:
        page = browser.new_page()
        faults: list[str] = []
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        page.request.post(f"{address}/login/{eve.id}")
        page.goto(f"{address}/community/tell")
        page.click("a[href*='/tell/']")
        page.fill("[name=title]", "A good lid")
        page.fill("[name=body]", "It pours.")
        page.set_input_files("[name=picture1]", files=[photo])
        page.fill("[name=alt1]", "A lid")
        page.click("button.fc-btn--go")
        page.wait_for_selector(".fc-pics img")
        page.wait_for_function("() => document.querySelector('.fc-pics img').complete")
        wide = page.evaluate("() => document.querySelector('.fc-pics img').naturalWidth")
        facts = page.evaluate(
            "() => JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').text)"
        )
        sideways = page.evaluate("() => document.body.scrollWidth > innerWidth")
    assert faults == []
    assert wide == 1600
    assert facts["author"]["name"] == HOSTILE
    assert not sideways
