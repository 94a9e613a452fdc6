"""What a page is asked about itself, in its browser."""

from __future__ import annotations

OVERFLOW = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > wide + 1)
    .map(one => `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 60)}`);
}"""
"""Return what makes a page scroll sideways."""

WEIGHT = """() => {
  const sheets = performance.getEntriesByType("resource").filter(
    one => one.name.split("?")[0].endsWith(".css"));
  return [performance.getEntriesByType("navigation")[0], ...sheets]
    .reduce((sum, one) => sum + one.decodedBodySize, 0);
}"""
"""Return the bytes of a page's HTML and style sheets, unpacked."""

PACKED = """async () => {
  const sheets = performance.getEntriesByType("resource").map(one => one.name)
    .filter(name => name.split("?")[0].endsWith(".css"));
  const texts = await Promise.all(sheets.map(async name => (await fetch(name)).text()));
  const sizes = [document.documentElement.outerHTML, ...texts].map(async text => {
    const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
    return (await new Response(packed).arrayBuffer()).byteLength;
  });
  return (await Promise.all(sizes)).reduce((sum, one) => sum + one);
}"""
"""Return the same as a web server sends it, packed by gzip."""

CONTROLS = """least => {
  const own = "a[href], button, input, select, textarea, summary";
  const large = one => {
    const box = one.getBoundingClientRect();
    return [box, ...[...(one.labels ?? [])].map(label => label.getBoundingClientRect())]
      .some(box => box.width >= 24 && box.height >= needed(one) - 0.5);
  };
  const needed = one => one.matches("button, .fc-btn, select, textarea, input") ? least : 24;
  const inText = one => one.tagName === "A" && getComputedStyle(one).display === "inline"
    && one.parentElement.textContent.trim() !== one.textContent.trim();
  return [...document.querySelectorAll(own)]
    .filter(one => one.checkVisibility({visibilityProperty: true}) && one.type !== "hidden")
    .filter(one => !inText(one) && !one.closest(".fc-vh, .fc-skip") && !large(one))
    .map(one => one.outerHTML.slice(0, 120) + " " + one.getBoundingClientRect().width
      + " x " + one.getBoundingClientRect().height);
}"""
"""Return the controls that are smaller than 24 px, or buttons and fields lower than `least`.

A link inside a sentence may be as high as its line; a label makes its control larger.
"""

OFFERED = """() => {
  const seen = one => one.checkVisibility({visibilityProperty: true});
  const links = [...document.querySelectorAll("a[href]")].filter(seen)
    .map(one => "link " + one.getAttribute("href").split("?")[0]);
  const fields = [...document.querySelectorAll("[name]")]
    .filter(one => one.form && one.type !== "hidden" && seen(one))
    .map(one => `field ${one.form.getAttribute("action")} ${one.name}`);
  return [...links, ...fields];
}"""
"""Return the links and the fields of forms that a reader sees, by address and name."""
