"""Claims about the demo batch: made through the services, and gone without a trace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import pytest
import sqlalchemy as sa
from hypothesis import given, strategies as st

from flask_community.audit import AuditEvent
from flask_community.communities.models import Label
from flask_community.complaints.models import Complaint
from flask_community.demo import rules
from flask_community.demo.models import DemoRow
from flask_community.demo.service import DemoService
from flask_community.experiences.models import Post
from flask_community.outbox import OutboxJob
from flask_community.records import Record
from flask_community.referrals.models import Link
from flask_community.referrals.rules import Touch, TouchKind
from tests.shops import Product, Shop, db, open_shop

Dump = dict[str, list[str]]
R = TypeVar("R", bound=Record)


def dump(shop: Shop) -> Dump:
    """Return every row of every table of the database, the shop's own too."""
    shop.session.rollback()
    with db.engine.connect() as connection:
        names = sa.inspect(connection).get_table_names()
        every = {name: sa.select(sa.text("*")).select_from(sa.table(name)) for name in names}
        return {name: sorted(map(repr, connection.execute(every[name]))) for name in names}


def run(shop: Shop, *arguments: str, answer: str = "", code: int = 0) -> str:
    """Run `flask community demo-data`."""
    runner = shop.app.test_cli_runner()
    result = runner.invoke(args=["community", "demo-data", *arguments], input=answer)
    assert result.exit_code == code, result.output
    return result.output


def furnish(shop: Shop) -> list[Product]:
    """Let four people buy two things each, and one of them live here already."""
    goods = [shop.product("gaiwan"), shop.product("tray")]
    people = [shop.user(nick) for nick in ("ann", "bob", "cai", "dai")]
    for person in people:
        order = shop.order(person, *((one, 9_900) for one in goods))
        shop.set_status(order, "done")
    services = shop.services()
    ann = shop.member_id(people[0])
    label = services.communities.found(ann, name="Real tea", statement="Leaves, not dust.")
    line = services.orders.lines_of_buyer(ann)[0]
    post = services.experiences.post_experience(ann, line.id, title="Mine", body="I like it.")
    services.experiences.react(post.id, shop.member_id(people[1]), "useful")
    services.communities.wear(label.id, shop.member_id(people[1]))
    services.referrals.link_for(ann, product_id=line.product_id)
    shop.session.commit()
    return goods


@pytest.fixture
def shop(sqlite_url: str) -> Iterator[Shop]:
    """Return a shop with customers, on SQLite."""
    with open_shop(sqlite_url) as opened:
        furnish(opened)
        yield opened


def rows(shop: Shop, model: type[R]) -> list[R]:
    """Return every row of one of our tables, oldest first."""
    mapped = shop.site.binding.models[model]
    shop.session.rollback()
    key = sa.inspect(mapped).columns["id"]
    return list(shop.session.scalars(sa.select(mapped).order_by(key)))


def test_a_batch_comes_and_goes_without_a_trace(database_url: str) -> None:
    with open_shop(database_url) as shop:
        furnish(shop)
        before = dump(shop)
        assert run(shop, "--yes").startswith("made ")
        assert dump(shop) != before
        run(shop, "--remove")
        assert dump(shop) == before


def test_it_goes_without_a_trace_after_people_took_it_for_real(database_url: str) -> None:
    with open_shop(database_url) as shop:
        furnish(shop)
        moderator = shop.user("eva", rank="moderator")
        desk = shop.member_id(moderator)
        before = dump(shop)
        run(shop, "--yes")
        services = shop.services()
        post, complaint = rows(shop, Post)[-1], rows(shop, Complaint)[-1]
        label = rows(shop, Label)[-1]
        other = complaint.member_id
        assert other != post.author_id
        services.experiences.react(post.id, other, "touching")
        services.experiences.edit(post.id, post.author_id, title="T", body="B", revision=0)
        link = services.referrals.link_for(other, post_id=post.id)
        services.referrals.record_visit(link.id, TouchKind.VISIT, None)
        services.referrals.join(post.author_id, [Touch(link.id, shop.clock(), TouchKind.VISIT)])
        services.communities.leave(label.id, post.author_id)
        services.complaints.ask(complaint.id, desk, "Which part?")
        services.complaints.answer(complaint.id, other, "The lid.")
        shop.session.commit()
        shop.site.run_jobs()
        run(shop, "--remove")
        after = dump(shop)
        # What people did stays in the log, which can only grow, and is whole.
        logged = {"community_audit_event", "community_audit_chain"}
        assert {name for name in after if after[name] != before[name]} <= logged
        assert shop.app.test_cli_runner().invoke(args=["community", "audit"]).exit_code == 0


