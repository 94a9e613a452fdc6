"""The life of a complaint and of a case, who is counted, what a remedy pays; pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import Conflict, Refused
from ..i18n import formats, gettext, marked
from ..money import FULL_BPS, Money, exponent, half_up_bps
from ..records import canonical_json

CUSTOMER, MODERATOR, SYSTEM = "customer", "moderator", "system"

REASONS: Mapping[str, str] = {
    "broken": marked("It arrived broken"),
    "stopped": marked("It stopped working or came apart"),
    "quality": marked("It is worse than it should be"),
    "other_item": marked("It is not what I ordered"),
    "missing": marked("Something is missing"),
    "danger": marked("It hurt somebody, or could have"),
    "other": marked("Something else"),
}
"""What can be wrong, by code, in the order in which the form offers it."""

REMEDIES: Mapping[str, str] = {
    "refund": marked("Full refund"),
    "part_refund": marked("Part of the price back"),
    "replace": marked("A new one"),
    "repair": marked("Repair"),
    "store_credit": marked("Credit in the shop"),
    "apology": marked("An apology"),
    "no_fault": marked("No fault found"),
}
"""What a complaint can be answered with, by code."""

PAYING = frozenset({"refund", "part_refund", "store_credit"})
"""Kinds that give back money; all of a line's together stay within its price."""

WISHES = ("refund", "part_refund", "replace", "repair", "store_credit")
"""What a customer may wish for."""

SEVERITIES: Mapping[str, int] = {"danger": 2, "broken": 1, "stopped": 1}
"""2 a danger to people, 1 serious; 0 for every other reason."""

TEXT_LENGTH, TITLE_LENGTH = 4_000, 160
"""Most characters of a message, and of a case's title."""

FIRST_ANSWER = dt.timedelta(days=1)
DECISION = dt.timedelta(days=7)
SILENCE = dt.timedelta(days=14)
"""An offer without an answer for so long is taken; then as long again, and it is closed."""
CLOSE_AFTER = dt.timedelta(days=30)
"""How long a resolved case stays before it is closed."""
REOPEN = dt.timedelta(days=180)
"""How long after its end a complaint can be taken up again."""


@dataclass(frozen=True)
class Step:
    """One row of a table of states."""

    sources: frozenset[str]
    to: str
    by: frozenset[str]


def _step(sources: str, to: str, by: str) -> Step:
    return Step(frozenset(sources.split()), to, frozenset(by.split()))


COMPLAINT_STATES = (
    "received",
    "open",
    "waiting_customer",
    "offered",
    "resolved",
    "closed",
    "rejected",
    "withdrawn",
)

COMPLAINT_STEPS: Mapping[str, Step] = {
    "triage": _step("received", "open", "system moderator"),
    "ask": _step("open", "waiting_customer", "moderator"),
    # The system answers for a customer whose case is decided: the question is moot.
    "answer": _step("waiting_customer", "open", "customer system"),
    "offer": _step("open", "offered", "moderator system"),
    "accept": _step("offered", "resolved", "customer system"),
    "refuse": _step("offered", "open", "customer"),
    "reject": _step("open", "rejected", "moderator"),
    "reopen": _step("resolved closed", "open", "customer"),
    "appeal": _step("rejected", "open", "customer"),
    "close": _step("resolved", "closed", "system"),
    "withdraw": _step(
        "received open waiting_customer offered resolved rejected", "withdrawn", "customer"
    ),
}
"""What can happen to a complaint. Accepting asks for a remedy that was carried out,
reopening and appealing for less than REOPEN since its end."""

CASE_STATES = (
    "candidate",
    "open",
    "investigating",
    "decided",
    "resolving",
    "resolved",
    "closed",
    "dismissed",
    "merged",
)

CASE_STEPS: Mapping[str, Step] = {
    "confirm": _step("candidate", "open", "moderator"),
    "dismiss": _step("candidate", "dismissed", "moderator"),
    "investigate": _step("open", "investigating", "moderator"),
    "decide": _step("open investigating", "decided", "moderator"),
    "start": _step("decided", "resolving", "moderator"),
    "finish": _step("resolving", "resolved", "system moderator"),
    "close": _step("resolved", "closed", "system"),
    "reopen": _step("resolved closed", "investigating", "system moderator"),
    "merge": _step("open investigating decided", "merged", "moderator"),
}
"""What can happen to a case. There is no way from resolving back to decided (a new
decision is a new version of the remedy) and none from closed to candidate."""

LIVE_CASES = ("open", "investigating", "decided", "resolving")
"""States in which sharing is paused and rewards are held."""

JOINABLE = ("candidate", *LIVE_CASES)
"""States in which a case takes in further complaints."""

MERGEABLE = ("open", "investigating", "decided")
"""States in which cases are merged and split: not before they are cases, nor while
a remedy is being carried out."""

STANDING = ("suggested", "joined")
"""What a complaint is towards a case while it stands in it; the others say how it left."""

ANSWERABLE = frozenset({"received", "open", "waiting_customer"})
"""States in which a complaint still waits for a remedy."""

ADDABLE = frozenset({"received", "open"})
"""States in which a customer can add something; in others he answers, refuses or reopens."""

COUNTED = frozenset(COMPLAINT_STATES) - {"rejected"}
"""States in which a complaint counts for the size of its case; a withdrawn one
does, unless its customer said that nothing was wrong."""


