"""Walks pages the way a person does: follows links, fills forms that are really there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import IO

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

Field = str | list[str] | tuple[IO[bytes], str]
"""What is typed, ticked, or chosen as a file with its name."""


@dataclass
class Button:
    """A button with a name, an address of its own, or both."""

    action: str
    name: str
    value: str
    words: str = ""


@dataclass
class Form:
    """A form as it stands on a page, its fields filled as the page filled them."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, str] = field(default_factory=dict)
    """Values of the options of its lists, by what they say."""
    boxes: dict[str, list[str]] = field(default_factory=dict)
    """Values of its check boxes and radio buttons, ticked or not."""
    words: str = ""
    """What its buttons and labels say."""
    buttons: list[Button] = field(default_factory=list)


class Page(HTMLParser):
    """A page that was answered: its status, text, links and forms."""

    def __init__(self, browser: Browser, response: TestResponse) -> None:
        super().__init__()
        self.browser = browser
        self.status = response.status_code
        self.headers = response.headers
        self.path = response.request.path
        self.html = response.get_data(as_text=True)
        self.text = ""
        self.links: dict[str, str] = {}
        self.forms: list[Form] = []
        self._open: list[Form] = []
        self._link: str | None = None
        self._choice: str | None = None
        self._option: str | None = None
        self._area: str | None = None
        self._button: Button | None = None
        self.feed(self.html)
        self.close()

    def follow(self, words: str) -> Page:
        """Follow the link that says `words`."""
        return self.browser.get(self.links[words])

    def form(self, words: str) -> Form:
        """Return the one form with these words on it."""
        (found,) = [form for form in self.forms if words in form.words]
        return found

    def has_form(self, words: str) -> bool:
        """Tell whether there is a form with these words on it."""
        return any(words in form.words for form in self.forms)

    def submit(self, words: str, **fields: Field) -> Page:
        """Send the form with these words, some fields filled in; follow the redirect."""
        form = self.form(words)
        assert fields.keys() <= {*form.fields, *form.boxes}, (form.fields, form.boxes)
        pressed = [one for one in form.buttons if one.words == words]
        # A row's own button stands for the row, one without an address for what is ticked.
        for button in sorted(pressed, key=lambda one: not one.action)[:1]:
            others = {one.name for one in form.buttons}
            sent = {name: text for name, text in form.fields.items() if name not in others}
            sent[button.name] = button.value
            return self.browser.post(button.action or form.action, {**sent, **fields})
        return self.browser.post(form.action, {**form.fields, **fields})

    # -- HTMLParser --

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            form = Form(given.get("action", ""), given.get("method", "get"))
            self.forms.append(form)
            self._open.append(form)
        if tag == "a":
            self._link = given.get("href")
        if self._open and tag == "button":
            named = Button(
                given.get("formaction", ""), given.get("name", ""), given.get("value", "")
            )
            self._button = named if named.name else None
            self._open[-1].buttons += [named] if named.name else []
        if self._open and "name" in given:
            self._field(tag, given)
        if self._open and tag == "option" and self._choice:
            self._option = given.get("value", "")
            if "selected" in given or self._choice not in self._open[-1].fields:
                self._open[-1].fields[self._choice] = self._option

    def _field(self, tag: str, given: dict[str, str]) -> None:
        fields, name = self._open[-1].fields, given["name"]
        if tag == "select":
            self._choice = name
        elif tag == "textarea":
            self._area, fields[name] = name, ""
        if is_box := given.get("type") in ("radio", "checkbox"):
            self._open[-1].boxes.setdefault(name, []).append(given.get("value", "on"))
        if tag in ("input", "button") and (not is_box or "checked" in given):
            fields[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open.pop()
        if tag == "a":
            self._link = None
        if tag == "select":
            self._choice = None
        if tag == "button":
            self._button = None
        if tag == "option":
            self._option = None
        if tag == "textarea" and self._area:
            name, self._area = self._area, None
            # Browsers drop the line break right after <textarea>.
            self._open[-1].fields[name] = self._open[-1].fields[name].removeprefix("\n")

    def handle_data(self, data: str) -> None:
        self.text += data
        words = " ".join(data.split())
        if self._button and words:
            self._button.words = words
        if self._area:
            self._open[-1].fields[self._area] += data
        elif self._open and words:
            self._open[-1].words += words + "\n"
            if self._option is not None:
                self._open[-1].choices[words] = self._option
        if self._link and words:
            self.links.setdefault(words, self._link)


def figures_of(html: str) -> dict[str, str]:
    """Return the figures of the owner's start page, by where each leads: `owner/people`."""
    tile = r'fc-split" href="/community/(owner/[^"]+)"><span>[^<]*</span><b>([\d,]+)<'
    return dict(re.findall(tile, html, re.S))


class Browser:
    """A person's browser over a Flask test client."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str) -> Page:
        """Open a page; redirects are followed."""
        return Page(self, self.client.get(path, follow_redirects=True))

    def post(self, path: str, fields: Mapping[str, Field]) -> Page:
        """Send fields to a path, as a form does; the redirect is followed."""
        return Page(self, self.client.post(path, data=fields, follow_redirects=True))
