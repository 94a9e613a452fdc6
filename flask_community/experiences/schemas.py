"""What the API takes and gives about experience: lines to tell of, posts, reactions."""

from __future__ import annotations

from marshmallow import fields

from ..rest.fields import Amount, AskedFlag, Choice, Flag, Listed, Moment, Text, Whole, Wire
from ..rest.operation import ListQuery
from ..rest.pictures import NewPictures, PictureSchema
from . import rules

TABS = tuple(rules.TABS)
KINDS = tuple(rules.KINDS)


class LineSchema(Wire):
    """Something one bought."""

    id = Whole()
    order = fields.String()
    """The shop's own key."""
    product = fields.String()
    title = fields.String()
    variant = fields.String(allow_none=True)
    batch = fields.String(allow_none=True)
    quantity = Whole()
    paid = Amount()
    delivered_at = Moment(allow_none=True)
    told = Flag()
    """Whether one has told of it."""


class LinesQuery(ListQuery):
    """Which of the lines one bought."""

    untold = AskedFlag()
    """Only what reached one and one has not told of."""
    order = Text(most=190)
    """Only those of one order, by the shop's own key."""


class CountsSchema(Wire):
    """How many members gave each reaction."""

    useful = Whole()
    fun = Whole()
    touching = Whole()
    profitable = Whole()


class AuthorSchema(Wire):
    """Who wrote it."""

    id = Whole()
    name = fields.String()


class ListedPostSchema(Wire):
    """A post in a list."""

    id = Whole()
    title = fields.String()
    body = fields.String()
    """Markdown as its author wrote it."""
    html = fields.String()
    """The same, made safe to show."""
    author = fields.Nested(AuthorSchema)
    published_at = Moment()
    edited_at = Moment(allow_none=True)
    product_title = fields.String(allow_none=True)
    days_owned = Whole(allow_none=True)
    counts = fields.Nested(CountsSchema)
    pictures = fields.List(fields.Nested(PictureSchema))


class UnansweredPostSchema(ListedPostSchema):
    """A post to which only its author has reacted."""

    is_first = Flag()
    """Whether it is the first of its author."""


class FateSchema(Wire):
    """What became of the purchase."""

    fate = Choice(("kept", "returned", "refunded", "partly_refunded"))
    at = Moment()


class PostSchema(ListedPostSchema):
    """A post: who wrote it, of which purchase, and what became of that."""

    revision = Whole()
    """How often it was edited; to be named when editing."""
    variant = fields.String(allow_none=True)
    batch = fields.String(allow_none=True)
    paid_at = Moment(allow_none=True)
    delivered_at = Moment(allow_none=True)
    label = fields.String(allow_none=True)
    """Slug of the label it was posted under."""
    product_url = fields.String(allow_none=True)
    fates = fields.List(fields.Nested(FateSchema))
    given = fields.List(Choice(KINDS))
    """What whoever asks finds it."""
    is_mine = Flag()


class NewPostSchema(Wire):
    """What it takes to tell of a purchase."""

    line = Whole(low=1, required=True)
    title = Text(most=rules.TITLE_LENGTH, required=True)
    body = Text(most=rules.BODY_LENGTH, required=True)
    label = Text(most=80, allow_none=True)
    """Slug of a label that one wears."""
    pictures = NewPictures()


class PicturesSchema(Wire):
    """Which pictures of one's own post go, and which come."""

    remove = Listed(Whole(low=1))
    """Ids; those that are not of this post are left alone."""
    add = NewPictures()


class EditSchema(Wire):
    """Other words for one's own post."""

    title = Text(most=rules.TITLE_LENGTH, required=True)
    body = Text(most=rules.BODY_LENGTH, required=True)
    revision = Whole(required=True)
    """The one that one has seen."""


class FeedQuery(ListQuery):
    """Which posts of a label, and in which order."""

    tab = Choice(TABS)


class RevisionSchema(Wire):
    """A text that an edit has replaced."""

    number = Whole()
    title = fields.String()
    body = fields.String()
    html = fields.String()
    written_at = Moment()
    replaced_at = Moment()
