"""Claims about the owner's start page: what needs him, and that each number is its rows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_community.complaints.rules import FIRST_ANSWER
from flask_community.customers.lists import OFTEN
from flask_community.customers.rules import BEGINS, PATHS, RANKS, Wanted
from flask_community.customers.shown import FINDING_WORDS
from flask_community.doctor import DEPLOYED, DEPLOYED_TABLES
from flask_community.earnings.models import Payout
from flask_community.money import Money
from flask_community.rounds import AGAIN_AFTER, ROUND, Rounds
from flask_community.site import Site
from tests.browsing import Browser
from tests.customers.test_service import brought
from tests.shops import Order, Shop, User, open_shop


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    # An address, or the doctor would find that it lacks.
    with open_shop(database_url, COMMUNITY_BASE_URL="https://tea.example") as opened:
        yield opened


def line_of(shop: Shop, order: Order) -> int:
    known = shop.services().orders.find(order.id)
    assert known is not None
    return shop.services().orders.lines(known.id)[0].id


def complain(shop: Shop, user: User, order: Order) -> int:
    complaints = shop.services().complaints
    member = shop.member_id(user)
    filed = complaints.file(member, line_of(shop, order), reason="quality", text="Flakes")
    shop.session.commit()
    return filed.id


def busy(shop: Shop) -> None:
    """Let weeks pass: orders by every way, some sent back; a label, a post, trouble."""
    cup, pot, mei = shop.product(), shop.product("pot"), shop.user("Mei")
    services, sharer = shop.services(), shop.member_id(mei)
    product = services.orders.product_of(cup.sku).id
    label = services.communities.found(sharer, name="Slow mornings", statement="Slowly.")
    shop.session.commit()
    for number in range(9):
        friend = shop.user(f"Friend {number}")
        order = shop.order(friend, (cup, 9_900 + number * 1_300), status="done")
        if number % 3:
            brought(shop, order.id, sharer, product)
        if number == 4:
            shop.community.orders.refunded(order, "R", amount_minor=5_000)
            shop.session.commit()
        shop.order(friend, (pot, 20_000), status="done")
        shop.clock.forward(days=5)
    lin = shop.user("Lin")
    late, fresh = (shop.order(lin, (cup, 9_900), status="done") for _ in range(2))
    complaint = complain(shop, lin, late)
    boss = shop.member_id(shop.user("Desk", rank="moderator"))
    services.complaints.cases.open(boss, [complaint], title="Glaze flakes", reason="Alike")
    shop.session.commit()
    complain(shop, lin, fresh)
    place = services.communities.community_of(label.id).id
    services.communities.wear(label.id, shop.member_id(lin))
    services.experiences.post_experience(
        shop.member_id(lin), line_of(shop, fresh), title="My cup", body="So.", community_id=place
    )
    shop.session.commit()
    shop.clock.forward(seconds=FIRST_ANSWER.total_seconds() + 60)


def codes(shop: Shop) -> list[str]:
    return [task.code for task in shop.services().customers.tasks()]


def test_a_new_shop_needs_nothing_and_says_so(shop: Shop) -> None:
    assert codes(shop) == []
    page = Browser(shop.client(shop.user("Chen Bo", rank="owner"))).get("/community/owner")
    assert "Nothing waits for you." in page.text
    assert "There is no label yet." in page.text


def test_promises_come_first_then_cases_then_people(shop: Shop) -> None:
    busy(shop)
    assert codes(shop) == ["overdue", "case", "newcomers", "posts", "products"]
    tasks = {task.code: task for task in shop.services().customers.tasks()}
    assert (tasks["overdue"].count, tasks["case"].buyers) == (1, 1)
    assert (tasks["newcomers"].name, tasks["newcomers"].slug) == ("Lin", "slow-mornings")
    assert (tasks["posts"].name, tasks["products"].name) == ("My cup", "Pot")


def test_every_task_leads_to_a_page_that_is_there(shop: Shop) -> None:
    busy(shop)
    page = Browser(shop.client(shop.user("Chen Bo", rank="owner"))).get("/community/owner")
    buttons = re.findall(r'fc-btn--s" href="([^"#]+)', page.html)
    assert len(buttons) == 5
    assert [page.browser.get(path).status for path in buttons] == [200] * 5


def test_a_payout_that_waits_is_a_task_until_it_is_settled(shop: Shop) -> None:
    asked = shop.site.binding.models[Payout](
        **{"member_id": shop.member_id(shop.user("Mei")), "request_key": "once", "way": "money"},
        **{"currency": "CNY", "amount_minor": 1_000, "asked_at": shop.clock()},
        state="in_payout",
    )
    shop.session.add(asked)
    shop.session.commit()
    (task,) = [one for one in shop.services().customers.tasks() if one.code == "payouts"]
    assert (task.count, task.amounts) == (1, [Money(1_000, "CNY")])
    asked.state = "paid"
    shop.session.commit()
    assert "payouts" not in [one.code for one in shop.services().customers.tasks()]


def test_what_was_done_is_no_task_any_more(shop: Shop) -> None:
    busy(shop)
    services, boss = shop.services(), shop.member_id(shop.user("Boss"))
    post = services.experiences.unanswered.waiting()
    newcomer = services.greetings.waiting()
    assert post is not None
    assert newcomer is not None
    services.experiences.react(post.longest.id, boss, "useful")
    label = services.communities.label_called(newcomer.slug)
    by = label.founder_id
    services.greetings.greet(label, newcomer.longest.member_id, by=by)
    shop.session.commit()
    assert codes(shop) == ["overdue", "case", "products"]


def test_every_figure_is_the_number_of_its_rows(shop: Shop) -> None:
    busy(shop)
    customers = shop.services().customers
    figures, lists = customers.figures(), customers.lists
    for path in PATHS:
        for when in ("month", "before"):
            count = getattr(figures.placed[path], when)
            assert count == len(lists.orders(Wanted(path, when)))
        assert figures.orders[path] == len(lists.orders(Wanted(path)))
        kept = figures.kept[path]
        assert kept.settled == len(lists.orders(Wanted(path, "settled")))
        assert kept.kept == len(lists.orders(Wanted(path, "settled", fate="kept")))
    for begin in BEGINS:
        assert figures.begins[begin] == len(lists.orders(Wanted(None, "month", begin=begin)))
    for week in figures.weeks:
        for fate in ("kept", "returned"):
            rows = lists.orders(Wanted("link", fate=fate, week=week.monday))
            assert getattr(week, fate) == len(rows)
    assert figures.newcomers.month == len(lists.people(when="month"))
    assert figures.newcomers.before == len(lists.people(when="before"))
    assert figures.promises.due == len(lists.promises())
    assert figures.promises.overdue == len(lists.promises(late=True)) == 1
    assert figures.kept["link"].settled > figures.kept["link"].kept > 0


def test_sales_are_the_sum_of_their_rows(shop: Shop) -> None:
    busy(shop)
    customers = shop.services().customers
    (sales,) = customers.figures().sales
    for path, when, money in (
        ("link", "month", sales.shared),
        ("link", "before", sales.shared_before),
        (None, "month", sales.all),
    ):
        rows = customers.lists.orders(Wanted(path, when))
        assert money.minor == sum(row.paid.minor for row in rows) > 0
    assert 0 < sales.share < 1


def test_the_page_asks_as_often_for_many_as_for_few(shop: Shop) -> None:
    owner = Browser(shop.client(shop.user("Chen Bo", rank="owner")))
    busy(shop)
    few = statements(shop, owner)
    for number in range(OFTEN):
        user = shop.user(f"More {number}")
        order = shop.order(user, (shop.product(f"p{number}"), 900), status="done")
        complain(shop, user, order)
        founder = shop.member_id(user)
        shop.services().communities.found(founder, name=f"Label {number}", statement="Yes.")
        shop.session.commit()
    assert statements(shop, owner) == few <= 60


def statements(shop: Shop, owner: Browser) -> int:
    """Return how many statements the start page sends, once the jobs that wait are done."""
    for _ in range(2):
        owner.get("/community/owner")
    sent: list[str] = []

    def count(_c: object, _u: object, statement: str, *_: object) -> None:
        sent.append(statement)

    engine = shop.session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", count)
    assert owner.get("/community/owner").status == 200
    sa.event.remove(engine, "before_cursor_execute", count)
    return len(sent)


def test_filters_that_there_are_not_lead_nowhere(shop: Shop) -> None:
    owner = Browser(shop.client(shop.user("Chen Bo", rank="owner")))
    for query in (
        "path=sideways",
        "when=now",
        "fate=lost",
        "begin=magic",
        "week=1",
        "week=0001-01-01",
    ):
        assert owner.get(f"/community/owner/orders?{query}").status == 404


def test_the_api_tells_the_same(shop: Shop) -> None:
    busy(shop)
    client = shop.client(shop.user("Chen Bo", rank="owner"))
    tasks = client.get("/community/api/v1/owner/tasks").get_json()["items"]
    assert [one["code"] for one in tasks][:2] == ["overdue", "case"]
    figures = client.get("/community/api/v1/owner/figures").get_json()
    assert figures["promises"] == {"due": 1, "overdue": 1}
    assert len(figures["weeks"]) == 8
    for path in ("orders?path=all&when=month", "promises?late=true", "silent", "people?when=month"):
        assert client.get(f"/community/api/v1/owner/{path}").get_json()["items"]


# -- the doctor --


def test_the_doctor_looks_again_after_ten_minutes(shop: Shop) -> None:
    rounds = Rounds()
    with shop.app.app_context():
        first = rounds()
        assert rounds() is first
        shop.clock.forward(seconds=AGAIN_AFTER.total_seconds())
        assert rounds() is not first
    assert {one.code for one in first if one.opening} <= {
        "old-flask",
        "open-cookies",
        "loose-sqlite",
    }


def test_a_doctor_who_stumbles_does_not_take_the_page_along(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(app: Flask, site: Site) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr("flask_community.rounds.ROUND", (stumble,))
    owner = Browser(shop.client(shop.user("Chen Bo", rank="owner")))
    assert owner.get("/community/owner").status == 200
    assert "stumble" in caplog.text


def test_every_finding_of_his_rounds_has_words() -> None:
    said = {name.replace("_", "-") for name in (one.__name__ for one in (*ROUND, *DEPLOYED))}
    said |= {one.__name__.replace("_", "-") for one in DEPLOYED_TABLES}
    assert said == set(FINDING_WORDS)
    assert len(set(RANKS)) == len(RANKS)


def test_weeks_begin_on_monday_in_the_time_of_the_shop(shop: Shop) -> None:
    weeks = shop.services().customers.figures().weeks
    assert {week.monday.weekday() for week in weeks} == {0}
    assert weeks[-1].monday <= shop.clock().date() < weeks[-1].monday + dt.timedelta(days=7)
