"""What only this shop can do, done when the community asks for it."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from flask import url_for
from sqlalchemy import orm

from flask_community import HostHooks, Mail, RemedyOrder, RemedyResult

from .database import db
from .models import AppliedRemedy, Item, Letter, Order, User
from .pictures import path_of

SENT_AGAIN = ("replace", "repair")
MONEY = ("refund", "part_refund")
WORDS = ("apology", "no_fault")


class ShopHooks(HostHooks):
    """Every hook works in a session of its own, so that it commits nobody else's work."""

    def send_mail(self, mail: Mail) -> None:
        """Put a letter to a member on the outbox page."""
        with orm.Session(db.engine) as session:
            user = session.get(User, mail.to)
            if user is not None:
                letter = Letter(
                    user_id=user.id, email=user.email, subject=mail.subject, text=mail.text
                )
                session.add(letter)
                session.commit()

    def store_file(self, name: str, content_type: str, content: bytes) -> str:
        """Keep a picture in the instance folder."""
        with path_of(name).open("xb") as kept:
            kept.write(content)
        return url_for("shop.file", name=name)

    def forget_file(self, url: str) -> None:
        """Delete a picture."""
        path_of(url.rsplit("/", 1)[1]).unlink(missing_ok=True)

    def load_file(self, url: str) -> bytes:
        """Return a picture, for the pages that ask who may see it."""
        return path_of(url.rsplit("/", 1)[1]).read_bytes()

    def apply_remedy(self, remedy: RemedyOrder) -> RemedyResult:
        """Carry a remedy out, once per key: its row and its effect are one transaction."""
        with orm.Session(db.engine) as session:
            done = session.get(AppliedRemedy, remedy.key)
            if done is None:
                try:
                    done = self._apply(session, remedy)
                except sa.exc.IntegrityError:
                    # Another worker had the same key at the same time.
                    session.rollback()
                    done = session.get_one(AppliedRemedy, remedy.key)
                except ValueError as error:
                    return RemedyResult(state="failed", error=str(error))
            return RemedyResult(state="done", reference=done.reference)

    def verified_email(self, member: object) -> str | None:
        """Return a member's address if he has followed the link sent to it."""
        user = db.session.get(User, member)
        return user.email if user and user.confirmed_at else None

    def payment_fingerprint(self, order: object) -> str | None:
        """Return a name for the card an order was paid with."""
        found = db.session.get(Order, order)
        return found.card if found else None

    def address_key(self, order: object) -> str | None:
        """Return a name for the place an order goes to, which is not the place itself."""
        found = db.session.get(Order, order)
        if found is None:
            return None
        plain = " ".join(found.address.casefold().split())
        return hashlib.sha256(plain.encode()).hexdigest()

    def _apply(self, session: orm.Session, remedy: RemedyOrder) -> AppliedRemedy:
        item = session.get(Item, int(remedy.line))
        if item is None or item.order_id != remedy.order:
            raise ValueError("The order has no such line.")
        done = AppliedRemedy(
            key=remedy.key, order_id=item.order_id, item_id=item.id, kind=remedy.kind
        )
        session.add(done)
        session.flush()  # the key first: who comes second stops here
        if remedy.kind in MONEY and remedy.amount is not None:
            # Imported here, since the community, which it tells, is made with these hooks.
            from .refunds import give_back

            refund = give_back(session, item, remedy.amount.minor, reason=remedy.kind)
            done.reference = f"R-{refund.id}"
        elif remedy.kind in SENT_AGAIN:
            done.reference = f"S-{item.id}"
        elif remedy.kind not in WORDS:
            raise ValueError(f"This shop does not do that: {remedy.kind}.")
        session.commit()
        return done
