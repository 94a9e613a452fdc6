"""Claims about telling of a purchase, reacting to it, and what became of it."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from flask_community.errors import Conflict, Forbidden, NotFound, Refused
from flask_community.experiences.models import Post
from tests.village import NOON, Services, Village


def test_an_experience_is_bound_to_an_own_delivered_line(village: Village) -> None:
    mei = village.member("Mei")
    line = village.line(mei, village.product("Gaiwan"), batch="2026-10-B")
    post = village.post(mei, line)
    assert (post.kind, post.line_id, post.product_id) == ("experience", line.id, line.product_id)
    assert (post.product_title, post.batch, post.field) == ("Gaiwan", "2026-10-B", "teaware")
    assert (post.paid_at, post.days_owned) == (NOON - dt.timedelta(days=5), 3)
    assert (post.proof, post.published_at) == (1000, NOON)


def test_nobody_tells_of_what_another_bought_or_a_guest(village: Village) -> None:
    for buyer_id in (village.member("Mei"), None):
        line = village.line(buyer_id)
        with pytest.raises(NotFound):
            village.post(village.member("Thief"), line)


def test_nobody_tells_of_what_has_not_reached_him(village: Village) -> None:
    mei = village.member()
    with pytest.raises(Refused):
        village.post(mei, village.line(mei, state="paid"))


def test_a_line_is_told_of_once_even_by_a_double_click(village: Village) -> None:
    mei = village.member()
    line_id = village.line(mei).id

    def tell(services: Services) -> None:
        services.experiences.post_experience(mei, line_id, title="Good", body="Yes.")

    faults = village.at_once(*[tell] * 3)
    assert [type(fault) for fault in faults] == [Conflict] * 2
    assert len(village.experiences.feeds.of_author(mei)) == 1


def test_the_composer_lists_what_was_delivered_and_not_told_of(village: Village) -> None:
    mei = village.member()
    told, untold, _on_its_way = (
        village.line(mei),
        village.line(mei),
        village.line(mei, state="paid"),
    )
    village.line(village.member())
    village.post(mei, told)
    assert [line.id for line in village.experiences.untold_lines(mei)] == [untold.id]


def test_facts_stay_as_they_were_when_it_was_posted(village: Village) -> None:
    mei = village.member()
    line = village.line(mei, village.product("Gaiwan"))
    post = village.post(mei, line)
    line.plain_title, line.batch = "Another name", "another"
    village.session.flush()
    village.session.refresh(post)
    assert (post.product_title, post.batch) == ("Gaiwan", None)


def test_only_who_is_in_a_community_posts_there(village: Village) -> None:
    label, mei = village.label(), village.member()
    community = village.communities.community_of(label.id)
    line = village.line(mei)

    def tell() -> Post:
        return village.experiences.post_experience(
            mei, line.id, title="Good", body="Yes.", community_id=community.id
        )

    with pytest.raises(Forbidden):
        tell()
    village.communities.wear(label.id, mei)
    post = tell()
    assert list(village.experiences.feeds.of_community(community.id, "new").posts) == [post]


@pytest.mark.parametrize(
    ("title", "body"), [("", "x"), ("x", ""), ("x" * 141, "x"), ("x", "x" * 10_001), ("x", "\x00")]
)
def test_a_text_that_does_not_fit_is_refused(village: Village, title: str, body: str) -> None:
    mei = village.member()
    line = village.line(mei)
    with pytest.raises(Refused):
        village.experiences.post_experience(mei, line.id, title=title, body=body)


def test_staff_and_sellers_speak_without_weight(village: Village) -> None:
    seller, owner = village.member("Seller"), village.member("Boss", role="owner")
    product = village.product(seller_id=seller)
    assert village.post(seller, village.line(seller, product)).proof == 0
    assert village.post(owner, village.line(owner, product)).proof == 0


def test_an_author_who_posts_much_in_a_day_ranks_lower_each_time(village: Village) -> None:
    mei = village.member()
    ranks = [village.post(mei, village.line(mei)).rank for _ in range(3)]
    village.later(hours=25)
    assert ranks == sorted(set(ranks), reverse=True)
    assert village.post(mei, village.line(mei)).nth == 1


# -- edits --


def test_an_edit_keeps_what_it_replaces(village: Village) -> None:
    post = village.post(title="Good")
    village.later(hours=1)
    village.experiences.edit(post.id, post.author_id, title="Better", body="More.", revision=0)
    village.experiences.edit(post.id, post.author_id, title="Best", body="All.", revision=1)
    assert (post.title, post.revision) == ("Best", 2)
    older = [(old.number, old.title) for old in village.experiences.revisions(post.id)]
    assert older == [(0, "Good"), (1, "Better")]
    assert [old.written_at for old in village.experiences.revisions(post.id)] == [
        NOON,
        NOON + dt.timedelta(hours=1),
    ]


def test_an_edit_of_a_text_that_was_edited_since_is_a_conflict(village: Village) -> None:
    post = village.post()
    village.experiences.edit(post.id, post.author_id, title="Better", body="x", revision=0)
    with pytest.raises(Conflict):
        village.experiences.edit(post.id, post.author_id, title="Mine", body="x", revision=0)


def test_of_many_edits_at_once_one_wins(village: Village) -> None:
    post = village.post()
    post_id, author_id = post.id, post.author_id

    def edit(services: Services) -> None:
        services.experiences.edit(post_id, author_id, title="New", body="x", revision=0)

    faults = village.at_once(*[edit] * 3)
    assert [type(fault) for fault in faults] == [Conflict] * 2
    assert len(village.experiences.revisions(post_id)) == 1


def test_an_edit_that_changes_nothing_leaves_no_trace(village: Village) -> None:
    post = village.post(title="Good")
    village.experiences.edit(post.id, post.author_id, title=" Good ", body=post.body, revision=0)
    assert (post.revision, post.edited_at) == (0, None)


def test_nobody_else_edits_or_withdraws_a_post(village: Village) -> None:
    post, thief = village.post(), village.member()
    with pytest.raises(NotFound):
        village.experiences.edit(post.id, thief, title="Mine", body="x", revision=0)
    with pytest.raises(NotFound):
        village.experiences.withdraw(post.id, thief)


def test_a_withdrawn_post_is_gone_for_everybody(village: Village) -> None:
    post = village.post()
    village.experiences.withdraw(post.id, post.author_id)
    assert not village.experiences.posts_of_product(post.product_id or 0)
    with pytest.raises(NotFound):
        village.experiences.post(post.id)


# -- reactions --


def reader(village: Village, post: Post | None = None) -> int:
    """Return a member who owns the product of `post`, or nothing at all."""
    member_id = village.member("Reader")
    if post is not None:
        village.line(member_id, village.orders.product(post.product_id or 0))
    return member_id


def test_a_reaction_lifts_a_post_once(village: Village) -> None:
    post = village.post()
    before, who = post.rank, reader(village, post)
    assert village.experiences.react(post.id, who, "useful")
    lifted = post.rank
    assert not village.experiences.react(post.id, who, "useful")
    assert lifted == post.rank > before
    assert post.useful == 1000
    assert village.experiences.reactions.counts([post.id])[post.id]["useful"] == 1


def test_a_reaction_taken_back_leaves_the_rank_as_it_was(village: Village) -> None:
    post = village.post()
    before, who = post.rank, reader(village)
    village.experiences.react(post.id, who, "fun")
    assert village.experiences.take_back(post.id, who, "fun")
    assert not village.experiences.take_back(post.id, who, "fun")
    assert (post.rank, post.fun) == (before, 0)


def test_only_the_highest_of_a_members_reactions_counts(village: Village) -> None:
    post = village.post()
    who = reader(village, post)
    for kind in ("profitable", "touching", "useful", "fun"):
        village.experiences.react(post.id, who, kind)
    assert (post.useful, post.fun, post.touching, post.profitable) == (1000, 0, 0, 0)
    village.experiences.take_back(post.id, who, "useful")
    assert (post.useful, post.fun, post.touching, post.profitable) == (0, 1000, 0, 0)


def test_a_voice_weighs_by_what_its_owner_bought(village: Village) -> None:
    post = village.post()
    buys_other = village.member()
    village.line(buys_other)
    for who in (reader(village, post), buys_other, reader(village)):
        village.experiences.react(post.id, who, "useful")
    assert post.useful == 1000 + 300 + 100


def test_own_praise_is_kept_and_changes_nothing(village: Village) -> None:
    post = village.post()
    before = post.rank
    assert village.experiences.react(post.id, post.author_id, "useful")
    assert (post.rank, post.useful) == (before, 0)
    assert village.experiences.reactions.given(post.id, post.author_id) == {"useful"}
    assert village.experiences.reactions.counts([post.id])[post.id]["useful"] == 0


def test_whoever_gains_by_a_post_does_not_lift_it_before_or_after(village: Village) -> None:
    seller = village.member()
    author = village.member()
    post = village.post(author, village.line(author, village.product(seller_id=seller)))
    before, sharer = post.rank, reader(village, post)
    village.experiences.react(post.id, seller, "useful")
    village.experiences.react(post.id, sharer, "useful")
    assert post.rank > before
    village.experiences.mark_stake(post.id, sharer)
    village.experiences.mark_stake(post.id, sharer)
    village.experiences.react(post.id, sharer, "fun")
    assert (post.rank, post.useful, post.fun) == (before, 0, 0)


def test_the_order_of_reactions_does_not_matter_to_the_last_bit(village: Village) -> None:
    readers = [reader(village) for _ in range(3)]
    acts = list(zip(readers, ("useful", "touching", "profitable"), strict=True))
    ranks = set()
    for order in itertools.permutations(acts):
        post = village.post()
        for who, kind in order:
            village.experiences.react(post.id, who, kind)
        ranks.add(post.rank)
    assert len(ranks) == 1
    assert not village.experiences.reactions.verify()


def test_reactions_given_at_once_all_count(village: Village) -> None:
    post_id = village.post().id
    readers = [reader(village) for _ in range(6)]

    def react(services: Services) -> None:
        services.experiences.react(post_id, readers.pop(), "useful")

    assert not village.at_once(*[react] * 6)
    assert village.experiences.post(post_id).useful == 600
    assert not village.experiences.reactions.verify()


def test_one_members_reactions_given_at_once_count_as_one(village: Village) -> None:
    post_id, who = village.post().id, reader(village)
    kinds = ["useful", "fun", "touching", "profitable"]

    def react(services: Services) -> None:
        services.experiences.react(post_id, who, kinds.pop())

    assert not village.at_once(*[react] * 4)
    post = village.experiences.post(post_id)
    assert (post.useful, post.fun, post.touching, post.profitable) == (100, 0, 0, 0)


def test_a_sum_that_was_tampered_with_is_found(village: Village) -> None:
    post = village.post()
    village.experiences.react(post.id, reader(village), "useful")
    post.rank += 1
    village.session.flush()
    (problem,) = village.experiences.reactions.verify()
    assert problem.startswith(f"post {post.id} ")


@pytest.mark.parametrize("kind", ["", "rich", "useful ", "\x00"])
def test_there_are_four_reactions_and_no_other(village: Village, kind: str) -> None:
    post, mei = village.post(), village.member()
    for verb in (village.experiences.react, village.experiences.take_back):
        with pytest.raises(Refused):
            verb(post.id, mei, kind)


# -- feeds --


def community_with_posts(village: Village, number: int) -> tuple[int, list[Post]]:
    """Return a community and its posts, each an hour after the one before."""
    mei = village.member()
    community = village.communities.community_of(village.label(mei).id)
    posts = []
    for n in range(number):
        line = village.line(mei)
        posts.append(
            village.experiences.post_experience(
                mei, line.id, title=f"Post {n}", body="x", community_id=community.id
            )
        )
        village.later(hours=25)
    return community.id, posts


def test_a_feed_is_read_page_by_page_to_its_end(village: Village) -> None:
    community_id, posts = community_with_posts(village, 5)
    for tab in ("useful", "new"):
        seen, after = [], None
        while True:
            page = village.experiences.feeds.of_community(community_id, tab, after=after, limit=2)
            seen += [post.id for post in page.posts]
            if (after := page.after) is None:
                break
        assert seen == [post.id for post in reversed(posts)]


def test_fun_shows_what_somebody_found_fun(village: Village) -> None:
    community_id, posts = community_with_posts(village, 3)
    village.experiences.react(posts[1].id, reader(village), "fun")
    village.experiences.react(posts[2].id, posts[2].author_id, "fun")
    assert list(village.experiences.feeds.of_community(community_id, "fun").posts) == [posts[1]]
    assert not village.experiences.feeds.of_community(community_id, "touching").posts


def test_there_is_no_feed_by_profit(village: Village) -> None:
    with pytest.raises(Refused):
        village.experiences.feeds.of_community(1, "profitable")


def test_a_reaction_moves_a_post_up_in_its_product_too(village: Village) -> None:
    product = village.product()
    buyers = [village.member() for _ in range(2)]
    first, second = (village.post(who, village.line(who, product)) for who in buyers)
    assert list(village.experiences.posts_of_product(product.id)) == [second, first]
    village.experiences.react(first.id, reader(village), "useful")
    assert list(village.experiences.posts_of_product(product.id)) == [first, second]


# -- fate --


def test_what_becomes_of_the_order_is_appended_to_the_post(village: Village) -> None:
    mei = village.member()
    line = village.line(mei)
    post = village.post(mei, line)
    assert not village.experiences.fates(post.id)
    village.turn(line, returned_minor=4_000)
    village.turn(line, returned_minor=4_000)
    village.turn(line, state="charged_back", returned_minor=4_000)
    village.turn(line, state="delivered", returned_minor=0)
    fates = [one.fate for one in village.experiences.fates(post.id)]
    assert fates == ["partly_refunded", "refunded", "kept"]


def test_a_post_on_what_went_back_already_says_so_at_once(village: Village) -> None:
    mei = village.member()
    line = village.line(mei)
    village.turn(line, state="cancelled")
    post = village.post(mei, line)
    assert [one.fate for one in village.experiences.fates(post.id)] == ["returned"]


# -- a person's own --


def test_an_erased_author_leaves_no_word_behind(village: Village) -> None:
    post = village.post(title="My secret")
    author_id, post_id = post.author_id, post.id
    village.experiences.edit(post_id, author_id, title="Less secret", body="x", revision=0)
    village.experiences.react(post_id, author_id, "fun")
    exported = str(village.experiences.export(author_id))
    assert all(word in exported for word in ("My secret", "Less secret", "fun"))
    village.experiences.erase(author_id)
    assert "secret" not in str(village.experiences.export(author_id))
    with pytest.raises(NotFound):
        village.experiences.post(post_id)
