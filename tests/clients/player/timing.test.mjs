/**
 * Every cue at its instant: ten minutes of a session under a clock that the test turns, with timers as late as a busy
 * phone lets them be. What is right is counted from the compiled timeline alone.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import { waitMs } from "#clients/player/cues.js";

import { Walker, deepFreeze, goldenTimeline, makeBundle, makeItem, makePhase, makeTimeline } from "./make.mjs";

const LATEST_MS = 50;
const TEN_MINUTES_S = 600;

/** Timers come 1 to 20 ms late; the same in every run. */
function lateness() {
  let value = 7;
  return () => {
    value = (value * 1103515245 + 12345) % 2147483648;
    return 1 + Math.floor((value / 2147483648) * 20);
  };
}

/** Play as the page does, with its own timer; returns [{do, key or name, at, phase}] with the instant of each effect. */
function play(timeline, remembered = {}) {
  const walker = new Walker(deepFreeze(makeBundle([makeItem("", { id: 1, timeline })])), { remembered });
  const late = lateness();
  const cues = [];
  const begun = walker.now;
  const keep = (effects) => {
    for (const effect of effects) {
      const at = effect.do === "tone" ? effect.at : walker.now;
      if (["tone", "say", "vibrate", "paint"].includes(effect.do)) cues.push({ ...effect, at: at - begun, phase: walker.state.phase });
    }
  };
  keep(walker.send("start"));
  while (walker.state.screen !== "finished") {
    walker.now += waitMs(walker.state, walker.now) + late();
    keep(walker.send("tick"));
  }
  return cues;
}

/** Slow breathing, in 4 and out 6, for ten minutes. */
function breathing() {
  const breaths = TEN_MINUTES_S / 10;
  const phases = Array.from({ length: breaths * 2 }, (_, index) =>
    makePhase(index % 2 ? "return" : "move", index % 2 ? 6 : 4, {
      breath: index % 2 ? "out" : "in", cue: index % 2 ? "Breathe out" : "Breathe in", rep: 1 + Math.floor(index / 2), reps: breaths,
    }));
  return makeTimeline(phases);
}

/** Sets, holds, sides, rests and ways into place, one library exercise after the other until ten minutes are full. */
function mixed() {
  const all = [];
  let seconds = 0;
  for (let round = 0; seconds < TEN_MINUTES_S; round += 1) {
    for (const name of ["side-bridge-knees", "knee-squeezes-with-rocking", "cat-camel", "glute-bridge"]) {
      const { phases } = goldenTimeline(name);
      for (const phase of phases.slice(1)) {
        seconds += phase.seconds;
        all.push({ ...phase, segment: `${name} ${round} ${phase.segment}`, gate: null });
      }
    }
  }
  return makeTimeline(all);
}

/** The instants (ms) at which something may be heard or felt: beginnings and ends, the counts before, the milestones. */
function instantsOf({ phases }) {
  const instants = new Set();
  let begins = 0;
  for (const { seconds } of phases) {
    const ends = begins + seconds * 1000;
    for (const at of [begins, ends, ends - 1000, ends - 2000, ends - 3000, ends - 5000, (begins + ends) / 2]) instants.add(at);
    begins = ends;
  }
  return [...instants].sort((a, b) => a - b);
}

const errorOf = (instants, at) => Math.min(...instants.map((instant) => Math.abs(instant - at)));

for (const [name, timeline] of [["slow breathing", breathing()], ["a mixed session", mixed()]]) {
  test(`${name}: over ten minutes no cue is 50 ms off, and the last is no later than the first`, () => {
    const cues = play(timeline).filter(({ do: kind }) => kind !== "paint");
    const instants = instantsOf(timeline);
    const errors = cues.map(({ at }) => errorOf(instants, at));
    assert.ok(cues.at(-1).at >= TEN_MINUTES_S * 1000);
    assert.ok(Math.max(...errors) < LATEST_MS, `${Math.max(...errors)} ms`);
    const tones = cues.filter(({ do: kind }) => kind === "tone");
    assert.ok(tones.length > 100);
    assert.ok(tones.every(({ at }) => errorOf(instants, at) < 0.5), "tones stand on the instant itself");
  });
}

test("each breath has its tone and its paint at its own beginning, none is left out or doubled", () => {
  const cues = play(breathing());
  const tones = cues.filter(({ do: kind, name }) => kind === "tone" && (name === "in" || name === "out"));
  const expected = Array.from({ length: 120 }, (_, index) => [index % 2 ? "out" : "in", 5000 + Math.floor(index / 2) * 10_000 + (index % 2) * 4000]);
  assert.deepEqual(tones.map(({ name, at }) => [name, at]), expected);
  const painted = cues.filter(({ do: kind }) => kind === "paint");
  for (const [, at] of expected) assert.ok(painted.some((paint) => paint.at >= at && paint.at - at < LATEST_MS), `${at}`);
});

test("at a slower pace every breath is longer by the same, without drift", () => {
  const tones = play(breathing(), { stretch: 1.15 }).filter(({ name }) => name === "in");
  const apart = tones.slice(1).map(({ at }, index) => at - tones[index].at);
  assert.deepEqual([...new Set(apart)], [11_500]);
});
