import assert from "node:assert/strict";
import { test } from "node:test";

import { TRANSITIONS, step } from "#clients/player/engine.js";

import { deepFreeze } from "./make.mjs";
import { SCREEN_NAMES, reach } from "./reach.mjs";

const EVENTS = {
  start: {}, tick: {}, hidden: {}, visible: {}, pause: {}, carry_on: {}, next: {}, back: {}, more: {}, done: {},
  escape: {}, hurts: {}, rate: { value: 4 }, how: {}, close: {}, easier: {}, swap: {}, skip_ask: {},
  skip: { reason: "no_time" }, skip_optional: {}, finish: {}, leave: {}, gate_add: { value: true },
  gate_leave_out: {}, choose: { item: 32 }, pace: { value: "slower" }, ok: {}, help: {}, stop: {},
  another: {}, sound: {}, sample: {}, settings: {}, check: { value: "yes" }, set: { key: "talk", value: "tones" },
};

/** The screen after an event, for every pair that does something; "same" stays but may act. */
const CLOCK = { tick: "same", hidden: "same", visible: "same" };
const SOUND = { sound: "same" };
const STOP = { stop: "stopped", ...SOUND };
const HEARING = { sample: "same", settings: "settings" };
const FRAME = { ...STOP, hurts: "hurts", how: "how", leave: "left" };
const RUNS = { ...CLOCK, ...FRAME, pause: "paused", escape: "paused" };
const EXPECTED = {
  start: { ...STOP, ...HEARING, start: "ready", check: "same", leave: "left" },
  choice: { ...CLOCK, ...STOP, choose: "ready", hurts: "hurts", leave: "left" },
  gate: { ...CLOCK, ...FRAME, gate_add: "ready", gate_leave_out: "ready" },
  ready: { ...RUNS, next: "work", back: "same", skip_optional: "same" },
  work: { ...RUNS, next: "switch", back: "same", done: "same", pace: "same" },
  switch: { ...RUNS, next: "work", back: "work" },
  rest: { ...RUNS, next: "work", back: "same", more: "same" },
  paused: { ...CLOCK, ...FRAME, ...HEARING, carry_on: "work", easier: "swap", another: "same", skip_ask: "skip", finish: "finished" },
  hurts: { ...CLOCK, ...STOP, rate: "same", carry_on: "same", easier: "swap", another: "same", skip_ask: "paused", finish: "finished", help: "paused", close: "paused" },
  how: { ...CLOCK, ...STOP, pace: "same", close: "work" },
  swap: { ...CLOCK, ...STOP, swap: "paused", close: "paused" },
  skip: { ...CLOCK, ...STOP, skip: "ready", close: "paused" },
  settings: { ...CLOCK, sample: "same", set: "same", close: "paused" },
  stopped: { ok: "same" },
  finished: { ok: "same", ...SOUND },
  left: {},
};

test("the table of the tests names every screen and event of the engine", () => {
  assert.deepEqual(Object.keys(EXPECTED).sort(), Object.keys(TRANSITIONS).sort());
  assert.deepEqual([...SCREEN_NAMES].sort(), Object.keys(TRANSITIONS).sort());
  const inEngine = new Set(Object.values(TRANSITIONS).flatMap(Object.keys));
  assert.deepEqual([...inEngine].sort(), Object.keys(EVENTS).sort());
});

for (const screen of SCREEN_NAMES) {
  for (const [type, values] of Object.entries(EVENTS)) {
    const expected = EXPECTED[screen][type];
    test(`${screen} + ${type} -> ${expected || "nothing"}`, () => {
      const walker = reach(screen);
      const before = deepFreeze(walker.state);
      const { state, effects } = step(before, { type, ...values }, walker.now + 100);
      if (!expected) {
        assert.equal(state, before);
        assert.deepEqual(effects, []);
        return;
      }
      assert.equal(state.screen, expected === "same" ? screen : expected);
      const kinds = effects.map((effect) => effect.do);
      const lastSave = kinds.lastIndexOf("save");
      assert.ok(!kinds.includes("paint") || kinds.indexOf("paint") > lastSave, "stored before it is shown");
      if (state.screen !== screen && state.screen !== "left") assert.equal(kinds.at(-1), "paint");
      if (["ready", "work", "switch", "rest"].includes(state.screen)) assert.ok(state.endsAt > walker.now);
      else assert.equal(state.endsAt, null);
    });
  }
}

test("an event of no meaning changes nothing", () => {
  const { state } = reach("work");
  assert.equal(step(state, { type: "shake" }, 1).state, state);
});

const SAVES = [
  ["start", "start", {}, ["started", "item_started"]],
  ["choice", "choose", { item: 32 }, ["item_started"]],
  ["gate", "gate_add", { value: true }, ["equipment_confirmed"]],
  ["gate", "gate_leave_out", {}, ["skipped"]],
  ["work", "pause", {}, ["paused"]],
  ["work", "next", {}, ["set_done"]],
  ["work", "hurts", {}, ["paused"]],
  ["rest", "next", {}, ["rested"]],
  ["paused", "carry_on", {}, ["resumed"]],
  ["paused", "finish", {}, ["finished"]],
  ["work", "leave", {}, ["left"]],
  ["hurts", "close", {}, ["hurt"]],
  ["hurts", "easier", {}, ["hurt"]],
  ["hurts", "skip_ask", {}, ["hurt", "skipped", "item_started"]],
  ["hurts", "finish", {}, ["hurt", "finished"]],
  ["hurts", "help", {}, ["hurt"]],
  ["skip", "skip", { reason: "no_space" }, ["skipped", "item_started"]],
  ["swap", "swap", {}, ["swapped"]],
  ["how", "close", {}, ["resumed"]],
];
for (const [screen, type, values, saved] of SAVES) {
  test(`${screen} + ${type} keeps ${saved.join(", ")}`, () => {
    const walker = reach(screen);
    walker.saved = [];
    walker.send(type, values);
    assert.deepEqual(walker.types(), saved);
  });
}

test("every event that a session keeps has the item it belongs to", () => {
  const walker = reach("work");
  walker.send("next");
  assert.equal(walker.saved.at(-1).item, 11);
  walker.send("leave");
  assert.equal(walker.saved.at(-1).item, null);
});
