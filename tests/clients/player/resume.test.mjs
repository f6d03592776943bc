/** A phone that dies in any state loses nothing: the events that were kept lead back to the same set. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createState, mergeEvents, positionOf } from "#clients/player/resume.js";
import { stoppedAt, view } from "#clients/player/view.js";

import { Walker, deepFreeze, goldenTimeline, makeBundle, makeItem, readVector } from "./make.mjs";
import { SCREEN_NAMES, choiceBundle, gatedBundle, plainBundle, reach } from "./reach.mjs";

/** Start again from the events that `walker` kept, on the server or on this device. */
function reopen(walker, { onServer = false } = {}) {
  const known = onServer ? walker.saved : [];
  const waiting = onServer ? [] : walker.saved;
  return new Walker({ ...walker.bundle, events: known }, { waiting, now: walker.now + 60_000 });
}

const place = (walker) => {
  const { item, group } = walker.state;
  const { groups } = walker.state.session.items[item].main;
  return { item, kind: groups[group].kind, set: groups[group].set, side: groups[group].side };
};

const SAME_SET = { item: 0, kind: "set", set: 1, side: "left" };
const AFTER = {
  start: { item: 0, kind: "ready" },
  choice: { screen: "choice" },
  gate: { screen: "gate" },
  ready: { item: 0, kind: "ready" },
  work: { item: 0, kind: "ready" },
  switch: { ...SAME_SET, side: "right" },
  rest: { ...SAME_SET, set: 2 },
  paused: { item: 0, kind: "ready" },
  hurts: { item: 0, kind: "ready" },
  how: { item: 0, kind: "ready" },
  swap: { item: 0, kind: "ready" },
  skip: { item: 0, kind: "ready" },
  settings: { item: 0, kind: "ready" },
  stopped: { screen: "stopped" },
  finished: { screen: "finished" },
  left: { item: 0, kind: "ready" },
};

for (const screen of SCREEN_NAMES) {
  for (const onServer of [true, false]) {
    test(`killed in ${screen}, with the events ${onServer ? "on the server" : "on the device"}`, () => {
      const walker = reopen(reach(screen), { onServer });
      const expected = AFTER[screen];
      if (["finished", "stopped"].includes(screen)) {
        assert.equal(walker.state.screen, screen);
        return;
      }
      assert.equal(walker.state.screen, "start");
      walker.send("start");
      if (expected.screen) {
        assert.equal(walker.state.screen, expected.screen);
        return;
      }
      assert.equal(walker.state.screen, "ready");
      if (expected.kind !== "ready") walker.waitFor((s) => s.screen === "work");
      const now = place(walker);
      for (const [key, value] of Object.entries(expected)) assert.equal(now[key], value, key);
    });
  }
}

/** Where the set is that runs, or that comes next. */
function setOf(walker) {
  if (place(walker).kind !== "set") walker.waitFor((s) => s.screen === "work" && place(walker).kind === "set");
  return place(walker);
}

const BEGUN = SCREEN_NAMES.filter((screen) => AFTER[screen].kind && screen !== "start");

for (const screen of BEGUN) {
  test(`closed in ${screen}, the page offers to carry on, at the same set`, () => {
    const again = reopen(reach(screen));
    assert.deepEqual(view(again.state, (key) => key).big, { action: "start", label: "carry_on" });
    again.send("start");
    assert.deepEqual(setOf(again), setOf(reach(screen)));
  });
}

test("a session that was begun carries on, one that was not begins", () => {
  const fresh = new Walker(plainBundle());
  assert.equal(fresh.state.begun, false);
  fresh.send("start");
  assert.deepEqual(fresh.types(), ["started", "item_started"]);
  const again = reopen(reach("rest"));
  assert.equal(again.state.begun, true);
  again.send("start");
  assert.deepEqual(again.types(), ["resumed"]);
});

test("a session that the check-in has started, but nobody has begun, begins", () => {
  const started = { id: "s", type: "started", item: null, at: "2026-11-22T08:00:00Z", data: {} };
  const walker = new Walker({ ...plainBundle(), events: [started] });
  assert.equal(walker.state.begun, false);
  walker.send("start");
  assert.deepEqual(walker.types(), ["item_started"]);
});

