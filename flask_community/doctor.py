"""Finds what keeps a shop's community from working well, and says what to do about it."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Iterable, Iterator
from importlib.metadata import version

import sqlalchemy as sa
from flask import Flask
from flask.ctx import RequestContext
from jinja2 import TemplateNotFound
from markupsafe import Markup

from . import first_hour, revisions
from .errors import BindingError
from .files.images import can_read
from .findings import Examination, Finding as Finding
from .hooks import FEATURES as FEATURES, HostHooks
from .orders.models import InboxRow
from .outbox import OutboxJob
from .site import Site
from .tables import differences
from .web.rates import HAS_LIMITS

SAFE_FLASK = (3, 1, 3)
"""The first Flask without a known hole that concerns us."""

SHORTEST_KEY = 16
"""Bytes; fewer can be guessed."""

LATE = dt.timedelta(minutes=10)
"""How long work may lie before it counts as left behind."""

_KNOWN_KEYS = {
    "you-will-never-guess",
    "super-secret-key",
    "supersecretkey123",
    "your-secret-key-here",
    "your_secret_key_here",
    "this-is-a-secret-key",
    "this should be configured",
    "change-this-in-production",
    "change-me-in-production",
    "dev-secret-key-change-me",
    "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
}
"""Keys of tutorials that are long enough."""


def examine(app: Flask, site: Site, *, deploy: bool = False) -> Iterator[Finding]:
    """Yield what is wrong with an app, and with `deploy` also what only matters in public."""
    yield from _found(app, site, ALWAYS + DEPLOYED if deploy else ALWAYS)
    if lost := unbound(app, site):
        yield lost
        return
    yield from _found(app, site, BOUND)
    if lost := missing_tables(app, site):
        yield lost
        return
    yield from _found(app, site, IN_TABLES + DEPLOYED_TABLES if deploy else IN_TABLES)


# -- the shop's code and settings --


def unbound(app: Flask, site: Site) -> Finding | None:
    """Look for a role that no class of the shop has taken."""
    try:
        site.binding  # noqa: B018
    except BindingError as error:
        return Finding(
            code="unbound",
            what="The shop's models are not bound.",
            fix=f"{error}; flask community init shows the lines for your classes.",
        )
    return None


def weak_key(app: Flask, site: Site) -> Finding | None:
    """Look at the key that signs links and cookies: the newest one."""
    newest = site.settings.secret_keys[-1]
    raw = newest.encode() if isinstance(newest, str) else newest
    if len(raw) >= SHORTEST_KEY and raw.decode(errors="replace").lower() not in _KNOWN_KEYS:
        return None
    return Finding(
        code="weak-key",
        what="SECRET_KEY can be guessed, so that anybody can sign a link in another's name.",
        fix="Set app.config['SECRET_KEY'] to the output of "
        "python -c 'import secrets; print(secrets.token_hex())', keep it out of the source, "
        "and never change it: links that were shared would end.",
    )


def no_address(app: Flask, site: Site) -> Finding | None:
    """Look for something that fixes the address in the links we give out."""
    if site.settings.base_url or app.config.get("SERVER_NAME") or app.config.get("TRUSTED_HOSTS"):
        return None
    return Finding(
        code="no-address",
        what="Nothing but a visitor's request tells the shop's address, and he can forge that: "
        "links to share are paths only.",
        fix="Set COMMUNITY_BASE_URL = 'https://your.shop' in your app's config, or SERVER_NAME or "
        "TRUSTED_HOSTS.",
    )


def no_login(app: Flask, site: Site) -> Finding | None:
    """Look for a way to learn who is signed in."""
    if site.asks_flask_login and not hasattr(app, "login_manager"):
        return Finding(
            code="no-login",
            what="Nobody can be recognised: there is no Flask-Login, and nothing in its place.",
            fix="Call login_manager.init_app(app) in the factory, or write "
            "Community(db, current_member_id=lambda: session.get('user_id')): docs/hosts.md.",
        )
    return None


def missing_hooks(app: Flask, site: Site) -> Finding | None:
    """List the hooks that the shop has not written."""
    written = site.hooks.provides
    names = [name for name, _ in inspect.getmembers(HostHooks, inspect.isfunction)]
    missing = [name for name in names if name in FEATURES and not written(name)]
    if not missing:
        return None
    off = "; ".join(f"{name}: {FEATURES[name]}" for name in missing)
    return Finding(
        code="missing-hooks",
        what=f"Some features are off, for want of hooks ({off}).",
        fix="Write those you want (from flask_community import HostHooks; class Hooks(HostHooks): "
        "def send_mail(self, mail): ...), and add hooks=Hooks() to your Community(...).",
        advice=True,
    )


def _a_visit(app: Flask) -> RequestContext:
    """Return a request to an address that the shop trusts: at any other, no page is made."""
    trusted = app.config.get("TRUSTED_HOSTS")
    return app.test_request_context(
        base_url=f"http://{trusted[0].removeprefix('.')}" if trusted else None
    )


def lost_content(app: Flask, site: Site) -> Finding | None:
    """Render a probe into the shop's layout and look whether it shows."""
    probe, layout = "community-doctor-probe", site.settings.base_template
    with _a_visit(app):
        try:
            if probe in site.web.in_layout(Markup(probe), title=""):  # nosec B704 # a constant
                return None
            problem, blocks = "does not show it", site.web.shop_blocks()
        except TemplateNotFound as error:
            problem, blocks = f"needs {error.name!r}, which is not in a templates folder", []
        except Exception as error:  # whatever the shop's template does
            problem, blocks = f"fails: {type(error).__name__}: {error}", []
    has = f" It has the blocks {', '.join(blocks)}." if blocks else ""
    return Finding(
        code="lost-content",
        what=f"Our pages fill the block {site.settings.content_block!r} of {layout!r}, "
        f"which {problem}.{has}",
        fix="Set app.config['COMMUNITY_CONTENT_BLOCK'] to the block in which that layout shows a "
        "page's content" + (f", one of {', '.join(map(repr, blocks))}." if blocks else "."),
    )


