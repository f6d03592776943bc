/** What the figure pictures: the pose of the moment, standing still on pause, on the side that works. */
import assert from "node:assert/strict";
import test from "node:test";

import { easierStartAndEnd, pictured, startAndEnd } from "#clients/player/pictured.js";
import { makeBundle, makeItem, makePhase, makeTimeline, Walker } from "./make.mjs";

const pose = (key) => ({ figure: "lift", key });
const LIFT = [
  makePhase("move", 2, { pose: pose(1), breath: "out" }),
  makePhase("hold", 4, { pose: pose(1), step: 1 }),
  makePhase("return", 2, { pose: pose(0), step: 2, breath: "in" }),
];
const sided = (side, rep) => LIFT.map((phase) => ({ ...phase, side, rep, reps: 2 }));

function walk(phases, overrides = {}, remembered = {}) {
  const item = makeItem("glute-bridge", { timeline: makeTimeline(phases), ...overrides });
  const walker = new Walker(makeBundle([item]), { remembered });
  walker.send("start");
  return walker;
}

const see = (walker) => pictured(walker.state, walker.now);

test("the start is shown while the client gets ready, on the side to come", () => {
  const walker = walk(sided("right", 1));
  const { pose: shown, share, side, kind } = see(walker);
  assert.deepEqual([shown.key, share, side, kind], [1, 0, "right", "ready"]);
});

test("the share of the phase is the session's time, and the body comes from the pose before", () => {
  const walker = walk(sided("right", 1)).wait(6);
  assert.deepEqual([see(walker).share, see(walker).kind, see(walker).before], [0.5, "move", null]);
  walker.wait(6);
  assert.deepEqual([see(walker).share, see(walker).kind, see(walker).before.key], [0.5, "return", 1]);
  assert.equal(see(walker).breathBefore, "none");
});

test("a pause freezes the figure where it was", () => {
  const walker = walk(sided("right", 1)).wait(6);
  walker.send("pause");
  const held = see(walker);
  walker.now += 60_000;
  assert.deepEqual(see(walker), held);
  assert.equal(held.share, 0.5);
  walker.send("carry_on");
  assert.equal(see(walker).share, 0.5);
});

test("a dialog over a running set leaves the picture standing below it", () => {
  const walker = walk(sided("right", 1)).wait(6);
  walker.send("hurts");
  assert.equal(see(walker).share, 0.5);
});

test("a change of side shows the start of the other side", () => {
  const change = makePhase("switch", 5, { side: "left", step: null });
  const walker = walk([...sided("right", 1), change, ...sided("left", 1)]).waitFor((s) => s.screen === "switch");
  const { pose: shown, side, share, before } = see(walker);
  assert.deepEqual([shown.key, side, share, before.key], [1, "left", 0, 0]);
});

test("where the client counts alone the repetition goes on at its own tempo", () => {
  const reps = [...sided("none", 1), ...sided("none", 2)];
  const item = makeItem("glute-bridge", { timeline: makeTimeline(reps.map((each) => ({ ...each, side: "none" }))) });
  const walker = new Walker(makeBundle([item]), {});
  walker.send("start");
  walker.wait(1).send("how");
  walker.send("pace", { value: "own" });
  walker.send("close");
  walker.send("carry_on");
  walker.waitFor((s) => s.screen === "work");
  walker.sleep(1);
  assert.deepEqual([see(walker).kind, see(walker).share], ["move", 0.5]);
  walker.sleep(8 * 30 + 2);
  assert.equal(see(walker).kind, "hold");
});

test("nothing is pictured before the first tap, and nothing for phases without a pose", () => {
  const timeline = makeTimeline([makePhase("move", 2)]);
  const walker = new Walker(makeBundle([makeItem("glute-bridge", { timeline })]));
  assert.equal(see(walker), null);
  walker.send("start");
  assert.equal(see(walker), null);
});

test("the stills of an exercise are where it begins and where it goes, on the side that works", () => {
  const phases = [makePhase("setup", 2, { pose: pose(0) }), ...sided("left", 1)];
  const walker = walk(phases).wait(6);
  assert.deepEqual({ ...startAndEnd(walker.state), item: 0 }, { item: 0, figure: "lift", side: "left", mirror: false, keys: [0, 1] });
  walker.send("how");
  assert.deepEqual(startAndEnd(walker.state).keys, [0, 1]);
});

test("the easier form that is offered is shown from its own start, while the harder one runs", () => {
  const easier = { title: "Small bridge", exercise: "small-bridge", timeline: makeTimeline([
    makePhase("setup", 2, { pose: { figure: "small", key: 0 } }), makePhase("move", 4, { pose: { figure: "small", key: 2 } }),
  ]) };
  const walker = walk(sided("left", 1), { easier }).wait(6);
  assert.deepEqual({ ...easierStartAndEnd(walker.state), item: 0 }, { item: 0, figure: "small", side: "none", mirror: false, keys: [0, 2] });
  assert.equal(startAndEnd(walker.state).figure, "lift");
});

test("a figure that only rests has one still, one that goes round has two, and none is none", () => {
  const rest = walk([makePhase("hold", 9, { pose: pose(2) })]);
  assert.deepEqual(startAndEnd(rest.state).keys, [2]);
  const round = walk([makePhase("move", 9, { pose: { figure: "walk", loop: [1, 0, 2, 0] } })]);
  assert.deepEqual(startAndEnd(round.state).keys, [1, 0]);
  assert.equal(startAndEnd(walk([makePhase("move", 9, { pose: null })]).state), null);
});