test("a session killed in the second exercise carries on there", () => {
  const walker = reach("work").waitFor((s) => s.item === 1 && s.screen === "work").wait(9);
  const again = reopen(walker);
  assert.deepEqual(positionOf(again.state), { item: 1, group: 0 });
});

test("an exercise whose sets are all done is not begun again", () => {
  const walker = reach("work").waitFor((s) => s.item === 1 && s.screen === "ready");
  const without = { ...walker.bundle };
  const saved = walker.saved.filter((event) => !(event.type === "item_started" && event.item === 12));
  const state = createState(without, saved);
  assert.deepEqual(positionOf(state), { item: 1, group: 0 });
});

test("the way back of the last exercise is still shown after a kill in it", () => {
  const bundle = deepFreeze(makeBundle([makeItem("knee-squeezes", { id: 1 })]));
  const walker = new Walker(bundle);
  walker.send("start");
  walker.waitFor((s) => s.screen === "work" && s.group === 4).wait(2);
  const again = reopen(walker);
  again.send("start");
  again.waitFor((s) => s.screen === "work");
  assert.equal(again.phase.kind, "finish");
});

test("killed after the last set of a session without a way back, the session only has to be finished", () => {
  const bundle = deepFreeze(makeBundle([makeItem("side-bridge-knees", { id: 1 })]));
  const walker = new Walker(bundle);
  walker.send("start");
  walker.waitFor((s) => s.screen === "finished");
  const state = createState(bundle, walker.saved.filter((event) => event.type !== "finished"));
  assert.deepEqual(positionOf(state), { item: 1, group: 0 });
  const again = new Walker(bundle, { waiting: walker.saved.filter((event) => event.type !== "finished") });
  again.send("start");
  assert.equal(again.state.screen, "finished");
});

test("the easier form stays after a kill", () => {
  const walker = reach("swap");
  walker.send("swap");
  const again = reopen(walker);
  assert.equal(again.state.swapped[11], true);
  again.send("start");
  again.wait(1);
  assert.equal(again.phase.text.length > 0, true);
  again.waitFor((s) => s.screen === "finished" || s.item === 1);
  assert.ok(again.saved.every((event) => event.item !== 11 || event.data.side !== "left"));
});

test("a skipped exercise stays skipped", () => {
  const walker = reach("skip");
  walker.send("skip", { reason: "too_sore" });
  const again = reopen(walker);
  again.send("start");
  assert.equal(again.state.item, 1);
});

test("the exercise that was chosen stays chosen", () => {
  const walker = new Walker(choiceBundle());
  walker.send("start");
  walker.send("choose", { item: 32 });
  walker.wait(20);
  const again = reopen(walker);
  again.send("start");
  assert.equal(again.state.item, 1);
  again.waitFor((s) => s.item === 2);
});

test("a blanket that was ticked needs no second tick", () => {
  const walker = new Walker(gatedBundle());
  walker.send("start");
  walker.send("gate_add", { value: true });
  const again = reopen(walker);
  again.send("start");
  assert.equal(again.state.screen, "ready");
});

test("pain that was said to hurt is not forgotten by a kill", () => {
  const walker = new Walker(gatedBundle());
  walker.send("start");
  walker.send("gate_add", { value: true });
  walker.wait(10).send("hurts");
  walker.send("rate", { value: 5 });
  walker.send("close");
  const again = reopen(walker);
  again.send("start");
  again.waitFor((s) => s.item === 1);
  assert.ok(!again.saved.some((event) => event.data.segment === "rocking"));
});

test("the exercise before, begun again, begins again after a kill", () => {
  const walker = reach("work").waitFor((s) => s.item === 1 && s.screen === "work");
  walker.send("back");
  walker.wait(1).send("back");
  assert.equal(walker.state.item, 0);
  const again = reopen(walker);
  assert.deepEqual(positionOf(again.state), { item: 0, group: 0 });
});

