"""Walks the shop as a person would: opens a page, fills in a form, sends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class WalkError(Exception):
    """A page answered otherwise than a person would have liked."""


@dataclass
class Form:
    """A form of a page: where it goes, and what stands in it."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


class Walker:
    """One person with a browser of his own."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        # A visitor without the name of a browser would be taken for a robot.
        self.client.environ_base["HTTP_USER_AGENT"] = BROWSER

    def open(self, path: str) -> str:
        """Open a page and return its HTML; raises WalkError if it is an error page."""
        return self._seen(self.client.get(path, follow_redirects=True)).text

    def send(
        self, page: str | TestResponse, /, *, to: str = "", **fields: str | list[str]
    ) -> TestResponse:
        """Fill in and send a form of a page, to be opened or open already.

        Of several forms it is the first that has all these fields and whose
        address contains `to`; a list ticks several boxes. Returns where that
        leads; raises WalkError if there is no such form or it is refused.
        """
        if isinstance(page, str):
            page = self._seen(self.client.get(page, follow_redirects=True))
        for form in forms_of(page.text):
            if to in form.action and fields.keys() <= form.names:
                target = form.action or page.request.path
                data: dict[str, object] = {**form.fields, **fields}
                return self._seen(self.client.post(target, data=data, follow_redirects=True))
        raise WalkError(f"{page.request.path} has no form to {to!r} with {sorted(fields)}")

    def link(self, path: str, words: str) -> str:
        """Return where the first link of a page with these words leads; raises WalkError."""
        for href, text in _read(self.open(path)).links:
            if words in text:
                return href
        raise WalkError(f"{path} has no link {words!r}")

    @staticmethod
    def _seen(response: TestResponse) -> TestResponse:
        if response.status_code >= 400:
            raise WalkError(f"{response.request.path} answered {response.status}: {response.text}")
        return response


def forms_of(html: str) -> list[Form]:
    """Return the forms of a page that change something."""
    return _read(html).forms


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    return reader


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self._href: str | None = None
        self._open: Form | None = None
        self._select: str | None = None
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self._href = given["href"]
        elif tag == "form":
            self._open = Form(given.get("action") or "")
            if (given.get("method") or "").lower() == "post":
                self.forms.append(self._open)
        elif self._open is not None:
            self._take(self._open, tag, given)

    def handle_data(self, text: str) -> None:
        if self._href is not None:
            self.links.append((self._href, text))
        elif self._open is not None and self._area is not None:
            self._open.fields[self._area] += text

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._href = None
        elif tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None

    def _take(self, form: Form, tag: str, given: dict[str, str | None]) -> None:
        name, value = given.get("name"), given.get("value") or ""
        if tag == "option" and self._select is not None:
            # As in a browser, the first option counts until another one is the selected.
            if "selected" in given:
                form.fields[self._select] = value
            form.fields.setdefault(self._select, value)
        if name is None:
            return
        form.names.add(name)
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area = name
            form.fields[name] = ""
        elif tag == "input" and (
            given.get("type") not in ("checkbox", "radio", "submit") or "checked" in given
        ):
            form.fields[name] = value
