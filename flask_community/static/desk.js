// The moderators' desk by keyboard. No words in here: they come from the page.

const typing = (target) => target.matches("textarea, select, input:not([type=checkbox]), [contenteditable]");

class Desk extends HTMLElement {
  connectedCallback() {
    this.rows = [...this.querySelectorAll(".fc-item")];
    this.bar = this.querySelector("[data-bar]");
    this.help = this.querySelector("[data-help-over]");
    this.does = {
      j: () => this.move(1),
      k: () => this.move(-1),
      x: () => this.box(this.here())?.click(),
      e: () => this.here()?.querySelector("h3 a")?.click(),
      a: () => this.take(),
      n: () => this.open("snooze"),
      r: () => this.open("reply"),
      "/": () => this.querySelector("[type=search]").focus(),
      u: () => document.querySelector(".fc-toast button")?.click(),
      "?": () => this.help.showModal(),
    };
    this.addEventListener("change", () => this.count());
    this.addEventListener("focusin", (event) => { this.at = event.target.closest(".fc-item") ?? this.at; });
    if (this.dataset.keys !== undefined) document.addEventListener("keydown", (event) => this.press(event));
    this.dress();
    this.count();
  }

  // The list of keys stands in a dialog once there are scripts; each key is a button there.
  dress() {
    const folded = this.querySelector("[data-help]");
    this.help.firstElementChild.append(folded.querySelector("[data-help-in]"));
    folded.querySelector("summary").addEventListener("click", (event) => {
      event.preventDefault();
      this.help.showModal();
    });
    for (const button of this.help.querySelectorAll("[data-does]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        this.help.close();
        this.does[button.dataset.does]();
      });
    }
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    const does = this.does[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  }

  box(row) { return row?.querySelector("[name=item]"); }

  picked() { return this.rows.filter((row) => this.box(row).checked); }

  here() { return this.at ?? this.rows[0]; }

  move(step) {
    const next = this.at ? this.rows.indexOf(this.at) + step : 0;
    const row = this.rows[Math.min(Math.max(next, 0), this.rows.length - 1)];
    this.box(row)?.focus();
    row?.scrollIntoView({ block: "nearest" });
  }

  count() {
    if (!this.bar) return;
    const number = this.picked().length;
    this.bar.hidden = !number;
    this.querySelector("[data-count]").textContent = this.dataset.picked.replace("{n}", number);
  }

  take() {
    const bulk = this.bar?.querySelector("[value=take]");
    (this.picked().length ? bulk : this.here()?.querySelector("[formaction$='/claim']"))?.click();
  }

  // Opens what asks for more; what the keyboard stands on counts if nothing is ticked.
  open(name) {
    const menu = this.bar?.querySelector(`[data-opens=${name}]`);
    if (!menu) return;
    if (!this.picked().length) this.box(this.here()).click();
    menu.open = true;
    menu.querySelector("select, textarea").focus();
  }
}

if (!customElements.get("fc-desk")) customElements.define("fc-desk", Desk);
