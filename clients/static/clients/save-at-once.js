/**
 * Saves a form's settings with each change, and says so beside it. Without this file the form has its button, which
 * comes back where saving failed. What the server answers is the page as it is now: errors are taken from it, and how
 * the page looks.
 */

const CALM_MS = 600; // a time is changed hour first, then minute

/** Return what an answer means: "saved", "wrong" where the page has errors, "signed_out", or "failed". Pure. */
export function meaningOf({ status, redirected, url }, here) {
  if (status === 400) return "wrong";
  if (status !== 200 || !redirected) return "failed";
  return new URL(url).pathname === here ? "saved" : "signed_out";
}

class Saving {
  #last = Promise.resolve();
  #timer = null;

  constructor(form) {
    this.form = form;
    this.button = form.querySelector("button[type=submit]");
    this.line = form.querySelector("[data-part=saved]");
    this.button.hidden = true;
    this.line.hidden = false; // a line that is there already is read out when it is filled
    form.addEventListener("change", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.save(), CALM_MS);
    });
    form.addEventListener("submit", () => clearTimeout(this.#timer));
    window.addEventListener("pagehide", () => this.#leave());
  }

  /** One after the other, so that the last choice is the one that stays. */
  save() {
    this.#timer = null;
    this.#last = this.#last.then(() => this.#send());
    return this.#last;
  }

  async #send() {
    let answer;
    let page;
    try {
      answer = await fetch(this.form.action, { method: "POST", body: new FormData(this.form), credentials: "same-origin" });
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      return this.#say("failed");
    }
    let meaning = meaningOf(answer, location.pathname);
    if (meaning === "saved" && page.querySelector(".messages .notice--danger")) meaning = "wrong";
    if (meaning === "signed_out") return location.assign(answer.url);
    if (meaning === "saved") this.#look(page.documentElement);
    if (meaning !== "failed") this.#errors(page);
    return this.#say(meaning);
  }

  /** A change made just before the page is left is sent all the same. */
  #leave() {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    fetch(this.form.action, { method: "POST", body: new FormData(this.form), credentials: "same-origin", keepalive: true }).catch(() => {});
  }

  /** Look as the page looks now; another language is another page. */
  #look(wanted) {
    const root = document.documentElement;
    if (wanted.lang !== root.lang) return location.reload();
    for (const name of ["theme", "text", "motion", "hand"]) {
      if (name in wanted.dataset) root.dataset[name] = wanted.dataset[name];
      else delete root.dataset[name];
    }
    return undefined;
  }

  /** Put each field that has an error now, or had one, in the place of the old one. */
  #errors(page) {
    const isWrong = (field) => field.querySelector(".field__error") !== null;
    const fresh = [...(page.getElementById(this.form.id)?.querySelectorAll(".field") ?? [])];
    [...this.form.querySelectorAll(".field")].forEach((field, place) => {
      if (!fresh[place] || !(isWrong(field) || isWrong(fresh[place]))) return;
      const { id } = document.activeElement;
      field.replaceWith(document.importNode(fresh[place], true));
      if (id) document.getElementById(id)?.focus();
    });
  }

  #say(meaning) {
    this.button.hidden = meaning === "saved";
    this.line.textContent = "";
    this.line.textContent = this.line.dataset[meaning];
  }
}

export default function mount(form) {
  new Saving(form);
}
