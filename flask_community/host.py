"""What a shop tells the extension: its models, and its orders as values."""

from __future__ import annotations

import datetime as dt
import enum
import weakref
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from .clock import Clock
from .errors import BindingError
from .records import Models, key_from_text

if TYPE_CHECKING:
    from sqlalchemy import Column, orm


class MemberMixin:
    """Makes a host class the one whose rows are members."""

    def community_name(self) -> str:
        """Return the name that other members see."""
        return str(self)

    def community_roles(self) -> Iterable[str]:
        """Return the roles of this person, of `member moderator lead seller owner`."""
        return ()

    def community_language(self) -> str | None:
        """Return the tag of the language this person is written to in, such as `zh-Hans`."""
        return None

    def community_avatar(self) -> str | None:
        """Return the address of this person's picture, a path in the shop, or None."""
        return None


class ProductMixin:
    """Makes a host class the one whose rows are products."""

    def community_title(self) -> str:
        """Return the name of the product, as customers know it."""
        return str(self)

    def community_titles(self) -> Mapping[str, str]:
        """Return its name by language tag, such as `zh-Hans`, in a shop of several languages."""
        return {}

    def community_url(self) -> str:
        """Return the path of the product's own page."""
        return "/"

    def community_field(self) -> str | None:
        """Return the field of expertise it belongs to, a short slug, or None."""
        return None

    def community_image(self) -> str | None:
        """Return the address of its picture (JPEG or PNG), for previews in chat apps, or None."""
        return None


class OrderMixin:
    """Makes a host class the one whose rows are orders."""

    community_watch: ClassVar[OrderWatch | None] = None
    """Which values of which attribute mean paid, delivered, reversed; or None."""

    def community_order(self) -> OrderFacts:
        """Return what was ordered, by whom, when, and what was paid for it."""
        raise BindingError(
            f"{type(self).__name__} has no community_order(): write it, and return OrderFacts"
        )


@dataclass(frozen=True, kw_only=True)
class OrderLine:
    """One line of an order, as a value taken at the time of the event."""

    key: str
    """Names the line inside its order, and never changes."""
    product: Any
    """The host's product object."""
    quantity: int
    paid_minor: int
    """Paid for the whole line after discounts, without tax and shipping, in minor units."""
    batch: str | None = None
    variant: str | None = None

    def __post_init__(self) -> None:
        for name in ("quantity", "paid_minor"):
            value = getattr(self, name)
            if type(value) is not int or value < 0:
                raise BindingError(f"OrderLine.{name} must be an integer >= 0, not {value!r}")


@dataclass(frozen=True, kw_only=True)
class OrderFacts:
    """An order as the host knows it at this moment."""

    buyer: Any | None
    """The host's member object; None for a guest."""
    placed_at: dt.datetime
    """When it was placed; a naive datetime is taken as UTC."""
    currency: str
    """ISO 4217 code of every amount in the order."""
    lines: Sequence[OrderLine]


@dataclass(frozen=True, kw_only=True)
class RefundWatch:
    """Names the model in which the host keeps its refunds, and what they mean."""

    model: str | type = field(kw_only=False)
    order: str
    """Attribute that leads from the refund to its order."""
    amount: str
    """Attribute with the refunded amount."""
    attribute: str | None = None
    """Attribute that tells the refund's state; None if a row means a done refund."""
    done: Collection[object] = frozenset()
    to_minor: Callable[[Any], int] | None = None
    """Turns the amount into minor units; None if it is an int of them already."""


