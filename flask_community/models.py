"""Finds the host's three classes and maps every slice's tables beside them, once."""

from __future__ import annotations

import contextlib
import logging
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import orm

from . import audit, outbox
from .communities import models as communities
from .complaints import models as complaints
from .demo import models as demo
from .earnings import models as earnings
from .errors import BindingError
from .experiences import models as experiences
from .fit import check_tables, check_watch
from .host import (
    Adapters,
    Binding,
    HostModels,
    MemberMixin,
    OrderMixin,
    OrderWatch,
    ProductMixin,
    Role,
)
from .members import models as members
from .moderation import models as moderation
from .notices import models as notices
from .orders import inbox, models as orders
from .records import Models, Record, shielded
from .referrals import models as referrals
from .rest import models as rest

if TYPE_CHECKING:
    from .host import Runtime

TABLES: tuple[type[Record], ...] = (
    *audit.TABLES,
    *outbox.TABLES,
    *members.TABLES,
    *rest.TABLES,
    *orders.TABLES,
    *notices.TABLES,
    *communities.TABLES,
    *moderation.TABLES,
    *experiences.TABLES,
    *referrals.TABLES,
    *earnings.TABLES,
    *complaints.TABLES,
    *demo.TABLES,
)
"""Every own table, in the order in which they can be created."""

MIXINS: Mapping[str, type] = {
    "member": MemberMixin,
    "product": ProductMixin,
    "order": OrderMixin,
}

log = logging.getLogger("flask_community")

_ANCHORS: Mapping[str, type[Record]] = {
    "member": members.Member,
    "product": orders.Product,
    "order": orders.Order,
}

_BINDING, _ROLES = "community", "community.roles"

# Weak, so that the apps of a test run do not outlive their tests.
_runtimes: weakref.WeakKeyDictionary[Runtime, Callable[[], Sequence[sa.MetaData]]] = (
    weakref.WeakKeyDictionary()
)

_FOREIGN_KEY_NAME = "fk_%(table_name)s_%(column_0_name)s"


def binding_of(metadata: sa.MetaData) -> Binding | None:
    """Return what is bound on this MetaData, or None."""
    binding: Binding | None = metadata.info.get(_BINDING)
    return binding


def bind(
    member: type,
    product: type,
    order: type,
    *,
    watch: OrderWatch | None = None,
    adapters: Adapters | None = None,
) -> Binding:
    """Bind classes that carry no mixin; raises BindingError if they do not fit.

    Binding the same three classes again replaces the watch and the adapters.
    """
    found = {"member": member, "product": product, "order": order}
    roles = {name: _role(name, _mapper(name, cls)) for name, cls in found.items()}
    metadatas = {id(_metadata(role)): _metadata(role) for role in roles.values()}
    if len(metadatas) > 1:
        raise BindingError(
            "member, product and order stand in different MetaData: "
            "give all three the same base (and the same __bind_key__)"
        )
    (metadata,) = metadatas.values()
    host = _host(roles, watch=watch, adapters=adapters)
    bound = binding_of(metadata)
    if bound is None:
        return _bind(metadata, host)
    if [r.cls for r in roles.values()] != [r.cls for r in _roles_of(bound.host)]:
        raise BindingError(_bound_already(bound.host))
    check_watch(host)
    bound.host = host
    return bound


def wait_for_binding(metadatas: Callable[[], Sequence[sa.MetaData]], runtime: Runtime) -> None:
    """Let `runtime` serve what is, or will be, bound on one of its MetaData.

    They are asked for anew at each binding: a bind key makes one more.
    """
    _runtimes[runtime] = metadatas
    for metadata in metadatas():
        if (binding := binding_of(metadata)) is not None:
            binding.attach(runtime)


def missing_roles(metadata: sa.MetaData) -> list[str]:
    """Return the names of the roles that no class of this MetaData has taken."""
    if binding_of(metadata) is not None:
        return []
    return [name for name in MIXINS if name not in metadata.info.get(_ROLES, {})]


@sa.event.listens_for(orm.Mapper, "after_mapper_constructed")
def _notice_role(mapper: orm.Mapper[Any], cls: type) -> None:
    for name, mixin in MIXINS.items():
        if issubclass(cls, mixin) and not _below_role(mapper, mixin):
            _take(name, mapper)


def _below_role(mapper: orm.Mapper[Any], mixin: type) -> bool:
    # The topmost mapped class is the role; its subclasses belong to it.
    return any(issubclass(up.class_, mixin) for up in mapper.iterate_to_root() if up is not mapper)


