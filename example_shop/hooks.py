"""What only this shop can do, done when the community asks for it."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from flask import request, url_for
from sqlalchemy import orm
from werkzeug.wrappers import Response

from flask_community import HostHooks, Mail, Money, RemedyOrder, RemedyResult

from . import consents, credit, fresh
from .database import db
from .models import AppliedRemedy, CreditEntry, Item, Letter, Order, Product, Replacement, User
from .pictures import path_of

SENT_AGAIN = ("replace", "repair")
MONEY = ("refund", "part_refund")
WORDS = ("apology", "no_fault")


class ShopHooks(HostHooks):
    """What moves something works in a session of its own, so that it commits nobody else's work."""

    # -- what it does --

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

    def spend_store_credit(self, member: int, amount: Money, key: str) -> None:
        """Turn what a member earned into store credit, once per key."""
        with orm.Session(db.engine) as session:
            try:
                credit.add(session, member, amount.minor, kind="earned", key=f"earned:{key}")
                session.commit()
            except sa.exc.IntegrityError:
                # Another worker had the same key at the same time; for anything else it is raised.
                session.rollback()
                session.scalars(sa.select(CreditEntry).filter_by(key=f"earned:{key}")).one()

    def apply_remedy(self, remedy: RemedyOrder) -> RemedyResult:
        """Carry a remedy out, once per key: its row and its effect are one transaction."""
        with orm.Session(db.engine) as session:
            done = session.get(AppliedRemedy, remedy.key)
            if done is None:
                try:
                    done = _apply(session, remedy)
                except sa.exc.IntegrityError:
                    session.rollback()
                    done = session.get_one(AppliedRemedy, remedy.key)
                except ValueError as error:
                    text = str(error) or (type(error).__doc__ or "").splitlines()[0]
                    return RemedyResult(state="failed", error=text)
            return RemedyResult(state="done", reference=done.reference)

    # -- what it knows of people --

    def consent(self, purpose: str) -> bool:
        """Tell whether this visitor lets the shop remember who sent him."""
        return consents.allows(request, purpose)

    def verified_email(self, member: int) -> str | None:
        """Return a member's address if he has followed the link sent to it."""
        user = db.session.get(User, member)
        return user.email if user and user.confirmed_at else None

    def phone(self, member: int) -> str | None:
        """Return a member's phone number if he has followed the link sent to it."""
        user = db.session.get(User, member)
        return user.phone if user else None

    def require_fresh(self) -> Response | None:
        """Ask a member who signed in a while ago to prove himself again."""
        return fresh.ask()

    # -- what it knows of orders and goods --

    def payment_fingerprint(self, order: int) -> str | None:
        """Return a name for the card an order was paid with."""
        found = db.session.get(Order, order)
        return found.card if found else None

    def address_key(self, order: int) -> str | None:
        """Return a name for the place an order goes to, which is not the place itself."""
        found = db.session.get(Order, order)
        if found is None or found.delivery == "pickup":
            return None
        plain = " ".join(found.address.casefold().split())
        return hashlib.sha256(plain.encode()).hexdigest()

    def product_seller(self, product: str) -> int | None:
        """Return the potter or grower who sells a product through the shop."""
        found = db.session.get(Product, product)
        return found.seller_id if found else None


def _apply(session: orm.Session, remedy: RemedyOrder) -> AppliedRemedy:
    item = session.get(Item, int(remedy.line))
    if item is None or item.order_id != remedy.order:
        raise ValueError("The order has no such line.")
    done = AppliedRemedy(key=remedy.key, order_id=item.order_id, item_id=item.id, kind=remedy.kind)
    session.add(done)
    session.flush()  # the key first: who comes second stops here
    done.reference = _effect(session, item, remedy)
    session.commit()
    return done


def _effect(session: orm.Session, item: Item, remedy: RemedyOrder) -> str:
    """Do what a remedy says; return its number in the shop's books."""
    minor = remedy.amount.minor if remedy.amount else 0
    if remedy.kind in MONEY:
        # Imported here, since the community, which it tells, is made with these hooks.
        from .refunds import give_back

        return f"R-{give_back(session, item, minor, reason=remedy.kind).id}"
    if remedy.kind in SENT_AGAIN:
        sent = Replacement(order=item.order, item=item, quantity=item.quantity, reason=remedy.kind)
        session.add(sent)
        session.flush()
        return f"S-{sent.id}"
    if remedy.kind == "store_credit" and item.order.user_id is not None:
        key = f"remedy:{remedy.key}"
        credit.add(
            session, item.order.user_id, minor, kind="remedy", key=key, order_id=item.order_id
        )
        return "C"
    if remedy.kind not in WORDS:
        raise ValueError(f"This shop does not do that: {remedy.kind}.")
    return ""
