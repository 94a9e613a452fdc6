"""What went wrong in the town: complaints in every state, cases in every state, a full desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_community.communities.rules import Remit
from flask_community.complaints.rules import AmountRule, Decision
from flask_community.moderation.verbs import Chosen, Wish
from flask_community.tokens import NONCE_BYTES
from tests.screens.photos import taken
from tests.screens.town import Town

HALF = Decision(
    "part_refund",
    "Dear {name},\n\nhalf of it comes back: {amount} for {product} ({number}).",
    AmountRule("bps", 5_000),
)
APART = "It came apart in my hands."
LONG = (
    "On the second morning it cracked from the handle down when I poured boiling water. "
    "The page says that it takes boiling water. I took a picture before I swept it up: "
    "http://example.com/a/very/long/address/that/nobody/would/ever/type/by/hand/in/a/form.jpg"
)


def break_things(town: Town) -> None:
    """Let buyers complain, and the desk do what it does."""
    _old_cases(town)
    _alone(town)
    _a_new_case(town)
    _a_full_desk(town)
    _links(town)


# -- complaints of An Ran, in each state --


def _old_cases(town: Town) -> None:
    """A case that is closed, one settled, one whose remedy waits for a yes."""
    closed = _complaint(town, "an", "kettle", batch="K-1")
    _answered(town, "A handle that came off", [closed, *_others(town, 2, "kettle", "K-1")])
    town.services.complaints.accept(closed, town.people["an"])
    town.commit()
    town.wait(days=40)
    resolved = _complaint(town, "an", "whisk", batch="W-1")
    _answered(town, "Bristles that break", [resolved, *_others(town, 2, "whisk", "W-1")])
    town.services.complaints.accept(resolved, town.people["an"])
    others = _others(town, 5, "pot", "P-1")
    offered = _complaint(town, "an", "pot", batch="P-1", text=LONG)
    town.ids["answered"] = _answered(town, "壶盖不合", [*others, offered], fails=True)
    town.ids |= {"closed": closed, "resolved": resolved, "offered": offered}


def _alone(town: Town) -> None:
    complaints, boss, an = town.services.complaints, town.people["moderator"], town.people["an"]
    asked = _complaint(town, "an", "oolong", reason="other_item")
    complaints.ask(asked, boss, "Which of the two tins was it? A picture of the label helps.")
    rejected = _complaint(town, "an", "whisk", reason="quality")
    complaints.reject(rejected, boss, "Bamboo darkens with use; this is how it should look.")
    answered = _complaint(town, "an", "kettle", reason="danger", text=LONG)
    complaints.ask(answered, boss, "Was anybody hurt?")
    complaints.answer(answered, an, "No, but the floor was.")
    withdrawn = _complaint(town, "an", "tray", reason="other")
    complaints.withdraw(withdrawn, an)
    photos = [taken(town.shop, "A chip on the rim of the lid")]
    received = _complaint(town, "an", "gaiwan", reason="broken", wish="replace", pictures=photos)
    town.ids["order"] = town.buy("an", "gaiwan", times=3).id
    town.ids |= {
        "waiting": asked,
        "rejected": rejected,
        "reopened": answered,
        "withdrawn": withdrawn,
        "received": received,
    }
    town.commit()


def _links(town: Town) -> None:
    """Keep the links that open some of them without a log-in, and one that has ended."""
    links = town.services.complaints.links
    for name in ("received", "waiting", "offered", "resolved", "rejected"):
        complaint = town.services.complaints.get(int(str(town.ids[name])))
        town.ids[f"link_{name}"] = links.token(complaint)
    over, nonce = links.clock() - dt.timedelta(days=1), bytes(NONCE_BYTES)
    town.ids["link_over"] = links.tokens.sign(1, over, nonce)


# -- cases --


def _a_new_case(town: Town) -> None:
    """One under investigation with others to add, one decided, one candidate."""
    inside = _others(town, 12, "pitcher", "2611-A")
    town.ids["case"] = _case(town, "Hairline cracks in batch 2611-A", inside)
    of_wang = town.services.complaints.of_member(town.people["wang"])
    town.ids["together"] = next(one.id for one in of_wang if one.joined_case_id == town.ids["case"])
    town.wait(minutes=5)
    _complaint(town, "an", "pitcher", batch="2611-A", case_id=town.ids["case"])
    _others(town, 6, "pitcher", "2611-B")
    town.ids["joinable"] = town.line("mei", "pitcher", batch="2611-A")
    _regrouped(town)
    decided = _case(town, "A lid that does not fit", _others(town, 3, "tray", "T-9"))
    _decide(town, decided)
    town.ids["decided"] = decided
    town.ids["to_decide"] = _case(town, "A spout that drips", _others(town, 4, "oolong", "O-7"))
    for who in ("jun", "wang"):
        _complaint(town, who, "whisk", batch="C-3", same_problem=True)
    town.commit()
    newest = town.services.complaints.of_member(town.people["wang"])[0]
    assert newest.joined_case_id is not None
    town.ids["candidate"] = newest.joined_case_id


def _regrouped(town: Town) -> None:
    """The case under investigation with another one merged into it, notes, and news to stop."""
    complaints, boss = town.services.complaints, town.people["moderator"]
    case = int(str(town.ids["case"]))
    for batch in ("2611-C", "2611-D"):
        other = _case(town, f"Cracks in batch {batch} too", _others(town, 2, "pitcher", batch))
    complaints.merging.merge(case, other, boss, "The same firing, three days later.")
    complaints.jottings.write(case, boss, "The kiln pays. 38 lids of 2611-E are set aside.")
    complaints.jottings.write(
        case, town.people["owner"], "Asked for a picture by phone.", about_id=town.people["wang"]
    )
    texts = {
        "en": "Dear {name}, we asked the kiln for the firing log.",
        "zh_Hans": "{name}，您好。",
    }
    complaints.broadcasts.write(case, boss, texts, key="news of the screens")
    waiting = _case(town, "A handle that gets hot", [_danger(town, who) for who in ("jun", "lan")])
    town.ids["second"] = waiting
    _decide(town, waiting)
    planned = _case(town, "A knob that turns", _others(town, 3, "kettle", "K-8"))
    complaints.countdown.start(_decide(town, planned), boss)
    town.ids["planned"] = planned
    town.commit()


def _danger(town: Town, who: str) -> int:
    return _complaint(town, who, "kettle", batch="K-7", reason="danger")


def _a_full_desk(town: Town) -> None:
    """Forty more that stand alone; some of them are held by somebody."""
    texts = ("The glaze comes off.", LONG, "杯口有一条细小的裂纹。")
    reasons = ("quality", "broken", "danger", "missing")
    for who, reason in zip(("jun", "wang", "long", "lan"), reasons, strict=True):
        for line_id in town.lines_of(town.buy(who, "gaiwan", times=10, batch="G-1")):
            _file(town, who, line_id, texts[line_id % len(texts)], reason=reason)
    town.commit()
    desk = town.services.moderation
    for item, holder in zip(desk.queue(limit=4), ("moderator", "owner") * 2, strict=True):
        desk.claim(item.id, town.people[holder], item.version)
    _a_deed(town)
    town.ids["at_desk"] = next(i.subject_id for i in desk.queue() if i.kind == "complaint")
    town.commit()


def _a_deed(town: Town) -> None:
    """Three snoozed, two just taken and one of them left; a colleague and a saved view."""
    desk, mod = town.services.moderation, town.people["moderator"]
    remit = Remit(mod, everywhere=True)
    free = [one for one in desk.queue(remit, view="free") if one.kind == "complaint"]
    shown = [Chosen(one.id, one.version) for one in free]
    late = [one for one in shown if desk.item(one.id).priority == 0][-3:]
    desk.deeds.do(remit, "snooze", late, Wish(hours=1))
    deed = desk.deeds.do(remit, "take", [*shown[:2], Chosen(shown[2].id, 99)])
    desk.seats.take(town.people["owner"])
    desk.seats.save(mod, "Batch G-1", view=None, field=None, words="G-1")
    town.ids["deed"] = deed.token


# -- below --


def _complaint(town: Town, who: str, sku: str, *, batch: str | None = None, **said: Any) -> int:
    line_id = town.line(who, sku, batch=batch)
    return _file(town, who, line_id, **{"reason": "stopped", **said})


def _file(town: Town, who: str, line_id: int, text: str = APART, **said: Any) -> int:
    return town.services.complaints.file(town.people[who], line_id, text=text, **said).id


def _others(town: Town, buyers: int, sku: str, batch: str) -> list[int]:
    people = ("jun", "wang", "long", "lan", "mei", "typist")[:buyers]
    each = -(-buyers // len(people))
    lines = [
        (who, line_id)
        for who in people
        for line_id in town.lines_of(town.buy(who, sku, times=each, batch=batch))
    ]
    return [_file(town, who, line_id, reason="stopped") for who, line_id in lines[:buyers]]


def _case(town: Town, title: str, complaints: Sequence[int]) -> int:
    cases, boss = town.services.complaints.cases, town.people["moderator"]
    case = cases.open(boss, complaints, title=title, reason="Several in a week, one batch.")
    cases.investigate(case.id, boss, "Asked the kiln for the firing log of that week.")
    town.commit()
    return case.id


def _decide(town: Town, case_id: int) -> int:
    decided = town.services.complaints.remedies.decide(
        case_id, town.people["moderator"], HALF, reason="The kiln was too cool.", key=f"k-{case_id}"
    )
    town.commit()
    return decided.id


def _answered(town: Town, title: str, complaints: Sequence[int], *, fails: bool = False) -> int:
    """Open a case, decide it and have it carried out; of a failing one, the first two fail."""
    case_id = _case(town, title, complaints)
    operation = _decide(town, case_id)
    if fails:
        town.shop.hooks.out_of_order = 2
    town.services.complaints.remedies.start(operation, town.people["moderator"])
    town.commit()
    return case_id
