/** Time is an end instant: no drift, nothing races ahead, nothing is lost while the page sleeps. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Walker, deepFreeze, makeBundle, makeItem, makePhase, makeTimeline } from "./make.mjs";
import { plainBundle, reach } from "./reach.mjs";

const timelineBundle = (phases, values = {}) =>
  deepFreeze(makeBundle([makeItem("", { id: 1, timeline: makeTimeline(phases, values) })]));

/** Irregular, but the same in every run. */
function jitter(seed = 1) {
  let value = seed;
  return () => {
    value = (value * 1103515245 + 12345) % 2147483648;
    return 16 + (value / 2147483648) * 900;
  };
}

test("ten minutes of four-second phases with uneven ticks end on the millisecond", () => {
  const phases = Array.from({ length: 150 }, (_, index) =>
    makePhase(index % 2 ? "return" : "move", 4, { rep: 1 + Math.floor(index / 2), reps: 75 }));
  const walker = new Walker(timelineBundle(phases));
  const start = walker.now;
  walker.send("start");
  const wait = jitter();
  const ends = [];
  let seen = -1;
  while (walker.state.screen !== "finished") {
    if (walker.state.phase !== seen && walker.state.endsAt !== null) ends.push(walker.state.endsAt);
    seen = walker.state.phase;
    walker.now += wait();
    walker.send("tick");
  }
  assert.equal(ends.at(-1) - start, 605_000);
  assert.equal(new Set(ends.slice(1).map((end, index) => end - ends[index])).size, 1);
});

test("tones of breath carry the instant of the phase, not of the tick that found it", () => {
  const walker = new Walker(timelineBundle([makePhase("move", 4, { breath: "in" }), makePhase("return", 6, { breath: "out" })]));
  const start = walker.now;
  walker.send("start");
  walker.wait(12, { tick: 700 });
  const tones = walker.of("tone").filter(({ name }) => name === "in" || name === "out");
  assert.deepEqual(tones.map(({ name, at }) => [name, at - start]), [["in", 5000], ["out", 9000]]);
});

test("a page that was hidden for 60 seconds in work waits at that phase", () => {
  const walker = reach("work");
  const { phase } = walker.state;
  const left = walker.state.endsAt - walker.now;
  walker.send("hidden");
  walker.sleep(60).send("tick");
  assert.equal(walker.state.screen, "work");
  walker.send("visible");
  assert.equal(walker.state.screen, "paused");
  assert.equal(walker.state.away, true);
  assert.equal(walker.state.phase, phase);
  assert.equal(walker.state.left, left);
  assert.equal(walker.saved.at(-1).type, "paused");
  walker.send("carry_on");
  assert.equal(walker.state.endsAt, walker.now + left);
});

test("a phase that ended 1.5 seconds ago is moved on from, without losing the time", () => {
  const walker = reach("work");
  const { endsAt, phase } = walker.state;
  walker.send("hidden");
  walker.now = endsAt + 1500;
  walker.send("visible");
  assert.equal(walker.state.screen, "work");
  assert.equal(walker.state.phase, phase + 1);
  assert.equal(walker.state.startedAt, endsAt);
});

test("a phase that has not ended yet goes on after a look at another page", () => {
  const walker = reach("rest");
  const { endsAt } = walker.state;
  walker.send("hidden");
  walker.sleep(20).send("visible");
  assert.equal(walker.state.screen, "rest");
  assert.equal(walker.state.endsAt, endsAt);
});

test("a page that slept without saying so waits, and does not race ahead", () => {
  const walker = reach("work");
  walker.sleep(600).send("tick");
  assert.equal(walker.state.screen, "paused");
  assert.equal(walker.state.away, true);
  assert.equal(walker.saved.filter((event) => event.type === "set_done").length, 0);
});

test("a walk goes on while the phone is in the pocket, and counts whole", () => {
  const walker = new Walker(timelineBundle([makePhase("move", 600)], { target_seconds: 600 }));
  walker.send("start");
  walker.wait(10);
  walker.send("hidden");
  walker.sleep(900).send("visible");
  assert.equal(walker.state.screen, "paused");
  walker.send("carry_on");
  walker.send("tick");
  assert.equal(walker.state.screen, "finished");
  assert.equal(walker.saved.find((event) => event.type === "set_done").data.seconds, 600);
});

test("a device clock that is set back by an hour does not add an hour", () => {
  const walker = reach("work");
  const left = walker.state.endsAt - walker.now;
  walker.now -= 3_600_000;
  walker.send("tick");
  assert.equal(walker.state.endsAt - walker.now, left);
});

test("a device clock that is set on by an hour pauses instead of skipping", () => {
  const walker = reach("work");
  walker.now += 3_600_000;
  walker.send("tick");
  assert.equal(walker.state.screen, "paused");
});

test("a pause keeps what was left of the phase, however long it lasts", () => {
  const walker = reach("work");
  const left = walker.state.endsAt - walker.now;
  walker.send("pause");
  walker.wait(3600, { tick: 1000 });
  walker.send("carry_on");
  assert.equal(walker.state.endsAt - walker.now, left);
});