@dataclass(frozen=True, kw_only=True, init=False)
class OrderWatch:
    """Reads the host's own order states: `OrderWatch("status", paid={"paid"}, ...)`."""

    attribute: str
    paid: frozenset[object]
    delivered: frozenset[object]
    reversed: frozenset[object]
    refunds: RefundWatch | None

    def __init__(
        self,
        attribute: str,
        *,
        paid: Collection[object],
        delivered: Collection[object] = (),
        reversed: Collection[object] = (),
        refunds: RefundWatch | None = None,
    ) -> None:
        values = {"paid": paid, "delivered": delivered, "reversed": reversed}
        seen: set[object] = set()
        for name, states in values.items():
            if isinstance(states, str | bytes) or not isinstance(states, Collection):
                raise BindingError(f"OrderWatch: write {name}={{{states!r}}}, a set, not a string")
            if overlap := seen & set(states):
                raise BindingError(f"OrderWatch: {overlap} stands in two of {', '.join(values)}")
            seen |= set(states)
            object.__setattr__(self, name, frozenset(states))
        object.__setattr__(self, "attribute", attribute)
        object.__setattr__(self, "refunds", refunds)

    def event_for(self, value: object) -> OrderEvent | None:
        """Return what it means for an order that its attribute has this value."""
        if value in self.paid:
            return OrderEvent.PAID
        if value in self.delivered:
            return OrderEvent.DELIVERED
        return OrderEvent.CANCELLED if value in self.reversed else None


class OrderEvent(enum.StrEnum):
    """What can happen to an order."""

    PLACED = "placed"
    PAID = "paid"
    DELIVERED = "delivered"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"
    CHARGED_BACK = "charged_back"
    DISPUTE_WON = "dispute_won"


@dataclass(frozen=True, kw_only=True)
class Adapters:
    """Stands in for the mixins' methods where the host's models cannot be edited.

    Each is called with the host's own object. One that is not given falls back
    to the method of the same meaning on the class (`community_name()` and so on).
    """

    member_name: Callable[[Any], str] | None = None
    member_roles: Callable[[Any], Iterable[str]] | None = None
    member_language: Callable[[Any], str | None] | None = None
    member_avatar: Callable[[Any], str | None] | None = None
    product_title: Callable[[Any], str] | None = None
    product_titles: Callable[[Any], Mapping[str, str]] | None = None
    product_url: Callable[[Any], str] | None = None
    product_field: Callable[[Any], str | None] | None = None
    product_image: Callable[[Any], str | None] | None = None
    order_facts: Callable[[Any], OrderFacts] | None = None


@dataclass(frozen=True)
class Role:
    """One of the three host classes the extension stands on."""

    name: str
    cls: type[Any]
    key: Column[Any]

    def key_of(self, obj: object) -> Any:
        """Return the key of a host object, without loading anything else."""
        from sqlalchemy import inspect

        identity = inspect(obj).identity
        if identity is None:
            raise BindingError(f"this {self.name} has no key yet: flush it first")
        return identity[0]

    def load(self, session: orm.Session, key: object) -> Any | None:
        """Return the host's object with this key, or None if it is gone."""
        return None if key is None else session.get(self.cls, key)

    def key_from_text(self, text: str) -> Any:
        """Return the key whose `str()` is this text; raises ValueError on junk."""
        return key_from_text(self.key.type, text)

    def key_from(self, given: object) -> Any:
        """Return a key as the column keeps it: tokens and cookies carry numbers as text.

        :raises ValueError: it is text, but no key.
        """
        return self.key_from_text(given) if isinstance(given, str) else given


