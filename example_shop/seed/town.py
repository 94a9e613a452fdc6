"""The people of the seed, as the shop and the community know them."""

from __future__ import annotations

from flask import Flask

from flask_community.services import Services
from flask_community.site import site_of

from ..database import db
from ..models import User
from .people import Person


class Town:
    """Leads from the people of the seed to their accounts, and to the services they use."""

    def __init__(self, app: Flask) -> None:
        self.site = site_of(app)
        self._accounts: dict[str, int] = {}
        self._members: dict[str, int] = {}

    @property
    def rooms(self) -> Services:
        """The services of the extension, over the shop's own session."""
        return self.site.services()

    def user(self, person: Person) -> User:
        """Return somebody's account."""
        if person.slug not in self._accounts:
            mine = db.select(User.id).filter_by(email=person.email)
            self._accounts[person.slug] = db.session.scalars(mine).one()
        return db.session.get_one(User, self._accounts[person.slug])

    def member(self, person: Person) -> int:
        """Return the id by which the community knows somebody, from now on."""
        if person.slug not in self._members:
            self._members[person.slug] = self.rooms.members.of(self.user(person).id).id
        return self._members[person.slug]

    def turn_in(self) -> None:
        """Do in the evening what the worker does by day: order events, jobs, the audit log."""
        with self.site.unit() as rooms:
            while keys := rooms.orders.pending(500):
                for key in keys:
                    rooms.orders.work(key)
        while self.site.run_jobs(500):
            pass
        with self.site.unit() as rooms:
            rooms.earnings.ripen()
            rooms.complaints.tend()
        with self.site.unit() as rooms:
            while rooms.audit.seal():
                pass
