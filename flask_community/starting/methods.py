"""Writes what members and products say, from what their columns are called."""

from __future__ import annotations

from .pages import product_pages
from .sources import Project, last_name
from .written import Written, may_be_none, targets

_NAMES = "nick nickname display_name screen_name username user_name full_name name first_name"
_TITLES = "title name product_name item_name label"
_FIELDS = "category category_slug category_name genre kind"
_STAFF = "is_admin is_superuser is_staff admin"


def write_member(written: Written) -> None:
    """Write what the class of the members says."""
    member, me = written.model, written.me
    if "community_name" not in member.methods:
        column = member.column(*_NAMES.split())
        if column is None:
            told = f'f"{member.name} {{{me}.{member.key}}}"'
            written.decide(told, "no column looks like a name: what may other members see?")
        else:
            told = f"{me}.{column.name}" + (' or ""' if may_be_none(column) else "")
        written.say("community_name", "str", f"return {told}")
    if "community_roles" not in member.methods:
        _write_roles(written)


def write_product(project: Project, written: Written) -> None:
    """Write what the class of the products says."""
    product, me = written.model, written.me
    if "community_title" not in product.methods:
        column = product.column(*_TITLES.split())
        if column is None:
            told = f'f"{product.name} {{{me}.{product.key}}}"'
            written.decide(told, "no column looks like a title: what do customers call it?")
        else:
            told = f"{me}.{column.name}" + (' or ""' if may_be_none(column) else "")
        written.say("community_title", "str", f"return {told}")
    if "community_url" not in product.methods:
        _write_url(project, written)
    if "community_field" not in product.methods:
        _write_field(project, written)


# -- below --


def _write_roles(written: Written) -> None:
    member, me = written.model, written.me
    staff = member.column(*_STAFF.split(), kinds="bool")
    if staff is not None:
        told = f'("owner",) if {me}.{staff.name} else ()'
        written.decide(told, f"whoever has {staff.name} owns the community: is that right?")
        written.say("community_roles", "tuple[str, ...]", f"return {told}")
        return
    role = member.column("role", "user_role", "user_type", kinds="text")
    told = f'("owner",) if {me}.{role.name} == "admin" else ()' if role else '("owner",)'
    how = (
        f"add member_roles=lambda {me}: {told}"
        if written.is_apart
        else f"write community_roles(), say return {told}"
    )
    written.decide("", f"nobody is owner or moderator yet: {how}{'' if role else ' for yourself'}")


def _write_url(project: Project, written: Written) -> None:
    product, me = written.model, written.me
    own = next((n for n in ("get_absolute_url", "get_url") if n in product.methods), None)
    if own is not None:
        written.say("community_url", "str", f"return {me}.{own}()")
        return
    for page in product_pages(project, product):
        key = page.argument if page.argument in product.columns else product.key
        url_for = written.need("flask", "url_for")
        told = f'{url_for}("{page.endpoint}", {page.argument}={me}.{key})'
        written.say("community_url", "str", f"return {told}")
        return
    blank = written.fill_in("", "the page of one product", blank='"/"')
    written.say("community_url", "str", f"return {blank}")


def _write_field(project: Project, written: Written) -> None:
    product, me = written.model, written.me
    column = product.column(*_FIELDS.split(), kinds="text")
    if column is not None:
        written.say("community_field", "str | None", f"return {me}.{column.name}")
        return
    target = product.relations.get("category", "")
    place = project.class_called(target, product.source)
    told = {n for s in place[1].body for n in [last_name(t) for t in targets(s)]} if place else ()
    name = next((one for one in ("slug", "name", "title") if one in told), None)
    if name is not None:
        found = f"{me}.category.{name} if {me}.category else None"
        written.say("community_field", "str | None", f"return {found}")
