"""The tree of errors: each one carries the data a caller needs to answer well."""

from __future__ import annotations


class CommunityError(Exception):
    """Something in flask_community refused to go on.

    An error raised without a message says its own docstring, so that a
    docstring here is always written as advice to the person who reads it.
    """

    status = 500
    """HTTP status that a page or the API answers with."""

    def __init__(self, message: str | None = None, **data: object) -> None:
        super().__init__(message or _advice(type(self)))
        self.data = data
        """Facts about this occurrence, by name; safe to show to the caller."""


class ConfigError(CommunityError):
    """A COMMUNITY_* setting is wrong; the message says which and what to write."""


class BindingError(CommunityError):
    """The host's models could not be bound; the message says what to change."""


class Refused(CommunityError):
    """The request cannot be done as it stands; the message says why."""

    status = 422


class Forbidden(Refused):
    """This member may not do this."""

    status = 403


class ProofNeeded(Forbidden):
    """Prove once more who you are, then repeat."""


class NotFound(Refused):
    """There is nothing here, or nothing that this member may see."""

    status = 404


class Conflict(Refused):
    """Somebody else changed this first; load it again and repeat."""

    status = 409


class InsufficientFunds(Conflict):
    """The balance no longer covers this amount; load it again and repeat."""


class HookMissing(Refused):
    """The shop has not connected this feature: see HostHooks for the hook to write."""

    status = 501


class MoneyError(Refused, ValueError):
    """An amount is not exact integer money; convert it with money.to_minor()."""


def _advice(kind: type[Exception]) -> str:
    return (kind.__doc__ or kind.__name__).strip().splitlines()[0]
