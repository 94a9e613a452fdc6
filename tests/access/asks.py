"""How each rule is asked for rightly, so that only who may decides the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.access.desk import DEED, own_deed, own_view
from tests.access.seed import CASH_OUT
from tests.access.world import World

LETTER = {
    **{"kind": "part_refund", "percent": "50", "language": "en"},
    "letter": "Dear {name}, {amount}.",
}
NEWS = {"texts": [{"language": "en", "text": "We asked the kiln."}]}
POST = {"title": "Good", "body": "I like it very much."}


@dataclass(frozen=True)
class Ask:
    """A right request: what stands in the path, what is sent, what must be so before."""

    path: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    before: Callable[[World, str], object] | None = None
    """Told the world and the role that asks."""


def ask(body: Mapping[str, Any] | None = None, before: Any = None, **path: Any) -> Ask:
    """Return how to ask for a rule with these parts in its path."""
    return Ask(path, body or {}, before)


def asks(world: World) -> dict[str, Ask]:
    """Return how to ask for every rule, by the name that the table has for it."""
    return {**_pages(world), **_api(world)}


def _pages(world: World) -> dict[str, Ask]:
    own, reason = world.own, {"reason": "Three alike"}
    slug, line = own["slug"], own["line"]
    everything = {"view": "", "field": ""}
    return {
        # anybody
        "labels": ask(),
        "label": ask(slug=slug),
        "post": ask(post_id=own["post"]),
        "post_history": ask(post_id=own["post"]),
        "share_product": ask(key="tray"),
        "share_post": ask(id=own["post"]),
        "share_label": ask(slug=slug),
        "visit": ask(token=own["token"]),
        "remembered": ask(),
        "forget_links": ask(),
        "take_code": ask({"code": own["code"]}),
        "static": ask(filename="fc.css"),
        "theme": ask(version=own["theme"]),
        "style": ask(),
        "language": ask(),
        "choose_language": ask({"language": "en", "next": ""}),
        # each for himself
        "notices": ask(),
        "read_notices": ask({"notice": own["notice"]}),
        "found_label": ask(
            {"name": "Loud tea", "statement": "Now.", "admission": "open", "field": "tea"}
        ),
        "label_step": ask(slug=slug, step="wear"),
        "tell": ask(),
        "react": ask({"kind": "useful"}, post_id=own["post"]),
        "take_back": ask({"kind": "useful"}, post_id=own["post"]),
        "make_product_link": ask({"line": "It pours."}, key="tray"),
        "make_post_link": ask({"line": "It pours."}, id=own["post"]),
        "make_label_link": ask({"line": "It pours."}, slug=slug),
        "my_shares": ask(),
        "my_rewards": ask(),
        "thanks": ask(),
        "rewards_table": ask(),
        "rewards_calendar": ask(),
        "cash_out": ask({"way": "money", "currency": "CNY", "amount": "15.00", "key": CASH_OUT}),
        "prove_to_cash_out": ask(way="store_credit", currency="CNY", minor="1500"),
        "wrong": ask(),
        "complaints": ask(),
        # his own things
        "tell_of": ask(POST, line_id=own["line"]),
        "preview_post": ask(POST, line_id=own["line"]),
        "edit_post": ask({**POST, "revision": "0"}, post_id=own["post"]),
        "withdraw_post": ask(post_id=own["post"]),
        "change_pictures": ask({"remove": own["post picture"]}, post_id=own["post"]),
        "change_link": ask({"name": "For Sundays", "line": "It pours."}, link_id=own["link"]),
        "rest_link": ask(link_id=own["link"]),
        "resume_link": ask(link_id=own["link"]),
        "end_link": ask(link_id=own["link"]),
        "own_link": ask(link_id=own["link"]),
        "say_thanks": ask({"said": "fun", "by_name": "1"}, id=own["thanks"]),
        "receipt": ask(reward_id=own["reward"]),
        "signed_receipt": ask(reward_id=own["reward"]),
        "poster": ask(link_id=own["link"]),
        "link_qr": ask(link_id=own["link"]),
        "order_wrong": ask(key=own["order"]),
        "line_wrong": ask(id=line),
        "file_complaint": ask(
            {"reason": "other", "text": "Crooked.", "wish": "repair", "join": ""}, id=line
        ),
        "complaint": ask(id=own["alone"]),
        "complaint_picture": ask(id=own["alone"], picture_id=own["picture"]),
        "answer_complaint": ask({"text": "Here it is."}, id=own["asked"]),
        "accept_remedy": ask(id=own["in offered"]),
        "refuse_remedy": ask({"text": "Not enough."}, id=own["in offered"]),
        "take_up_complaint": ask({"text": "Look again."}, id=own["rejected"]),
        "withdraw_complaint": ask({"mistaken": "1"}, id=own["alone"]),
        "add_to_complaint": ask({"text": "It is worse now."}, id=own["alone"]),
        "renew_link": ask(id=own["alone"]),
        # whoever holds its link
        "tracker": ask(token=own["opens alone"]),
        "tracker_picture": ask(token=own["opens alone"], picture_id=own["picture"]),
        "tracker_add": ask({"text": "It is worse now."}, token=own["opens alone"]),
        "tracker_answer": ask({"text": "Here it is."}, token=own["opens asked"]),
        "tracker_accept": ask(token=own["opens in offered"]),
        "tracker_refuse": ask({"text": "Not enough."}, token=own["opens in offered"]),
        "tracker_take_up": ask({"text": "Look again."}, token=own["opens rejected"]),
        "tracker_withdraw": ask({"mistaken": "1"}, token=own["opens alone"]),
        # a label
        "bind_label": ask({"product": "gaiwan", "field": ""}, slug=slug),
        "admit": ask({"member": world.ids["other member"]}, slug=slug),
        "greet": ask({"member": own["newcomer"]}, slug=slug),
        # the desk
        "desk": ask(),
        "claim_item": ask({"version": "1"}, id=own["item"]),
        "release_item": ask(
            {"version": "1", **everything},
            id=own["item"],
            before=lambda w, role: w.hold(own["item"], role),
        ),
        "do_at_desk": ask({"item": f"{own['item']}-1", "verb": "take", **everything}),
        "undo_at_desk": ask({"done": DEED}, before=own_deed),
        "save_view": ask({"name": "Late tea", "view": "soon", "field": ""}),
        "remove_view": ask(id=1, before=own_view),
        "desk_keys": ask({"keys": "1", **everything}),
        "desk_complaint": ask(id=own["alone"]),
        "desk_complaint_picture": ask(id=own["alone"], picture_id=own["picture"]),
        "ask_customer": ask({"text": "A photo?"}, id=own["alone"]),
        "reject_complaint": ask({"text": "No."}, id=own["alone"]),
        "open_case": ask({**reason, "complaint": own["alone"], "title": "Glaze", "one_batch": "1"}),
        "desk_case": ask(id=own["case open"]),
        "add_to_case": ask({"complaint": own["alone"]}, id=own["case open"]),
        "remove_from_case": ask({"complaint": own["in open"]}, id=own["case open"]),
        "dismiss_case": ask(reason, id=own["candidate"]),
        "investigate_case": ask(reason, id=own["case open"]),
        "preview_remedy": ask({**reason, **LETTER}, id=own["case open"]),
        "decide_case": ask({**reason, **LETTER, "key": "key of deciding"}, id=own["case open"]),
        "start_remedy": ask({"operation": own["operation"]}, id=own["case decided"]),
        "retry_remedy": ask({"operation": own["running"]}, id=own["case running"]),
        "skip_item": ask({**reason, "item": own["failed"]}, id=own["case running"]),
        "appeal_reward": ask({"text": "We are sisters."}, id=own["rejected reward"]),
        "withdraw_appeal": ask(id=own["appeal"]),
        "desk_reward_appeal": ask(id=own["appeal"]),
        "grant_appeal": ask({"text": "We believe you."}, id=own["appeal"]),
        "turn_down_appeal": ask({"text": "No."}, id=own["appeal"]),
        "merge_case": ask({**reason, "other": own["case spare"]}, id=own["case open"]),
        "split_case": ask(
            {**reason, "complaint": own["in merged"], "title": "Glaze"}, id=own["case heir"]
        ),
        "undo_merge": ask({"other": own["case merged"]}, id=own["case heir"]),
        "note_case": ask({"text": "Spare lids are set aside.", "about": ""}, id=own["case open"]),
        "preview_news": ask({"text.en": "We asked the kiln."}, id=own["case open"]),
        "tell_case": ask({"text.en": "We asked.", "key": "key of telling"}, id=own["case open"]),
        "stop_news": ask({"broadcast": own["news"]}, id=own["case heir"]),
        "confirm_remedy": ask({"operation": own["dangerous"]}, id=own["case danger"]),
        "halt_remedy": ask({"operation": own["planned"]}, id=own["case planned"]),
        # the shop
        "owner": ask(),
        "owner_people": ask(),
        "owner_links": ask(),
        "owner_orders": ask(),
        "owner_cases": ask(),
        "owner_promises": ask(),
        "owner_silent": ask(),
        "owner_payouts": ask(),
        "payouts_table": ask(),
        "mark_payout_sent": ask({"reference": "T-1"}, id=own["payout"]),
        "mark_payout_failed": ask({"reason": "No account."}, id=own["payout"]),
    }


def _api(world: World) -> dict[str, Ask]:
    own, slug, post = world.own, world.own["slug"], world.own["post"]
    found = {
        # anybody
        "labels": ask(),
        "label": ask(slug=slug),
        "feed": ask(slug=slug),
        "post": ask(id=post),
        "revisions": ask(id=post),
        # each for himself
        "me": ask(),
        "kept": ask(),
        "prefer": ask({"mail": False, "locale": "en", "zone": "UTC"}),
        "notices": ask(),
        "unread": ask(),
        "read_notices": ask(),
        "found_label": ask({"name": "Loud tea", "statement": "Now.", "field": "tea"}),
        "standing": ask(slug=slug),
        "stand_to_label": ask({"state": "wears"}, slug=slug),
        "leave_label": ask(slug=slug),
        "lines": ask(),
        "react": ask(id=post, kind="useful"),
        "take_back": ask(id=post, kind="useful"),
        # his own things
        "read_notice": ask(id=own["notice"]),
        "tell": ask({**POST, "line": own["line"], "label": None}),
        "edit_post": ask({**POST, "revision": 0}, id=post),
        "withdraw_post": ask(id=post),
        "change_pictures": ask({"remove": []}, id=post),
        # a label
        "bind_label": ask({"field": "teaware"}, slug=slug),
        "admit": ask(slug=slug, member=world.ids["other member"]),
        "greet": ask(slug=slug, member=own["newcomer"]),
        "unanswered_posts": ask(slug=slug),
        **_api_of_sharing(world),
        **_api_of_trouble(world),
    }
    return {f"api:{name}": wanted for name, wanted in found.items()}


def _api_of_sharing(world: World) -> dict[str, Ask]:
    own = world.own
    return {
        "openapi": ask(),
        "visit": ask({"token": own["token"]}),
        "take_code": ask({"code": own["code"]}),
        "touches": ask(),
        "product": ask(key="tray"),
        "share_product": ask(key="tray"),
        "share_post": ask(id=own["post"]),
        "share_label": ask(slug=own["slug"]),
        "thanks": ask(),
        "say_thanks": ask({"said": "fun", "by_name": True}, id=own["thanks"]),
        "join_touches": ask(),
        "make_product_link": ask(key="tray"),
        "make_post_link": ask(id=own["post"]),
        "make_label_link": ask(slug=own["slug"]),
        "links": ask(),
        "balances": ask(),
        "rewards": ask(),
        "payouts": ask(),
        "cash_out": ask({"amount": {"minor": 1_500, "currency": "CNY"}}),
        "link": ask(id=own["link"]),
        "change_link": ask(
            {"name": "For Sundays", "line": "It pours.", "rests": True}, id=own["link"]
        ),
        "end_link": ask(id=own["link"]),
        "receipt": ask(id=own["reward"]),
        "payout": ask(id=own["payout"]),
        "figures": ask(),
        "people": ask(),
        "shared_links": ask(),
        "paid_orders": ask(),
        "open_cases": ask(),
        "tasks": ask(),
        "promises": ask(),
        "silent_products": ask(),
        "appeals": ask(),
        "appeal": ask(id=own["appeal"]),
        "appeal_reward": ask({"text": "We are sisters."}, id=own["rejected reward"]),
        "withdraw_appeal": ask(id=own["appeal"]),
        "desk_reward_appeal": ask(id=own["appeal"]),
        "grant_appeal": ask({"text": "We believe you."}, id=own["appeal"]),
        "turn_down_appeal": ask({"text": "No."}, id=own["appeal"]),
        "due_payouts": ask(),
        "settled_payouts": ask(),
        "mark_payout_sent": ask({"reference": "T-1"}, id=own["payout"]),
        "mark_payout_failed": ask({"reason": "No account."}, id=own["payout"]),
    }


def _api_of_trouble(world: World) -> dict[str, Ask]:
    own, reason = world.own, {"reason": "Three alike"}
    case, running, alone = own["case open"], own["case running"], own["alone"]
    half = {
        "kind": "part_refund",
        "percent": 50,
        "language": "en",
        "letter": "Dear {name}, {amount}.",
    }
    return {
        "similar": ask(line=own["line"]),
        "complaints": ask(),
        "file_complaint": ask({"line": own["line"], "reason": "other", "text": "Crooked."}),
        "complaint": ask(id=alone),
        "answer_complaint": ask({"text": "Here it is."}, id=own["asked"]),
        "accept_remedy": ask(id=own["in offered"]),
        "refuse_remedy": ask({"text": "Not enough."}, id=own["in offered"]),
        "take_up_complaint": ask({"text": "Look again."}, id=own["rejected"]),
        "withdraw_complaint": ask({"mistaken": True}, id=alone),
        "add_to_complaint": ask({"text": "It is worse now."}, id=alone),
        "renew_link": ask(id=alone),
        "tracker": ask(token=own["opens alone"]),
        "tracker_add": ask({"text": "It is worse now."}, token=own["opens alone"]),
        "tracker_answer": ask({"text": "Here it is."}, token=own["opens asked"]),
        "tracker_accept": ask(token=own["opens in offered"]),
        "tracker_refuse": ask({"text": "Not enough."}, token=own["opens in offered"]),
        "tracker_take_up": ask({"text": "Look again."}, token=own["opens rejected"]),
        "tracker_withdraw": ask({"mistaken": True}, token=own["opens alone"]),
        "items": ask(),
        "item": ask(id=own["item"]),
        "claim_item": ask(id=own["item"]),
        "release_item": ask(id=own["item"], before=lambda w, role: w.hold(own["item"], role)),
        "do_at_desk": ask(
            {"verb": "take", "items": [{"id": own["item"], "version": 1}], "text": "A photo?"}
        ),
        "undo_at_desk": ask(key=DEED, before=own_deed),
        "desk_seat": ask(),
        "desk_keys": ask({"has_keys": False}),
        "save_view": ask({"name": "Late tea", "view": "soon", "field": "teaware", "words": "lid"}),
        "remove_view": ask(id=1, before=own_view),
        "desk_complaint": ask(id=alone),
        "ask_customer": ask({"text": "A photo?"}, id=alone),
        "reject_complaint": ask({"text": "No."}, id=alone),
        "open_case": ask({**reason, "complaints": [alone], "title": "Glaze", "one_batch": True}),
        "case": ask(id=case),
        "add_to_case": ask(id=case, complaint=alone),
        "remove_from_case": ask(id=case, complaint=own["in open"]),
        "dismiss_case": ask(reason, id=own["candidate"]),
        "investigate_case": ask(reason, id=case),
        "preview_remedy": ask(half, id=case),
        "decide_case": ask({**reason, **half}, id=case),
        "start_remedy": ask(id=own["case decided"], operation=own["operation"]),
        "retry_remedy": ask(id=running, operation=own["running"]),
        "skip_item": ask(reason, id=running, item=own["failed"]),
        "merge_case": ask({**reason, "other": own["case spare"]}, id=case),
        "split_case": ask(
            {**reason, "complaints": [own["in merged"]], "title": "Glaze"}, id=own["case heir"]
        ),
        "undo_merge": ask({"other": own["case merged"]}, id=own["case heir"]),
        "note_case": ask({"text": "Spare lids are set aside."}, id=case),
        "preview_news": ask(NEWS, id=case),
        "tell_case": ask(NEWS, id=case),
        "stop_news": ask(id=own["case heir"], broadcast=own["news"]),
        "confirm_remedy": ask(id=own["case danger"], operation=own["dangerous"]),
        "halt_remedy": ask(id=own["case planned"], operation=own["planned"]),
    }