test("sets that were ticked in the list, side by side, are done for the player too", () => {
  const bundle = deepFreeze(makeBundle([makeItem("knee-squeezes", { id: 1 }), makeItem("cat-camel", { id: 2 })]));
  const ticked = ["left", "right"].map((side, index) => ({
    id: side, type: "set_done", item: 1, at: `2026-11-22T08:00:0${index}Z`,
    data: { segment: "single", set: 1, side, done: 2, of: 2, seconds: 0, mode: "ticked" },
  }));
  assert.deepEqual(positionOf(createState(bundle, ticked.slice(0, 1))), { item: 0, group: 0 });
  assert.deepEqual(positionOf(createState(bundle, ticked)), { item: 0, group: 3 });
});

test("events of the server and of the device are merged once each, in the order of device time", () => {
  const early = { id: "a", at: "2026-11-22T08:00:00+01:00", type: "started" };
  const late = { id: "b", at: "2026-11-22T07:30:00+00:00", type: "left" };
  assert.deepEqual(mergeEvents([late, early], [early]).map((event) => event.id), ["a", "b"]);
});

test("events of another session and of unknown kinds change nothing", () => {
  const plain = createState(plainBundle());
  const strange = [
    { id: "1", at: "2026-11-22T08:00:00Z", session: "other", type: "finished", item: null, data: {} },
    { id: "2", at: "2026-11-22T08:00:00Z", session: plain.session.id, type: "can_do", item: null, data: {} },
    { id: "3", at: "2026-11-22T08:00:00Z", session: plain.session.id, type: "item_started", item: 999, data: {} },
  ];
  assert.deepEqual(createState(plainBundle(), strange), plain);
});

test("replaying the events twice gives the same state as once", () => {
  const walker = reach("rest");
  const once = createState(walker.bundle, walker.saved);
  const twice = createState({ ...walker.bundle, events: walker.saved }, walker.saved);
  assert.deepEqual(twice, once);
});

for (const { name, timelines, events, at, groups = [], easier = {} } of readVector("stopped_at.json")) {
  test(`the server and the player name the same place: ${name}`, () => {
    const titled = (timeline) => ({ title: timeline, exercise: timeline, text: "", timeline: goldenTimeline(timeline) });
    const bundle = deepFreeze(makeBundle(timelines.map((timeline, index) => makeItem(timeline, {
      id: index + 1,
      title: timeline,
      choice_group: groups[index] || null,
      easier: easier[index + 1] ? titled(easier[index + 1]) : null,
    }))));
    const told = events.map((event, second) => ({ ...event, id: String(second), at: `2026-11-22T08:00:${String(second).padStart(2, "0")}Z` }));
    const state = createState(bundle, told);
    const words = stoppedAt(state, (_key, params) => params);
    if (at === null) {
      assert.equal(words, "", "the client has yet to choose");
      return;
    }
    const [index, set, sets, isEasier] = at;
    assert.deepEqual({ set: 1, sets: 1, ...words }, { title: isEasier ? easier[index + 1] : timelines[index], set, sets });
  });
}

test("a bite ends by leaving, so that the rest may still be done", () => {
  const walker = new Walker(deepFreeze(makeBundle([makeItem("cat-camel", { id: 12 })], { is_part: true })));
  walker.send("start");
  walker.waitFor((s) => s.screen === "finished");
  assert.equal(walker.types().at(-1), "left");
  assert.ok(!walker.types().includes("finished"));
  assert.ok(!walker.types().includes("skipped"));
});

test("what a bite left out is carried on with in its turn, and the bite is not done again", () => {
  const whole = () => [
    makeItem("incline-plank", { id: 11 }), makeItem("bird-dog", { id: 12 }), makeItem("cat-camel", { id: 13 }),
  ];
  const bite = new Walker(deepFreeze(makeBundle([whole()[2]], { is_part: true })));
  bite.send("start");
  bite.waitFor((s) => s.screen === "finished");
  const rest = new Walker(deepFreeze(makeBundle(whole(), { events: bite.saved })));
  rest.send("start");
  rest.waitFor((s) => s.screen === "finished");
  const begun = rest.saved.filter(({ type }) => type === "item_started").map(({ item }) => item);
  assert.deepEqual(begun, [11, 12]);
  assert.equal(rest.types().at(-1), "finished");
});
