"""The main job, end to end, as its people live it: through pages, on real tables."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa

from flask_community.earnings.models import Entry
from tests.browsing import Browser, Page, figures_of
from tests.shops import Order, Shop, open_shop

BUYERS = ("Ruo", "Lan", "Bao")
"""Three who got a gaiwan of one batch, with the same hairline; Ruo came by Mei's link."""


@dataclass
class Town:
    """The shop, and everybody's browser in it."""

    shop: Shop
    browsers: dict[str, Browser] = field(default_factory=dict)

    def person(self, nick: str, rank: str | None = None) -> Browser:
        """Return the browser of a person with an account, signed in."""
        if nick not in self.browsers:
            user = self.shop.user(nick, rank=rank)
            self.browsers[nick] = Browser(self.shop.client(user))
        return self.browsers[nick]

    def visitor(self) -> Browser:
        """Return the browser of somebody without an account."""
        return Browser(self.shop.app.test_client())

    def buy(self, browser: Browser, *, batch: str | None = None, minor: int = 10_000) -> Order:
        """Let a person order, and the shop's own checkout mark it as paid."""
        form = {"minor": minor, **({"batch": batch} if batch else {})}
        answer = browser.client.post("/buy/gaiwan", data=form)
        order = self.shop.session.get(Order, (answer.json or {})["order"])
        assert order is not None
        self.shop.set_status(order, "paid")
        return order


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    with open_shop(database_url) as shop:
        shop.product("gaiwan")
        yield Town(shop)


def test_the_main_job_runs_end_to_end(town: Town) -> None:
    _a_community_begins_with_an_attitude(town)
    link = _experience_is_written_and_shared(town)
    _a_friend_buys_and_the_sharer_earns(town, link)
    _a_bad_batch_is_answered_together(town, link)
    _the_owner_sees_it_in_figures(town)
    _the_books_are_in_order(town)


# -- 1. a community, an experience --


def _a_community_begins_with_an_attitude(town: Town) -> None:
    form = town.person("Mei").get("/community/found")
    label = form.submit(
        "Found it", name="Slow mornings", statement="Seven quiet minutes before the day."
    )
    assert "Seven quiet minutes" in label.text
    label = town.person("Jun").get(label.path).submit("I would like to")
    assert "You would like to wear it." in label.text
    size = town.shop.services().communities.size(1)
    assert (size.wears, size.base) == (1, 2)


def _experience_is_written_and_shared(town: Town) -> str:
    mei = town.person("Mei")
    town.shop.set_status(town.buy(mei), "done")
    town.shop.clock.forward(days=20)
    form = mei.get("/community/tell").follow("Gaiwan")
    post = form.submit("Post it", title="Seven minutes", body="Thin enough to feel the **heat**.")
    assert "<strong>heat</strong>" in post.html
    town.person("Jun").get(post.path).submit("Useful")
    shared = mei.get(post.path).follow("Share with a friend").submit("Make my link")
    found = re.search(r"http://localhost(/community/r/[\w-]+)", shared.html)
    assert found, shared.html
    return found[1]


# -- 2. a link, a friend, a reward --


def _a_friend_buys_and_the_sharer_earns(town: Town, link: str) -> None:
    friend = town.visitor()
    friend.get(link)
    assert friend.client.get_cookie("community_touches") is not None
    friend.client.post("/signup/Ning")
    order = town.buy(friend, minor=20_000)
    assert _reward(town) == ("¥10", "pending")

    town.shop.set_status(order, "done")
    payable = (town.shop.clock() + dt.timedelta(days=14)).date()
    assert f"{payable.day} {payable:%b %Y}" in _rewards(town).text

    town.shop.community.orders.refunded(order, "R1", amount_minor=5_000)
    town.shop.session.commit()
    assert _reward(town) == ("¥7.50", "pending")

    town.shop.clock.forward(days=15)
    _work(town)
    assert _reward(town) == ("¥7.50", "available")


def _rewards(town: Town) -> Page:
    return town.person("Mei").get("/community/my/rewards")


def _reward(town: Town) -> tuple[str, str]:
    """Return amount and state of Mei's newest reward, as she reads them."""
    newest = re.search(r"<strong>(.*?)</strong>.*?<span>(.*?)</span>", _rewards(town).html, re.S)
    assert newest is not None
    return newest[1], newest[2]


