"""Tables of posts, their history and fate, and what members make of them."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy import orm

from ..files.models import Picture
from ..i18n import spoken
from ..records import JsonText, Record, UtcDateTime, check, index, key, ref, unique


class Post(Record):
    """What a member tells the others; an `experience` tells of one delivered order line.

    Facts about the purchase are copies taken when it was posted and never change.
    """

    __tablename__ = "community_post"
    rules = (
        # A second post on the same line is a follow-up, after 30 and after 180 days.
        unique("line_id", "follow_up"),
        index("community_id", "rank", "id"),
        index("community_id", "id"),
        index("product_id", "rank", "id"),
        index("author_id", "published_at"),
    )

    id: orm.Mapped[int] = key()
    kind: orm.Mapped[str] = orm.mapped_column(sa.String(16))
    author_id: orm.Mapped[int] = ref("community_member")
    community_id: orm.Mapped[int | None] = ref("community_community")
    title: orm.Mapped[str] = orm.mapped_column(sa.String(140))
    body: orm.Mapped[str] = orm.mapped_column(sa.Text)
    """Markdown as its author wrote it; made safe whenever it is shown."""
    revision: orm.Mapped[int]
    """How often it was edited."""
    published_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    edited_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    hidden_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)

    line_id: orm.Mapped[int | None] = ref("community_order_line")
    follow_up: orm.Mapped[int]
    """Days after which it was written as a follow-up; 0 for the first experience."""
    product_id: orm.Mapped[int | None] = ref("community_product")
    field: orm.Mapped[str | None] = orm.mapped_column(sa.String(80))
    plain_product_title: orm.Mapped[str | None] = orm.mapped_column(sa.String(255))
    product_titles: orm.Mapped[dict[str, str] | None] = orm.mapped_column(JsonText)
    variant: orm.Mapped[str | None] = orm.mapped_column(sa.String(255))
    batch: orm.Mapped[str | None] = orm.mapped_column(sa.String(255))
    paid_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    delivered_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)

    proof: orm.Mapped[int]
    """Weight by proof of purchase, in thousandths."""
    trust: orm.Mapped[int]
    """Trust in the author, in the post's field, when it was posted; in millionths."""
    nth: orm.Mapped[int]
    """Which post of its author in this community within 24 hours it was; from 1."""
    flags: orm.Mapped[int]
    useful: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    """Summed weight of the members whose highest reaction is `useful`, in thousandths."""
    fun: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    touching: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    profitable: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    tallied: orm.Mapped[int]
    """How often its reactions were counted; its UPDATE lets one count in at a time."""
    rank: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    """Place in a feed, in millionths of a day: an integer, so that cursors are exact."""

    @property
    def days_owned(self) -> int | None:
        """For how many whole days its author had the product when he wrote."""
        return None if self.delivered_at is None else (self.published_at - self.delivered_at).days

    @property
    def product_title(self) -> str | None:
        """What it is about, in the language of whoever reads it."""
        plain = self.plain_product_title
        return None if plain is None else spoken(plain, self.product_titles)


class PostRevision(Record):
    """A text that an edit has replaced."""

    __tablename__ = "community_post_revision"
    rules = (unique("post_id", "number"),)

    id: orm.Mapped[int] = key()
    post_id: orm.Mapped[int] = ref("community_post")
    number: orm.Mapped[int]
    title: orm.Mapped[str] = orm.mapped_column(sa.String(140))
    body: orm.Mapped[str] = orm.mapped_column(sa.Text)
    written_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    replaced_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


class PostPicture(Picture):
    """A picture of a post."""

    __tablename__ = "community_post_picture"
    rules = (unique("post_id", "slot"),)

    post_id: orm.Mapped[int] = ref("community_post")


class PostFate(Record):
    """What became of the purchase a post tells of: `returned`, `refunded` and the like."""

    __tablename__ = "community_post_fate"
    rules = (index("post_id", "id"),)

    id: orm.Mapped[int] = key()
    post_id: orm.Mapped[int] = ref("community_post")
    fate: orm.Mapped[str] = orm.mapped_column(sa.String(16))
    at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


class PostStake(Record):
    """A member who gains if a post does well: its author, its seller, who shares it.

    His reactions are kept and count nothing.
    """

    __tablename__ = "community_post_stake"
    rules = (unique("post_id", "member_id"), index("member_id"))

    id: orm.Mapped[int] = key()
    post_id: orm.Mapped[int] = ref("community_post")
    member_id: orm.Mapped[int] = ref("community_member")
    since: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


class Reaction(Record):
    """That a member finds a post `useful`, `fun`, `touching` or `profitable`."""

    __tablename__ = "community_reaction"
    rules = (
        unique("post_id", "member_id", "kind"),
        index("member_id"),
        check("kind", "kind IN ('useful', 'fun', 'touching', 'profitable')"),
        check("weight", "weight >= 0"),
    )

    id: orm.Mapped[int] = key()
    post_id: orm.Mapped[int] = ref("community_post")
    member_id: orm.Mapped[int] = ref("community_member")
    kind: orm.Mapped[str] = orm.mapped_column(sa.String(12))
    weight: orm.Mapped[int]
    """What it adds to the sums of the post, in thousandths; 0 from a stake-holder."""
    at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


TABLES: tuple[type[Record], ...] = (
    Post,
    PostRevision,
    PostPicture,
    PostFate,
    PostStake,
    Reaction,
)
