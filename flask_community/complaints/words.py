"""How states, events and reasons of complaints read, by code; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..i18n import marked
from .rules import CUSTOMER, MODERATOR, REASONS, REMEDIES, SYSTEM

STATE_WORDS: Mapping[str, str] = {
    "received": marked("received"),
    "open": marked("we work on it"),
    "waiting_customer": marked("waiting for your answer"),
    "offered": marked("answered: is it settled?"),
    "resolved": marked("settled"),
    "closed": marked("closed"),
    "rejected": marked("turned down"),
    "withdrawn": marked("withdrawn"),
}
"""How a customer reads the state of his complaint."""

DESK_STATE_WORDS: Mapping[str, str] = {
    "received": marked("new"),
    "open": marked("open"),
    "waiting_customer": marked("customer asked"),
    "offered": marked("answered"),
    "resolved": marked("settled"),
    "closed": marked("closed"),
    "rejected": marked("turned down"),
    "withdrawn": marked("withdrawn"),
}
"""How the desk reads the state of a complaint."""

EVENT_WORDS: Mapping[str, str] = {
    "file": marked("You told us"),
    "triage": marked("We took it up"),
    "join": marked("It is looked at together with others"),
    "leave": marked("It is looked at by itself"),
    "ask": marked("We asked"),
    "add": marked("You added something"),
    "answer": marked("Answered"),
    "offer": marked("We put it right"),
    "remedy": marked("We put it right all the same"),
    "accept": marked("Settled"),
    "refuse": marked("You said that it is not enough"),
    "reject": marked("We turned it down"),
    "reopen": marked("You reopened it"),
    "appeal": marked("You appealed"),
    "close": marked("Closed"),
    "withdraw": marked("You withdrew it"),
    "tell": marked("News for everyone who reported it"),
}
"""How a customer reads what happened to his complaint."""

DESK_EVENT_WORDS: Mapping[str, str] = {
    "file": marked("The customer told us"),
    "triage": marked("Taken up"),
    "join": marked("Joined a case"),
    "leave": marked("Taken out of the case"),
    "ask": marked("Asked the customer"),
    "add": marked("The customer added something"),
    "answer": marked("The customer answered"),
    "offer": marked("Put right"),
    "remedy": marked("Put right all the same"),
    "accept": marked("Settled"),
    "refuse": marked("The customer finds it not enough"),
    "reject": marked("Turned down"),
    "reopen": marked("The customer reopened it"),
    "appeal": marked("The customer appealed"),
    "close": marked("Closed"),
    "withdraw": marked("The customer withdrew it"),
    "tell": marked("Written to everyone in the case"),
}
"""How the desk reads what happened to a complaint."""

DESK_NEWS: Mapping[str, str] = {
    "add": marked("The customer added something"),
    "answer": marked("The customer answered"),
    "refuse": marked("The answer was not enough"),
    "reopen": marked("Reopened"),
    "appeal": marked("Appeal: somebody else should look"),
    "leave": marked("Taken out of a case"),
}
"""Why a complaint waits at the desk once more, by its last event."""

CASE_STATE_WORDS: Mapping[str, str] = {
    "candidate": marked("candidate"),
    "open": marked("open"),
    "investigating": marked("investigating"),
    "decided": marked("decided"),
    "resolving": marked("being carried out"),
    "resolved": marked("resolved"),
    "closed": marked("closed"),
    "dismissed": marked("dismissed"),
    "merged": marked("merged"),
}

CASE_NEWS: Mapping[str, str] = {
    "candidate": marked("Candidate: is it one cause?"),
    "open": marked("Sharing is paused until it is decided"),
    "investigating": marked("Being looked into; sharing is paused"),
    "decided": marked("Decided; the remedy waits to be carried out"),
    "resolving": marked("The remedy is being carried out"),
}
"""Why a case waits at the desk, by its state."""

CASE_ENDS: Mapping[str, str] = {
    "decided": marked("Decided. Nobody has been answered yet."),
    "resolving": marked("The remedy is being carried out."),
    "resolved": marked("Everyone is answered. Sharing goes on."),
    "closed": marked("This case is closed."),
    "dismissed": marked("Dismissed: each complaint goes its own way."),
    "merged": marked("Merged into another case."),
}
"""What is left to do in a case that is decided."""

CASE_EVENT_WORDS: Mapping[str, str] = {
    "raise": marked("Raised"),
    "confirm": marked("Opened"),
    "dismiss": marked("Dismissed"),
    "investigate": marked("Investigation"),
    "decide": marked("Decided"),
    "start": marked("Being carried out"),
    "finish": marked("Everyone is answered"),
    "close": marked("Closed"),
    "reopen": marked("Reopened"),
    "merge": marked("Merged"),
    "unmerge": marked("The merge was taken back"),
    "take_in": marked("Another case was merged into it"),
    "let_go": marked("A merge was taken back"),
    "split": marked("Members were split off"),
    "second": marked("Confirmed by a second person"),
    "halt": marked("Stopped before it started"),
    "tell": marked("Written to everyone"),
}

ITEM_STATE_WORDS: Mapping[str, str] = {
    "pending": marked("waits"),
    "leased": marked("under way"),
    "done": marked("done"),
    "skipped": marked("left out"),
    "failed": marked("failed"),
}

ACTOR_WORDS: Mapping[str, str] = {
    CUSTOMER: marked("customer"),
    MODERATOR: marked("moderator"),
    SYSTEM: marked("system"),
    "detector": marked("detector"),
}

SKIPS: Mapping[str, str] = {
    "answered": marked("It is answered or withdrawn already."),
    "same_line": marked("Another complaint about the same order line is answered with it."),
    "currency": marked("It was paid in another currency."),
    "nothing_left": marked("Its price was given back already."),
    "by_hand": marked("A moderator left it out."),
}
"""Why a remedy is not carried out for a member of a case, by code."""

LOOKS: Mapping[str, tuple[str, str]] = {
    "received": ("receipt", "accent"),
    "open": ("eye", "accent"),
    "waiting_customer": ("ask", "wait"),
    "offered": ("clock", "wait"),
    "resolved": ("ok", "ok"),
    "closed": ("ok", "ok"),
    "rejected": ("x", "warn"),
    "withdrawn": ("undo", "label"),
    "candidate": ("ask", "label"),
    "investigating": ("search", "wait"),
    "decided": ("check", "wait"),
    "resolving": ("clock", "wait"),
    "dismissed": ("x", "label"),
    "merged": ("join", "label"),
    "pending": ("clock", "wait"),
    "leased": ("next", "accent"),
    "done": ("ok", "ok"),
    "skipped": ("pause", "label"),
    "failed": ("alert", "warn"),
    "joined": ("join", "accent"),
    "suggested": ("ask", "label"),
}
"""Icon and tone of each state of complaints, cases, items and members, beside its word."""

EVENT_ICONS: Mapping[str, str] = {
    "file": "flag",
    "triage": "eye",
    "join": "join",
    "leave": "user",
    "ask": "ask",
    "add": "chat",
    "answer": "chat",
    "offer": "gift",
    "remedy": "gift",
    "accept": "ok",
    "refuse": "chat",
    "reject": "x",
    "reopen": "undo",
    "appeal": "flag",
    "close": "ok",
    "withdraw": "undo",
    "raise": "alert",
    "confirm": "pause",
    "dismiss": "x",
    "investigate": "search",
    "decide": "check",
    "start": "next",
    "finish": "ok",
    "merge": "join",
    "unmerge": "undo",
    "take_in": "join",
    "let_go": "undo",
    "split": "users",
    "second": "check",
    "halt": "x",
    "tell": "mail",
}
"""Icon of each event of complaints and cases."""

WORDS: Mapping[str, Mapping[str, Any]] = {
    "states": STATE_WORDS,
    "desk_states": DESK_STATE_WORDS,
    "events_words": EVENT_WORDS,
    "desk_events": DESK_EVENT_WORDS,
    "case_states": CASE_STATE_WORDS,
    "case_ends": CASE_ENDS,
    "case_events": CASE_EVENT_WORDS,
    "item_states": ITEM_STATE_WORDS,
    "actors": ACTOR_WORDS,
    "reasons": REASONS,
    "remedies": REMEDIES,
    "skips": SKIPS,
    "looks": LOOKS,
    "event_icons": EVENT_ICONS,
}
"""All of them, by the names that templates use."""
