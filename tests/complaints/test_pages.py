"""The pages of complaints and of the desk, walked as a person walks them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.browsing import Browser, Page, figures_of
from tests.shops import Product, Shop, open_shop


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with open_shop(database_url) as opened:
        yield opened


def buyer(shop: Shop, nick: str, gaiwan: Product) -> Browser:
    user = shop.user(nick)
    shop.order(user, (gaiwan, 16_800), status="done", batch="B")
    return Browser(shop.client(user))


def moderator(shop: Shop) -> Browser:
    return Browser(shop.client(shop.user("He Min", rank="moderator")))


def complain(person: Browser, text: str = "Three flakes off the rim.", **fields: str) -> Page:
    return person.get("/community/wrong").follow("Gaiwan").submit("Send", text=text, **fields)


def opened(shop: Shop) -> tuple[list[Browser], Browser, Page]:
    """Return three buyers, the moderator, and the page of the case of all three."""
    gaiwan = shop.product()
    people = [buyer(shop, nick, gaiwan) for nick in ("Li", "Su", "Fan")]
    complain(people[0])
    complain(people[1], join="same:broken")
    complain(people[2], join="case:1")
    desk = moderator(shop)
    page = desk.get("/community/desk/complaints/1")
    form = page.form("Open the case")
    fields = {**form.fields, "title": "Glaze", "reason": "By hand", "one_batch": "1"}
    case = desk.client.post(
        form.action, data={**fields, "complaint": ["1", "2", "3"]}, follow_redirects=True
    )
    return people, desk, Page(desk, case)


def statements(shop: Shop, desk: Browser) -> int:
    """Return how many statements the page of the desk takes."""
    seen: list[str] = []
    with shop.app.app_context():
        engine = shop.session.get_bind()

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    sa.event.listen(engine, "before_cursor_execute", note)
    assert desk.get("/community/desk").status == 200
    sa.event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_a_complaint_is_acknowledged_with_its_number_and_the_next_date(shop: Shop) -> None:
    person = buyer(shop, "Li", shop.product())
    page = complain(person)
    assert "C-1" in page.text
    assert "You hear from us by 2 Nov 2026, 09:00 UTC" in page.text
    assert "C-1" in person.get("/community/notices").text
    assert "C-1" in person.get("/community/complaints").links


def test_others_are_offered_before_sending_and_stay_unseen(shop: Shop) -> None:
    gaiwan = shop.product()
    first, second = buyer(shop, "Li", gaiwan), buyer(shop, "Su", gaiwan)
    assert "Others report this" not in first.get("/community/lines/1/wrong").text
    complain(first, text="A secret of Li")
    page = second.get("/community/lines/2/wrong")
    assert "Others report this: join them" in page.text
    assert "secret" not in page.html
    assert "Li" not in page.text


def test_lines_and_complaints_of_others_are_not_found(shop: Shop) -> None:
    gaiwan = shop.product()
    complain(buyer(shop, "Li", gaiwan))
    other = buyer(shop, "Su", gaiwan)
    for path in ("complaints/1", "lines/1/wrong", "orders/1/wrong", "complaints/99"):
        assert other.get(f"/community/{path}").status == 404
    form = other.get("/community/lines/2/wrong").form("Send")
    for path in ("complaints/1/withdraw", "complaints/1/accept", "lines/1/wrong"):
        fields = {**form.fields, "text": "Mine"}
        assert other.post(f"/community/{path}", fields).status == 404


def test_an_order_leads_to_its_own_lines(shop: Shop) -> None:
    person = buyer(shop, "Li", shop.product())
    assert "Gaiwan" in person.get("/community/orders/1/wrong").links


def test_a_visitor_is_sent_to_sign_in(shop: Shop) -> None:
    assert Browser(shop.client()).get("/community/wrong").path == "/login"


@pytest.mark.parametrize(
    "path", ["desk", "desk/complaints/1", "desk/cases/1", "owner", "owner/people"]
)
def test_desk_and_office_are_closed_to_customers(shop: Shop, path: str) -> None:
    person = buyer(shop, "Li", shop.product())
    assert person.get(f"/community/{path}").status == 403


@pytest.mark.parametrize("join", ["case:x", "case:99999999999", "same:boredom", "what", "case:7"])
def test_a_made_up_choice_is_refused(shop: Shop, join: str) -> None:
    person = buyer(shop, "Li", shop.product())
    page = person.get("/community/lines/1/wrong")
    fields = {**page.form("Send").fields, "text": "Flakes", "join": join}
    assert person.post("/community/lines/1/wrong", fields).status in (404, 422)
    assert "C-1" not in person.get("/community/complaints").links


def test_the_desk_takes_an_item_and_lets_it_go(shop: Shop) -> None:
    complain(buyer(shop, "Li", shop.product()))
    desk = moderator(shop)
    page = desk.get("/community/desk").submit("Take")
    assert page.path == "/community/desk/complaints/1"
    mine = desk.get("/community/desk?view=mine")
    assert "Held by you" in mine.text
    assert "Nothing waits" in mine.submit("Release").text


def test_a_question_and_its_answer_stand_in_the_thread(shop: Shop) -> None:
    person = buyer(shop, "Li", shop.product())
    complain(person)
    desk = moderator(shop)
    desk.get("/community/desk/complaints/1").submit("Ask", text="A photo, please?")
    page = person.get("/community/complaints/1")
    assert "A photo, please?" in page.text
    assert "It is on its way." in page.submit("Answer", text="It is on its way.").text


def test_three_complaints_one_case_one_remedy(shop: Shop) -> None:
    people, _, case = opened(shop)
    assert "open" in case.text
    shop.session.rollback()  # MariaDB: what was read before stays as it was
    product = shop.services().orders.product_of("gaiwan").id
    assert shop.services().referrals.pause_of(product, hard=True) is not None
    preview = case.submit(
        "Per cent of the price paid",
        kind="part_refund",
        percent="25",
        letter="Dear {name}, {amount}.",
        reason="Kiln",
    )
    assert "Dear Li, ¥42." in preview.text
    assert "¥126" in preview.text
    decided = preview.submit("Decide so")
    assert shop.hooks.remedies == {}
    done = decided.submit("Carry it out")
    assert shop.hooks.remedies == {}
    shop.clock.forward(minutes=1)
    shop.site.run_jobs()
    assert sorted(shop.hooks.remedies) == ["1:1:1", "1:2:1", "1:3:1"]
    assert "resolved" in done.browser.get(done.path).text
    shop.session.rollback()
    assert shop.services().referrals.pause_of(product) is None
    for number, person in enumerate(people, start=1):
        page = person.get(f"/community/complaints/{number}")
        assert ", ¥42." in page.text
        assert "settled" in page.submit("That settles it").text


def test_a_shop_that_cannot_carry_remedies_out_decides_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, desk, case = opened(shop)
    monkeypatch.setattr(type(shop.hooks), "provides", lambda self, hook: False)
    preview = case.submit(
        "Per cent of the price paid", kind="apology", letter="Sorry", reason="Kiln"
    )
    assert preview.submit("Decide so").status == 501
    assert "Decide so" not in desk.get("/community/desk/cases/1").text
    assert "One remedy for all" in desk.get("/community/desk/cases/1").text


def test_what_people_write_is_never_html(shop: Shop) -> None:
    person = buyer(shop, "<b>Li</b>", shop.product())
    complain(person, text="<script>alert(1)</script>")
    desk = moderator(shop)
    for browser, path in ((person, "complaints/1"), (desk, "desk/complaints/1"), (desk, "desk")):
        html = browser.get(f"/community/{path}").html
        assert "<script>" not in html
        assert "<b>Li" not in html


def test_the_owner_reaches_the_rows_behind_every_number(shop: Shop) -> None:
    opened(shop)
    owner = Browser(shop.client(shop.user("Owner", rank="owner")))
    start = owner.get("/community/owner")
    assert figures_of(start.html) == {
        "owner/people": "5",
        "owner/links": "0",
        "owner/orders?path=link": "0",
        "owner/orders?path=direct": "3",
        "owner/cases": "1",
    }
    assert "Glaze" in owner.get("/community/owner/cases").links
    assert "Li" in owner.get("/community/owner/orders?path=direct").text
    assert "He Min" in owner.get("/community/owner/people").text
    assert owner.get("/community/owner/links").status == 200
    assert owner.get("/community/owner/orders?path=sideways").status == 404


def test_notices_are_marked_as_read(shop: Shop) -> None:
    person = buyer(shop, "Li", shop.product())
    complain(person)
    page = person.get("/community/notices")
    assert "new" in page.text
    assert not page.submit("Mark all as read").has_form("Mark all as read")


def test_the_queue_names_buyer_product_and_words_of_each_complaint(shop: Shop) -> None:
    complain(buyer(shop, "Li", shop.product()), text="Three flakes off the rim.")
    page = moderator(shop).get("/community/desk")
    for words in ("Three flakes off the rim.", "Li", "Gaiwan", "batch B", "C-1", "Due in"):
        assert words in page.text


def test_views_of_the_queue_are_addresses_with_counts(shop: Shop) -> None:
    complain(buyer(shop, "Li", shop.product()))
    desk = moderator(shop)
    desk.get("/community/desk").submit("Take")
    everything = desk.get("/community/desk")
    assert "C-1" in everything.follow("Mine").text
    unclaimed = everything.follow("Unclaimed")
    assert "Nothing waits in this view." in unclaimed.text
    assert unclaimed.html.count('aria-current="page"') == 1
    assert "C-1" in everything.follow("Field: teaware").text


def test_many_are_taken_at_once_and_given_back_without_scripts(shop: Shop) -> None:
    gaiwan = shop.product()
    for nick in ("Li", "Su"):
        complain(buyer(shop, nick, gaiwan))
    desk = moderator(shop)
    page = desk.get("/community/desk")
    form = page.form("Take")
    ticked = ["1-1", "2-7"]
    done = desk.post(form.action, {**form.fields, "verb": "take", "item": ticked})
    assert "1 item is yours now." in done.text
    assert "1 item was left as it is" in done.text
    assert "C-2" in done.links
    assert "1 item is as it was." in done.submit("Undo").text
    assert "Held by you" not in desk.get("/community/desk").text


def test_a_view_is_searched_saved_and_removed(shop: Shop) -> None:
    complain(buyer(shop, "Li", shop.product()), text="Three flakes off the rim.")
    desk = moderator(shop)
    page = desk.get("/community/desk?q=flakes&view=free").submit("Name", name="Flakes")
    assert page.links["Flakes"] == "/community/desk?view=free&q=flakes"
    assert "C-1" in page.text
    assert "Flakes" not in page.submit("Remove this view").links
    assert "Nothing waits in this view." in desk.get("/community/desk?q=rust").text
    assert desk.get("/community/desk?view=mud").status == 422


def test_keys_are_switched_off_by_each_for_himself(shop: Shop) -> None:
    complain(buyer(shop, "Li", shop.product()))
    desk = moderator(shop)
    page = desk.get("/community/desk")
    assert "data-keys" in page.html
    sent = {name: text for name, text in page.form("Single keys").fields.items() if name != "keys"}
    assert "data-keys" not in desk.post("/community/desk/keys", sent).html


def test_a_full_desk_asks_the_database_no_more_than_a_short_one(shop: Shop) -> None:
    gaiwan, desk = shop.product(), moderator(shop)
    complain(buyer(shop, "Li", gaiwan))
    desk.get("/community/desk")
    few = statements(shop, desk)
    for number in range(6):
        complain(buyer(shop, f"Su {number}", gaiwan))
    assert statements(shop, desk) == few


def test_complaints_of_another_reason_and_batch_are_folded_away(shop: Shop) -> None:
    gaiwan = shop.product()
    for nick, batch, reason in (
        ("Li", "B", "broken"),
        ("Su", "B", "quality"),
        ("An", "C", "other"),
    ):
        person = shop.user(nick)
        shop.order(person, (gaiwan, 9_900), status="done", batch=batch)
        complain(Browser(shop.client(person)), reason=reason)
    near, _, far = moderator(shop).get("/community/desk/complaints/1").html.partition("<details")
    assert "Su" in near
    assert "1 other complaint about it" in far


def test_empty_lists_of_a_customer_say_so(shop: Shop) -> None:
    person = Browser(shop.client(shop.user("Li")))
    assert "You have bought nothing here yet." in person.get("/community/wrong").text
    assert "That is good news." in person.get("/community/complaints").text


def test_an_answered_complaint_says_what_was_given_and_until_when(shop: Shop) -> None:
    people, _, case = opened(shop)
    fields = {"kind": "refund", "letter": "Dear {name}.", "reason": "Kiln"}
    preview = case.submit("Per cent of the price paid", **fields)
    preview.submit("Decide so").submit("Carry it out")
    shop.clock.forward(minutes=1)
    shop.site.run_jobs()
    page = people[0].get("/community/complaints/1")
    assert "Full refund: ¥168" in page.text
    assert "Waiting for you until 15 Nov 2026" in page.text
    assert "You hear from us by" not in page.text


def test_a_case_is_merged_split_noted_and_told_from_its_page(shop: Shop) -> None:
    people, desk, case = opened(shop)
    noted = case.submit("Add a note", text="Spare lids are set aside.")
    assert "Spare lids are set aside." in noted.text
    form = noted.form("Split off")
    fields = {**form.fields, "title": "Lids", "reason": "Another fault", "complaint": "3"}
    new = desk.post(form.action, fields)
    assert (new.path, "Lids" in new.text) == ("/community/desk/cases/2", True)
    merged = new.submit("Its members move here", reason="One fault after all")
    assert "Case 1 was merged into it." in merged.text
    assert desk.get("/community/desk/cases/1").path == merged.path
    back = merged.submit("Undo, until")
    assert "A merge was taken back" in back.text
    news = back.submit("Where a language is empty", **{"text.en": "Dear {name}, we asked."})
    assert "Dear Fan, we asked." in news.text
    sent = news.submit("Send the news")
    assert "Goes to 1 person at" in sent.text
    shop.clock.forward(minutes=1)
    shop.site.run_jobs()
    assert "Dear Fan, we asked." in people[2].get("/community/complaints/3").text
    assert "Spare lids" not in people[2].get("/community/complaints/3").text
