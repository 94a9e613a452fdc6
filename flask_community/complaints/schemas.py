"""What the API takes and gives about complaints, cases and remedies."""

from __future__ import annotations

from marshmallow import fields

from ..rest.fields import Amount, Choice, Flag, Listed, Moment, Text, Whole, Wire
from ..rest.pictures import NewPictures, PictureSchema
from . import rules

REASONS, WISHES, REMEDIES = tuple(rules.REASONS), tuple(rules.WISHES), tuple(rules.REMEDIES)
BY = (rules.CUSTOMER, rules.MODERATOR, rules.SYSTEM)


class EventSchema(Wire):
    """One thing that happened."""

    event = fields.String()
    to_state = fields.String(data_key="state")
    """The state it led to."""
    by = fields.String()
    text = fields.String(allow_none=True)
    at = Moment()


class LineSchema(Wire):
    """What a complaint is about."""

    id = Whole()
    title = fields.String()
    variant = fields.String(allow_none=True)
    batch = fields.String(allow_none=True)


# -- for customers --


class ComplaintSchema(Wire):
    """One of one's complaints."""

    id = Whole()
    line_id = Whole(data_key="line")
    reason = Choice(REASONS)
    wish = Choice(WISHES, allow_none=True)
    state = Choice(rules.COMPLAINT_STATES)
    filed_at = Moment()
    changed_at = Moment()
    next_due_at = Moment(allow_none=True)
    """When one hears next, as promised."""


class WholeComplaintSchema(ComplaintSchema):
    """One of one's complaints with its thread."""

    text = fields.String()
    about = fields.Nested(LineSchema)
    events = fields.List(fields.String())
    """What one can do now."""
    others = fields.String(allow_none=True)
    """How many report the same, as `3–9`; empty below three, null if nobody is asked with it."""
    thread = fields.List(fields.Nested(EventSchema))
    pictures = fields.List(fields.Nested(PictureSchema))
    link = fields.String(allow_none=True)
    """Where it opens without a log-in, for 180 days; null once its links have ended."""


class NewComplaintSchema(Wire):
    """What is wrong with something one bought."""

    line = Whole(low=1, required=True)
    reason = Choice(REASONS, required=True)
    text = Text(most=rules.TEXT_LENGTH, required=True)
    wish = Choice(WISHES, allow_none=True)
    case = Whole(low=1, allow_none=True)
    """A case that was offered under `/lines/{line}/similar`."""
    same_problem = Flag()
    """Whether to gather it with what others report for the same reason."""
    pictures = NewPictures()


class OfferSchema(Wire):
    """Something that a complaint about the line can join."""

    case_id = Whole(allow_none=True, data_key="case")
    title = fields.String()
    reason = fields.String()
    buyers = fields.String()
    """How many report it, as `3–9`; empty below three."""
    same_batch = Flag()
    is_public = Flag()


class SimilarSchema(Wire):
    """What others report about the same product."""

    notice = fields.String(allow_none=True)
    """What everybody may read while a case is open."""
    offers = fields.List(fields.Nested(OfferSchema))


class MessageSchema(Wire):
    """Something to say."""

    text = Text(most=rules.TEXT_LENGTH, required=True)


class AnswerSchema(MessageSchema):
    """An answer to the desk, with what it asked to see."""

    pictures = NewPictures()


class WithdrawalSchema(Wire):
    """Why a complaint is taken back."""

    mistaken = Flag()
    """Nothing was wrong after all."""


# -- for the desk --


class PersonSchema(Wire):
    """A customer, as the desk speaks to him."""

    id = Whole()
    name = fields.String()


class DeskComplaintSchema(ComplaintSchema):
    """A complaint as the desk sees it."""

    text = fields.String()
    customer = fields.Nested(PersonSchema)
    about = fields.Nested(LineSchema)
    severity = Whole()
    case = Whole(allow_none=True)
    thread = fields.List(fields.Nested(EventSchema))
    pictures = fields.List(fields.Nested(PictureSchema))
    alike = fields.List(Whole())
    """Ids of other complaints about the product that wait."""


class MemberSchema(Wire):
    """Where a complaint stands towards a case."""

    complaint = Whole()
    customer = fields.Nested(PersonSchema)
    state = fields.String()
    """`suggested` or `joined`."""
    complaint_state = Choice(rules.COMPLAINT_STATES)
    reason = Choice(REASONS)
    text = fields.String()


class ItemSchema(Wire):
    """A remedy for one complaint."""

    id = Whole()
    complaint_id = Whole(data_key="complaint")
    state = fields.String()
    amount = Amount()
    reference = fields.String(allow_none=True)
    error = fields.String(allow_none=True)


class OperationSchema(Wire):
    """One decision, carried out for everybody in the case."""

    id = Whole()
    kind = Choice(REMEDIES)
    version = Whole()
    reason = fields.String()
    letter = fields.String()
    created_at = Moment()
    start_at = Moment(allow_none=True)
    """When it begins, unless it is stopped."""
    started_at = Moment(allow_none=True)
    finished_at = Moment(allow_none=True)
    waits = Flag()
    """Whether a second person confirms it first."""
    confirmed_at = Moment(allow_none=True)
    items = fields.List(fields.Nested(ItemSchema))


