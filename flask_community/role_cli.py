"""The commands of `flask community role`: who may do what, given and taken by the shop's owner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from .communities.rules import SHOP_WIDE, community_scope, field_scope
from .errors import NotFound, Refused
from .services import Services
from .site import Site, site_of

role = AppGroup("role", help="Give roles, take them back, list them.")


def _whom(command: Callable[..., None]) -> Callable[..., None]:
    """Add the arguments that name a role, who has it, and where it holds."""
    for option in (
        click.option("--community", "slug", help="Only in the community of this label (its slug)."),
        click.option("--field", help="Only in this field of expertise."),
        click.option("--member", required=True, help="The key that your shop has for the person."),
        click.argument("name", metavar="ROLE"),
    ):
        command = option(command)
    return command


@role.command("grant")
@_whom
def grant(name: str, member: str, field: str | None, slug: str | None) -> None:
    """Give a role: moderator, lead or owner; in a community, greeter or steward too."""
    site = _site()
    with site.unit() as services:
        scope = _scope(services, field, slug)
        of = services.members.of(_key(site, services, member)).id
        given = services.communities.roles.grant(of, name, actor_id=None, scope=scope)
    click.echo(f"{member} is {name} now" if given else f"{member} was {name} already")


@role.command("revoke")
@_whom
def revoke(name: str, member: str, field: str | None, slug: str | None) -> None:
    """Take a role back that was given here; what your shop says of a person stays."""
    site = _site()
    with site.unit() as services:
        scope = _scope(services, field, slug)
        known = services.members.find(_key(site, services, member))
        taken = known is not None and services.communities.roles.revoke(
            known.id, name, actor_id=None, scope=scope
        )
    click.echo(f"{member} is no longer {name}" if taken else f"{member} was not {name}")


@role.command("list")
def list_roles() -> None:
    """List every role that was given, with where it holds."""
    with _site().unit() as services:
        for given in services.communities.roles.grants():
            key = services.members.host_key(given.member_id)
            where = given.scope or "the whole shop"
            click.echo(f"{key}: {given.role} in {where}, since {given.granted_at:%Y-%m-%d}")


def _site() -> Site:
    return site_of(current_app._get_current_object())  # type: ignore[attr-defined]


def _key(site: Site, services: Services, text: str) -> Any:
    """Return the key of somebody who is in the shop; raises NotFound."""
    member = site.binding.host.member
    try:
        key = member.key_from_text(text)
    except ValueError:
        key = None
    if key is None or services.session.get(member.cls, key) is None:
        raise NotFound(f"nobody in the shop has the key {text!r}")
    return key


def _scope(services: Services, field: str | None, slug: str | None) -> str:
    if field and slug:
        raise Refused("name a field or a community, not both")
    if field:
        return field_scope(field)
    if slug:
        label = services.communities.label_called(slug)
        return community_scope(services.communities.community_of(label.id).id)
    return SHOP_WIDE
