/**
 * When the next break is. Pure: times are milliseconds of Date, the clock and the day are given.
 *
 * A plan is {every: minutes, from: "HH:MM", until: "HH:MM", days: weekdays, 0 is Monday}. A state is {began, last, snoozedUntil, pausedOn}: when the
 * page began to count, when the last break was done or skipped (null: none yet), until when one was put off (null: none
 * was), and the day on which breaks are paused, as dayOf gives it (null: on none).
 */

export const EVERY = [30, 45, 60]; // minutes; source: screens, "Self-care and breaks"
export const SNOOZE_MS = 10 * 60_000; // the same source
export const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const MINUTE_MS = 60_000;

/** Return the local day of a moment: "2026-11-27". */
export function dayOf(date) {
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Return the moment of "HH:MM" on the day of `date`; null where the text is no time of day. */
export function at(date, text) {
  const found = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text ?? "");
  if (!found) return null;
  return new Date(date.getFullYear(), date.getMonth(), date.getDate(), Number(found[1]), Number(found[2])).getTime();
}

/** Return what is wrong with a plan: "every", "from", "until", "order" (until is not after from), "days", or "". */
export function problemOf({ every, from, until, days }) {
  const day = new Date(2026, 0, 5);
  if (!EVERY.includes(every)) return "every";
  if (at(day, from) === null) return "from";
  if (at(day, until) === null) return "until";
  if (at(day, until) <= at(day, from)) return "order";
  return Array.isArray(days) && days.length && days.every((each) => EVERY_DAY.includes(each)) ? "" : "days";
}

/** Return the plan as it was kept, on every day where none was chosen yet; null for what is no plan. */
export function readPlan(kept) {
  const plan = kept && typeof kept === "object" ? { days: EVERY_DAY, ...kept } : null;
  return plan && !problemOf(plan) ? plan : null;
}

/** Return the state as it was kept with its day; null where that day is over, or for what is no state. */
export function readState(kept, now) {
  if (!kept || typeof kept !== "object" || kept.day !== dayOf(new Date(now))) return null;
  const { began, last, snoozedUntil, pausedOn } = kept;
  const isMoment = (each) => each === null || Number.isFinite(each);
  const isState = Number.isFinite(began) && isMoment(last) && isMoment(snoozedUntil) && (pausedOn === null || typeof pausedOn === "string");
  return isState ? { began, last, snoozedUntil, pausedOn } : null;
}

/** Tell whether the day of a moment is one of the plan's. */
export function isOn(plan, now) {
  return plan.days.includes((new Date(now).getDay() + 6) % 7);
}

/** Return when the next break is due, null where today has no more: not a chosen day, paused, or the time is over. */
export function nextBreak(plan, state, now) {
  const today = new Date(now);
  if (problemOf(plan) || !isOn(plan, now) || state.pausedOn === dayOf(today)) return null;
  const first = at(today, plan.from);
  const until = at(today, plan.until);
  const counted = Math.max(state.last ?? state.began, first);
  const due = state.snoozedUntil !== null && state.snoozedUntil > counted ? state.snoozedUntil : counted + plan.every * MINUTE_MS;
  return due <= until ? due : null;
}

/** Return the state after what the client chose: "done", "skip", "snooze", "pause" or "resume". */
export function after(state, choice, now) {
  if (choice === "snooze") return { ...state, snoozedUntil: now + SNOOZE_MS };
  if (choice === "pause") return { ...state, pausedOn: dayOf(new Date(now)), snoozedUntil: null };
  if (choice === "resume") return { ...state, pausedOn: null, began: now, last: null, snoozedUntil: null };
  return { ...state, last: now, snoozedUntil: null };
}
