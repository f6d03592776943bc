import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";

import { countedKind, groupsOf, planItems, unitsBefore } from "#clients/player/plan.js";

import { goldenTimeline, makePhase, makeTimeline } from "./make.mjs";

const names = readdirSync(new URL("../../vectors/timelines/", import.meta.url))
  .filter((name) => name.endsWith(".json"))
  .map((name) => name.replace(".json", ""));

test("there are golden timelines to read", () => assert.ok(names.length >= 10));

for (const name of names) {
  test(`${name}: the groups hold every phase once, in order`, () => {
    const timeline = goldenTimeline(name);
    const groups = groupsOf(timeline);
    assert.equal(groups[0].kind, "ready");
    assert.equal(groups[0].from, 0);
    groups.slice(1).forEach((group, index) => assert.equal(group.from, groups[index].to));
    assert.equal(groups.at(-1).to, timeline.phases.length);
  });

  test(`${name}: the sets hold as many units as the timeline counts`, () => {
    const timeline = goldenTimeline(name);
    const sets = groupsOf(timeline).filter((group) => group.kind === "set" && !group.gate);
    assert.equal(sets.reduce((sum, group) => sum + group.units.length, 0), timeline.units);
  });

  test(`${name}: seconds that are the dose are found`, () => {
    const timeline = goldenTimeline(name);
    assert.equal(countedKind(timeline, groupsOf(timeline)) === null, timeline.target_seconds === null);
  });
}

const kinds = (name) => groupsOf(goldenTimeline(name)).map((group) => `${group.kind} ${group.side}`);

test("one side after the other: a switch lies between, a rest between the sets", () => {
  assert.deepEqual(kinds("side-bridge-knees"), [
    "ready none", "setup none", "set left", "switch right", "set right", "rest none", "set left", "switch right", "set right",
  ]);
});

test("alternating sides are one set of both", () => {
  assert.deepEqual(kinds("knee-squeezes"), ["ready none", "setup none", "set both", "set both", "finish both"]);
});

test("a breathing exercise is shown as a ring, a hold as seconds, repetitions as a count", () => {
  const mode = (name) => groupsOf(goldenTimeline(name)).find((group) => group.kind === "set").mode;
  assert.equal(mode("belly-breathing"), "breath");
  assert.equal(mode("cat-camel"), "reps");
  assert.equal(mode("glute-bridge"), "reps");
  assert.equal(mode("knee-squeezes"), "timed");
  assert.equal(mode("suitcase-carry"), "timed");
});

test("a pause inside a repetition is no rest", () => {
  const timeline = makeTimeline([
    makePhase("move", 2, { reps: 2 }),
    makePhase("rest", 1, { step: 1, reps: 2 }),
    makePhase("move", 2, { rep: 2, reps: 2 }),
    makePhase("rest", 1, { step: 1, rep: 2, reps: 2, sets: 2 }),
    makePhase("rest", 30, { step: null, rep: 2, reps: 2, sets: 2 }),
    makePhase("move", 2, { set: 2, sets: 2 }),
  ]);
  assert.deepEqual(groupsOf(timeline).map((group) => group.kind), ["ready", "set", "rest", "set"]);
});

test("a repetition counts when its last phase is over", () => {
  const [, , set] = groupsOf(goldenTimeline("knee-squeezes"));
  assert.deepEqual([set.from, set.from + 2, set.from + 3, set.to].map((phase) => unitsBefore(set, phase)), [0, 0, 1, 4]);
});

test("phases that tell only what changes are played like whole ones", () => {
  for (const name of names) {
    const timeline = goldenTimeline(name);
    const changes = timeline.phases.map((phase, index) =>
      Object.fromEntries(Object.entries(phase).filter(([key, value]) =>
        index === 0 || JSON.stringify(timeline.phases[index - 1][key]) !== JSON.stringify(value))));
    const [brief] = planItems([{ timeline: { ...timeline, phases: changes }, easier: null }]);
    const [whole] = planItems([{ timeline, easier: null }]);
    assert.deepEqual(brief.main, whole.main, name);
  }
});

test("a phase that comes again tells how many places before it the same stands, and what has changed", () => {
  const phases = [makePhase("move", 2, { rep: 1 }), makePhase("return", 3, { rep: 1 }), makePhase("move", 2, { rep: 2 })];
  const timeline = makeTimeline(phases);
  const brief = { ...timeline, phases: [...timeline.phases.slice(0, 3), { as: 2, rep: 2 }] };
  const [read, whole] = planItems([{ timeline: brief, easier: null }, { timeline, easier: null }]);
  assert.deepEqual(read.main, whole.main);
});
