/**
 * The check-in without a network: the pain question, the safety questions where they come first, and the session that
 * the server decided on for this answer. Nothing is asked of the server.
 */

import { checksHere, openMoment } from "#clients/offline/moment.js";
import { asksFirst, bundleOf, openingOf, pickFor, planFor, restOf } from "#clients/offline/week.js";
import { makeEvent, newId } from "#clients/player/events.js";
import { Asking, lockedHere } from "#clients/safety/asking.js";

class CheckIn {
  constructor(root, moment, { plan, slot }) {
    Object.assign(this, { root, moment, plan, slot, pain: null });
    this.part = (name) => root.querySelector(`[data-part=${name}]`);
  }

  show(name) {
    for (const each of this.root.querySelectorAll("[data-step]")) each.hidden = each.dataset.step !== name;
    const heading = this.root.querySelector(`[data-step=${name}] :is(h1, h2)`);
    if (!document.activeElement?.closest(`[data-step=${name}]`)) heading?.focus();
  }

  /** Begin with the safety questions where they are due, else with the pain question. */
  async begin() {
    const { week, checks } = this.moment;
    if (!week) return this.show("nothing");
    const locked = await lockedHere(checks.store, week.safety.locking);
    if (locked) return this.ask("link", (asking) => asking.show(locked));
    if (location.pathname.startsWith("/safety/")) return this.ask("link");
    if (!this.plan) return this.show("nothing");
    this.root.querySelector("[data-step=pain] form").addEventListener("submit", (event) => this.answered(event));
    this.root.querySelector("[data-step=gentle]").addEventListener("submit", (event) => {
      event.preventDefault();
      if (event.submitter?.value === "rest") this.rest();
      else this.start("sore");
    });
    const pick = pickFor(this.plan, null);
    if (!pick.lanes.length) return this.show("rest");
    this.part("gentle").hidden = !pick.lanes.some(([lane]) => lane === "sore");
    const { short } = this.plan;
    this.part("short").hidden = !short || pick.lanes[0][0] !== "steady";
    if (short) this.part("shortText").textContent = this.part("shortText").dataset.text.replace("{minutes}", short.minutes);
    const due = await this.#due(null);
    return due ? this.ask(due) : this.show("pain");
  }

  async #due(pain) {
    return asksFirst(this.moment.week, pain, await checksHere(this.moment.checks), Date.now(), this.moment.day);
  }

  /** Ask the safety questions; go on with the check-in where the answers allow it. */
  ask(trigger, opened = () => {}) {
    const place = this.part("asking");
    const { week, checks } = this.moment;
    place.innerHTML = week.asked.check_in; // made by the server with everything escaped, and kept by this site alone
    place.querySelector("[data-part=afterStop]")?.remove();
    this.show("asking");
    const asking = new Asking(place, week.safety, checks, { trigger, place: "page", session: null }, (level) => {
      const mayGoOn = this.plan && !week.safety.locking.includes(level);
      this.part("goOn").hidden = !mayGoOn;
    });
    this.part("goOn").addEventListener("click", () => this.goOn(), { once: true });
    opened(asking);
  }

  async goOn() {
    this.part("goOn").hidden = true;
    if (this.wanted) return this.offer();
    return this.show("pain");
  }

  async answered(event) {
    event.preventDefault();
    const skipped = event.submitter?.name === "skip";
    const chosen = new FormData(event.target).get("pain");
    this.part("missing").hidden = skipped || chosen !== null;
    if (!skipped && chosen === null) {
      event.target.querySelector("input").focus();
      return;
    }
    this.pain = skipped ? null : Number(chosen);
    this.wanted = event.submitter?.value === "sore" ? "sore" : "first";
    this.isShort = new FormData(event.target).has("short");
    const due = await this.#due(this.pain);
    if (due) this.ask(due);
    else this.offer();
  }

  offer() {
    const { lanes } = pickFor(this.plan, this.pain);
    if (!lanes.length) return this.show("rest");
    const [[first]] = lanes;
    if (this.wanted === "sore" && lanes.some(([lane]) => lane === "sore")) return this.start("sore");
    if (first !== "sore") return this.start(first);
    this.part("above").textContent = this.part("above").dataset.text
      .replace("{pain}", this.pain).replace("{limit}", this.plan.amber_max);
    return this.show("gentle");
  }

  /** Keep the session and its first events, then open it. */
  async start(lane) {
    if (this.starting) return;
    this.starting = true;
    const { week, kept, store, day } = this.moment;
    const pick = pickFor(this.plan, this.pain);
    const [, percent] = pick.lanes.find(([each]) => each === lane);
    const session = newId();
    const short = lane === "steady" && this.isShort;
    const bundle = bundleOf(week, this.plan, { session, on: day, slot: this.slot, lane, percent, pain: this.pain, skip: pick.skip, short });
    const now = Date.now();
    // Two events of one moment keep their order by a millisecond.
    const events = openingOf(bundle).map((each, place) => makeEvent(session, each, { id: newId(), date: new Date(now + place) }));
    await kept.putSession(bundle);
    await store.add(events);
    location.assign(`${this.root.dataset.session}#${session}`);
  }

  /** Keep that the client rests; the practitioner is told once the network is back. */
  async rest() {
    if (this.starting) return;
    this.starting = true;
    const { store, sync, day } = this.moment;
    const told = restOf(this.plan, { on: day, slot: this.slot, pain: this.pain });
    await store.add([makeEvent(newId(), told, { id: newId(), date: new Date() })]);
    this.show("rested");
    sync.send();
  }
}

/** Return the plan and slot that the address asks for: /check-in/7/1/, or #7/1 on the kept page. */
export function askedFor({ pathname, hash }) {
  const found = /^\/check-in\/(\d+)\/(\d+)\/$/.exec(pathname) ?? /^#(\d+)\/(\d+)$/.exec(hash);
  return found && { assignment: Number(found[1]), slot: Number(found[2]) };
}

export default async function mount(root) {
  const moment = await openMoment();
  const asked = askedFor(location);
  const plan = moment.week && asked ? planFor(moment.week, asked.assignment, moment.day, asked.slot) : null;
  await new CheckIn(root, moment, { plan, slot: asked?.slot ?? 1 }).begin();
  root.dataset.ready = "";
}
