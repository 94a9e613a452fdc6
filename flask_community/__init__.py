"""Community commerce for Flask shops."""

from __future__ import annotations

from .errors import (
    BindingError as BindingError,
    CommunityError as CommunityError,
    ConfigError as ConfigError,
    Refused as Refused,
)
from .extension import Community as Community
from .hooks import (
    HostHooks as HostHooks,
    Mail as Mail,
    RemedyOrder as RemedyOrder,
    RemedyResult as RemedyResult,
)
from .host import (
    Adapters as Adapters,
    MemberMixin as MemberMixin,
    OrderEvent as OrderEvent,
    OrderFacts as OrderFacts,
    OrderLine as OrderLine,
    OrderMixin as OrderMixin,
    OrderWatch as OrderWatch,
    ProductMixin as ProductMixin,
    RefundWatch as RefundWatch,
)
from .money import Money as Money
