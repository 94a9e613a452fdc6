"""The extension itself: what a shop makes once and registers on its apps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Blueprint, Flask, current_app
from markupsafe import Markup
from sqlalchemy import orm

from . import models as mapping
from .cli import cli
from .clock import Clock, utcnow
from .communities.api import LabelApi
from .communities.pages import CommunityPages
from .complaints.api import ComplaintApi
from .complaints.evidence import EvidencePages
from .complaints.pages import ComplaintPages
from .config import Settings
from .customers.api import OwnerApi
from .customers.pages import OwnerPages
from .earnings.api import RewardApi
from .earnings.appeal_api import AppealApi
from .earnings.appeal_pages import AppealPages
from .earnings.pages import RewardPages
from .earnings.payout_api import PayoutApi
from .earnings.payout_pages import PayoutPages
from .earnings.receipt_page import ReceiptPages
from .errors import ConfigError
from .experiences.api import ExperienceApi
from .experiences.pages import ExperiencePages
from .experiences.pictures import PicturePages
from .files.pages import FilePages
from .hooks import HostHooks
from .host import Adapters, OrderWatch
from .members.api import MeApi
from .members.pages import LanguagePages
from .moderation.api import DeskApi
from .moderation.pages import DeskPages
from .notices.api import NoticeApi
from .notices.pages import NoticePages
from .orders.calls import OrderCalls
from .referrals.api import LinkApi
from .referrals.pages import ReferralPages
from .referrals.thanks_page import ThanksPages
from .rest.base import API_BLUEPRINT, Api
from .revisions import keep_out_of_autogenerate
from .rounds import Rounds
from .site import Site, site_of
from .storefront.api import ShareApi
from .storefront.own_link import OwnLinkPages
from .storefront.pages import SharePages
from .storefront.style import StylePage
from .web import BLUEPRINT, Web

if TYPE_CHECKING:
    from flask_sqlalchemy import SQLAlchemy

PAGES: tuple[Callable[[Web, Callable[[], Any]], object], ...] = (
    FilePages,
    LanguagePages,
    NoticePages,
    CommunityPages,
    DeskPages,
    ExperiencePages,
    PicturePages,
    ReferralPages,
    ThanksPages,
    RewardPages,
    ReceiptPages,
    AppealPages,
    PayoutPages,
    ComplaintPages,
    EvidencePages,
    OwnerPages,
    SharePages,
    OwnLinkPages,
    StylePage,
)
"""Every page class, lower slices first: upper ones may add panels to lower pages."""

APIS: tuple[Callable[[Api, Callable[[], Any]], object], ...] = (
    MeApi,
    NoticeApi,
    LabelApi,
    ExperienceApi,
    ShareApi,
    LinkApi,
    RewardApi,
    AppealApi,
    ComplaintApi,
    DeskApi,
    OwnerApi,
    PayoutApi,
)
"""The API of every slice, in the order in which its reference lists them."""


class Community:
    """Adds communities, rewarded sharing and answered complaints to a shop.

    :param db: the shop's Flask-SQLAlchemy. A shop on plain SQLAlchemy gives
        `base`, its declarative base, and `session`, its session factory or
        scoped session, instead.
    :param current_member_id: returns the key of the signed-in member, or None.
        By default Flask-Login is asked.
    :param hooks: what only the shop can do; see `HostHooks`.
    :param clock: returns the present in UTC; a test may hold it still.
    """

    def __init__(
        self,
        db: SQLAlchemy | None = None,
        *,
        base: type[orm.DeclarativeBase] | None = None,
        session: Callable[[], orm.Session] | None = None,
        current_member_id: Callable[[], Any | None] | None = None,
        hooks: HostHooks | None = None,
        clock: Clock = utcnow,
    ) -> None:
        _check_source(db, base, session)
        self._db = db
        self._base = base
        self._session = session
        self._current_member_id = current_member_id
        self._hooks = hooks or HostHooks()
        self._clock = clock
        self.orders = OrderCalls(self._metadatas)
        """Tells of order events where a watch cannot see them; call before your commit."""

    def init_app(self, app: Flask) -> None:
        """Register pages and commands on an app and read its COMMUNITY_* settings.

        Settings and their meaning: see `flask_community.config.Settings`. The
        models may be imported later; nothing is mapped here.

        :raises ConfigError: a setting is wrong, or the app has a Community.
        """
        if "community" in app.extensions:
            raise ConfigError("this app has a Community already: register each app once")
        site = Site(
            name=app.name,
            settings=Settings.from_config(app.config),
            hooks=self._hooks,
            clock=self._clock,
            catalogs=Path(app.root_path) / "translations",
            metadatas=self._metadatas,
            sessions=self._session or self._db_session,
            opens_sessions=not isinstance(self._session, orm.scoped_session | None),
            current_member_id=self._current_member_id or _FlaskLogin(self._metadatas),
        )
        site.findings = Rounds()
        site.languages.init_app(app)
        app.extensions["community"] = site
        app.jinja_env.globals["community"] = self
        app.cli.add_command(cli)
        keep_out_of_autogenerate()
        app.register_blueprint(_blueprint(site))
        app.register_blueprint(_api_blueprint(site))
        app.teardown_request(site.run_jobs_after_request)

    def bind(
        self,
        *,
        member: type,
        product: type,
        order: type,
        watch: OrderWatch | None = None,
        adapters: Adapters | None = None,
    ) -> None:
        """Bind model classes that cannot carry the mixins; call it after the last of them.

        :raises BindingError: the classes do not fit; the message says what to change.
        """
        mapping.bind(member, product, order, watch=watch, adapters=adapters)

    # -- for the shop's own templates --

    def share_button(self, product: object) -> Markup:
        """Return the button under which a member shares this product."""
        return self._site.services().storefront.share_button(product)

    def product_rail(self, product: object) -> Markup:
        """Return who vouches for this product and what its owners write."""
        return self._site.services().storefront.product_rail(product)

    def vouch_line(self, product: object, among: Iterable[object] = ()) -> Markup:
        """Return in one line who kept this product, for a card of it in a list.

        Give the whole list as `among`: its products are then asked for together.
        """
        return self._site.services().storefront.vouch_line(product, among)

    def landing(self, product: object) -> Markup:
        """Return who sent the visitor to this product and what he said, for the head of its page."""
        return self._site.services().storefront.landing(product)

    def code_field(self) -> Markup:
        """Return the field for the code of a link, to stand in your checkout form.

        The order that the form places is told of it; there is nothing to read.
        """
        return self._site.services().storefront.code_field()

    def head(self, product: object) -> Markup:
        """Return what chat apps read about this product, for the page's <head>."""
        return self._site.services().storefront.head(product)

    # -- below --

    @property
    def _site(self) -> Site:
        site = site_of(current_app._get_current_object())  # type: ignore[attr-defined]
        site.languages.settle()
        return site

    def _metadatas(self) -> list[sa.MetaData]:
        if self._base is not None:
            return [self._base.metadata]
        return list(self._db.metadatas.values()) if self._db is not None else []

    def _db_session(self) -> orm.Session:
        # Looked up at each call: test fixtures replace db.session.
        assert self._db is not None
        return self._db.session()


