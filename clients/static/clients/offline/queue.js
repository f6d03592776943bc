/**
 * One line about what this device still has to send, on Today and More, with the button for it. Sends on load, when the
 * network is back, and when the page is looked at again.
 */

import { countWaiting } from "#clients/offline/week.js";
import { openStore } from "#clients/player/store.js";
import { Sync, csrfToken } from "#clients/player/sync.js";
import { createText } from "#clients/player/text.js";
import { openChecks } from "#clients/safety/asking.js";

/** Return the sentence for a queue, by key and number; null where there is nothing to say. Pure. */
export function lineFor({ state, sessions, checks, refused, isOnline }) {
  if (state === "sign_in") return sessions > 0 ? { key: "sign_in", n: sessions } : { key: "sign_in_checks" };
  if (sessions > 0) return { key: isOnline ? "wait" : "wait_offline", n: sessions };
  if (checks > 0) return { key: "checks_wait" };
  return refused > 0 ? { key: "refused" } : null;
}

const STATES = ["sign_in", "sending", "later", "offline", "idle"]; // the first that either sender is in counts

export class Queue {
  constructor(account, { events, checks }, changed) {
    Object.assign(this, { account, addresses: { events, checks }, changed, states: {}, refused: 0 });
  }

  async open() {
    this.store = await openStore(this.account);
    const told = (name) => ({ state, refused }) => {
      this.states[name] = state;
      if (name === "events") this.refused = refused;
      this.changed();
    };
    this.sync = new Sync({
      store: this.store, account: this.account, url: this.addresses.events, token: () => csrfToken(document), onStatus: told("events"),
    });
    this.checks = await openChecks({ account: this.account, url: this.addresses.checks }, told("checks"));
    return this;
  }

  /** Return {sessions, checks} that wait. */
  async waiting() {
    const [events, checks] = await Promise.all([this.store.waiting(), this.checks.store.waiting()]);
    return countWaiting(events.map(({ event }) => event), checks);
  }

  /** Return how many entries the server does not have: those that wait, and those that it refused. */
  async unsent() {
    const both = [this.store, this.checks.store];
    return (await Promise.all(both.flatMap((store) => [store.waiting(), store.refused()]))).flat().length;
  }

  get state() {
    return STATES.find((state) => Object.values(this.states).includes(state)) ?? "idle";
  }

  async send() {
    await Promise.all([this.sync.send(), this.checks.sync.send()]);
  }
}

export async function showQueue(root) {
  const { account, signIn } = root.dataset;
  const t = createText(JSON.parse(root.querySelector("script").textContent), document.documentElement.lang);
  const part = (name) => root.querySelector(`[data-part=${name}]`);
  const show = async () => {
    const waiting = await queue.waiting();
    // The page was made before the server knew of these sessions.
    if (root.dataset.reload !== undefined && before.sessions > 0 && waiting.sessions === 0) location.reload();
    const found = lineFor({ state: queue.state, ...waiting, refused: queue.refused, isOnline: navigator.onLine });
    root.hidden = !found;
    if (!found) return;
    const text = t(found.key, { n: found.n });
    if (part("line").textContent !== text) part("line").textContent = text;
    part("signIn").hidden = queue.state !== "sign_in";
    part("send").hidden = !["later", "offline"].includes(queue.state);
  };
  let before = { sessions: 0 };
  const queue = await new Queue(account, root.dataset, show).open();
  part("signIn").href = signIn;
  part("send").addEventListener("click", () => queue.send());
  window.addEventListener("online", () => queue.send());
  window.addEventListener("offline", show);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) queue.send(); });
  before = await queue.waiting();
  await queue.send();
  await show();
  return queue;
}
