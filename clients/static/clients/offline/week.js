/**
 * What can be done without a network, from the week that the device keeps. Pure: no DOM, no clock, no store.
 *
 * A week is what clients/exports/week.py makes. Which lane a pain answer leads to was decided by the server, for every
 * answer, so that the device and the server cannot differ.
 */

export const SCHEMA = 2;

const twoDigits = (number) => String(number).padStart(2, "0");

/** Return the local date of an instant in a time zone: "2026-11-22"; by the phone's own without one that it knows. */
export function dayOf(date, zone = null) {
  try {
    if (zone) return dateIn(date, zone);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // a phone older than the zone's name
  }
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}

function dateIn(date, timeZone) {
  const format = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  const parts = Object.fromEntries(format.formatToParts(date).map(({ type, value }) => [type, value]));
  return `${parts.year}-${parts.month}-${parts.day}`;
}

/** Tell whether a kept week can be used on a day. */
export const isUsable = (week, day) => week !== null && week.schema === SCHEMA && day <= week.until;

const isSame = (entry, day, slot) => entry[0] === day && entry[1] === slot;

/** True where these events end the session. */
export const isOver = (events) => events.some(({ type }) => type === "finished");

/** True where these events began it; opening a page alone begins nothing. */
export const isBegun = (events) => events.some(({ type }) => type !== "left");

/** Return the session that was begun last, null without one: one that was begun anew is no longer gone on with. */
function newest(sessions, told) {
  const began = (each) => Math.min(...told(each).map(({ at }) => Date.parse(at)));
  return sessions.reduce((last, each) => (last === null || began(each) > began(last) ? each : last), null);
}

/**
 * Return the sessions of a day: [{plan, slot, state, session}], state "ready", "started" or "done".
 * begun: bundles of sessions that this device has; eventsOf: {session id: events on this device}.
 */
export function sessionsOn(week, day, begun, eventsOf) {
  return week.plans.flatMap((plan) =>
    plan.days.filter(([on]) => on === day).map(([on, slot]) => {
      const ofPlan = plan.versions ?? [plan.version]; // a week that was kept before versions were told
      const over = plan.over ?? []; // on another device; unknown to a week that was kept before these were told
      const isHere = (each) => ofPlan.includes(each.plan_version) && each.on === on && each.slot === slot;
      const here = begun.filter((each) => isHere(each) && !over.includes(each.session));
      const told = (each) => [...each.events, ...(eventsOf[each.session] ?? [])];
      const isDone = plan.done.some((entry) => isSame(entry, on, slot)) || here.some((each) => isOver(told(each)));
      const open = newest(here.filter((each) => isBegun(told(each))), told);
      const isOpen = open !== null && !isOver(told(open));
      return { plan, slot, state: isDone ? "done" : isOpen ? "started" : "ready", session: isOpen ? open.session : null };
    }));
}

const ORDER = ["started", "ready", "done"];

/** Return sessions of a day in the order in which Today shows them: what goes on, what is to do, what is done. */
export const nextFirst = (sessions) => [...sessions].sort((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state));

/** Return the later days of the week with a session of a plan, each once, in order. */
export const daysAfter = (week, day) =>
  [...new Set(week.plans.flatMap((plan) => plan.days.map(([on]) => on)))].filter((on) => on > day).sort();

/** Return the plan of a check-in; null where that version asks for nothing on the day. */
export function planFor(week, assignment, day, slot) {
  const fits = (plan) => plan.assignment === assignment && plan.days.some((entry) => isSame(entry, day, slot));
  return week.plans.find(fits) ?? null;
}

/** Return what a pain answer (0 to 10, null for none) makes of the session: {lanes: [[lane, percent]], skip}. */
export const pickFor = (plan, pain) => plan.picks[pain === null ? 0 : pain + 1];

/** Return why the safety questions come before a session of a week, or null. checks: those on this device; day: the local date. */
export function asksFirst(week, pain, checks, now, day) {
  const since = (check, seconds) => now - Date.parse(check.at) < seconds * 1000;
  if (pain !== null && pain >= week.pain_asks) {
    return checks.some((check) => check.trigger === "pain" && since(check, week.answers_for_s)) ? null : "pain";
  }
  if (!week.check_due || day < week.check_due.from) return null;
  const made = Date.parse(week.made_at);
  return checks.some((check) => Date.parse(check.at) >= made) ? null : week.check_due.why;
}

/**
 * Return the bundle of a session that begins now. chosen: {session, on, slot, lane, percent, pain, skip, short}; short
 * keeps the items that the short form of the plan keeps.
 */
export function bundleOf(week, plan, { session, on, slot, lane, percent, pain, skip, short = false }) {
  const made = plan.bundles[`${lane}:${percent}`];
  const kept = short
    ? { short: true, minutes: plan.short.minutes, items: made.items.filter(({ id }) => plan.short.items.includes(id)) }
    : {};
  return {
    ...made,
    ...kept,
    text: week.text,
    safety: week.safety,
    session,
    on,
    slot,
    pain: { ...made.pain, before: pain },
    day: { ...made.day, lane, percent, skip },
    done_url: made.done_url.replace(week.not_yet, session),
    events: [],
  };
}

/** Return what a session begins with: [{type, item, data}], in order. */
export const openingOf = (bundle) => [
  {
    type: "started",
    item: null,
    data: {
      version: bundle.plan_version, on: bundle.on, slot: bundle.slot, lane: bundle.day.lane, percent: bundle.day.percent,
      ...(bundle.short ? { short: true } : {}),
    },
  },
  { type: "pain_before", item: null, data: { value: bundle.pain.before } },
];

/** Return the event of a day on which the client rests instead: {type, item, data}. It belongs to no session. */
export const restOf = (plan, { on, slot, pain }) => ({
  type: "rest_day", item: null, data: { assignment: plan.assignment, on, slot, pain },
});

/** Return the events of the answers after a session: {pain_after, pain_peak, effort, leg_symptoms, note}, each maybe null. */
export function answersAfter(given) {
  const numbers = ["pain_after", "pain_peak", "effort", "leg_symptoms", "leg_pain"].filter((name) => (given[name] ?? null) !== null);
  const events = numbers.map((type) => ({ type, item: null, data: { value: given[type] } }));
  return given.note ? [...events, { type: "note", item: null, data: { text: given.note } }] : events;
}

/** Return what the device has to say of its queue: {sessions, checks} that wait. events: those that wait. */
export const countWaiting = (events, checks) => ({
  sessions: new Set(events.map(({ session }) => session)).size,
  checks: checks.length,
});
