/**
 * Where a session stands, from the events that are already known. Pure.
 *
 * The same events in the same order always give the same state; an event that this code does not know changes
 * nothing. The device time orders them, since some may come from the server and some from this device.
 */

import { planItems, setKey } from "#clients/player/plan.js";
import { settingsFrom } from "#clients/player/settings.js";
import { formOf } from "#clients/player/turn.js";

const FRESH = {
  started: false, begun: false, item: 0, done: {}, skipped: [], leftOut: {}, swapped: {}, chosen: {}, finished: false, stopped: false,
  facts: { pain_before: null, painDeclined: false, hurtMost: null, hurtUnanswered: false, equipment: {}, leg_symptoms: null, legsDeclined: false },
};

/** Return events of both lists in the order of device time, each id once. */
export function mergeEvents(known, waiting) {
  const byId = new Map([...known, ...waiting].map((event) => [event.id, event]));
  return [...byId.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

const FOLDS = {
  started: (f) => ({ ...f, started: true }),
  item_started: (f, { item }, session) => {
    const index = session.items.findIndex((each) => each.id === item);
    if (index < 0) return f;
    const group = session.items[index].choice_group;
    const chosen = group ? { ...f.chosen, [group]: item } : f.chosen;
    return { ...f, begun: true, item: index, chosen, done: { ...f.done, [item]: {} }, skipped: f.skipped.filter((id) => id !== item) };
  },
  set_done: (f, { item, data }) => {
    const key = setKey(data.segment, data.set, data.side);
    return { ...f, done: { ...f.done, [item]: { ...f.done[item], [key]: { done: data.done, of: data.of } } } };
  },
  skipped: (f, { item, data }) => {
    if (data.scope === "segment") {
      return { ...f, leftOut: { ...f.leftOut, [item]: [...(f.leftOut[item] || []), data.segment] } };
    }
    return { ...f, skipped: [...f.skipped, item] };
  },
  swapped: (f, { item, data }, session) => {
    const known = session.items.find((each) => each.id === item);
    if (!known?.easierForm || known.easier.exercise !== data.to) return f;
    return { ...f, swapped: { ...f.swapped, [item]: true }, done: { ...f.done, [item]: {} } };
  },
  pain_before: (f, { data }) => {
    const value = data.value ?? null;
    // The check-in may be skipped, and a part asks once more; no answer there is not asked for again.
    return { ...f, facts: { ...f.facts, pain_before: value, painDeclined: value === null && f.begun } };
  },
  leg_symptoms: (f, { data }) => {
    const value = data.value ?? null;
    return { ...f, facts: { ...f.facts, leg_symptoms: value, legsDeclined: value === null } };
  },
  equipment_confirmed: (f, { data }) => ({
    ...f, facts: { ...f.facts, equipment: { ...f.facts.equipment, [data.equipment]: data.value } },
  }),
  hurt: (f, { data }) => {
    const value = data.value ?? null;
    const facts = { ...f.facts };
    if (value === null) facts.hurtUnanswered = true;
    else facts.hurtMost = Math.max(value, facts.hurtMost ?? 0);
    return { ...f, facts };
  },
  stopped: (f) => ({ ...f, stopped: true }),
  finished: (f) => ({ ...f, finished: true }),
};

/** Fold events of this session over what the bundle says; returns the part of the state that survives a kill. */
export function foldEvents(session, events) {
  const start = { ...FRESH, facts: { ...FRESH.facts, pain_before: session.pain.before ?? null } };
  return events
    .filter((event) => event.session === undefined || event.session === session.id)
    .reduce((folded, event) => (FOLDS[event.type] ? FOLDS[event.type](folded, event, session) : folded), start);
}

/** A set of both sides may have been kept as one, or (ticked in the list) as one for each side. */
function isDone({ kind, segment, set, side }, done) {
  if (kind !== "set") return false;
  if (done[setKey(segment, set, side)]) return true;
  return side === "both" && ["left", "right"].every((each) => done[setKey(segment, set, each)]);
}

/**
 * Return the items in the order in which a session goes on: those behind it, where it stands, what a bite begun early
 * left out before that, and the rest. `f` is folded over the items as the plan has them.
 */
function inTurn(items, f) {
  if (!f.begun) return items;
  const isKnown = ({ id }) => id in f.done || f.skipped.includes(id);
  const formOfItem = (item) => (f.swapped[item.id] && item.easierForm ? item.easierForm : item.main);
  const isBehind = (item) => f.skipped.includes(item.id) || (isKnown(item)
    && formOfItem(item).groups.every((group) => group.kind !== "set" || group.gate || isDone(group, f.done[item.id])));
  const before = items.slice(0, f.item);
  const after = items.slice(f.item + 1);
  const missed = before.filter((item) => !isKnown(item) && !f.chosen[item.choice_group]);
  return [
    ...before.filter((item) => !missed.includes(item)), ...after.filter(isBehind), items[f.item],
    ...missed, ...after.filter((item) => !isBehind(item)),
  ];
}

/** Return {item, group} to go on at; group 0 means that the exercise begins from its start. */
export function positionOf(s) {
  const { items } = s.session;
  const item = items[s.item];
  if (s.skippedItems.includes(item.id)) return { item: s.item + 1, group: 0 };
  const done = s.done[item.id] || {};
  const leftOut = s.leftOut[item.id] || [];
  const { groups } = formOf(s);
  let last = -1;
  for (const group of groups) {
    if (isDone(group, done) || (group.gate && leftOut.includes(group.gate) && last >= 0)) last = group.index;
  }
  if (last < 0) return { item: s.item, group: 0 };
  const rest = groups.slice(last + 1);
  const isOver = rest.every((group) => group.kind === "finish");
  if (isOver && (s.item + 1 < items.length || !rest.length)) return { item: s.item + 1, group: 0 };
  const next = rest.find((group) => group.kind !== "rest" && group.kind !== "switch") || rest[0];
  return { item: s.item, group: next.index };
}

/**
 * Return the state before the first tap, for a bundle and the events known so far (server's and device's).
 * remembered: see settings.js; `canWake`: false where the device lets its screen go dark.
 */
export function createState(bundle, waiting = [], remembered = {}, { canWake = true } = {}) {
  const settings = settingsFrom(remembered);
  const items = planItems(bundle.items);
  const session = {
    id: bundle.session,
    version: bundle.plan_version,
    on: bundle.on,
    slot: bundle.slot,
    pain: bundle.pain,
    tags: bundle.tags ?? null,
    facts: bundle.facts || {},
    day: { lane: "steady", percent: 100, skip: [], ...bundle.day },
    kitNames: bundle.kit_names || {},
    name: bundle.name,
    practitioner: bundle.practitioner,
    items,
    isPart: Boolean(bundle.is_part),
  };
  const known = foldEvents(session, mergeEvents(bundle.events || [], waiting));
  session.items = inTurn(items, known);
  const { skipped, finished, stopped, ...folded } = { ...known, item: session.items.indexOf(items[known.item]) };
  return {
    ...folded,
    session,
    skippedItems: skipped,
    screen: stopped ? "stopped" : finished ? "finished" : "start",
    under: null,
    group: 0,
    phase: 0,
    startedAt: null,
    endsAt: null,
    left: null,
    passed: 0,
    worked: 0,
    seenAt: 0,
    pausedAt: null,
    backAt: null,
    jumpTo: null,
    hidden: false,
    locked: false,
    away: false,
    wasRunning: false,
    rating: null,
    rated: false,
    ratingKept: false,
    asking: null,
    note: null,
    cues: [],
    spoken: {},
    ownPace: Object.fromEntries(session.items.filter((item) => item.pace === "own").map((item) => [item.id, true])),
    settings,
    stretch: settings.stretch,
    check: settings.checked ? null : "ask",
    canWake,
  };
}
