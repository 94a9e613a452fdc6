"""Every screen there is: who opens it where, and what he does until it looks as it should."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def _as_it_is(page: Page) -> None:
    """Open a page and look."""


@dataclass(frozen=True)
class Screen:
    """One page in one state."""

    name: str
    who: str | None
    """Nickname of who looks; None for a visitor without an account."""
    path: str
    """Under `/community`; words in braces are ids of the town."""
    status: int = 200
    act: Callable[[Page], None] = _as_it_is
    place: str = "town"
    """`town`, `new` for a shop that has just opened, `host` for the example shop."""


def _refused(page: Page) -> None:
    page.fill("[name=name]", "Slow mornings")
    page.fill("[name=statement]", "It is taken.")
    page.click("form[method=post] button[type=submit]")
    page.wait_for_load_state()


def _previewed(page: Page) -> None:
    form = page.locator("form[action$='/preview']", has=page.locator("[name=kind]"))
    form.locator("[name=kind]").first.evaluate(_CHOOSE, "part_refund")
    form.locator("[name=percent]").fill("50")
    form.locator("[name=letter]").fill("Dear {name}, {amount} comes back for {product}.")
    form.locator("[name=reason]").fill("The kiln was too cool.")
    form.locator("button[type=submit]").click()
    page.wait_for_load_state()


def _unfolded(page: Page) -> None:
    page.locator("section[aria-labelledby=members] details").evaluate_all(
        "all => all.forEach(one => one.open = true)"
    )


def _split_nobody(page: Page) -> None:
    _unfolded(page)
    form = page.locator("form[action$='/split']")
    form.locator("[name=title]").fill("Lids")
    form.locator("[name=reason]").fill("Another fault.")
    form.locator("button").click()
    page.wait_for_load_state()


def _news(page: Page) -> None:
    page.locator("section[aria-labelledby=news] details").evaluate("one => one.open = true")
    form = page.locator("form[action$='/news/preview']")
    form.locator("textarea").first.fill("Dear {name}, the kiln sent its log ({number}).")
    form.locator("button").click()
    page.wait_for_load_state()


def _remembered(page: Page) -> None:
    page.wait_for_load_state("networkidle")  # pictures load late; leaving would abort them
    page.goto("/community/remembered")


def _mistyped(page: Page) -> None:
    page.fill("[name=code]", "4K7-Q2MF9X")
    page.click("form[action$='/code'] button")
    page.wait_for_load_state()


def _read_the_post(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.goto("/community/labels/slow-mornings")
    page.wait_for_load_state("networkidle")
    page.click("text=Seven minutes")
    page.wait_for_load_state()


_CHOOSE = """(control, value) => {
  if (control.tagName === "SELECT") control.value = value;
  else control.form.querySelector(`[name=kind][value=${value}]`).click();
}"""

SCREENS = (
    Screen("language", None, "/language"),
    Screen("style", "owner", "/style"),
    # -- labels, experience --
    Screen("labels", None, "/labels"),
    Screen("labels, further", "an", "/labels?before=3"),
    Screen("labels, none", None, "/labels", place="new"),
    Screen("label, visitor", None, "/labels/{label}"),
    Screen("label, steward", "mei", "/labels/{label}"),
    Screen("label, who aspires", "an", "/labels/{label}?tab=new"),
    Screen("label, fun", "jun", "/labels/{label}?tab=fun"),
    Screen("label, newcomer to greet", "wang", "/labels/{label}"),
    Screen("label, asking to get in", "mei", "/labels/{asked}"),
    Screen("label, missing", None, "/labels/nobody-wears-it", 404),
    Screen("found a label", "mei", "/found"),
    Screen("found a label, refused", "mei", "/found", 409, _refused),
    Screen("untold", "mei", "/tell"),
    Screen("untold, none", "newcomer", "/tell"),
    Screen("compose", "mei", "/tell/{untold}"),
    Screen("post, visitor", None, "/posts/{post}"),
    Screen("post, reader", "jun", "/posts/{post}"),
    Screen("post, author", "mei", "/posts/{post}"),
    Screen("post, sent back", "jun", "/posts/{sent_back}"),
    Screen("post, withdrawn", None, "/posts/{gone}", 404),
    Screen("edit post", "mei", "/posts/{post}/edit"),
    Screen("history of a post", None, "/posts/{edited}/history"),
    # -- sharing, earning --
    Screen("share, visitor", None, "/share/product/gaiwan"),
    Screen("share, sharer", "mei", "/share/product/gaiwan"),
    Screen("share, resting", "mei", "/share/product/pitcher"),
    Screen("share a post", "mei", "/share/post/{post}"),
    Screen("share a label, visitor", None, "/share/label/{label}"),
    Screen("share a label, sharer", "mei", "/share/label/{label}"),
    Screen("share a label, nothing to earn", "jun", "/share/label/{asked}"),
    Screen("landing on a label", None, "/r/{to_label}"),
    Screen("poster of a label", "mei", "/my/shares/{to_label_id}/poster"),
    Screen("link that ended", None, "/r/{ended}"),
    Screen("link that rests", None, "/r/{paused}"),
    Screen("link that its sharer rests", None, "/r/{resting}"),
    Screen("one of my links", "mei", "/my/shares/{link_id}"),
    Screen("one of my links, resting", "mei", "/my/shares/{resting_id}"),
    Screen("poster", "mei", "/my/shares/{link_id}/poster"),
    Screen("remembered, nothing", None, "/remembered"),
    Screen("remembered", "typist", "/r/{link}", 200, _remembered),
    Screen("remembered, no such code", "typist", "/remembered", 422, _mistyped),
    Screen("landing on a post", "typist", "/r/{link}", 200, _read_the_post),
    Screen("my shares", "mei", "/my/shares"),
    Screen("my shares, none", "newcomer", "/my/shares"),
    Screen("my rewards", "mei", "/my/rewards"),
    Screen("my rewards, proved", "mei", "/my/rewards/prove/money/CNY/1200"),
    Screen("my rewards, only as credit", "wang", "/my/rewards"),
    Screen("my rewards, none", "newcomer", "/my/rewards"),
    Screen("receipt", "mei", "/my/rewards/{reward}/receipt"),
    Screen("receipt, to appeal from", "mei", "/my/rewards/{reversed}/receipt"),
    Screen("receipt, appealed", "mei", "/my/rewards/{appealed}/receipt"),
    Screen("receipt, turned down", "mei", "/my/rewards/{upheld}/receipt"),
    Screen("thanks", "wang", "/thanks"),
    Screen("thanks, none", "newcomer", "/thanks"),
    Screen("notices", "mei", "/notices"),
    Screen("notices, none", "newcomer", "/notices"),
    # -- something is wrong --
    Screen("something is wrong", "an", "/wrong"),
    Screen("something is wrong, nothing bought", "newcomer", "/wrong"),
    Screen("something is wrong, one order", "an", "/orders/{order}/wrong"),
    Screen("complain", "mei", "/lines/{untold}/wrong"),
    Screen("complain, others do", "mei", "/lines/{joinable}/wrong"),
    Screen("my complaints", "an", "/complaints"),
    Screen("my complaints, none", "newcomer", "/complaints"),
    Screen("complaint, received", "an", "/complaints/{received}"),
    Screen("complaint, asked", "an", "/complaints/{waiting}"),
    Screen("complaint, in a case", "wang", "/complaints/{together}"),
    Screen("complaint, offered", "an", "/complaints/{offered}"),
    Screen("complaint, settled", "an", "/complaints/{resolved}"),
    Screen("complaint, closed", "an", "/complaints/{closed}"),
    Screen("complaint, turned down", "an", "/complaints/{rejected}"),
    Screen("complaint, withdrawn", "an", "/complaints/{withdrawn}"),
    Screen("complaint by link, received", None, "/c/{link_received}"),
    Screen("complaint by link, asked", None, "/c/{link_waiting}"),
    Screen("complaint by link, offered", None, "/c/{link_offered}"),
    Screen("complaint by link, settled", None, "/c/{link_resolved}"),
    Screen("complaint by link, turned down", None, "/c/{link_rejected}"),
    Screen("complaint by link, ended", None, "/c/{link_over}", 404),
    Screen("complaint, of another", "jun", "/complaints/{received}", 404),
    # -- the desk --
    Screen("desk", "moderator", "/desk"),
    Screen("desk, mine", "moderator", "/desk?view=mine"),
    Screen("desk, group cases", "moderator", "/desk?view=groups"),
    Screen("desk, growing", "moderator", "/desk?view=growing"),
    Screen("desk, searched", "moderator", "/desk?q=tray"),
    Screen("desk, snoozed", "moderator", "/desk?view=snoozed"),
    Screen("desk, just done", "moderator", "/desk?done={deed}"),
    Screen("desk, no such view", "moderator", "/desk?view=mud", 422),
    Screen("desk, nothing", "moderator", "/desk", place="new"),
    Screen("desk, not for you", "an", "/desk", 403),
    Screen("desk, one complaint", "moderator", "/desk/complaints/{at_desk}"),
    Screen("desk, a reopened one", "moderator", "/desk/complaints/{reopened}"),
    Screen("desk, candidate", "moderator", "/desk/cases/{candidate}"),
    Screen("desk, case", "moderator", "/desk/cases/{case}"),
    Screen("desk, case to merge", "moderator", "/desk/cases/{case}", 200, _unfolded),
    Screen("desk, case not for you", "an", "/desk/cases/{case}", 403),
    Screen("desk, case split refused", "moderator", "/desk/cases/{case}", 422, _split_nobody),
    Screen("desk, news", "moderator", "/desk/cases/{case}", 200, _news),
    Screen("desk, second person", "moderator", "/desk/cases/{second}"),
    Screen("desk, about to start", "moderator", "/desk/cases/{planned}"),
    Screen("desk, case decided", "moderator", "/desk/cases/{decided}"),
    Screen("desk, case with failures", "moderator", "/desk/cases/{answered}"),
    Screen("desk, an appeal", "moderator", "/desk/reward-appeals/{appeal}"),
    Screen("desk, an appeal decided", "moderator", "/desk/reward-appeals/{answered_appeal}"),
    Screen("desk, preview", "moderator", "/desk/cases/{case}", 200, _previewed),
    # -- the owner --
    Screen("owner", "owner", "/owner"),
    Screen("owner, nothing yet", "owner", "/owner", place="new"),
    Screen("owner, not for you", "moderator", "/owner", 403),
    Screen("owner, people", "owner", "/owner/people"),
    Screen("owner, links", "owner", "/owner/links"),
    Screen("owner, orders", "owner", "/owner/orders?path=link"),
    Screen("owner, direct orders", "owner", "/owner/orders?path=direct"),
    Screen("owner, kept orders", "owner", "/owner/orders?path=link&when=settled&fate=kept"),
    Screen("owner, orders by a code", "owner", "/owner/orders?path=all&when=month&begin=code"),
    Screen("owner, promises", "owner", "/owner/promises"),
    Screen("owner, promises overdue", "owner", "/owner/promises?late=1"),
    Screen("owner, products without a story", "owner", "/owner/silent"),
    Screen("owner, cases", "owner", "/owner/cases"),
    Screen("owner, no cases", "owner", "/owner/cases", place="new"),
    Screen("owner, payouts", "owner", "/owner/payouts"),
    Screen("owner, no payouts", "owner", "/owner/payouts", place="new"),
    # -- in a shop's own layout --
    Screen("in a shop, label", "Mei Lin", "/labels/slow-mornings", place="host"),
    Screen("in a shop, my rewards", "Mei Lin", "/my/rewards", place="host"),
)

EXCUSED = {
    "static": "files",
    "theme": "a style sheet",
    "signed_receipt": "a file to keep",
    "rewards_table": "a file to keep",
    "rewards_calendar": "a file to keep",
    "payouts_table": "a file for the bank",
    "link_qr": "a picture, shown on the share sheet",
    "complaint_picture": "a photo, shown on the page of its complaint",
    "tracker_picture": "a photo, shown on the page of its complaint",
    "desk_complaint_picture": "a photo, shown on the page of its complaint",
}
"""Rules that answer no page, and why."""
