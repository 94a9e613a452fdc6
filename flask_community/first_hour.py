"""What the doctor looks for in a shop that met us an hour ago: names, pages, states, orders."""

from __future__ import annotations

from types import FunctionType
from typing import Any

import sqlalchemy as sa
from flask import Flask
from jinja2 import TemplateError, nodes
from sqlalchemy import orm

from .findings import Finding
from .host import Adapters, HostModels, MemberMixin, ProductMixin, Role
from .orders.facts import snapshot
from .orders.models import Order
from .site import Site

_LAYOUTS = ("base.html", "layout.html", "main.html", "_base.html", "_layout.html", "master.html")
_CONTENT = ("content", "body", "main", "page", "app_content", "body_content")
_MOST = 12
"""Values of a status that a finding names."""


# -- without the database --


def no_layout(app: Flask, site: Site) -> Finding | None:
    """Look whether the shop has a layout that our pages could stand in."""
    if site.settings.base_template:
        return None
    found = next(((name, blocks) for name, blocks in _layouts(app) if blocks), None)
    if found is None:
        return None
    name, blocks = found
    block = next((one for one in _CONTENT if one in blocks), None)
    also = f", COMMUNITY_CONTENT_BLOCK = {block!r}" if block not in (None, "content") else ""
    return Finding(
        code="no-layout",
        what=f"Our pages look foreign: they stand in a layout of ours, and you have {name!r}.",
        fix=f"Set COMMUNITY_BASE_TEMPLATE = {name!r}{also} in your app's config.",
        advice=True,
    )


def bare_names(app: Flask, site: Site) -> Finding | None:
    """Look for members and products that would be shown as Python prints them."""
    host, bare = site.binding.host, []
    for role, given, mixin, method, adapter in _spoken(host):
        if given is None and not _says(role.cls, mixin, method) and _prints_itself(role.cls):
            bare.append(_to_write(host, role, method, adapter))
    if not bare:
        return None
    return Finding(
        code="bare-names",
        what="People would read <User 1> or the like where a name belongs.",
        fix=f"Write {' and '.join(bare)}, and return the name that others may see.",
    )


def no_product_page(app: Flask, site: Site) -> Finding | None:
    """Look whether links lead to a product's own page."""
    host = site.binding.host
    cls = host.product.cls
    if host.adapters.product_url or _says(cls, ProductMixin, "community_url"):
        return None
    return Finding(
        code="no-product-page",
        what="Every link to a product leads to your front page.",
        fix=f"Write {_to_write(host, host.product, 'community_url', 'product_url')}, and return "
        "url_for('your.product_page', id=...).",
    )


# -- in the tables --


def failing_facts(app: Flask, site: Site) -> Finding | None:
    """Ask the shop's newest order what was bought, as an event of it would."""
    host = site.binding.host
    with site.unit() as services, app.test_request_context():
        newest = sa.select(host.order.cls).order_by(host.order.key.desc()).limit(1)
        order = services.session.scalars(newest).first()
        if order is None:
            return None
        try:
            with services.session.no_autoflush:
                snapshot(host, order, lambda _: None)
        except Exception as error:  # whatever the shop's code does
            services.session.rollback()
            wrong = f"{type(error).__name__}: {error}"
        else:
            return None
    where = _facts_of(host)
    return Finding(
        code="failing-facts",
        what=f"What was bought cannot be told of your newest order: {where} fails ({wrong[:300]}).",
        fix=f"Mend {where}; then run flask community reconcile, which asks again.",
    )


