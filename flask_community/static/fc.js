// Makes pages handier that work without it. No words in here: they come from attributes.

const SENT = "fc-draft-sent";

const words = (element, text, ms = 2500) => {
  const before = element.textContent;
  element.textContent = text;
  if (ms) setTimeout(() => { element.textContent = before; }, ms);
};

// Copies the text of its field; its button shows up only where that can work.
class Copy extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!navigator.clipboard || !button) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = this.querySelector("input, textarea");
      try {
        await navigator.clipboard.writeText(field.value);
        words(button.querySelector("[aria-live]"), this.dataset.done);
      } catch {
        field.select();
      }
    });
  }
}

// Opens the share sheet of the device; its button shows up only where there is one.
class Share extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!navigator.share || !button) return;
    const { title, text, url } = this.dataset;
    this.closest("[hidden]").hidden = false;
    button.addEventListener("click", () => navigator.share({ title, text, url }).catch(() => {}));
  }
}

// Keeps what is being written in this browser until it was sent and taken.
class Draft extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    const key = `fc-draft:${this.dataset.key}`;
    const fields = [...form.querySelectorAll("input:not([type=hidden]), textarea, select")];
    const say = () => { this.querySelector("[data-draft]").textContent = this.dataset.kept; };
    const draft = read(key);
    // What the server gave back is newer than what was kept.
    if (draft && !fields.some((field) => field.defaultValue)) {
      for (const field of fields) if (field.name in draft) field.value = draft[field.name];
      say();
    }
    form.addEventListener("input", () => {
      write(key, Object.fromEntries(fields.map((field) => [field.name, field.value])));
      say();
    });
    form.addEventListener("submit", () => sessionStorage.setItem(SENT, key));
  }
}

const read = (key) => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
};

const write = (key, draft) => {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // A full or forbidden store loses the draft, nothing else.
  }
};

// Goes away by itself, but not while somebody is at it, nor with the way back that it offers.
class Toast extends HTMLElement {
  connectedCallback() {
    if (this.querySelector("form")) return;
    let timer;
    const wait = () => { timer = setTimeout(() => this.remove(), 10000); };
    const stay = () => clearTimeout(timer);
    for (const name of ["pointerenter", "focusin"]) this.addEventListener(name, stay);
    for (const name of ["pointerleave", "focusout"]) this.addEventListener(name, wait);
    wait();
  }
}

// Opens its dialog where its link would have led to a page.
class Dialog extends HTMLElement {
  connectedCallback() {
    const dialog = this.querySelector("dialog");
    this.querySelector("[data-opens]").addEventListener("click", (event) => {
      event.preventDefault();
      dialog.showModal();
    });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
  }
}

// A text that was sent and does not come back to its form was taken.
const sent = sessionStorage.getItem(SENT);
sessionStorage.removeItem(SENT);
if (sent && !document.querySelector("fc-draft")) localStorage.removeItem(sent);

const elements = { "fc-copy": Copy, "fc-share": Share, "fc-draft": Draft, "fc-toast": Toast, "fc-dialog": Dialog };
for (const [name, element] of Object.entries(elements)) {
  if (!customElements.get(name)) customElements.define(name, element);
}
