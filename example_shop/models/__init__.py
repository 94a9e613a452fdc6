"""What the shop keeps: people, tea and teaware, orders, store credit, letters."""

from __future__ import annotations

from .base import CURRENCY as CURRENCY, now as now
from .credit import CreditEntry as CreditEntry
from .goods import Batch as Batch, Category as Category, Product as Product, Variant as Variant
from .letters import Letter as Letter
from .orders import (
    AppliedRemedy as AppliedRemedy,
    Item as Item,
    Order as Order,
    Refund as Refund,
    Replacement as Replacement,
)
from .people import User as User