test("seconds of a set leave the pauses out", () => {
  const walker = reach("work");
  walker.send("pause");
  walker.sleep(300);
  walker.send("carry_on");
  walker.waitFor((s) => s.screen === "switch");
  const { data } = walker.saved.find((event) => event.type === "set_done");
  assert.equal(data.seconds, 32);
});

test("the screen may sleep after three minutes of pause, and is kept awake again afterwards", () => {
  const walker = reach("paused");
  walker.effects = [];
  walker.wait(179, { tick: 1000 });
  assert.deepEqual(walker.of("lock"), []);
  walker.wait(2, { tick: 1000 });
  assert.deepEqual(walker.of("lock"), [{ do: "lock", on: false }]);
  walker.wait(60, { tick: 1000 });
  assert.equal(walker.of("lock").length, 1);
  walker.send("carry_on");
  assert.deepEqual(walker.of("lock").at(-1), { do: "lock", on: true });
});

test("the lock is asked for on start and again when the page is back", () => {
  const walker = reach("work");
  assert.deepEqual(walker.of("lock"), [{ do: "lock", on: true }]);
  walker.send("hidden");
  walker.sleep(1).send("visible");
  assert.equal(walker.of("lock").length, 2);
  walker.send("leave");
  assert.deepEqual(walker.of("lock").at(-1), { do: "lock", on: false });
});

test("15 more seconds of rest are 15 more seconds", () => {
  const walker = reach("rest");
  const { endsAt } = walker.state;
  walker.send("more");
  assert.equal(walker.state.endsAt, endsAt + 15_000);
  walker.waitFor((s) => s.screen === "work");
  assert.equal(walker.saved.at(-1).data.seconds, 60);
});

test("half way and five seconds are said once in a long hold, at their time", () => {
  const walker = new Walker(timelineBundle([makePhase("hold", 30)], { target_seconds: 30 }), { tick: 100 });
  const start = walker.now;
  const heard = [];
  walker.send("start");
  while (walker.state.screen !== "finished") {
    walker.wait(0.1).effects
      .splice(0)
      .filter((effect) => effect.do === "say" && ["say_half", "say_five"].includes(effect.key))
      .forEach((effect) => heard.push([effect.key, (walker.now - start) / 1000]));
  }
  assert.deepEqual(heard, [["say_half", 20], ["say_five", 30]]);
});

test("a hold ends with three ticks and a long tone at their instants", () => {
  const walker = new Walker(timelineBundle([makePhase("hold", 8)], { target_seconds: 8 }));
  const start = walker.now;
  walker.send("start");
  walker.wait(6);
  const tones = walker.of("tone").filter(({ at }) => at - start > 5000).map(({ name, at }) => [name, at - start]);
  assert.deepEqual(tones, [["tick", 10_000], ["tick", 11_000], ["tick", 12_000], ["long", 13_000]]);
});

test("a pause silences the tones that were still to come", () => {
  const walker = reach("work");
  const effects = walker.send("pause").map((effect) => effect.do);
  assert.ok(effects.includes("hush"));
});

test("slower makes a movement longer and leaves the seconds of the dose", () => {
  const moves = timelineBundle([makePhase("move", 4), makePhase("return", 4)]);
  const walker = new Walker(moves, { remembered: { stretch: 1.5 } });
  walker.send("start");
  walker.waitFor((s) => s.screen === "work");
  assert.equal(walker.state.endsAt - walker.state.startedAt, 6000);

  const hold = timelineBundle([makePhase("move", 4), makePhase("hold", 8)], { target_seconds: 8 });
  const holder = new Walker(hold, { remembered: { stretch: 1.5 } });
  holder.send("start");
  holder.waitFor((s) => s.phase === 2);
  assert.equal(holder.state.endsAt - holder.state.startedAt, 8000);
});

test("a change of pace is remembered and has limits", () => {
  const walker = reach("how");
  for (let tap = 0; tap < 20; tap += 1) walker.send("pace", { value: "slower" });
  assert.equal(walker.state.stretch, 1.8);
  for (let tap = 0; tap < 40; tap += 1) walker.send("pace", { value: "faster" });
  assert.equal(walker.state.stretch, 0.6);
  assert.deepEqual(walker.of("remember").at(-1), { do: "remember" });
  assert.equal(walker.state.settings.stretch, 0.6);
});

test("the same taps at the same times give the same state and the same effects", () => {
  const run = () => {
    const walker = new Walker(plainBundle());
    walker.send("start");
    walker.wait(30).send("pause");
    walker.sleep(10).send("carry_on");
    walker.wait(20).send("back");
    walker.wait(60).send("hurts");
    walker.send("rate", { value: 3 });
    walker.send("carry_on");
    walker.wait(100);
    return { state: walker.state, effects: walker.effects };
  };
  assert.deepEqual(run(), run());
});
