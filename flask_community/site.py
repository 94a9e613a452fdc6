"""One app's share of the extension: its settings, its sessions, who is calling."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask, current_app, has_app_context, has_request_context, request
from sqlalchemy import orm

from . import models as mapping, outbox, signals
from .clock import Clock
from .config import Settings
from .customers.tasks import Finding
from .errors import BindingError, ConfigError
from .files import service as files
from .hooks import HostHooks
from .host import Binding, HostModels
from .i18n import Languages
from .members.models import Member
from .orders.inbox import OWN_SESSION
from .orders.refunds import refund_model
from .referrals.conversions import touch_json
from .referrals.cookie import (
    CODE_FIELD,
    COOKIE_PURPOSE,
    TouchCookie,
    carried_text,
    owner_mark,
)
from .referrals.rules import Touch, TouchKind
from .rest.base import Api
from .services import JOBS, Services
from .tokens import LinkTokens, PrivateTokens, SignedBlob
from .web import Web

log = logging.getLogger("flask_community")

STAFF = frozenset({"moderator", "lead", "seller", "owner"})
"""Roles whose browsers bring nobody: what they carry is not read at an order."""

_SESSION = "flask_community.session"
_SERVICES = "flask_community.services"
_JOBS_DUE = "flask_community.jobs_due"


class Site:
    """Lives in `app.extensions["community"]`, made by `Community.init_app`."""

    web: Web
    """What this app's pages share; set when they are registered."""
    api: Api
    """The operations of this app's API; set with them."""

    def __init__(
        self,
        *,
        name: str,
        settings: Settings,
        hooks: HostHooks,
        clock: Clock,
        catalogs: Path,
        metadatas: Callable[[], Sequence[sa.MetaData]],
        sessions: Callable[[], orm.Session],
        opens_sessions: bool,
        current_member_id: Callable[[], Any | None],
    ) -> None:
        self.name = name
        self.settings = settings
        self.hooks = hooks
        self.clock = clock
        self.languages = Languages(
            settings.languages,
            zone=settings.timezone,
            currency=settings.currency,
            folders=[catalogs],
            preferred=self.preferred_language,
        )
        self.links = LinkTokens(settings.secret_keys, settings.shop_id)
        self.trackers = PrivateTokens(settings.secret_keys, settings.shop_id, "complaint")
        self.touch_cookie = TouchCookie(self.blob(COOKIE_PURPOSE))
        self.findings: Callable[[], Sequence[Finding]] = tuple
        """Tells what the doctor found; the extension, which knows him, sets it."""
        self._checked: HostModels | None = None
        self._metadatas = metadatas
        self._sessions = sessions
        self._opens_sessions = opens_sessions
        self._current_member_id = current_member_id
        mapping.wait_for_binding(metadatas, self)

    def blob(self, purpose: str) -> SignedBlob:
        """Return the signer of our cookies and cursors of one purpose."""
        return SignedBlob(self.settings.secret_keys, self.settings.shop_id, purpose)

    @property
    def binding(self) -> Binding:
        """The host's classes and our tables; raises BindingError naming what is missing."""
        for metadata in self._metadatas():
            if (binding := mapping.binding_of(metadata)) is not None:
                binding.attach(self)
                self._check_late(binding)
                return binding
        raise BindingError(_unbound(self._metadatas()))

    def _check_late(self, binding: Binding) -> None:
        # A refund model is named by a string because it is declared later.
        if self._checked is not binding.host:
            refund_model(binding.host)
            self._checked = binding.host

    # -- sessions and services --

    def session(self) -> orm.Session:
        """Return the session of this request: the host's own, one per request."""
        if not self._opens_sessions or not has_request_context():
            return self._sessions()
        if _SESSION not in request.environ:
            request.environ[_SESSION] = self._sessions()
        return cast(orm.Session, request.environ[_SESSION])

    def close_session(self, _error: BaseException | None = None) -> None:
        """Close the session that `session()` opened for this request, if it did."""
        files.let_go(self.hooks)
        if (session := request.environ.pop(_SESSION, None)) is not None:
            session.close()

    def services(self) -> Services:
        """Return the services of this request, over the host's session."""
        session = self.session()
        kept = request.environ.get(_SERVICES) if has_request_context() else None
        if kept is None or kept.session is not session:
            kept = Services(self, session)
            if has_request_context():
                request.environ[_SERVICES] = kept
        return cast(Services, kept)

    @contextlib.contextmanager
    def unit(self) -> Iterator[Services]:
        """Open a unit of work in an own session; commits at the end, or rolls back."""
        member = self.binding.models[Member]
        bind = self._sessions().get_bind(sa.inspect(member))
        with self.own_session(bind) as session:
            yield Services(self, session)
            session.commit()
            signals.send_due(session, self._sender())

    @staticmethod
    def own_session(bind: sa.Engine | sa.Connection) -> orm.Session:
        """Return a session that the order inbox does not watch."""
        return orm.Session(
            bind,
            info={OWN_SESSION: True},
            expire_on_commit=False,
            join_transaction_mode="create_savepoint",
        )

    def committed(self) -> None:
        """Send the signals and do the jobs that waited for this request's commit."""
        files.settle()
        signals.send_due(self.session(), self._sender())
        self.run_jobs_inline()

    # -- jobs --

    def run_jobs(self, limit: int = 100) -> int:
        """Run the jobs that are due, each in its own transaction; return how many."""
        models = self.binding.models
        return outbox.run_due(self.unit, JOBS, models, self.clock, limit)

    def run_jobs_inline(self) -> None:
        """Run due jobs if this process is the one to do it; a fault is only logged."""
        if self.settings.jobs != "inline":
            return
        try:
            self.run_jobs()
            with self.unit() as services:
                services.audit.seal()
        except Exception:
            log.exception("jobs are left for the next turn")

    def run_jobs_after_request(self, _error: BaseException | None = None) -> None:
        """Run the jobs that an order event of this request put into the outbox."""
        if request.environ.pop(_JOBS_DUE, False):
            self.run_jobs_inline()

    # -- Runtime: what the order inbox asks --

    @property
    def works_inbox_on_commit(self) -> bool:
        """Tell whether inbox rows are worked off right after the host's commit."""
        return self.settings.inbox == "commit"

    def touches_for(self, order: Any) -> list[Any] | None:
        """Return the touches in the browser, or app, that places an order; None if it is nobody's.

        That is outside a request, and for staff: they type old orders in, and what
        they carry is never read. Each touch is marked with the account at that
        browser: it counts only if the buyer turns out to be that account.
        """
        if not has_request_context():
            return None
        carried = self.touch_cookie.load(carried_text(request))
        key = self.member_key()
        # The order's own session: another one would want a second connection.
        if self._is_staff(key, orm.object_session(order) or self.session()):
            return None
        touches = [*carried.touches] if carried.counts_for(key) else []
        mark = owner_mark(key).hex()
        return [{**touch_json(one), "actor": mark} for one in [*touches, *self._typed()]]

    def _typed(self) -> list[Touch]:
        """Return the touch of the code that stands in the form which places an order, if any."""
        typed = request.form.get(CODE_FIELD) if request.method == "POST" else None
        link_id = self.links.verify_code(typed) if typed else None
        if link_id is None:
            return []
        return [Touch(link_id, self.clock(), TouchKind.CODE)]

    def seller_of(self, product: Any) -> Any | None:
        """Return the host key of the member who sells a product, if the shop tells."""
        tells = self.hooks.provides("product_seller")
        return self.hooks.product_seller(product) if tells else None

    def work_inbox(self, session: orm.Session, keys: Sequence[str]) -> None:
        """Work inbox rows off; one that fails is logged and stays for the worker."""
        for key in keys:
            try:
                Services(self, session).orders.work(key)
                session.commit()
            except Exception as error:
                session.rollback()
                signals.drop_due(session)
                log.exception("order event %s is left for the worker", key)
                Services(self, session).orders.failed(key, error)
                session.commit()
            else:
                signals.send_due(session, self._sender())
        if has_request_context():
            request.environ[_JOBS_DUE] = True

    # -- Caller: who sends this request --

    @property
    def asks_flask_login(self) -> bool:
        """Tell whether it is Flask-Login that knows who is signed in."""
        return bool(getattr(self._current_member_id, "asks_flask_login", False))

    def member_key(self) -> Any | None:
        """Return the host key of the signed-in member, or None."""
        given = self._current_member_id()
        if given is None:
            return None
        role = self.binding.host.member
        if isinstance(given, role.cls):
            raise ConfigError(f"current_member_id returned a {role.cls.__name__}: return its key")
        try:
            return role.key_from(given)
        except ValueError:
            # An old cookie, perhaps: the shop's pages must not fail for it.
            log.warning("nobody is signed in: %r is no key of %s", given, role.cls.__name__)
            return None

    def member_id(self) -> int | None:
        """Return our id of the signed-in member if he is known here already."""
        key = self.member_key()
        found = None if key is None else self.services().members.find(key)
        return None if found is None else found.id

    def preferred_language(self) -> str | None:
        """Return the language that the signed-in member chose, or None."""
        member_id = self.member_id()
        return None if member_id is None else self.services().members.language(member_id)

    def ensure_member_id(self) -> int | None:
        """Return our id of the signed-in member, made known if need be."""
        key = self.member_key()
        return None if key is None else self.services().members.of(key).id

    def roles(self, member_id: int) -> frozenset[str]:
        """Return every role this member has, the host's and ours."""
        services = self.services()
        host_roles = services.members.host_roles(member_id)
        return services.communities.roles_of(member_id, host_roles)

    def _is_staff(self, key: Any | None, session: orm.Session) -> bool:
        host, services = self.binding.host, Services(self, session)
        person = host.member.load(session, key)
        if person is None:
            return False
        roles = host.member_roles(person)
        if (known := services.members.find(key)) is not None:
            roles = services.communities.roles_of(known.id, roles)
        return not roles.isdisjoint(STAFF)

    def _sender(self) -> Flask | Site:
        return cast(Any, current_app)._get_current_object() if has_app_context() else self


def site_of(app: Flask) -> Site:
    """Return the app's share; raises ConfigError if `init_app` was not called."""
    site = app.extensions.get("community")
    if not isinstance(site, Site):
        raise ConfigError(
            "call community.init_app(app) in the app's factory; flask community init shows where"
        )
    return site


def _unbound(metadatas: Sequence[sa.MetaData]) -> str:
    part = [m for m in metadatas if len(mapping.missing_roles(m)) < len(mapping.MIXINS)]
    if len(part) > 1:
        return (
            "member, product and order stand in different MetaData: "
            "give all three the same base (and the same __bind_key__)"
        )
    missing = mapping.missing_roles(part[0]) if part else list(mapping.MIXINS)
    mixins = ", ".join(mapping.MIXINS[name].__name__ for name in missing)
    return (
        f"no class is bound as {', '.join(missing)}: add {mixins} to your model classes "
        "(and import them before the first request), or call community.bind(...) after them"
    )