class CaseNoteSchema(Wire):
    """What the desk noted for itself."""

    id = Whole()
    author = fields.Nested(PersonSchema)
    about_id = Whole(allow_none=True, data_key="about")
    """The customer whom it speaks of."""
    text = fields.String()
    at = Moment()


class WordsSchema(Wire):
    """The same in one language."""

    language = Text(most=20, required=True)
    """Tag of one of the shop's languages; its first one must be there."""
    text = Text(most=rules.TEXT_LENGTH, required=True)


class CaseNewsSchema(Wire):
    """News for everyone in a case."""

    id = Whole()
    texts = fields.List(fields.Nested(WordsSchema))
    letters = Whole()
    send_at = Moment()
    stopped_at = Moment(allow_none=True)
    begun_at = Moment(allow_none=True)


class CaseSchema(Wire):
    """A case: who stands in it, what happened, what was decided."""

    id = Whole()
    title = fields.String()
    state = Choice(rules.CASE_STATES)
    product = fields.String()
    """The shop's own key."""
    product_title = fields.String()
    batch = fields.String(allow_none=True)
    severity = Whole()
    created_at = Moment()
    due_at = Moment(allow_none=True)
    buyers = Whole()
    events = fields.List(fields.String())
    """What a moderator can do now."""
    members = fields.List(fields.Nested(MemberSchema))
    loose = fields.List(Whole())
    """Ids of complaints about the product that stand alone."""
    merged_into_id = Whole(allow_none=True, data_key="merged_into")
    """The case that answers for it."""
    split_from_id = Whole(allow_none=True, data_key="split_from")
    mergeable = fields.List(Whole())
    """Ids of cases that could be merged into it."""
    undoable = fields.List(Whole())
    """Ids of cases whose merge or split can be taken back."""
    held = fields.List(Amount())
    """Rewards that it holds, by currency."""
    rewards = Whole()
    """How many they are."""
    notes = fields.List(fields.Nested(CaseNoteSchema))
    news = fields.List(fields.Nested(CaseNewsSchema))
    history = fields.List(fields.Nested(EventSchema))
    operations = fields.List(fields.Nested(OperationSchema))


class MarkSchema(Wire):
    """A case by its numbers: what is kept of an answer names nobody who may ask to be forgotten."""

    id = Whole()
    state = Choice(rules.CASE_STATES)
    operations = fields.List(Whole())
    """Ids of its operations, the newest last."""


class NewCaseSchema(Wire):
    """What becomes a case."""

    complaints = Listed(Whole(low=1), least=1, required=True)
    title = Text(most=rules.TITLE_LENGTH, required=True)
    reason = Text(most=rules.TEXT_LENGTH, required=True)
    one_batch = Flag()
    """Whether it is about the one batch that all of them have."""


class ReasonSchema(Wire):
    """Why."""

    reason = Text(most=rules.TEXT_LENGTH, required=True)


class MergeSchema(ReasonSchema):
    """Which case is merged into this one, and why."""

    other = Whole(low=1, required=True)


class UndoMergeSchema(Wire):
    """Which merge, or split, is taken back."""

    other = Whole(low=1, required=True)


class SplitSchema(NewCaseSchema):
    """Which members become a case of their own."""


class NoteSchema(Wire):
    """What to note."""

    text = Text(most=rules.TEXT_LENGTH, required=True)
    about = Whole(low=1, allow_none=True)
    """The customer whom it speaks of, if it is one."""


class NewsSchema(Wire):
    """News for everyone in a case."""

    texts = Listed(fields.Nested(WordsSchema), least=1, most=20, required=True)
    """May hold {name}, {number} and {product}."""


class LettersSchema(Wire):
    """What news would read like."""

    people = Whole()
    letters = fields.List(fields.String())
    """Three at random, as they would be sent."""


class LetterSchema(Wire):
    """A letter in one more language."""

    language = Text(most=35, required=True)
    """Its tag, one of those that the shop speaks, such as `zh-Hans`."""
    letter = Text(most=rules.TEXT_LENGTH, required=True)


class DecisionSchema(Wire):
    """One remedy for all of a case, and the letter that goes with it."""

    kind = Choice(REMEDIES, required=True)
    letter = Text(most=rules.TEXT_LENGTH, required=True)
    """May hold {name}, {number}, {product} and {amount}."""
    language = Text(most=35, allow_none=True)
    """Tag of the language it is written in; who reads another one is told that he gets this."""
    letters = Listed(fields.Nested(LetterSchema))
    """The same letter for those who read other languages."""
    percent = Whole(low=1, high=100)
    """Of the price paid, for a part refund or store credit; or `amount`."""
    amount = Amount()


class RemedySchema(DecisionSchema):
    """A decision, and why."""

    reason = Text(most=rules.TEXT_LENGTH, required=True)


class PlannedSchema(Wire):
    """What one member of a case would get."""

    complaint = Whole()
    amount = Amount()
    skip = fields.String(allow_none=True)
    """Code of why he gets nothing."""


class PreviewSchema(Wire):
    """What a decision would do."""

    planned = fields.List(fields.Nested(PlannedSchema))
    totals = fields.List(Amount())
    letters = fields.List(fields.String())
    """Three at random, as they would be sent."""
