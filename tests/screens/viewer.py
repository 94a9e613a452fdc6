"""Opens screens in a browser, as the person they are for, and notes what went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.screens.listed import Screen
from tests.screens.looks import HEIGHT, Look
from tests.screens.sown import Place

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

# Chromium without a window says so in its name, and would be taken for a robot.
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"

# What goes away by itself after ten seconds must not do so on a slow machine only.
STAY = """
  const after = window.setTimeout;
  window.setTimeout = (act, ms, ...given) => ms >= 5000 ? 0 : after(act, ms, ...given);
"""


@dataclass
class Visit:
    """A screen as it stands open."""

    screen: Screen
    look: Look
    page: Page
    status: int | None = None
    faults: list[str] = field(default_factory=list)
    """Errors of the console, the policy, scripts and requests."""


class Viewer:
    """Keeps everybody signed in, on a phone and at a desk, with scripts and without."""

    def __init__(self, browser: Browser, places: Mapping[str, Place]) -> None:
        self.browser = browser
        self.places = places
        self._contexts: dict[tuple[object, ...], BrowserContext] = {}

    @contextmanager
    def open(self, screen: Screen, look: Look, *, script: bool = True) -> Iterator[Visit]:
        """Open a screen, and do what it takes until it looks as it should; closes it again."""
        page = self._context(screen, look, script).new_page()
        page.set_viewport_size({"width": look.width, "height": HEIGHT[look.width]})
        page.emulate_media(color_scheme=look.scheme, reduced_motion="reduce")
        page.add_init_script(STAY)
        visit = Visit(screen, look, page)
        self._listen(visit)
        path = screen.path.format_map(self.places[screen.place].ids)
        page.goto(f"/community{path}")
        screen.act(page)
        yield visit
        page.close()

    def close(self) -> None:
        """Let go of everybody who is signed in."""
        for context in self._contexts.values():
            context.close()

    # -- below --

    def _context(self, screen: Screen, look: Look, script: bool) -> BrowserContext:
        key = (screen.place, screen.who, look.language, look.is_touch, script)
        if key not in self._contexts:
            place = self.places[screen.place]
            self._contexts[key] = context = self.browser.new_context(
                base_url=place.address,
                user_agent=AGENT,
                extra_http_headers={"Accept-Language": look.language},
                locale=look.language,
                has_touch=look.is_touch,
                java_script_enabled=script,
            )
            if screen.who is not None:
                door = place.doors[screen.who]
                answer = context.request.fetch(door, method=place.knock)
                assert answer.ok, (door, answer.status)
        return self._contexts[key]

    @staticmethod
    def _listen(visit: Visit) -> None:
        def told(message: ConsoleMessage) -> None:
            # That this very page answered with an error is what some screens show.
            # A missing favicon is the shop's.
            source = message.location["url"].split("?")[0]
            excused = source == visit.page.url.split("?")[0] or source.endswith("/favicon.ico")
            if message.type in ("error", "warning") and not (
                excused and message.text.startswith("Failed to load resource")
            ):
                visit.faults.append(f"{message.type}: {message.text}")

        def failed(request: Request) -> None:
            visit.faults.append(f"{request.failure}: {request.url}")

        visit.page.on("console", told)
        visit.page.on("pageerror", lambda error: visit.faults.append(f"script: {error}"))
        visit.page.on("requestfailed", failed)
        visit.page.on("response", lambda answer: _note(visit, answer.url, answer.status))


def _note(visit: Visit, url: str, status: int) -> None:
    if "/static/" not in url and not url.endswith("favicon.ico"):
        visit.status = status
    elif status >= 400:
        visit.faults.append(f"{status}: {url}")