class _FlaskLogin:
    """Asks Flask-Login who is signed in, by key, never by object."""

    asks_flask_login = True

    def __init__(self, metadatas: Callable[[], list[sa.MetaData]]) -> None:
        self._metadatas = metadatas

    def __call__(self) -> Any | None:
        from flask_login import current_user as proxy

        current_user: Any = proxy  # a LocalProxy, which type checkers cannot see through
        if not hasattr(current_app, "login_manager") or not current_user.is_authenticated:
            return None
        user = current_user._get_current_object()
        state = sa.inspect(user, raiseerr=False)
        if not isinstance(state, orm.InstanceState):
            return user.get_id()  # an object that the host wraps around its user
        bindings = [b for m in self._metadatas() if (b := mapping.binding_of(m))]
        if not bindings or not isinstance(user, bindings[0].host.member.cls):
            return None  # staff, say: in another table the same key is somebody else
        # Not the attribute: the object may be detached and expired.
        return (state.identity or state.mapper.primary_key_from_instance(user))[0]


def _check_source(db: object, base: object, session: object) -> None:
    plain = hasattr(base, "metadata") and callable(session)
    if (db is None and plain) or (base is None and session is None and hasattr(db, "metadatas")):
        return
    raise ConfigError(
        "write Community(db) with your Flask-SQLAlchemy, or, on plain SQLAlchemy, "
        "Community(base=Base, session=factory) with your base and your session factory"
    )


def _blueprint(site: Site) -> Blueprint:
    blueprint = Blueprint(
        BLUEPRINT,
        __package__ or "flask_community",
        url_prefix=site.settings.url_prefix,
        template_folder="templates",
        static_folder="static",
    )
    # First of all, so that even a refusal is said in the reader's language.
    blueprint.before_request(site.languages.settle)
    blueprint.after_request(site.languages.label)
    web = Web(
        blueprint,
        settings=site.settings,
        session=site.session,
        caller=site,
        csrf=site.blob("csrf"),
        committed=site.committed,
    )
    site.web = web
    for pages in PAGES:
        pages(web, site.services)
    blueprint.teardown_app_request(site.close_session)
    return blueprint


def _api_blueprint(site: Site) -> Blueprint:
    prefix = f"{site.settings.url_prefix}/api/v1"
    blueprint = Blueprint(API_BLUEPRINT, __package__ or "flask_community", url_prefix=prefix)
    blueprint.after_request(site.languages.label)
    site.api = Api(blueprint, site.web, site.services)
    site.api.begin_with(site.languages.settle)
    for api in APIS:
        api(site.api, site.services)
    return blueprint
