"""Fills the demo shop with a year: the same people do the same things each time."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

from flask import Flask
from flask_migrate import upgrade

from ..clock import clock
from ..database import db
from ..models import Category, User
from .copies import multiply
from .desk import Desk
from .diary import Diary
from .people import (
    CUSTOMER as CUSTOMER,
    GU_QING as GU_QING,
    LEADER as LEADER,
    MODERATOR as MODERATOR,
    OPENED,
    OWNER as OWNER,
    PEOPLE as PEOPLE,
    SOFIA as SOFIA,
    TANG_LI as TANG_LI,
    WEI_HAO as WEI_HAO,
    Person as Person,
)
from .shelf import CATEGORIES, GOODS
from .shopping import Counter
from .telling import Circle
from .town import Town
from .trade import Trade
from .year import Year

SEED = 1_280
"""Degrees at which Kiln Street fires its celadon; any fixed number would do."""
ORDERS = 200
"""Orders of the year."""


class NotEmptyError(ValueError):
    """The database holds a shop already."""


Progress = Callable[[str, float], None]
"""Is told which part, from 0 to 1, is done of what."""


def _in_silence(_of_what: str, _part: float) -> None:
    """Show no progress."""


def sow(
    app: Flask, today: dt.date | None = None, *, scale: int = 1, progress: Progress = _in_silence
) -> None:
    """Fill the empty database of an app with the year before `today`.

    `scale` takes so many times the members, and with them their orders, stories, links,
    visits, rewards and complaints: in bulk, see `copies`. Raises NotEmptyError.
    """
    today = today or dt.datetime.now(dt.UTC).date()
    dice = random.Random(SEED)  # nosec B311 # the same shop each time
    try:
        # One request for all: letters and links want to know where the shop is.
        with app.test_request_context():
            upgrade()
            if db.session.scalar(db.select(User.id).limit(1)) is not None:
                raise NotEmptyError
            stock(today)
            live(app, today, dice, progress=progress)
            if scale > 1:
                multiply(db.session(), scale, dice, progress)
    finally:
        clock.run()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def stock(today: dt.date) -> None:
    """Open the accounts and fill the shelf; committed."""
    clock.stand_at(_morning(today, OPENED + 10))
    accounts = {person.slug: _account(person, today) for person in PEOPLE}
    db.session.add_all(accounts.values())
    db.session.add_all(Category(**one) for one in CATEGORIES)
    db.session.flush()
    for goods in GOODS:
        product = goods.product(today)
        product.seller = accounts.get(goods.seller)
        db.session.add(product)
    db.session.commit()


def live(
    app: Flask, today: dt.date, dice: random.Random, *, progress: Progress = _in_silence
) -> None:
    """Let a year pass in a stocked shop, within a request of its app."""
    town, diary = Town(app), Diary(today)
    year = Year(diary, Counter(town), Circle(town), Desk(town), PEOPLE, dice)
    year.plan()
    Trade(year, dice).plan(ORDERS - year.orders)
    for days in diary.pass_days():
        town.turn_in()
        progress("of the year", 1 - (days - 1) / OPENED)


def _account(person: Person, today: dt.date) -> User:
    joined = _morning(today, person.joined).replace(tzinfo=None)
    return User(
        name=person.name,
        email=person.email,
        role=person.role,
        locale=person.locale,
        avatar=person.face,
        confirmed_at=joined,
        created_at=joined,
    )


def _morning(today: dt.date, days: int) -> dt.datetime:
    return dt.datetime.combine(today, dt.time(0), dt.UTC) - dt.timedelta(days=days)