def mute_mails(app: Flask, site: Site) -> Finding | None:
    """Look whether letters can say where to go on."""
    if site.settings.base_url or not site.hooks.provides("send_mail"):
        return None
    return Finding(
        code="mute-mails",
        what="Letters carry no link: they leave outside of any request that could tell an address.",
        fix="Set COMMUNITY_BASE_URL = 'https://your.shop' in your app's config.",
        advice=True,
    )


def no_limits(app: Flask, site: Site) -> Finding | None:
    """Look whether anything counts how often one person does a thing."""
    if HAS_LIMITS or not site.settings.rate_limits:
        return None
    return Finding(
        code="no-limits",
        what="Nothing limits how often one person posts, complains or cashes out.",
        fix="Run pip install 'flask-community[limits]', or, if "
        "you limit them yourself, set COMMUNITY_RATE_LIMITS = {} in your app's config.",
        advice=True,
    )


def no_pillow(app: Flask, site: Site) -> Finding | None:
    """Look whether the pictures that the shop would keep can be checked."""
    if can_read() or not site.hooks.provides("store_file"):
        return None
    return Finding(
        code="no-pillow",
        what="No picture is taken in: nothing can look whether it is one.",
        fix="Run pip install 'flask-community[images]'.",
        advice=True,
    )


def no_preview(app: Flask, site: Site) -> Finding | None:
    """Look whether chat apps can read what our pages are about."""
    settings = site.settings
    if not settings.base_template:
        return None
    with _a_visit(app):
        try:
            if settings.head_block in site.web.shop_blocks():
                return None
        except TemplateNotFound:
            return None  # lost-content tells of it
    return Finding(
        code="no-preview",
        what="A link to our pages shows no title and no picture in chat apps: "
        f"{settings.base_template!r} has no block for it.",
        fix="Write {% block head %}{% endblock %} into the <head> of that layout, and set "
        "COMMUNITY_HEAD_BLOCK = 'head' in your app's config; or name a block that stands there.",
        advice=True,
    )


# -- the database --


def missing_tables(app: Flask, site: Site) -> Finding | None:
    """Compare our tables with those in the database."""
    try:
        with site.unit() as services:
            lines = differences(services.session.connection(), site.binding)
    except sa.exc.OperationalError as error:
        return Finding(
            code="no-database",
            what=f"The database does not answer: {error.orig}.",
            fix="See that its server runs and that SQLALCHEMY_DATABASE_URI names it.",
        )
    if not lines:
        return None
    more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
    make = "flask community create-tables (or install, if you migrate with Alembic alone)"
    if revisions.has_history(app):
        make = "flask community install && flask db upgrade"
    return Finding(
        code="missing-tables",
        what=f"The database is not as this release needs it: {lines[0]}{more}.",
        fix=f"Run {make}; flask community check lists every line.",
    )


