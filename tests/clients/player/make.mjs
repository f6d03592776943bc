/** The smallest valid session for a test, and a client who goes through it with a clock of their own. */

import { readFileSync } from "node:fs";

import { step } from "#clients/player/engine.js";
import { createState } from "#clients/player/resume.js";

const VECTORS = new URL("../../vectors/", import.meta.url);
export const readVector = (name) => JSON.parse(readFileSync(new URL(name, VECTORS)));
export const goldenTimeline = (name) => readVector(`timelines/${name}.json`).timeline;

let nextId = 1;

/** An item of a bundle around a golden timeline. */
export function makeItem(name, overrides = {}) {
  const timeline = overrides.timeline || goldenTimeline(name);
  return {
    id: nextId++,
    exercise: timeline.exercise,
    title: timeline.title,
    start: timeline.phases[0].text,
    dose_words: "2 times",
    optional: false,
    choice_group: null,
    sides: "none",
    equipment: [],
    how: [],
    focus: [],
    precautions: [],
    note: "",
    easier: null,
    timeline,
    ...overrides,
  };
}

export function makeBundle(items, overrides = {}) {
  return {
    schema: 1,
    account: "abc123",
    session: "5e551011-0000-4000-8000-000000000001",
    plan_version: 7,
    on: "2026-11-22",
    slot: 1,
    name: "Morning",
    minutes: 5,
    kit: [],
    pain: { green_max: 2, amber_max: 5, rise_stop: 3, before: 2 },
    tags: [],
    facts: {},
    first_side: "left",
    ask: [],
    events_url: "/api/v1/events/",
    done_url: "/done/",
    today_url: "/",
    practitioner: "Priya",
    items,
    events: [],
    text: {},
    ...overrides,
  };
}

/** A phase with the defaults of the compiler. */
export function makePhase(kind, seconds, values = {}) {
  return {
    kind, seconds, at: 0, text: `${kind} words`, cue: kind, breath: "none", side: "none", set: 1, sets: 1, rep: 1,
    reps: 1, segment: kind === "ready" ? null : "main", step: kind === "ready" ? null : 0, limb: "none", pose: null,
    gate: null, focus: false, ...values,
  };
}

export function makeTimeline(phases, values = {}) {
  return {
    v: 1, exercise: "lift", title: "Lift", seconds: 0, units: 1, target_seconds: null, gates: {},
    phases: [makePhase("ready", 5), ...phases], ...values,
  };
}

const START = Date.UTC(2026, 10, 22, 8, 0, 0);

/** Goes through a session: `send` an event, `wait` some seconds; remembers every effect. */
export class Walker {
  constructor(bundle, { waiting = [], remembered = {}, tick = 250, now = START } = {}) {
    this.bundle = bundle;
    this.state = createState(bundle, waiting, remembered);
    this.now = now;
    this.tick = tick;
    this.effects = [];
    this.saved = [];
    this.batches = [];
  }

  send(type, values = {}) {
    const before = this.state;
    const { state, effects } = step(before, { type, ...values }, this.now);
    this.state = state;
    this.effects.push(...effects);
    if (effects.length) this.batches.push(effects);
    for (const effect of effects) {
      if (effect.do === "save") {
        this.saved.push({
          ...effect.event, id: `event-${this.saved.length}`, session: this.bundle.session,
          at: new Date(this.now).toISOString(),
        });
      }
    }
    return effects;
  }

  /** Let seconds pass with a tick as often as the page would, the last one at the very end. */
  wait(seconds, { tick = this.tick } = {}) {
    const until = this.now + seconds * 1000;
    while (this.now < until) {
      this.now = Math.min(this.now + tick, until);
      this.send("tick");
    }
    return this;
  }

  /** Let time pass without a tick, as when the page sleeps. */
  sleep(seconds) {
    this.now += seconds * 1000;
    return this;
  }

  waitFor(condition, limit = 3600) {
    const until = this.now + limit * 1000;
    while (!condition(this.state)) {
      if (this.now >= until) throw new Error(`never came: ${condition}`);
      this.now += this.tick;
      this.send("tick");
    }
    return this;
  }

  get phase() {
    const { state } = this;
    const item = state.session.items[state.item];
    const form = state.swapped[item.id] ? item.easierForm : item.main;
    return form.timeline.phases[state.phase];
  }

  types() {
    return this.saved.map((event) => event.type);
  }

  of(kind) {
    return this.effects.filter((effect) => effect.do === kind);
  }
}

/** Freeze a value and all that it holds, so that a change in place throws. */
export function deepFreeze(value) {
  if (value && typeof value === "object" && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
