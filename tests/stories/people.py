"""People at their browsers: on a desktop in English, on a phone in Chinese, in a chat app."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import flask_community
from tests.screens.measures import OVERFLOW

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page

_CATALOGS = Path(flask_community.__file__).parent / "translations"
_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 {}Safari/537.36"


@dataclass(frozen=True)
class Device:
    """What somebody holds in his hands."""

    language: str
    width: int
    height: int
    agent: str
    is_touch: bool = False

    def say(self, english: str, **values: object) -> str:
        """Return what the extension says on this device for its English words."""
        words = english
        if self.language.startswith("zh"):
            catalog = gettext.translation("flask_community", _CATALOGS, ["zh_Hans"])
            words = catalog.gettext(english)
            assert words != english, f"there is no Chinese for {english!r}"
        return words % values if values else words


DESKTOP = Device("en-GB", 1280, 900, f"Mozilla/5.0 (X11; Linux x86_64) {_CHROME.format('')}")
PHONE = Device(
    "zh-CN", 390, 844, f"Mozilla/5.0 (Linux; Android 15) {_CHROME.format('Mobile ')}", is_touch=True
)
CHAT_APP = Device(
    "zh-CN",
    390,
    844,
    f"Mozilla/5.0 (Linux; Android 15) {_CHROME.format('Mobile ')} MicroMessenger/8.0.58",
    is_touch=True,
)
"""The web view of WeChat: it keeps its own cookies, and forgets them."""


class Person:
    """Somebody at a browser of his own."""

    def __init__(self, browser: Browser, address: str, device: Device) -> None:
        self.device = device
        self.faults: list[str] = []
        self._context: BrowserContext = browser.new_context(
            base_url=address,
            user_agent=device.agent,
            locale=device.language,
            viewport={"width": device.width, "height": device.height},
            has_touch=device.is_touch,
            is_mobile=device.is_touch,
            reduced_motion="reduce",
        )
        self._context.set_default_timeout(15_000)
        self.page: Page = self._context.new_page()
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("console", self._listen)

    def close(self) -> None:
        """Put the device away; nothing went wrong on it."""
        self._context.close()
        assert self.faults == []

    @property
    def path(self) -> str:
        """Where he is."""
        return str(self.page.evaluate("location.pathname + location.search"))

    def go(self, path: str) -> None:
        """Open a page, by its path or whole address; it fits his screen."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.ok, (path, answer.status)
        self._looks()

    def follow(self, href: str) -> None:
        """Follow the first link whose address has `href` in it."""
        self._leave(self.page.locator(f'main a[href*="{href}"]:visible').first.click)

    def send(self, to: str = "", press: str | None = None, **fields: str) -> None:
        """Fill in the form that goes to `to`, or to this very page, and send it.

        `press` names the button, by its `name`, where it is not the first one.
        """
        where = f'[action*="{to}"]' if to else ":not([action])"
        form = self.page.locator(f'main form[method="post"]{where}').first
        if not form.is_visible():
            form.locator("xpath=ancestor::details[1]/summary").click()
        for name, value in fields.items():
            _fill(form, name, value)
        button = f'button[name="{press}"]' if press else 'button[type="submit"]'
        self._leave(form.locator(button).first.click)

    def sees(self, english: str, **values: object) -> None:
        """Claim that the page shows these words of the extension, in his language."""
        self.reads(self.device.say(english, **values))

    def reads(self, words: str) -> None:
        """Claim that the page shows exactly these words."""
        shown = self.page.inner_text("main")
        assert words in shown, f"{words!r} is not on {self.path}:\n{shown}"

    def misses(self, english: str) -> None:
        """Claim that the page does not show these words of the extension."""
        assert self.device.say(english) not in self.page.inner_text("main")

    def value(self, name: str) -> str:
        """Return what stands in a field."""
        return self.page.locator(f'main [name="{name}"]').first.input_value()

    def _leave(self, click: Callable[[], None]) -> None:
        with self.page.expect_navigation() as went:
            click()
        if (answer := went.value) is not None:
            assert answer.ok, (self.path, self.page.inner_text("main"))
        self._looks()

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(message.text)

    def _looks(self) -> None:
        assert self.page.evaluate(OVERFLOW) == [], self.path


def _fill(form: Locator, name: str, value: str) -> None:
    field = form.locator(f'[name="{name}"]')
    kind = field.first.evaluate("field => field.type")
    if kind in ("radio", "checkbox"):
        form.locator(f'[name="{name}"][value="{value}"]').check()
    elif kind.startswith("select"):
        field.select_option(value)
    else:
        field.fill(value)
