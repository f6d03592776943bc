/**
 * Writing a message: the draft outlives a reload, and the page says whether it was sent.
 *
 * The draft is kept for this tab only, since a message must not stay on a phone that others use; what is written about
 * an exercise has a draft of its own. The form carries a key, so that sending again after a broken connection keeps one
 * message. Without this module the form is sent as any.
 */

const KEPT_AS = "steadyback-message-draft";

/** What an answer of the server means: "sent", "refused" (its words are shown) or "elsewhere" (a sign-in page). */
export function meaningOf({ status, redirected, type }) {
  if (redirected || !type.includes("json")) return status >= 500 ? "failed" : "elsewhere";
  if (status === 200) return "sent";
  return status === 400 ? "refused" : "failed";
}

export class Composer {
  #busy = false;

  /**
   * words: {sending, sent, later, failed}; about: id of an exercise or ""; `show(text)` tells the writer; `done()` after
   * it was sent; `plain()` sends as a form.
   */
  constructor({ form, text, about, words, show, done, plain, store, fetch, isOnline }) {
    Object.assign(this, { form, text, words, show, done, plain, store, fetch, isOnline });
    this.keptAs = about ? `${KEPT_AS}-${about}` : KEPT_AS;
    this.waits = false;
    if (!text.value) text.value = store.getItem(this.keptAs) ?? "";
  }

  keep() {
    if (this.text.value.trim()) this.store.setItem(this.keptAs, this.text.value);
    else this.store.removeItem(this.keptAs);
  }

  /** Send once; a second call meanwhile does nothing. */
  async send() {
    if (this.#busy) return;
    this.#busy = true;
    this.show(this.words.sending);
    try {
      const answer = await this.fetch(this.form);
      const meaning = meaningOf(answer);
      this.waits = false;
      if (meaning === "sent") {
        this.store.removeItem(this.keptAs);
        this.show(this.words.sent);
        this.done();
      } else if (meaning === "elsewhere") this.plain();
      else this.show(meaning === "refused" ? answer.detail : this.words.failed);
    } catch {
      this.waits = !this.isOnline();
      this.show(this.waits ? this.words.later : this.words.failed);
    } finally {
      this.#busy = false;
    }
  }

  /** The network is back: what waited is sent. */
  online() {
    if (this.waits) this.send();
  }
}

async function post(form) {
  const response = await fetch(form.action, {
    method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, credentials: "same-origin",
  });
  const type = response.headers.get("content-type") ?? "";
  const body = type.includes("json") ? await response.json() : {};
  return { status: response.status, redirected: response.redirected, type, detail: body.detail };
}

export default function mount(form) {
  const state = form.querySelector("[data-part=state]");
  const { sending, sent, later, failed } = form.dataset;
  const composer = new Composer({
    form,
    text: form.elements.text,
    about: form.elements.about?.value,
    words: { sending, sent, later, failed },
    show: (text) => { state.textContent = text; },
    done: () => location.replace(form.action),
    plain: () => form.submit(),
    store: sessionStorage,
    fetch: post,
    isOnline: () => navigator.onLine,
  });
  form.elements.text.addEventListener("input", () => composer.keep());
  form.addEventListener("submit", (event) => {
    if (!form.elements.text.value.trim()) return;
    event.preventDefault();
    composer.send();
  });
  addEventListener("online", () => composer.online());
  return composer;
}
