"""What only the shop can do for us: mail, files, remedies, and what it knows of people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .errors import HookMissing
from .money import Money


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A letter for the host to send, already in the reader's language."""

    to: Any
    """Host key of the member it is for."""
    subject: str
    text: str


@dataclass(frozen=True, kw_only=True)
class RemedyOrder:
    """What the shop owes one customer, to be done exactly once per key."""

    order: Any
    """Host key of the order."""
    line: str
    kind: str
    """One of `refund part_refund replace repair store_credit apology no_fault`."""
    amount: Money | None
    """What to pay back; None where the kind moves no money."""
    key: str
    """Idempotency key: the same key again must have no second effect."""


@dataclass(frozen=True, kw_only=True)
class RemedyResult:
    """What became of a remedy."""

    state: str
    """`done`, `failed` or `pending`."""
    reference: str | None = None
    """The host's own number for it."""
    error: str | None = None


class HostHooks:
    """Everything only the shop can do. Override what you have.

    A method left as it is here is a missing hook: its feature is off, and
    `flask community doctor` says so.
    """

    def send_mail(self, mail: Mail) -> None:
        """Send a letter to a member."""
        raise HookMissing("send_mail")

    def store_file(self, name: str, content_type: str, content: bytes) -> str:
        """Keep a file and return the URL under which it is served: http(s), or a path.

        `name` is ours, random, and safe as the name of a file.
        """
        raise HookMissing("store_file")

    def forget_file(self, url: str) -> None:
        """Delete the file that `store_file` returned this URL for; again must do no harm."""
        raise HookMissing("forget_file")

    def load_file(self, url: str) -> bytes:
        """Return the content of the file that `store_file` returned this URL for.

        With it, a file whose name begins with `private-` is only shown by our
        own pages, to those who may see it: keep it out of the public folder.
        """
        raise HookMissing("load_file")

    def apply_remedy(self, remedy: RemedyOrder) -> RemedyResult:
        """Carry a remedy out, once per `remedy.key`."""
        raise HookMissing("apply_remedy")

    def spend_store_credit(self, member: Any, amount: Money, key: str) -> None:
        """Give a member credit in the shop, once per `key`.

        Asked again, with the same key, until it returns. Raise `Refused`, with
        a reason that the member may read, for what you will never give: then
        the reward is available again. From when it returns your own books hold
        the credit, and ours are done with it.
        """
        raise HookMissing("spend_store_credit")

    def consent(self, purpose: str) -> bool:
        """Tell whether this visitor agreed to `purpose` (`referral`)."""
        raise HookMissing("consent")

    def verified_email(self, member: Any) -> str | None:
        """Return the confirmed e-mail address of a member (by host key)."""
        raise HookMissing("verified_email")

    def phone(self, member: Any) -> str | None:
        """Return the confirmed phone number of a member, E.164."""
        raise HookMissing("phone")

    def payment_fingerprint(self, order: Any) -> str | None:
        """Return an opaque name of the means an order (by host key) was paid with."""
        raise HookMissing("payment_fingerprint")

    def address_key(self, order: Any) -> str | None:
        """Return an opaque name of the address an order goes to."""
        raise HookMissing("address_key")

    def product_seller(self, product: Any) -> Any | None:
        """Return the host key of the member who sells a product."""
        raise HookMissing("product_seller")

    def require_fresh(self) -> Any | None:
        """Return None if the member has just proved who he is, else a response to send.

        Asked before rewards are taken. On a page it is a GET whose path, once
        the proof is given, leads back to what he was about to do. The API sends
        the address that the response redirects to, in a problem.
        """
        raise HookMissing("require_fresh")

    def provides(self, hook: str) -> bool:
        """Tell whether the shop has written this hook."""
        return getattr(type(self), hook) is not getattr(HostHooks, hook)


FEATURES = {
    "send_mail": "mail",
    "store_file": "pictures and proofs",
    "forget_file": "deleting pictures that were taken away or erased",
    "load_file": "keeping pictures of complaints from whoever learns their address",
    "apply_remedy": "refunds and replacements from a case",
    "spend_store_credit": "rewards as store credit",
    "consent": "asking the shop before a visit is remembered",
    "verified_email": "knowing one person behind two accounts by e-mail",
    "phone": "knowing one person behind two accounts by phone",
    "payment_fingerprint": "knowing one person behind two accounts by payment",
    "address_key": "knowing one person behind two accounts by address",
    "product_seller": "sellers",
    "require_fresh": "a fresh proof of identity before money moves",
}
"""What a shop goes without for each hook that it has not written."""
