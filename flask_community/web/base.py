"""Handed to every page class: where things are, who asks, what to answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import orm

from ..config import Settings
from ..errors import Forbidden, NotFound
from ..i18n import gettext
from ..records import Record
from ..tokens import SignedBlob
from .callers import Caller, Unauthenticated
from .caps import cap_body, count_fields
from .csrf import CSRF_COOKIE, SAFE_METHODS, Csrf, leave_to_us
from .errors import ErrorPages
from .fields import clean_text, is_text, whole_number
from .headers import Headers
from .layout import Layouts, nonce_in
from .origin import public_root
from .rates import Rates
from .sheets import ThemeSheet, static_path

BLUEPRINT = "flask_community"
"""Name of our blueprint; not `community`, which a host may well have."""

STYLES = "fc.css"
"""The style sheet that every page needs."""

View = Callable[..., ResponseReturnValue]

Panel = Callable[..., Markup | str]
"""Returns what an upper slice adds to a page of a lower one; a str is escaped."""


_STYLED = "flask_community.styled"
_NOTHING = Markup()


@dataclass(frozen=True)
class Rule:
    """What a route of ours takes in."""

    limit: str | None
    counted: frozenset[str]
    """Methods that count as the limited action."""
    uploads: bool
    by_secret: bool = False
    """Whether the path itself is the proof: it holds a token that nobody can guess."""


class Web:
    """Handed to every page class; holds no state of a request."""

    def __init__(
        self,
        blueprint: Blueprint,
        *,
        settings: Settings,
        session: Callable[[], orm.Session],
        caller: Caller,
        csrf: SignedBlob,
        committed: Callable[[], None],
    ) -> None:
        self.blueprint = blueprint
        self.settings = settings
        self.session = session
        self._caller = caller
        self._csrf = Csrf(csrf, settings)
        self._committed = committed
        self.panels: dict[str, list[Panel]] = {}
        """What `show_panels` shows, by place, in the order in which it was added."""
        self._rates = Rates(settings)
        self.rules: dict[str, Rule] = {}
        """What each of our routes takes in, by endpoint."""
        # Before every before_request: the shop's CSRF guard reads the whole form there.
        blueprint.url_value_preprocessor(self._take_in)
        blueprint.before_request(self.guard_change)
        blueprint.before_request(self._count)
        ErrorPages(self)
        Headers(self)
        self._theme = ThemeSheet(self)
        self._layouts = Layouts(self)

    # -- where things are --

    def add(
        self,
        rule: str,
        view: View,
        *,
        name: str,
        methods: Iterable[str] = ("GET",),
        limit: str | None = None,
        uploads: bool = False,
        by_secret: bool = False,
    ) -> None:
        """Serve `rule`, under our prefix, with `view`; `name` is for `url()`.

        `limit` names the action of COMMUNITY_RATE_LIMITS that a change here
        counts as, or a look where nothing can be changed; `uploads` lets
        pictures come along. `by_secret` says that the path holds a token that
        nobody can guess: then its forms need no cookie beside it, and the
        address is told to nobody.
        """
        counted = frozenset(methods) - SAFE_METHODS or frozenset(methods)
        self.rules[f"{self.blueprint.name}.{name}"] = Rule(limit, counted, uploads, by_secret)
        self.blueprint.add_url_rule(rule, name, view, methods=list(methods))

    def url(self, name: str, **values: Any) -> str:
        """Return the path of one of our pages."""
        return url_for(f"{BLUEPRINT}.{name}", **values)

    def external(self, name: str, **values: Any) -> str:
        """Return the full address of one of our pages, for chat apps and the like.

        A path only, where the shop's address is not known for sure: see `root()`.
        """
        return self.root() + self.url(name, **values)

    def root(self) -> str:
        """Return the shop's public address, or "" where only the Host header would tell it."""
        return public_root(self.settings)

    def static(self, name: str) -> str:
        """Return the path of one of our static files, new whenever the file is."""
        return static_path(self.blueprint, name)

    # -- what upper slices add --

    def add_panel(self, place: str, render: Panel) -> None:
        """Let `render` add to every page that shows the panels of `place`."""
        self.panels.setdefault(place, []).append(render)

    def show_panels(self, place: str, **context: Any) -> Markup:
        """Return what was added to `place`, each made with `context` as keywords."""
        return Markup("").join(panel(**context) for panel in self.panels.get(place, ()))

    # -- who asks --

    def member_key(self) -> Any | None:
        """Return the host key of the signed-in member, or None; no query of ours."""
        return self._caller.member_key()

    def member_id(self) -> int | None:
        """Return our id of the signed-in member, or None; a read, nothing is made."""
        return self._caller.member_id()

    def require_member(self) -> int:
        """Return our id of the signed-in member; raises Unauthenticated."""
        member_id = self._caller.ensure_member_id()
        if member_id is None:
            raise Unauthenticated
        return member_id

    def roles(self, member_id: int) -> frozenset[str]:
        """Return every role this member has, the host's and ours."""
        return self._caller.roles(member_id)

    def require_role(self, *roles: str) -> int:
        """Return our id of the member if he has one of these roles; raises Forbidden."""
        member_id = self.require_member()
        if self._caller.roles(member_id).isdisjoint(roles):
            raise Forbidden(gettext("You do not have the role for this page."))
        return member_id

    # -- what he may send --

    def guard_change(self) -> None:
        """Refuse a change that no form of ours sent; runs before each of our pages.

        Raises Forbidden, or UnsupportedMediaType for a body that is no form.
        """
        if request.method not in SAFE_METHODS:
            count_fields()
            self._csrf.check(by_secret=self.is_by_secret())

    def is_by_secret(self) -> bool:
        """Tell whether the path of this request holds the secret that lets it in."""
        rule = self.rules.get(request.endpoint or "")
        return rule is not None and rule.by_secret

    def limit(self, action: str) -> None:
        """Count one more of an action of COMMUNITY_RATE_LIMITS; raises TooMany."""
        self._rates.count(action, self._caller.member_key())

    # -- what to answer --

    def commit(self) -> None:
        """Commit the request's one unit of work, then do what waited for it."""
        self.session().commit()
        self._committed()

    def render(
        self,
        template: str,
        *,
        title: str,
        status: int = 200,
        head: Markup = _NOTHING,
        **context: Any,
    ) -> Response:
        """Return a page: our template inside the shop's layout, or inside our own.

        `head` goes into its <head>, where the layout has a block for it.
        Raises RuntimeError when something of ours is not written yet: a
        template may run host code that commits (seen in a real shop).
        """
        pending = [obj for obj in self._pending() if isinstance(obj, Record)]
        if pending:
            raise RuntimeError(f"commit before rendering {template}: {pending} are pending")
        body = self.part(template, title=title, **context) + self.show_panels("footer")
        response = make_response(self.in_layout(body, title=title, head=head), status)
        response.headers["Cache-Control"] = "no-store"
        if (value := self._csrf.cookie()) is not None:
            self.set_cookie(response, CSRF_COOKIE, value)
        return response

    def part(self, template: str, **context: Any) -> Markup:
        """Return one of our fragments, to stand in a page of ours."""
        return self._layouts.part(template, context)

    def shop_part(self, template: str, **context: Any) -> Markup:
        """Return one of our fragments, to stand in a page of the shop.

        The first one on a page brings the style sheets along.
        """
        is_first = not request.environ.get(_STYLED)
        request.environ[_STYLED] = True
        body, nonce = self.part(template, **context), nonce_in(current_app.jinja_env.globals)
        return self._layouts.framed(body, with_styles=is_first, nonce=nonce)

    def in_layout(self, body: Markup, *, title: str, head: Markup = _NOTHING) -> str:
        """Return `body` in its frame, inside the shop's layout or our own."""
        return self._layouts.page(body, title=title, head=head)

    def shop_blocks(self) -> list[str]:
        """Return the names of the blocks of the shop's layout, its parents' too, sorted."""
        return self._layouts.shop_blocks()

    def sheets(self) -> list[str]:
        """Return the paths of our style sheets, in their order."""
        theme = self._theme.path(self)
        return [self.static(STYLES), *([theme] if theme else [])]

    def see_other(self, location: str) -> Response:
        """Return a redirect after a change, so that reloading repeats nothing."""
        response = make_response(redirect(location, 303))
        response.headers["Cache-Control"] = "no-store"
        return response

    def form_text(self, name: str, *, most: int, least: int = 1) -> str:
        """Return a form field as clean text; raises Refused naming the field."""
        return clean_text(request.form.get(name, ""), name=name, most=most, least=least)

    def form_int(self, name: str, *, low: int = 0, high: int = 2**53) -> int:
        """Return a form field as a whole number; raises Refused naming the field."""
        return whole_number(request.form.get(name, ""), name=name, low=low, high=high)

    def asked_int(self, name: str, *, low: int = 1, high: int = 2**53) -> int | None:
        """Return a whole number of the query, None if it is not there; raises Refused."""
        text = request.args.get(name)
        return None if text is None else whole_number(text, name=name, low=low, high=high)

    def csrf_field(self) -> Markup:
        """Return the hidden field that every form of ours carries."""
        return self._csrf.field()

    # -- below --

    def _take_in(self, endpoint: str | None, parts: dict[str, Any] | None) -> None:
        rule = self.rules.get(endpoint or "")
        cap_body(self.settings.max_request if rule and rule.uploads else self.settings.max_body)
        if rule and rule.by_secret:
            leave_to_us(endpoint or "")
        asked = [text for texts in request.args.listvalues() for text in texts]
        asked += [part for part in (parts or {}).values() if isinstance(part, str)]
        if not all(map(is_text, asked)):
            raise NotFound  # no name of anything, and PostgreSQL would refuse to look for it

    def _count(self) -> None:
        rule = self.rules.get(request.endpoint or "")
        if rule and rule.limit and request.method in rule.counted:
            self.limit(rule.limit)

    def _pending(self) -> list[object]:
        session = self.session()
        return [*session.new, *session.dirty, *session.deleted]

    def set_cookie(
        self, response: Response, name: str, value: str, *, max_age: int | None = None
    ) -> None:
        """Set a cookie of ours: first-party, unseen by scripts, HTTPS unless in debug."""
        response.set_cookie(
            name,
            value,
            max_age=max_age,
            httponly=True,
            samesite="Lax",
            secure=self.settings.secure_cookies,
            path="/",
        )
