/** The questions after a session, without a network: kept as events, and sent with the others. */

import { openMoment } from "#clients/offline/moment.js";
import { sessionIn } from "#clients/offline/session-id.js";
import { answersAfter } from "#clients/offline/week.js";
import { makeEvent, newId } from "#clients/player/events.js";

const NUMBERS = ["pain_after", "pain_peak", "effort", "leg_pain"];

/** Return what a form says: numbers as numbers, nothing as null. */
export function given(data) {
  const one = (name) => data.get(name) || null;
  const numbers = Object.fromEntries(NUMBERS.map((name) => [name, one(name) === null ? null : Number(one(name))]));
  return { ...numbers, leg_symptoms: one("leg_symptoms"), note: (one("note") ?? "").trim() };
}

export default async function mount(root) {
  const { kept, store, sync } = await openMoment();
  const id = sessionIn(location);
  const bundle = kept && id ? await kept.session(id) : null;
  if (!bundle) {
    location.replace(root.dataset.home);
    return;
  }
  const show = (step) => {
    for (const each of root.querySelectorAll("[data-step]")) each.hidden = each.dataset.step !== step;
    root.querySelector(`[data-step=${step}] h1`).focus();
  };
  const form = root.querySelector("form");
  const legs = form.querySelector("[data-part=legs]");
  legs.hidden = !bundle.ask.includes("leg_symptoms");
  legs.disabled = legs.hidden;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const now = Date.now();
    const events = answersAfter(given(new FormData(form)));
    await store.add(events.map((each, place) => makeEvent(id, each, { id: newId(), date: new Date(now + place) })));
    show("done");
    await sync.send();
  });
  window.addEventListener("online", () => sync.send());
  root.dataset.ready = "";
}