def no_orders(app: Flask, site: Site) -> Finding | None:
    """Look for a way in which orders reach us."""
    if site.binding.host.watch is not None:
        return None
    with site.unit() as services:
        row = site.binding.models[InboxRow]
        if services.session.scalars(sa.select(row.id).limit(1)).first() is not None:
            return None
    return Finding(
        code="no-orders",
        what="No order can earn anything: there is no watch, and no call has told of an order.",
        fix="Write community_watch = OrderWatch('status', paid={'paid'}) into the order class (or "
        "watch=OrderWatch(...) into community.bind), with your own attribute and values; or call "
        "community.orders.paid(order) and its like before your commits.",
    )


def left_behind(app: Flask, site: Site) -> Finding | None:
    """Count order events and jobs that failed, or that nobody works off."""
    late = site.clock() - LATE
    row, job = site.binding.models[InboxRow], site.binding.models[OutboxJob]
    wanted = {
        "failed order events": sa.select(row.id).where(row.state == "failed"),
        "order events left waiting": sa.select(row.id).where(row.state == "new", row.due_at < late),
        "failed jobs": sa.select(job.id).where(job.state == "failed"),
        "jobs left waiting": sa.select(job.id).where(job.state == "waiting", job.run_at < late),
    }
    with site.unit() as services:
        counts = {
            name: services.session.scalar(sa.select(sa.func.count()).select_from(found.subquery()))
            for name, found in wanted.items()
        }
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    if not told:
        return None
    return Finding(
        code="left-behind",
        what=f"Work is left behind: {told}.",
        fix="Keep flask community work running; flask community failed says why something "
        "failed, and takes it up again with --retry.",
    )


# -- what only matters in public --


def old_flask(app: Flask, site: Site) -> Finding | None:
    """Look at the version of Flask."""
    numbers = tuple(int(part) for part in version("flask").split(".")[:3] if part.isdigit())
    if numbers >= SAFE_FLASK:
        return None
    return Finding(
        code="old-flask",
        what=f"Flask {version('flask')} has known security holes.",
        fix=f"Run pip install 'flask>={'.'.join(map(str, SAFE_FLASK))}'.",
    )


def open_cookies(app: Flask, site: Site) -> Finding | None:
    """Look whether our cookies may travel without HTTPS."""
    if site.settings.secure_cookies:
        return None
    return Finding(
        code="open-cookies",
        what="Our cookies travel over plain HTTP too, where others can read them.",
        fix="Serve the shop over HTTPS, without DEBUG or TESTING, "
        "and leave COMMUNITY_SECURE_COOKIES out.",
    )


def loose_sqlite(app: Flask, site: Site) -> Finding | None:
    """Look at what an SQLite database lets through."""
    with site.unit() as services:
        connection = services.session.connection()
        if connection.dialect.name != "sqlite":
            return None
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        enforced = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
    lacks = [] if mode == "wal" else ["readers wait for writers (journal_mode is not WAL)"]
    lacks += [] if enforced else ["nothing guards foreign keys (foreign_keys is off)"]
    if not lacks:
        return None
    return Finding(
        code="loose-sqlite",
        what=f"On this SQLite database {' and '.join(lacks)}.",
        fix="Run PRAGMA journal_mode = WAL and PRAGMA foreign_keys = ON on each new connection "
        "(SQLAlchemy's connect event), or move to PostgreSQL.",
    )


ALWAYS: tuple[Examination, ...] = (
    weak_key,
    no_address,
    no_login,
    missing_hooks,
    lost_content,
    no_preview,
    no_pillow,
    mute_mails,
    no_limits,
    first_hour.no_layout,
)
BOUND: tuple[Examination, ...] = (first_hour.bare_names, first_hour.no_product_page)
DEPLOYED: tuple[Examination, ...] = (old_flask, open_cookies)
IN_TABLES: tuple[Examination, ...] = (
    no_orders,
    first_hour.failing_facts,
    first_hour.unseen_states,
    first_hour.past_orders,
    left_behind,
)
DEPLOYED_TABLES: tuple[Examination, ...] = (loose_sqlite,)


def _found(app: Flask, site: Site, examinations: Iterable[Examination]) -> Iterator[Finding]:
    findings = (examination(app, site) for examination in examinations)
    yield from (finding for finding in findings if finding)
