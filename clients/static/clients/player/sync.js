/**
 * Send what waits in the store, in the order in which it happened, each event once.
 *
 * `status()` is one of: "idle" (nothing waits), "sending", "offline" (no network), "later" (the server could not
 * answer, tried again by itself), "sign_in" (401, 403 or a sign-in page: the queue is kept), and counts what waits.
 */

const BATCH = 50;
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 60_000;
const TIMEOUT_MS = 15_000;

/** Return the CSRF token of this moment: the cookie, since a new sign-in rotates it, else the page's own field. */
export function csrfToken(document) {
  const cookies = document.cookie.split("; ");
  const cookie = cookies.find((each) => /^(__Host-|__Secure-)?csrftoken=/.test(each));
  if (cookie) return decodeURIComponent(cookie.slice(cookie.indexOf("=") + 1));
  return document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

/**
 * Return a token for this account from the server, or null where somebody else or nobody is signed in. A page from the
 * cache may have none, and a new sign-in makes the old one useless.
 */
export async function freshToken(url, account, fetch) {
  const answer = await fetch(url.replace(/[^/]+\/$/, "account/"), { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (meaningOf(answer) !== "answered") return null;
  const found = await answer.json();
  return found.account === account ? found.token : null;
}

/** Have the browser send what waits once the network is back, where it can do that; a bonus. */
export async function askForSync(container = globalThis.navigator?.serviceWorker) {
  try {
    const registration = await container?.getRegistration();
    await registration?.sync?.register("events");
  } catch {
    // It may be forbidden; what waits is sent by the next page.
  }
}

const isJson = (response) => (response.headers.get("content-type") || "").includes("json");

/** What an answer of the server means for the whole batch. */
export function meaningOf(response) {
  if (response.redirected || [401, 403].includes(response.status)) return "sign_in";
  if (response.status === 200) return isJson(response) ? "answered" : "sign_in";
  if ([400, 413, 422].includes(response.status)) return "unreadable";
  return "later";
}

export class Sync {
  #running = null;
  #again = false;
  #timer = null;
  #wait = FIRST_RETRY_MS;
  #state = "idle";

  /**
   * account: whose events these are; the server refuses them for any other. list: the name under which it takes them.
   * `onStatus({state, waiting, refused, durable})` is told of every change.
   */
  constructor({ store, url, token, account = null, list = "events", onStatus = () => {}, onLeft = askForSync,
    fetch = (...args) => globalThis.fetch(...args),
    setTimer = (work, ms) => globalThis.setTimeout(work, ms), clearTimer = (id) => globalThis.clearTimeout(id) }) {
    Object.assign(this, { store, url, token, account, list, onStatus, onLeft, fetch, setTimer, clearTimer });
  }

  /** Send all that waits. Something has changed (an event, the network, a return), so retries begin anew. */
  send(options = {}) {
    this.#wait = FIRST_RETRY_MS;
    return this.#run(options);
  }

  /** Calls while it runs are taken up by the run that follows. */
  #run(options) {
    if (this.#running) {
      this.#again = true;
      return this.#running;
    }
    this.clearTimer(this.#timer);
    this.#running = this.#drain(options).finally(() => {
      this.#running = null;
      if (this.#again) {
        this.#again = false;
        this.#run({});
      }
    });
    return this.#running;
  }

  async #drain(options) {
    for (;;) {
      const waiting = await this.store.waiting();
      if (!waiting.length) return this.#say("idle");
      await this.#say("sending");
      const meaning = await this.#post(waiting.slice(0, BATCH).map((entry) => entry.event), options);
      if (meaning === "answered") this.#wait = FIRST_RETRY_MS;
      else return this.#stop(meaning);
    }
  }

  async #stop(meaning) {
    if (meaning === "later" || meaning === "offline") {
      this.#timer = this.setTimer(() => this.#run({}), this.#wait);
      this.#wait = Math.min(this.#wait * 2, LONGEST_RETRY_MS);
      this.onLeft();
    }
    await this.#say(meaning);
  }

  /** Post a batch and mark each event by its own answer. A batch that cannot be read is halved to find the one. */
  async #post(events, options) {
    let response;
    let answer = null;
    try {
      response = await this.#ask(events, options, this.token());
      if (response.status === 403 && this.account) {
        const token = await freshToken(this.url, this.account, this.fetch);
        if (token) response = await this.#ask(events, options, token);
      }
      if (meaningOf(response) === "answered") answer = await response.json();
    } catch {
      return "offline";
    }
    const meaning = meaningOf(response);
    if (meaning === "unreadable") return this.#split(events, options, response.status);
    if (meaning !== "answered") return meaning;
    return this.#mark(events, answer);
  }

  #ask(events, options, token) {
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token };
    return this.fetch(this.url, {
      method: "POST",
      credentials: "same-origin",
      keepalive: Boolean(options.keepalive),
      headers: this.account ? { ...headers, "X-Account": this.account } : headers,
      body: JSON.stringify({ [this.list]: events }),
      signal: options.keepalive ? undefined : AbortSignal.timeout(TIMEOUT_MS),
    });
  }

  async #split(events, options, status) {
    if (events.length === 1) {
      await this.store.markRefused(events[0].id, String(status));
      return "answered";
    }
    const middle = Math.ceil(events.length / 2);
    const first = await this.#post(events.slice(0, middle), options);
    return first === "answered" ? this.#post(events.slice(middle), options) : first;
  }

  async #mark(events, answer) {
    const results = new Map((answer?.results ?? []).map((result) => [result.id, result]));
    const sent = [];
    let answered = 0;
    for (const { id } of events) {
      const result = results.get(id);
      if (!result) continue;
      if (result.status === 200) sent.push(id);
      else if ([400, 404, 409].includes(result.status)) await this.store.markRefused(id, `${result.status} ${result.detail}`);
      else continue;
      answered += 1;
    }
    await this.store.markSent(sent);
    // An answer that names none of the events would be asked for again at once, and for ever.
    return answered > 0 ? "answered" : "later";
  }

  async #say(state) {
    this.#state = state;
    const [waiting, refused] = await Promise.all([this.store.waiting(), this.store.refused()]);
    this.onStatus({ state, waiting: waiting.length, refused: refused.length, durable: this.store.durable });
  }

  get state() {
    return this.#state;
  }
}
