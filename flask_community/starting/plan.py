"""Decides where the lines go that a shop needs before it has a community, and writes them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .classes import models_of
from .draft import Draft, Plan as Plan
from .facts import write_facts
from .forms import know_form_columns
from .in_models import write_into
from .making import Maker, made_already, make
from .methods import write_member, write_product
from .one_file import home_for, makes_a_circle, write_apart
from .pages import shown_in
from .prices import Prices
from .registration import is_registered, register
from .roles import Roles, find_roles
from .sources import Project, Source, last_name
from .states import find_states
from .style import style_of
from .watching import write_watch
from .wiring import Database, Setup, find_database, find_setup, model_roots
from .written import Written, begin, has

MOST_PLACES = 3
"""A shop whose models would make us edit more files than this gets one new file instead."""


@dataclass(frozen=True)
class Answers:
    """What the user told on the command line, where the source does not tell."""

    member: str | None = None
    product: str | None = None
    order: str | None = None
    line: str | None = None
    session: str | None = None
    """What makes sessions, on plain SQLAlchemy."""
    status: str | None = None
    currency: str | None = None
    whole_prices: bool = False
    """Whether integers count euros, not cents."""
    paid: tuple[str, ...] = ()
    delivered: tuple[str, ...] = ()
    reversed: tuple[str, ...] = ()
    apart: bool | None = None
    """Whether the models stay as they are; None to decide by the number of files."""


@dataclass(frozen=True)
class _Shop:
    """What was found out about a shop."""

    project: Project
    database: Database
    setup: Setup
    roles: Roles
    prices: Prices
    session: str | None


def make_plan(sources: Mapping[str, str], answers: Answers | None = None) -> Plan:
    """Plan the lines that let the community into a shop with this source, by path.

    Lines that are there already are left out, so that a second plan is empty.
    """
    answers = answers or Answers()
    project = Project(sources)
    found = _look(project, answers)
    if isinstance(found, Plan):
        found.questions[:0] = _unread(project.unread)
        return found
    draft = Draft(project)
    home = made_already(project)
    edited = {model.source.path for model in found.roles.three}
    edited |= {found.database.source.path, found.setup.source.path}
    is_many = len(edited) > MOST_PLACES and not makes_a_circle(found.roles, found.setup)
    apart = is_many if answers.apart is None else answers.apart
    if home and is_bound(project, home[1]):
        register_once(draft, found.setup, *home)
        return draft.plan()
    if home and answers.apart is None:
        apart = False  # begun in the models, by hand or by an earlier run
    if apart and makes_a_circle(found.roles, found.setup):
        return Plan(questions=[_circle(found)])
    if apart:
        _in_one_file(draft, found, answers, home)
    else:
        _in_the_models(draft, found, answers, home)
    plan = draft.plan()
    plan.shown = shown_in(project, found.roles.product)
    if not makes_a_circle(found.roles, found.setup):
        plan.why = _why(len(edited), apart=apart)
    return plan


def is_bound(project: Project, name: str) -> bool:
    """Tell whether the shop binds its models in a call."""
    return any(
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "bind"
        and last_name(call.func.value) == name
        for _, call in project.calls()
    )


def register_once(draft: Draft, setup: Setup, home: Source, name: str) -> None:
    """Register an extension that the shop has made, unless it does so already."""
    if not is_registered(draft.project, name):
        register(draft, setup, home, name, is_new=False)


# -- below --


def _look(project: Project, answers: Answers) -> _Shop | Plan:
    """Return what there is, or a plan that only asks."""
    database = find_database(project)
    if database is None:
        return Plan(questions=["No SQLAlchemy() and no declarative base was found below here."])
    setup = find_setup(project, database)
    models = models_of(project, model_roots(database), database.base)
    told = {name: getattr(answers, name) for name in ("member", "product", "order", "line")}
    roles, questions = find_roles(models, told)
    if setup is None:
        questions.append("No Flask app was found below here: run this where it is made.")
    session = answers.session or database.session
    if database.is_plain and session is None:
        questions.append("What makes your sessions? Add --session with its name, as module:name")
    if questions or roles is None or setup is None:
        return Plan(questions=questions)
    for model in (roles.order, roles.line or roles.order):
        know_form_columns(project, model)
    prices = Prices(answers.currency, answers.whole_prices, tuple(models))
    return _Shop(project, database, setup, roles, prices, session)


def _unread(paths: list[str]) -> list[str]:
    if not paths:
        return []
    version = "Python {}.{}".format(*sys.version_info)
    return [
        f"{version} cannot read {', '.join(paths[:3])}{' and more' if len(paths) > 3 else ''}: "
        "run init with the Python that your shop runs on, in its virtual environment."
    ]


def _circle(shop: _Shop) -> str:
    return (
        f"{shop.setup.source.path} makes the app and holds models: a file of its own could not "
        "import them before the app is there. Leave --one-file out."
    )


def _why(files: int, *, apart: bool) -> str:
    count = "1 file" if files == 1 else f"{files} files"
    if apart:
        return f"One new file leaves your models alone (--in-models would edit {count})."
    return f"In your models: {count} to edit (--one-file would leave them alone)."


def _in_the_models(
    draft: Draft, shop: _Shop, answers: Answers, home: tuple[Source, str] | None
) -> None:
    if home is None:
        maker = make(shop.project, shop.database, shop.session, apart=False)
        home = shop.database.source, maker.name
        _make_beside(draft, shop.database, maker)
    for written in _written(shop, answers, apart=None):
        write_into(draft, written, style_of([written.model.source]))
    register_once(draft, shop.setup, *home)


def _in_one_file(
    draft: Draft, shop: _Shop, answers: Answers, home: tuple[Source, str] | None
) -> None:
    place = home_for(shop.project, shop.roles)
    names = {model.name for model in shop.roles.imported}
    maker = make(shop.project, shop.database, shop.session, apart=True)
    if home is not None:
        maker = _made(home)
    style = style_of({m.source.path: m.source for m in shop.roles.three}.values())
    write_apart(draft, place, _written(shop, answers, apart=names), maker, style)
    new = Source(place.path, draft.text_of(place.path))
    register(draft, shop.setup, new, maker.name, is_new=True)


def _make_beside(draft: Draft, database: Database, maker: Maker) -> None:
    path = database.source.path
    lines = style_of([database.source]).of(maker.lines)
    gap = "\n\n" if database.is_plain else ""
    draft.insert(path, database.line, gap + "".join(f"{line}\n" for line in lines))
    for needed in (maker.theirs, maker.imports):
        for module, names in needed.items():
            draft.need(path, module, names)
    for line, what in maker.decisions:
        draft.decide(path, line, what)


def _made(home: tuple[Source, str]) -> Maker:
    """Return a maker for an extension that the shop has made: it is imported."""
    return Maker(name=home[1], theirs={home[0].module: {home[1]}})


def _written(shop: _Shop, answers: Answers, *, apart: Iterable[str] | None) -> list[Written]:
    """Return what the three classes say; `apart` names what a file of its own imports."""
    member, product, order = shop.roles.three
    given = {what: getattr(answers, what) for what in ("paid", "delivered", "reversed")}
    session = None if shop.database.is_plain else f"{shop.database.name}.session"
    members = begin("MemberMixin", member, session, apart=apart)
    products = begin("ProductMixin", product, session, apart=apart)
    orders = begin("OrderMixin", order, session, apart=apart)
    write_member(members)
    write_product(shop.project, products)
    if not has(order, "community_watch"):
        states = find_states(shop.project, order, answers.status)
        write_watch(list(shop.prices.models), states, given, orders)
    if "community_order" not in order.methods:
        write_facts(shop.roles, shop.prices, orders)
    return [members, products, orders]
