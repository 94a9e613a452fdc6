"""Claims about newcomers: who is new, who says hello, and that it happens once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from flask_community.communities.models import Label
from flask_community.communities.rules import HOSTS, NEW_FOR, community_scope, may_greet
from flask_community.errors import Forbidden, NotFound, Refused
from flask_community.members.rules import Preferences
from tests.browsing import Browser
from tests.shops import Shop, User, open_shop


@dataclass
class Room:
    """A label of Mei's that Lin joined a moment ago."""

    shop: Shop
    mei: User
    lin: User
    label: Label

    @property
    def place(self) -> int:
        return self.shop.services().communities.community_of(self.label.id).id

    def id(self, user: User) -> int:
        return self.shop.member_id(user)

    def wear(self, nick: str, **facts: str) -> User:
        user = self.shop.user(nick, **facts)
        self.shop.services().communities.wear(self.label.id, self.id(user))
        self.shop.session.commit()
        return user

    def waiting(self) -> list[int]:
        greetings = self.shop.services().greetings
        return [one.member_id for one in greetings.newcomers(self.place)]


@pytest.fixture
def room(database_url: str) -> Iterator[Room]:
    with open_shop(database_url) as shop:
        mei = shop.user("Mei")
        label = shop.services().communities.found(
            shop.member_id(mei), name="Slow tea", statement="Tea takes time."
        )
        shop.session.commit()
        room = Room(shop, mei, mei, label)
        room.lin = room.wear("Lin", email="lin@example.org")
        yield room


def test_hosts_and_wearers_greet_and_nobody_else() -> None:
    assert may_greet({"member"}, is_inside=True)
    assert all(may_greet({role}, is_inside=False) for role in HOSTS)
    assert not may_greet({"member", "moderator", "lead", "seller"}, is_inside=False)


def test_a_newcomer_waits_until_somebody_says_hello(room: Room) -> None:
    greetings = room.shop.services().greetings
    assert room.waiting() == [room.id(room.lin)]
    assert greetings.greet(room.label, room.id(room.lin), by=room.id(room.mei))
    assert room.waiting() == []


def test_the_founder_is_no_guest_and_two_weeks_later_nobody_is_new(room: Room) -> None:
    assert room.id(room.mei) not in room.waiting()
    room.shop.clock.forward(seconds=NEW_FOR.total_seconds())
    assert room.waiting() == []


def test_who_left_or_muted_the_label_is_not_greeted(room: Room) -> None:
    services = room.shop.services()
    services.communities.mute(room.label.id, room.id(room.lin))
    assert room.waiting() == []
    with pytest.raises(NotFound):
        services.greetings.greet(room.label, room.id(room.lin), by=room.id(room.mei))


def test_a_second_hello_is_none_and_tells_nothing(room: Room) -> None:
    an = room.wear("An")
    greetings, lin = room.shop.services().greetings, room.id(room.lin)
    assert greetings.greet(room.label, lin, by=room.id(an))
    assert not greetings.greet(room.label, lin, by=room.id(room.mei))
    (told,) = room.shop.services().notices.inbox(lin)
    assert told.subject == "An says hello"
    assert "Slow tea" in told.body
    assert told.url == "/community/labels/slow-tea"


def test_strangers_do_not_greet_and_nobody_greets_himself(room: Room) -> None:
    greetings, stranger = room.shop.services().greetings, room.id(room.shop.user("Stranger"))
    with pytest.raises(Forbidden):
        greetings.greet(room.label, room.id(room.lin), by=stranger)
    with pytest.raises(Refused):
        greetings.greet(room.label, room.id(room.lin), by=room.id(room.lin))
    with pytest.raises(NotFound):
        greetings.greet(room.label, stranger, by=room.id(room.mei))


def test_a_greeter_need_not_wear_the_label(room: Room) -> None:
    services, host = room.shop.services(), room.id(room.shop.user("Host"))
    scope = community_scope(room.place)
    services.communities.roles.grant(host, "greeter", actor_id=None, scope=scope)
    assert services.greetings.hosts(room.place, host)
    assert services.greetings.greet(room.label, room.id(room.lin), by=host)


def test_a_letter_about_it_keeps_the_quiet_hours(room: Room) -> None:
    services, lin = room.shop.services(), room.id(room.lin)
    hour = room.shop.clock().time()
    quiet = Preferences(quiet_from=hour, quiet_until=hour.replace(hour=hour.hour + 1))
    services.members.prefer(lin, quiet)
    services.greetings.greet(room.label, lin, by=room.id(room.mei))
    room.shop.session.commit()
    room.shop.site.run_jobs()
    assert room.shop.hooks.mails == []
    room.shop.clock.forward(hours=1)
    room.shop.site.run_jobs()
    assert [mail.subject for mail in room.shop.hooks.mails] == ["Mei says hello"]


def test_the_longest_waiting_of_all_communities_is_told_first(room: Room) -> None:
    room.shop.clock.forward(hours=1)
    room.wear("An")
    waiting = room.shop.services().greetings.waiting()
    assert waiting is not None
    assert (waiting.count, waiting.longest.member_id) == (2, room.id(room.lin))
    assert (waiting.slug, waiting.label) == ("slow-tea", "Slow tea")


def test_one_tap_greets_and_the_newcomer_is_gone_from_the_page(room: Room) -> None:
    home = Browser(room.shop.client(room.mei)).get("/community/labels/slow-tea")
    assert "New here" in home.text
    home = home.submit("Say hello")
    assert "New here" not in home.text
    notices = Browser(room.shop.client(room.lin)).get("/community/notices")
    assert "Mei says hello" in notices.text


def test_a_newcomer_sees_no_button_for_himself(room: Room) -> None:
    home = Browser(room.shop.client(room.lin)).get("/community/labels/slow-tea")
    assert not home.has_form("Say hello")


def test_what_was_said_is_exported_and_forgotten_with_the_newcomer(room: Room) -> None:
    services, lin = room.shop.services(), room.id(room.lin)
    services.greetings.greet(room.label, lin, by=room.id(room.mei))
    assert [one["way"] for one in services.greetings.export(lin)] == ["got"]
    assert [one["way"] for one in services.greetings.export(room.id(room.mei))] == ["given"]
    services.personal.erase(lin, actor_id=None)
    assert services.greetings.export(room.id(room.mei)) == []