@dataclass(frozen=True)
class HostModels:
    """The host's three classes, and how to ask their objects what we need."""

    member: Role
    product: Role
    order: Role
    watch: OrderWatch | None = None
    adapters: Adapters = field(default_factory=Adapters)

    def member_name(self, member: Any) -> str:
        """Return the name that other members see."""
        return str(self._ask("member_name", "community_name", member))

    def member_roles(self, member: Any) -> frozenset[str]:
        """Return the roles the host gives this person."""
        return frozenset(self._ask("member_roles", "community_roles", member) or ())

    @property
    def knows_languages(self) -> bool:
        """Tell whether the host says which language somebody reads."""
        method = getattr(self.member.cls, "community_language", None)
        is_written = method not in (None, MemberMixin.community_language)
        return self.adapters.member_language is not None or is_written

    def member_language(self, member: Any) -> str | None:
        """Return the tag of the language this person is written to in, or None."""
        value = self._ask("member_language", "community_language", member)
        return None if value is None else str(value)

    def member_avatar(self, member: Any) -> str | None:
        """Return the address of the person's picture, as the host gives it."""
        value = self._ask("member_avatar", "community_avatar", member)
        return None if value is None else str(value)

    def product_title(self, product: Any) -> str:
        """Return the product's name."""
        return str(self._ask("product_title", "community_title", product))

    def product_titles(self, product: Any) -> dict[str, str]:
        """Return the product's names by language tag; none where the shop has one language."""
        names = self._ask("product_titles", "community_titles", product)
        return {str(tag): str(name) for tag, name in names.items() if name}

    def product_url(self, product: Any) -> str:
        """Return the path of the product's page."""
        return str(self._ask("product_url", "community_url", product))

    def product_field(self, product: Any) -> str | None:
        """Return the product's field of expertise."""
        value = self._ask("product_field", "community_field", product)
        return None if value is None else str(value)

    def product_image(self, product: Any) -> str | None:
        """Return the address of the product's picture."""
        value = self._ask("product_image", "community_image", product)
        return None if value is None else str(value)

    def order_facts(self, order: Any) -> OrderFacts:
        """Return the order as a value; whatever the host's code raises goes through."""
        facts = self._ask("order_facts", "community_order", order)
        if not isinstance(facts, OrderFacts):
            raise BindingError(f"community_order() must return OrderFacts, not {facts!r}")
        return facts

    def _ask(self, adapter: str, method: str, obj: Any) -> Any:
        given: Callable[[Any], Any] | None = getattr(self.adapters, adapter)
        if given is not None:
            return given(obj)
        if any(method in vars(base) for base in type(obj).__mro__):
            return getattr(obj, method)()
        return _DEFAULTS[adapter](obj)


class Runtime(Protocol):
    """One app that serves a binding: what the order inbox needs of it."""

    @property
    def clock(self) -> Clock:
        """The app's clock."""

    @property
    def works_inbox_on_commit(self) -> bool:
        """Tell whether inbox rows are worked off right after the host's commit."""

    def touches_for(self, order: Any) -> list[Any] | None:
        """Return the touches that count for a new host order, as JSON; None if unknown."""

    def seller_of(self, product: Any) -> Any | None:
        """Return the host key of the member who sells a product (by host key), or None."""

    def work_inbox(self, session: orm.Session, keys: Sequence[str]) -> None:
        """Work these inbox rows off in `session`, a session of our own; commits."""


class Binding:
    """One host, bound: its classes, our mapped tables, the apps that serve it.

    Lives in `metadata.info["community"]`, so that every Community and every app
    on the same MetaData shares it.
    """

    def __init__(self, host: HostModels, models: Models) -> None:
        self.host = host
        self.models = models
        # Weak, so that the apps of a test run do not outlive their tests.
        self._attached: weakref.WeakValueDictionary[int, Runtime] = weakref.WeakValueDictionary()

    def attach(self, runtime: Runtime) -> None:
        """Let an app serve this host from now on; a second time changes nothing."""
        if runtime not in self.runtimes:
            self._attached[max(self._attached, default=0) + 1] = runtime

    @property
    def runtimes(self) -> list[Runtime]:
        """The apps that serve this host, the first one first."""
        return [self._attached[number] for number in sorted(self._attached)]


_DEFAULTS: Mapping[str, Callable[[Any], Any]] = {
    "member_name": str,
    "member_roles": lambda _: (),
    "member_language": lambda _: None,
    "member_avatar": lambda _: None,
    "product_title": str,
    "product_titles": lambda _: {},
    "product_url": lambda _: "/",
    "product_field": lambda _: None,
    "product_image": lambda _: None,
    "order_facts": lambda obj: OrderMixin.community_order(obj),
}
