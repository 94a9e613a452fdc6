"""Claims about a moderator's own desk: saved views and keys."""

from __future__ import annotations

import pytest

from flask_community.errors import Conflict, NotFound, Refused
from flask_community.moderation.seats import MOST_SAVED, Seats
from tests.rooms import Rooms


def save(seats: Seats, member_id: int, name: str) -> int:
    return seats.save(member_id, name, view="soon", field=None, words="lid").id


def test_a_saved_view_has_one_name_and_one_owner(rooms: Rooms) -> None:
    ana, ben = rooms.member("Ana"), rooms.member("Ben")
    with rooms.unit() as unit:
        seats = unit.moderation.seats
        number = save(seats, ana, "Lids")
        with pytest.raises(Conflict):
            save(seats, ana, "Lids")
        save(seats, ben, "Lids")
        with pytest.raises(NotFound):
            seats.remove(ben, number)
        seats.remove(ana, number)
        assert (len(seats.saved(ana)), len(seats.saved(ben))) == (0, 1)


def test_views_are_capped_and_everything_is_none(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    with rooms.unit() as unit:
        seats = unit.moderation.seats
        with pytest.raises(Refused, match="everything"):
            seats.save(ana, "All", view=None, field=None, words=None)
        for number in range(MOST_SAVED):
            save(seats, ana, f"Lids {number}")
        with pytest.raises(Refused, match="remove one first"):
            save(seats, ana, "One more")


def test_keys_are_on_until_one_says_no(rooms: Rooms) -> None:
    ana, ben = rooms.member("Ana"), rooms.member("Ben")
    with rooms.unit() as unit:
        seats = unit.moderation.seats
        seats.set_keys(ana, on=False)
        assert (seats.has_keys(ana), seats.has_keys(ben)) == (False, True)
        assert list(seats.colleagues(ben)) == [ana]
