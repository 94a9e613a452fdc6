"""Works a page with the keyboard alone, as somebody without a mouse does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

MARK_STOPS = """() => {
  const own = "a[href], button, input, select, textarea, summary, [tabindex]";
  const groups = new Set();
  const stops = [...document.querySelectorAll(own)].filter(one => {
    if (one.disabled || one.tabIndex < 0 || one.type === "hidden") return false;
    if (!one.checkVisibility({visibilityProperty: true}) || one.closest("[inert]")) return false;
    if (one.type !== "radio") return true;
    // Of radio buttons that belong together, Tab reaches the chosen one, or the first.
    const group = [...document.getElementsByName(one.name)].filter(it => it.form === one.form);
    const chosen = group.find(it => it.checked) ?? group[0];
    return chosen === one && !groups.has(one) && groups.add(one);
  });
  stops.forEach((one, number) => { one.dataset.stop = number; });
  getSelection().removeAllRanges();
  document.activeElement.blur();
  return stops.length;
}"""
"""Number what Tab should reach, in the order of the page; return how many there are."""

HERE = """() => {
  const one = document.activeElement;
  const box = one.getBoundingClientRect(), shape = getComputedStyle(one);
  const rings = [one, one.parentElement, one.closest("label")].filter(Boolean).map(
    it => getComputedStyle(it)).filter(it => it.outlineStyle !== "none");
  return {
    stop: Number(one.dataset.stop ?? -1),
    words: one.outerHTML.slice(0, 120),
    // A browser's own ring, "auto", is said to be 1 px and drawn thicker.
    ring: Math.max(0, ...rings.map(
      it => it.outlineStyle === "auto" ? 3 : parseFloat(it.outlineWidth))),
    seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""
"""Return where the keyboard is, how thick the ring around it is, and whether it is in sight."""


def walk(page: Page) -> tuple[list[int], list[str]]:
    """Press Tab through a page; return the stops as reached, and what could not be seen."""
    stops: int = page.evaluate(MARK_STOPS)
    reached, unseen = [], []
    for _ in range(stops):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        reached.append(here["stop"])
        if here["ring"] < 2 or not here["seen"]:
            unseen.append(here["words"])
    return reached, unseen


def go_to(page: Page, selector: str, *, most: int = 200) -> None:
    """Press Tab until the keyboard is where `selector` says; raises AssertionError if never."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


def fill(page: Page, **fields: str) -> None:
    """Go through a form's fields in order and type into them."""
    for name, text in fields.items():
        go_to(page, f"[name={name}]")
        page.keyboard.type(text)


def send(page: Page, selector: str) -> None:
    """Go to a button and press it; waits for the page that follows."""
    go_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")
