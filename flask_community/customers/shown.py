"""How tasks read: a word with its look, one sentence why, and the way to the very place; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..complaints.words import CASE_STATE_WORDS
from ..i18n import formats, gettext, marked, ngettext
from .tasks import Task

FINDING_WORDS: Mapping[str, str] = {
    "weak-key": marked("The secret key can be guessed"),
    "no-address": marked("Links to share have no address"),
    "no-login": marked("Nobody can be recognised"),
    "missing-hooks": marked("Some features are off"),
    "no-pillow": marked("No picture is taken in"),
    "mute-mails": marked("Letters carry no link"),
    "no-limits": marked("Nothing limits how often one person does a thing"),
    "no-layout": marked("Our pages look foreign in your shop"),
    "bare-names": marked("Names are missing"),
    "no-product-page": marked("Links do not lead to your product pages"),
    "past-orders": marked("Earlier orders are not known here"),
    "no-orders": marked("No order can earn anything"),
    "left-behind": marked("Work is left behind"),
    "old-flask": marked("Flask has known security holes"),
    "open-cookies": marked("Cookies travel without encryption"),
    "loose-sqlite": marked("SQLite is set up too loosely"),
}
"""What the doctor found, in words of the reader, by the finding's code."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A task as its owner reads it."""

    word: str
    icon: str
    tone: str
    title: str
    why: str
    go: str
    """Words of the button; empty where there is nowhere to go."""
    href: str = ""


def shown(task: Task, url: Callable[..., str], now: dt.datetime) -> Shown:
    """Return how a task reads; `url` leads to a page by its name."""
    return _WORDS[task.code](task, url, now)


def finding_words(code: str) -> str:
    """Return what the doctor found, in one phrase."""
    return gettext(FINDING_WORDS[code]) if code in FINDING_WORDS else code


def _due(task: Task, now: dt.datetime, otherwise: str) -> tuple[str, str, str]:
    if task.due_at is None:
        return otherwise, "alert", "wait"
    if task.due_at <= now:
        when = formats().ago(task.due_at, now)
        return gettext("Was due %(when)s", when=when), "alert", "warn"
    return gettext("Due %(when)s", when=formats().ago(task.due_at, now)), "clock", "wait"


def _case(task: Task, url: Callable[..., str], now: dt.datetime) -> Shown:
    facts = [task.label or "", _buyers(task.buyers)]
    if task.amounts:
        facts.append(gettext("%(sums)s of rewards held", sums=_sums(task)))
    named = task.name  # a candidate's title is words of ours
    undecided = task.state in ("candidate", "open", "investigating")
    title = gettext("Decide: %(title)s") if undecided else gettext("Carry out: %(title)s")
    return Shown(
        *_due(task, now, gettext(CASE_STATE_WORDS[task.state or "open"])),
        title=title % {"title": gettext(named) if named else ""},
        why=" · ".join(facts),
        go=gettext("Open"),
        href=url("desk_case", id=task.id),
    )


def _sums(task: Task) -> str:
    return formats().list([formats().money(one.minor, one.currency) for one in task.amounts])


def _buyers(count: int) -> str:
    return ngettext("%(n)s buyer waits", "%(n)s buyers wait", count)


def _overdue(task: Task, url: Callable[..., str], now: dt.datetime) -> Shown:
    title = ngettext(
        "%(n)s promise to a customer is overdue",
        "%(n)s promises to customers are overdue",
        task.count,
    )
    why = gettext("Whoever complained was told when to expect an answer; that moment has passed.")
    href = url("owner_promises", late=1)
    return Shown(*_due(task, now, ""), title, why, gettext("Answer"), href)


def _unanswered(task: Task, url: Callable[..., str], now: dt.datetime) -> Shown:
    title = ngettext(
        "%(n)s complaint waits for an answer", "%(n)s complaints wait for an answer", task.count
    )
    why = gettext("It is the shop’s turn, and they are in no case.")
    look = _due(task, now, gettext("Waits for you"))
    return Shown(*look, title, why, gettext("To the desk"), url("desk"))


def _appeals(task: Task, url: Callable[..., str], now: dt.datetime) -> Shown:
    title = ngettext("%(n)s appeal waits", "%(n)s appeals wait", task.count)
    why = gettext("Somebody asks that another person looks at a decision.")
    look = _due(task, now, gettext("Waits for a second person"))
    return Shown(*look, title, why, gettext("Look at them"), url("desk", appeals=1))


def _payouts(task: Task, url: Callable[..., str], now: dt.datetime) -> Shown:
    title = ngettext("%(n)s payout waits", "%(n)s payouts wait", task.count)
    why = gettext("%(sums)s, the first asked for %(when)s.", sums=_sums(task), when=_ago(task, now))
    word, href = gettext("Money to send"), url("owner_payouts")
    return Shown(word, "wallet", "wait", title, why, gettext("Pay it out"), href)


def _newcomers(task: Task, url: Callable[..., str], now: dt.datetime) -> Shown:
    title = gettext("Say hello to %(name)s", name=task.name or "")
    why = gettext("Joined “%(label)s” %(when)s.", label=task.label or "", when=_ago(task, now))
    if task.count > 1:
        more = task.count - 1
        why += " " + ngettext("%(n)s more newcomer waits.", "%(n)s more newcomers wait.", more)
    word, href = gettext("Not greeted yet"), url("label", slug=task.slug) + "#new-here"
    return Shown(word, "smile", "label", title, why, gettext("Say hello"), href)


def _posts(task: Task, url: Callable[..., str], now: dt.datetime) -> Shown:
    why = gettext("Posted %(when)s.", when=_ago(task, now))
    if task.count > 1:
        more = task.count - 1
        why += " " + ngettext("%(n)s more post waits.", "%(n)s more posts wait.", more)
    word, href = gettext("Nobody answered yet"), url("post", post_id=task.id)
    return Shown(word, "chat", "label", task.name or "", why, gettext("Read it"), href)


def _products(task: Task, url: Callable[..., str], now: dt.datetime) -> Shown:
    title = gettext("No story about %(title)s", title=task.name or "")
    why = ngettext(
        "%(n)s order reached its buyer in 180 days.",
        "%(n)s orders reached their buyers in 180 days.",
        task.buyers,
    )
    word, href = gettext("Bought often, told by nobody"), url("owner_silent")
    return Shown(word, "pen", "label", title, why, gettext("See which"), href)


def _fault(task: Task, url: Callable[..., str], now: dt.datetime) -> Shown:
    return _of_doctor(task, gettext("The doctor found a fault"), "alert", "warn")


def _advice(task: Task, url: Callable[..., str], now: dt.datetime) -> Shown:
    return _of_doctor(task, gettext("The doctor advises"), "bulb", "label")


def _opening(task: Task, url: Callable[..., str], now: dt.datetime) -> Shown:
    return _of_doctor(task, gettext("Before you open"), "lock", "wait")


def _of_doctor(task: Task, word: str, icon: str, tone: str) -> Shown:
    found = task.finding
    assert found is not None
    return Shown(word, icon, tone, finding_words(found.code), found.fix, "")


def _ago(task: Task, now: dt.datetime) -> str:
    return formats().ago(task.since, now) if task.since else ""


_WORDS: Mapping[str, Callable[[Task, Callable[..., str], dt.datetime], Shown]] = {
    "overdue": _overdue,
    "case": _case,
    "appeals": _appeals,
    "unanswered": _unanswered,
    "payouts": _payouts,
    "fault": _fault,
    "newcomers": _newcomers,
    "posts": _posts,
    "products": _products,
    "advice": _advice,
    "opening": _opening,
}
