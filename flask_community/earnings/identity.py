"""Tells whether sharer and buyer are one person by what the shop knows of both; pure."""

from __future__ import annotations

import enum
from collections.abc import Collection
from dataclasses import dataclass, field


class SamePerson(enum.StrEnum):
    """By what two accounts were found to be one person; kept as the reason."""

    EMAIL = "same_email"
    PHONE = "same_phone"
    PAYMENT = "same_payment"


@dataclass(frozen=True, slots=True)
class Identity:
    """What the shop knows of one person; None and empty where it knows nothing."""

    email: str | None = None
    phone: str | None = None
    payments: Collection[str] = field(default_factory=frozenset)


def same_person(sharer: Identity, buyer: Identity) -> SamePerson | None:
    """Return what shows that two are one person, or None."""
    emails = {normal_email(one.email) for one in (sharer, buyer) if one.email}
    if sharer.email and buyer.email and len(emails) == 1:
        return SamePerson.EMAIL
    phones = {normal_phone(one.phone) for one in (sharer, buyer) if one.phone}
    if sharer.phone and buyer.phone and len(phones) == 1:
        return SamePerson.PHONE
    return SamePerson.PAYMENT if set(sharer.payments) & set(buyer.payments) else None


def normal_email(address: str) -> str:
    """Return the mailbox behind an address: case, `+tag`, and the dots of Gmail left away."""
    local, _, domain = address.strip().casefold().rpartition("@")
    local = local.partition("+")[0] or local
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def normal_phone(number: str) -> str:
    """Return the digits of a phone number."""
    return "".join(character for character in number if character.isdecimal())