def test_what_others_write_meanwhile_is_not_taken_for_the_demo(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_shop(postgres_url) as shop:
        furnish(shop)
        make_links = DemoService._links
        labels = shop.site.binding.models[Label]

        def meanwhile(demo: DemoService, posts: Sequence[Post]) -> int:
            values = {"slug": "mine", "name": "Mine", "statement": "Real.", "founder_id": 1}
            with db.engine.begin() as another:
                another.execute(sa.insert(labels).values(**values, founded_at=shop.clock()))
            return make_links(demo, posts)

        monkeypatch.setattr(DemoService, "_links", meanwhile)
        run(shop, "--yes")
        run(shop, "--remove")
        assert [label.name for label in rows(shop, Label)] == ["Real tea", "Mine"]


def test_nobody_is_written_to_and_the_log_hears_nothing(shop: Shop) -> None:
    events = len(rows(shop, AuditEvent))
    run(shop, "--yes")
    shop.site.run_jobs()
    assert shop.hooks.mails == []
    assert rows(shop, OutboxJob) == []
    assert len(rows(shop, AuditEvent)) == events
    assert shop.app.test_cli_runner().invoke(args=["community", "audit"]).exit_code == 0


def test_every_text_of_a_batch_says_that_it_is_one(shop: Shop) -> None:
    run(shop, "--yes")
    kept = {(one.place, one.row_id) for one in rows(shop, DemoRow)}
    texts = [("post", one.id, one.title) for one in rows(shop, Post)]
    texts += [("label", one.id, one.name) for one in rows(shop, Label)]
    texts += [("complaint", one.id, one.text) for one in rows(shop, Complaint)]
    for table, key, text in texts:
        assert text.startswith("[Demo]") == ((f"community_{table}", key) in kept)


def test_the_sums_on_demo_posts_follow_from_their_reactions(shop: Shop) -> None:
    run(shop, "--yes")
    assert shop.services().experiences.reactions.verify() == []


def test_nobody_can_earn_by_a_link_of_the_demo(shop: Shop) -> None:
    real = len(rows(shop, Link))
    run(shop, "--yes")
    links = rows(shop, Link)[real:]
    assert links
    assert all(link.ended_at is not None for link in links)


def test_a_second_batch_and_a_second_removal_are_refused(shop: Shop) -> None:
    run(shop, "--yes")
    assert "--remove" in run(shop, "--yes", code=1)
    run(shop, "--remove")
    assert "no batch" in run(shop, "--remove", code=1)


def test_the_user_agrees_to_the_names_it_stands_under(shop: Shop) -> None:
    before = dump(shop)
    said = run(shop, answer="n\n", code=1)
    assert "ann, bob, cai, dai" in said
    assert dump(shop) == before


def test_without_a_delivered_order_nothing_is_made_and_the_way_is_told(sqlite_url: str) -> None:
    with open_shop(sqlite_url) as shop:
        before = dump(shop)
        assert "flask community backfill" in run(shop, "--yes", code=1)
        assert dump(shop) == before


def test_few_customers_are_told_of(sqlite_url: str) -> None:
    with open_shop(sqlite_url) as shop:
        order = shop.order(shop.user("ann"), (shop.product(), 9_900))
        shop.set_status(order, "done")
        assert "only 1 of your customers" in run(shop, "--yes")


def test_what_money_rests_upon_stays_and_so_does_the_batch(shop: Shop) -> None:
    run(shop, "--yes")
    services = shop.services()
    desk = shop.member_id(shop.user("eva", rank="owner"))
    complaint = rows(shop, Complaint)[-1]
    services.complaints.cases.open(desk, [complaint.id], title="Lids", reason="They are loose.")
    shop.session.commit()
    before = dump(shop)
    assert "it is real" in run(shop, "--remove", code=1)
    assert dump(shop) == before


def test_a_post_that_a_customer_wrote_into_the_demo_label_stays_his(shop: Shop) -> None:
    run(shop, "--yes")
    services = shop.services()
    label = rows(shop, Label)[-1]
    fay = shop.user("fay")
    order = shop.order(fay, (shop.product("pot"), 9_900))
    shop.set_status(order, "done")
    key = shop.member_id(fay)
    services.communities.wear(label.id, key)
    community_id = services.communities.community_of(label.id).id
    line = services.orders.lines_of_buyer(key)[0]
    services.experiences.post_experience(
        key, line.id, title="Fay's", body="Good.", community_id=community_id
    )
    shop.session.commit()
    run(shop, "--remove")
    assert [(one.title, one.community_id) for one in rows(shop, Post)][-1] == ("Fay's", None)


def test_it_speaks_the_language_it_is_told(shop: Shop) -> None:
    run(shop, "--yes", "--language", "zh_Hans")
    label = rows(shop, Label)[-1]
    assert label.name != rules.LABEL[0]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=10), st.integers(6, 12))
def test_nobody_reacts_to_his_own_post_or_twice(authors: list[int], people: int) -> None:
    given_ones = rules.reactions(authors, people)
    assert all(authors[one.post] != one.person for one in given_ones)
    assert len({(one.person, one.post) for one in given_ones}) == len(given_ones)