# -- 3. three complaints, one answer --


def _a_bad_batch_is_answered_together(town: Town, link: str) -> None:
    orders = [_delivered(town, nick, link if nick == "Ruo" else None) for nick in BUYERS]
    for nick in BUYERS:
        _complain(town.person(nick), joins=nick != BUYERS[0])
    case = _open_the_case(town)
    _sharing_and_earning_rest(town, link)
    _one_remedy_answers_all(town, case)
    assert sorted(r.order for r in town.shop.hooks.remedies.values()) == [o.id for o in orders]
    assert "Share with a friend" in town.person("Mei").get("/p/gaiwan").text
    assert _reward(town)[1] != "held"


def _delivered(town: Town, nick: str, link: str | None) -> Order:
    browser = town.person(nick)
    if link:
        browser.get(link)
    order = town.buy(browser, batch="2611-A")
    town.shop.set_status(order, "done")
    return order


def _complain(browser: Browser, *, joins: bool) -> None:
    form = browser.get("/community/wrong").follow("Gaiwan")
    assert ("Others report this" in form.text) == joins
    offered = form.form("In your words").boxes.get("join", [""])
    complaint = form.submit(
        "In your words",
        reason="broken",
        text="A hairline along the rim.",
        **({"join": offered[0]} if joins else {}),
    )
    assert "You hear from us by" in complaint.text


def _open_the_case(town: Town) -> str:
    desk = town.person("Ada", rank="moderator").get("/community/desk")
    waiting = next(href for href in desk.links.values() if "/desk/c" in href)
    alike = desk.browser.get(waiting)
    case = alike.submit(
        "Open the case",
        title="Hairline cracks in batch 2611-A",
        reason="Three buyers, one batch, one crack.",
        complaint=alike.form("Open the case").boxes["complaint"],
        one_batch="1",
    )
    assert "Hairline cracks" in case.text
    return case.path


def _sharing_and_earning_rest(town: Town, link: str) -> None:
    late = town.visitor()
    assert "looked into" in late.get(link).text
    assert late.client.get_cookie("community_touches") is None
    assert "Sharing rests" in town.person("Mei").get("/p/gaiwan").text
    assert _reward(town) == ("¥5", "held")


def _one_remedy_answers_all(town: Town, case: str) -> None:
    page = town.person("Ada").get(case)
    page = page.submit("Investigate", reason="Asked North Kiln for the firing log.")
    preview = page.submit(
        "Another remedy",
        kind="part_refund",
        percent="50",
        letter="Dear {name}, half of it comes back: {amount}.",
        reason="Cracked by the kiln, still usable.",
    )
    assert "3 members get it." in preview.text
    preview.submit("Decide so").submit("Carry it out")
    town.shop.clock.forward(seconds=60)  # until then it can be stopped
    _work(town)
    assert "resolved" in town.person("Ada").get(case).text.lower()
    for nick in BUYERS:
        letter = f"Dear {nick}, half of it comes back: ¥50."
        assert letter in town.person(nick).get("/community/notices").text
        mine = town.person(nick).get("/community/complaints")
        number = next(words for words in mine.links if words.startswith("C-"))
        mine.follow(number).submit("That settles it")


# -- 4. figures, books --


def _the_owner_sees_it_in_figures(town: Town) -> None:
    owner = town.person("Owen", rank="owner").get("/community/owner")
    figures = figures_of(owner.html)
    assert figures == {
        "owner/people": "8",
        "owner/links": "1",
        "owner/orders?path=link": "2",
        "owner/orders?path=direct": "3",
        "owner/cases": "0",
    }
    for path, count in figures.items():
        rows = owner.browser.get(f"/community/{path}").html.count('<th scope="row">')
        assert rows == int(count), path


def _the_books_are_in_order(town: Town) -> None:
    town.shop.session.commit()
    entry = town.shop.site.binding.models[Entry]
    assert town.shop.session.scalar(sa.select(sa.func.sum(entry.amount_minor))) == 0
    for command in (["ledger", "verify"], ["audit", "verify"]):
        result = town.shop.app.test_cli_runner().invoke(args=["community", *command])
        assert result.exit_code == 0, result.output


def _work(town: Town) -> None:
    result = town.shop.app.test_cli_runner().invoke(args=["community", "work", "--once"])
    assert result.exit_code == 0, result.output