def _take(name: str, mapper: orm.Mapper[Any]) -> None:
    role = _role(name, mapper)
    roles: dict[str, Role] = _metadata(role).info.setdefault(_ROLES, {})
    if (taken := roles.get(name)) is not None:
        raise BindingError(
            f"{taken.cls.__name__} and {role.cls.__name__} both carry {MIXINS[name].__name__}: "
            "leave it on one of them, or let one inherit the other"
        )
    if (bound := binding_of(_metadata(role))) is not None:
        raise BindingError(_bound_already(bound.host))
    roles[name] = role
    if len(roles) == len(MIXINS):
        _bind(_metadata(role), _host(roles, watch=None, adapters=None))


def _bind(metadata: sa.MetaData, host: HostModels) -> Binding:
    check_watch(host)
    check_tables(metadata, (own.__tablename__ for own in TABLES))
    binding = Binding(host, _map(metadata, host))
    metadata.info[_BINDING] = binding
    for runtime, metadatas in list(_runtimes.items()):
        if any(theirs is metadata for theirs in metadatas()):
            binding.attach(runtime)
    inbox.install()
    for role in _roles_of(host):
        sa.event.listen(role.cls, "after_delete", _let_go(binding, role), propagate=True)
    return binding


def _let_go(binding: Binding, role: Role) -> Callable[[object, sa.Connection, object], None]:
    """Return a listener that empties our `host_id` when the host deletes a row.

    The database does the same by ON DELETE SET NULL, but SQLite only when told
    to; there a new row may get the old key, and must not get its history.
    """
    anchor = binding.models[_ANCHORS[role.name]].__table__  # type: ignore[attr-defined]

    def let_go(_mapper: object, connection: sa.Connection, obj: object) -> None:
        mine = anchor.c.host_id == role.key_of(obj)
        try:
            with shielded(connection):
                connection.execute(sa.update(anchor).where(mine).values(host_id=None))
        except sa.exc.SQLAlchemyError:
            # The host may not have our tables yet; its own work goes on.
            log.exception("a deleted %s could not be let go", role.name)

    return let_go


def _map(metadata: sa.MetaData, host: HostModels) -> Models:
    registry = orm.registry(metadata=metadata)
    keys = {role.name: role.key for role in _roles_of(host)}
    mapped: dict[type[Record], type[Record]] = {}
    with _foreign_keys_named(metadata):
        for abstract in TABLES:
            names = {"__host_keys__": keys, "__module__": abstract.__module__}
            cls = type(f"Community{abstract.__name__}", (abstract,), names)
            mapped[abstract] = registry.mapped(cls)
    return Models(mapped)


@contextlib.contextmanager
def _foreign_keys_named(metadata: sa.MetaData) -> Iterator[None]:
    # Ours have no names, so that they take the host's. A convention built upon
    # %(constraint_name)s has none for them and would raise.
    theirs: Any = metadata.naming_convention
    if "%(constraint_name)" in str(theirs.get("fk")):
        metadata.naming_convention = {**theirs, "fk": _FOREIGN_KEY_NAME}
    try:
        yield
    finally:
        metadata.naming_convention = theirs


def _role(name: str, mapper: orm.Mapper[Any]) -> Role:
    table = mapper.local_table
    columns: list[Any] = list(table.primary_key)
    if len(columns) != 1:
        raise BindingError(
            f"{mapper.class_.__name__} has the key {[c.name for c in columns]}: "
            f"a {name} needs a primary key of exactly one column"
        )
    return Role(name, mapper.class_, columns[0])


def _mapper(name: str, cls: object) -> orm.Mapper[Any]:
    mapper: Any = sa.inspect(cls, raiseerr=False) if isinstance(cls, type) else None
    if isinstance(mapper, orm.Mapper):
        return mapper
    raise BindingError(f"bind({name}=...) takes a mapped class, not {cls!r}")


def _metadata(role: Role) -> sa.MetaData:
    return role.key.table.metadata


def _host(
    roles: Mapping[str, Role], *, watch: OrderWatch | None, adapters: Adapters | None
) -> HostModels:
    order = roles["order"]
    return HostModels(
        member=roles["member"],
        product=roles["product"],
        order=order,
        watch=watch or getattr(order.cls, "community_watch", None),
        adapters=adapters or Adapters(),
    )


def _roles_of(host: HostModels) -> tuple[Role, Role, Role]:
    return host.member, host.product, host.order


def _bound_already(host: HostModels) -> str:
    taken = ", ".join(f"{role.name}={role.cls.__name__}" for role in _roles_of(host))
    return f"this MetaData is bound already, to {taken}: bind each database's classes once"