def unseen_states(app: Flask, site: Site) -> Finding | None:
    """Compare the states that the watch waits for with those that orders have."""
    host = site.binding.host
    column = _watched(host)
    if column is None or host.watch is None:
        return None
    with site.unit() as services:
        seen = list(services.session.scalars(sa.select(column).distinct().limit(200)))
    if not seen or any(value in host.watch.paid | host.watch.delivered for value in seen):
        return None
    values = ", ".join(sorted(map(repr, seen))[:_MOST])
    wanted = ", ".join(sorted(map(repr, host.watch.paid)))
    return Finding(
        code="unseen-states",
        what=f"No order of yours was ever paid, as far as the watch can tell: it waits for "
        f"{wanted} in {host.watch.attribute!r}, which holds {values}.",
        fix=f"Write those that mean it into your OrderWatch({host.watch.attribute!r}, paid={{...}}, "
        f"delivered={{...}}) of {host.order.cls.__name__}; nothing is wrong if nobody has paid yet.",
        advice=True,
    )


def past_orders(app: Flask, site: Site) -> Finding | None:
    """Look whether orders from before the extension were brought in."""
    host = site.binding.host
    if host.watch is None:
        return None
    with site.unit() as services:
        count = sa.select(sa.func.count())
        theirs = services.session.scalar(count.select_from(host.order.cls)) or 0
        ours = services.session.scalar(count.select_from(site.binding.models[Order])) or 0
    if ours or not theirs:
        return None
    return Finding(
        code="past-orders",
        what=f"None of your {theirs} orders is known here: nobody can tell of what he bought.",
        fix="Run flask community backfill: it brings them in, and they pay nothing.",
        advice=True,
    )


# -- below --


def _layouts(app: Flask) -> list[tuple[str, list[str]]]:
    """Return the shop's templates that look like a layout, each with its blocks."""
    found = []
    for name in app.jinja_env.list_templates(filter_func=lambda one: _is_layout(one)):
        source, _, _ = app.jinja_env.loader.get_source(app.jinja_env, name)  # type: ignore[union-attr]
        try:
            tree = app.jinja_env.parse(source)
        except TemplateError:
            continue
        found.append((name, [block.name for block in tree.find_all(nodes.Block)]))
    return sorted(found, key=lambda one: (one[0].count("/"), one[0]))


def _is_layout(name: str) -> bool:
    folder, _, file = name.rpartition("/")
    theirs = folder.partition("/")[0] in ("admin", "bootstrap", "security", "community", "email")
    return file in _LAYOUTS and not theirs


def _spoken(host: HostModels) -> tuple[tuple[Role, Any, type, str, str], ...]:
    given: Adapters = host.adapters
    return (
        (host.member, given.member_name, MemberMixin, "community_name", "member_name"),
        (host.product, given.product_title, ProductMixin, "community_title", "product_title"),
    )


def _to_write(host: HostModels, role: Role, method: str, adapter: str) -> str:
    """Return what the shop writes: a method of its class, or an adapter where it binds."""
    if host.adapters == Adapters():
        return f"{method}() in {_place(role.cls)}"
    return f"{adapter}=lambda {role.name}: ... in your Adapters(...)"


def _facts_of(host: HostModels) -> str:
    """Return where the shop tells what was bought."""
    facts = host.adapters.order_facts
    if isinstance(facts, FunctionType) and facts.__name__ != "<lambda>":
        return f"{facts.__name__}() in {facts.__module__}"
    return f"community_order() in {_place(host.order.cls)}"


def _says(cls: type, mixin: type, method: str) -> bool:
    """Tell whether the shop wrote a method, rather than inheriting ours."""
    return any(method in vars(base) for base in cls.__mro__ if base is not mixin)


def _prints_itself(cls: type) -> bool:
    """Tell whether `str()` of an object is a technical text."""
    return not any("__str__" in vars(base) for base in cls.__mro__ if base is not object)


def _place(cls: type) -> str:
    return f"{cls.__name__} ({cls.__module__})"


def _watched(host: HostModels) -> orm.InstrumentedAttribute[Any] | None:
    """Return the column that the watch reads, or None if it is no column."""
    if host.watch is None or host.watch.attribute not in sa.inspect(host.order.cls).columns:
        return None
    attribute: orm.InstrumentedAttribute[Any] = getattr(host.order.cls, host.watch.attribute)
    return attribute