def next_state(steps: Mapping[str, Step], event: str, state: str, by: str) -> str:
    """Return the state that `event` leads to from `state`.

    Raises Refused if no such event is `by`'s to cause, Conflict if the subject
    is not in a state from which it can happen.
    """
    step = steps.get(event)
    if step is None or by not in step.by:
        raise Refused(gettext("This is not yours to do."), event=event)
    if state not in step.sources:
        message = gettext("This has moved on meanwhile: load it again.")
        raise Conflict(message, event=event, state=state)
    return step.to


def events_for(steps: Mapping[str, Step], state: str, by: str) -> list[str]:
    """Return what `by` can do with something in this state, in the table's order."""
    return [name for name, step in steps.items() if state in step.sources and by in step.by]


def customer_events(state: str) -> list[str]:
    """Return what its customer can do with a complaint in this state."""
    more = ["add"] if state in ADDABLE else []
    return [*more, *events_for(COMPLAINT_STEPS, state, CUSTOMER)]


def can_be_taken_up(ended_at: dt.datetime, now: dt.datetime) -> bool:
    """Tell whether a complaint that ended at `ended_at` may be reopened or appealed."""
    return now - ended_at <= REOPEN


def bucket(buyers: int) -> str:
    """Return how a number of buyers is told to a customer: below three, it is not told."""
    for least, words in ((50, "50+"), (10, "10–49"), (3, "3–9")):
        if buyers >= least:
            return words
    return ""


@dataclass(frozen=True)
class AmountRule:
    """How much a remedy gives back for a line."""

    rule: str = "none"
    """`none`, `full` (the price paid), `bps` (a part of it) or `fixed` (minor units)."""
    value: int = 0
    currency: str | None = None

    def amount(self, paid_minor: int) -> int:
        """Return the minor units for a line that cost `paid_minor`; never more than that."""
        if self.rule == "full":
            return paid_minor
        if self.rule == "bps":
            return half_up_bps(paid_minor * self.value)
        return min(self.value, paid_minor) if self.rule == "fixed" else 0


@dataclass(frozen=True)
class Decision:
    """One remedy for all of a case, and the letter that goes with it."""

    kind: str
    """A key of REMEDIES."""
    letter: str
    """May hold {name}, {number}, {product} and {amount}."""
    amount: AmountRule = AmountRule()
    language: str | None = None
    """Tag of the language that `letter` is written in, if it was said."""
    letters: Mapping[str, str] = field(default_factory=dict)
    """The same letter for those who read another language, by its tag."""


def check_rule(kind: str, rule: AmountRule) -> None:
    """Raise Refused unless this rule makes sense for this kind of remedy."""
    if kind not in REMEDIES:
        raise Refused(gettext("There is no such remedy."), field="kind")
    if (rule.rule != "none") != (kind in PAYING):
        raise Refused(gettext("A refund or credit needs an amount, the others have none."))
    if kind == "refund" and rule.rule != "full":
        raise Refused(gettext("A full refund gives back the price paid."), field="rule")
    if rule.rule not in ("none", "full", "bps", "fixed"):
        raise Refused(gettext("There is no such way to say an amount."), field="rule")
    if rule.rule == "bps" and not 0 < rule.value <= FULL_BPS:
        raise Refused(gettext("A part lies above 0 % and is at most 100 %."), field="value")
    if rule.rule == "fixed":
        exponent(rule.currency or "")
        if not 0 < rule.value < 2**53:
            raise Refused(gettext("The amount must be above zero."), field="value")


def remedy_key(case_id: int, complaint_id: int, version: int) -> str:
    """Return the key under which the shop carries a remedy out once."""
    return f"{case_id}:{complaint_id}:{version}"


def params_hash(params: Mapping[str, object]) -> str:
    """Return the SHA-256 that tells whether two decisions say the same."""
    return hashlib.sha256(canonical_json(params).encode()).hexdigest()


def snapshot_hash(items: Iterable[tuple[int, str, int, str]]) -> str:
    """Return the SHA-256 over (complaint, state, minor units, currency) of every item."""
    return hashlib.sha256(canonical_json(sorted(items)).encode()).hexdigest()


def letter(text: str, *, name: str, number: int, product: str, amount: Money | None) -> str:
    """Return the letter to one person: {name}, {number}, {product}, {amount} filled in once.

    Other words in braces stay as they are, those inside a name too.
    """
    values = {
        "name": name,
        "number": number_text(number),
        "product": product,
        "amount": "–" if amount is None else formats().money(amount.minor, amount.currency),
    }
    return _BLANK.sub(lambda found: values[found[1]], text)


def spoken(texts: Mapping[str, str], tag: str | None, languages: Sequence[str]) -> str:
    """Return the text for somebody who reads `tag`: his own, or the shop's first language."""
    wanted = (tag or "").replace("-", "_").lower()
    parts = wanted.split("_")
    near = [wanted, "_".join(parts[:2]), parts[0]]
    by_tag = {one.replace("-", "_").lower(): text for one, text in texts.items() if text}
    kin = {one.split("_")[0]: text for one, text in by_tag.items()}
    found = next((by_tag[one] for one in near if one in by_tag), kin.get(parts[0]))
    return found if found is not None else texts[languages[0]]


def number_text(complaint_id: int) -> str:
    """Return the number by which a customer and the desk speak of a complaint."""
    return f"C-{complaint_id}"


def case_number(case_id: int) -> str:
    """Return the number by which the desk speaks of a case."""
    return f"G-{case_id}"


_BLANK = re.compile(r"\{(name|number|product|amount)\}")
