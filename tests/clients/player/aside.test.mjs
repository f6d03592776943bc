/** "This hurts", easier, skip, back, own pace, optional and chosen exercises. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { canChooseAgain, canSkip, canSwap, mayCarryOn } from "#clients/player/aside.js";

import { Walker, deepFreeze, makeBundle, makeItem, makePhase, makeTimeline } from "./make.mjs";
import { choiceBundle, gatedBundle, reach } from "./reach.mjs";

const painState = (before, limits = {}) => ({
  session: { pain: { green_max: 2, amber_max: 5, rise_stop: 3, ...limits } },
  facts: { pain_before: before },
});

const CARRY_ON = [
  [2, 4, true, "a rise of 2 to 4"],
  [2, 5, false, "a rise of 3"],
  [4, 5, true, "the client's limit"],
  [5, 6, false, "above the client's limit"],
  [6, 6, false, "above the limit, although it was so before"],
  [null, 2, true, "a little, nothing known before"],
  [null, 3, false, "more, nothing known before: 0 is assumed"],
  [3, null, false, "not answered"],
  [3, 0, true, "less than before"],
];
for (const [before, now, may, name] of CARRY_ON) {
  test(`carry on after "This hurts": ${name} -> ${may ? "offered" : "not offered"}`, () => {
    assert.equal(mayCarryOn(painState(before), now), may);
  });
}

test("a client whose usual pain is high has a limit of their own", () => {
  assert.equal(mayCarryOn(painState(6, { amber_max: 7 }), 7), true);
});

test("carry on is refused where it is not offered, even if asked for", () => {
  const walker = reach("hurts");
  walker.send("rate", { value: 9 });
  walker.send("carry_on");
  assert.equal(walker.state.screen, "hurts");
});

test("pain out of the scale is not taken", () => {
  const walker = reach("hurts");
  for (const value of [11, -1, 2.5, "3", undefined]) walker.send("rate", { value });
  assert.equal(walker.state.rating, null);
});

test("a client who corrects the number before choosing has one answer kept", () => {
  const walker = reach("hurts");
  walker.send("rate", { value: 7 });
  walker.send("rate", { value: 3 });
  walker.send("carry_on");
  assert.deepEqual(walker.saved.filter((event) => event.type === "hurt").map((event) => event.data.value), [3]);
});

test("a number given before the page goes away is kept at once, and once", () => {
  const walker = reach("hurts");
  walker.send("rate", { value: 6 });
  walker.send("hidden");
  assert.deepEqual(walker.saved.at(-1).data, { value: 6 });
  walker.send("visible");
  walker.send("close");
  assert.equal(walker.saved.filter((event) => event.type === "hurt").length, 1);
});

test("after the easier form was chosen in pain, nothing starts until the client says so", () => {
  const walker = reach("hurts");
  walker.send("rate", { value: 6 });
  walker.send("easier");
  assert.equal(walker.state.screen, "swap", "what it changes to is shown first");
  walker.send("close");
  assert.deepEqual([walker.state.screen, walker.state.under, walker.state.swapped], ["paused", "work", {}]);
  walker.send("easier");
  walker.send("swap");
  assert.equal(walker.state.screen, "paused");
  assert.equal(walker.state.under, "ready");
  walker.wait(60, { tick: 1000 });
  assert.equal(walker.state.screen, "paused");
  walker.send("carry_on");
  assert.equal(walker.state.screen, "ready");
  assert.equal(walker.state.endsAt - walker.now, 5000);
});

test("an exercise without an easier form offers none, nor does one that is the easier form", () => {
  const walker = reach("paused");
  assert.equal(canSwap(walker.state), true);
  walker.send("easier");
  walker.send("swap");
  assert.equal(canSwap(walker.state), false);
  walker.send("easier");
  assert.equal(walker.state.screen, "paused");
});

test("what was done before a skip is kept, with its reason", () => {
  const walker = reach("work").wait(20);
  walker.send("pause");
  walker.send("skip_ask");
  walker.send("skip", { reason: "no_space" });
  const [set, skipped] = walker.saved.slice(-3);
  assert.deepEqual([set.data.done, set.data.of], [1, 4]);
  assert.deepEqual(skipped.data, { reason: "no_space", scope: "item" });
  assert.equal(walker.state.item, 1);
});

test("a reason that is not known is not taken", () => {
  const walker = reach("skip");
  walker.send("skip", { reason: "lazy" });
  assert.equal(walker.state.screen, "skip");
});

test("skipping the last exercise ends the session", () => {
  const walker = reach("work").waitFor((s) => s.item === 1 && s.screen === "work");
  walker.send("pause");
  walker.send("skip_ask");
  walker.send("skip", { reason: "no_time" });
  assert.equal(walker.state.screen, "finished");
});

test("finishing early keeps the part of the set that was done", () => {
  const walker = reach("work").wait(30);
  walker.send("pause");
  walker.send("finish");
  assert.deepEqual(walker.types().slice(-2), ["set_done", "finished"]);
  assert.equal(walker.saved.at(-2).data.done, 2);
});

test("next in work ends the set as it is and asks nothing", () => {
  const walker = reach("work").wait(14);
  walker.send("next");
  const { done, of, mode } = walker.saved.at(-1).data;
  assert.deepEqual([done, of, mode], [1, 4, "guided"]);
  assert.equal(walker.state.screen, "switch");
});

test("back restarts the set; back twice within three seconds goes to the exercise before", () => {
  const walker = reach("work").waitFor((s) => s.item === 1 && s.screen === "work" && s.group === 2).wait(10);
  walker.send("back");
  assert.equal(walker.state.phase, walker.state.session.items[1].main.groups[2].from);
  assert.equal(walker.state.item, 1);
  walker.wait(4).send("back");
  assert.equal(walker.state.item, 1);
  walker.wait(2).send("back");
  assert.equal(walker.state.item, 0);
  assert.equal(walker.state.screen, "ready");
});

test("back twice in the first exercise begins it again", () => {
  const walker = reach("work");
  walker.send("back");
  walker.wait(1).send("back");
  assert.equal(walker.state.item, 0);
  assert.equal(walker.state.screen, "ready");
});

test("back in a change of sides goes to the set before", () => {
  const walker = reach("switch");
  walker.send("back");
  assert.equal(walker.state.screen, "work");
  assert.equal(walker.phase.side, "left");
});

test("at one's own pace there is no clock, and a tap ends the set", () => {
  const bundle = deepFreeze(makeBundle([makeItem("glute-bridge", { id: 1, pace: "own" })]));
  const walker = new Walker(bundle);
  walker.send("start");
  walker.waitFor((s) => s.screen === "work" && s.group === 2);
  assert.equal(walker.state.endsAt, null);
  walker.sleep(400).send("tick");
  assert.equal(walker.state.screen, "work");
  walker.send("hidden");
  walker.sleep(400).send("visible");
  assert.equal(walker.state.screen, "work");
  walker.send("done");
  const { data } = walker.saved.at(-1);
  assert.deepEqual([data.done, data.of, data.mode], [data.of, data.of, "ticked"]);
  assert.equal(walker.state.screen, "rest");
});

test("next at one's own pace claims nothing", () => {
  const walker = new Walker(deepFreeze(makeBundle([makeItem("glute-bridge", { id: 1, pace: "own" })])));
  walker.send("start");
  walker.waitFor((s) => s.screen === "work" && s.group === 2);
  walker.send("next");
  assert.equal(walker.saved.at(-1).data.done, 0);
});

test("a pause at one's own pace, and on again", () => {
  const walker = new Walker(deepFreeze(makeBundle([makeItem("glute-bridge", { id: 1, pace: "own" })])));
  walker.send("start");
  walker.waitFor((s) => s.screen === "work" && s.group === 2).wait(10);
  walker.send("pause");
  walker.sleep(100).send("carry_on");
  assert.equal(walker.state.endsAt, null);
  walker.wait(5).send("done");
  assert.equal(walker.saved.at(-1).data.seconds, 15);
});

test("a client may change to their own pace in the middle, and back", () => {
  const walker = new Walker(deepFreeze(makeBundle([makeItem("glute-bridge", { id: 1 })])));
  walker.send("start");
  walker.waitFor((s) => s.screen === "work" && s.group === 2).wait(10);
  walker.send("how");
  walker.send("pace", { value: "own" });
  walker.send("close");
  assert.equal(walker.state.endsAt, null);
  walker.send("how");
  walker.send("pace", { value: "guided" });
  walker.send("close");
  assert.equal(walker.state.phase, walker.state.session.items[0].main.groups[2].from);
  assert.equal(walker.state.endsAt - walker.now, 2000);
});

test("an optional exercise is skipped freely, others are not", () => {
  const walker = new Walker(deepFreeze(makeBundle([
    makeItem("cat-camel", { id: 1, optional: true }), makeItem("bird-dog", { id: 2 }),
  ])));
  walker.send("start");
  walker.send("skip_optional");
  assert.deepEqual(walker.saved.at(-2).data, { reason: null, scope: "item" });
  assert.equal(walker.state.item, 1);
  walker.send("skip_optional");
  assert.equal(walker.state.item, 1);
});

test("of a choice the client does one, and only that one", () => {
  const walker = new Walker(choiceBundle());
  walker.send("start");
  walker.send("choose", { item: 33 });
  assert.equal(walker.state.screen, "choice");
  walker.send("choose", { item: 31 });
  walker.waitFor((s) => s.screen === "finished");
  assert.deepEqual(
    walker.saved.filter((event) => event.type === "item_started").map((event) => event.item), [31, 33],
  );
});

test("hurting on the question before an exercise can skip it; on an open choice there is nothing to skip", () => {
  const gate = new Walker(gatedBundle());
  gate.send("start");
  gate.send("hurts");
  assert.equal(canSkip(gate.state), true);
  gate.send("skip_ask");
  assert.equal(gate.state.item, 1);

  const choice = new Walker(choiceBundle());
  choice.send("start");
  choice.send("hurts");
  assert.equal(canSkip(choice.state), false);
  choice.send("skip_ask");
  assert.equal(choice.state.screen, "hurts");
  choice.send("close");
  assert.equal(choice.state.screen, "choice");
  assert.equal(choice.saved.at(-1).item, null);
});

test("reading how to do it stops the clock and goes on by itself", () => {
  const walker = reach("work");
  const left = walker.state.endsAt - walker.now;
  walker.send("how");
  walker.sleep(60).send("close");
  assert.equal(walker.state.screen, "work");
  assert.equal(walker.state.endsAt - walker.now, left);
});

test("reading it in a pause leads back to the pause", () => {
  const walker = reach("paused");
  walker.send("how");
  walker.send("close");
  assert.equal(walker.state.screen, "paused");
});

test("a gate that the timeline does not explain stays closed", () => {
  const timeline = makeTimeline([makePhase("move", 4), makePhase("move", 4, { segment: "extra", gate: "extra" })]);
  const walker = new Walker(deepFreeze(makeBundle([makeItem("", { id: 1, timeline })])));
  walker.send("start");
  walker.waitFor((s) => s.screen === "finished");
  assert.deepEqual(walker.saved.filter((event) => event.type === "set_done").map((event) => event.data.segment), ["main"]);
});

test("a gate on leg symptoms is asked for and kept", () => {
  const timeline = makeTimeline(
    [makePhase("move", 4), makePhase("move", 4, { segment: "extra", gate: "extra" })],
    { gates: { extra: { leg_symptoms: "not_worse" } } },
  );
  const walker = new Walker(deepFreeze(makeBundle([makeItem("", { id: 1, timeline })])));
  walker.send("start");
  assert.equal(walker.state.asking.ask, "leg_symptoms");
  walker.send("gate_add", { value: "worse" });
  assert.equal(walker.state.note.key, "withheld_legs");
  assert.equal(walker.saved.at(-1).type, "leg_symptoms");
});

test("leaving at the question about the legs is no answer, not the client's choice", () => {
  const timeline = makeTimeline(
    [makePhase("move", 4), makePhase("move", 4, { segment: "extra", gate: "extra" })],
    { gates: { extra: { leg_symptoms: "not_worse" } } },
  );
  const walker = new Walker(deepFreeze(makeBundle([makeItem("", { id: 1, timeline })])));
  walker.send("start");
  walker.send("gate_leave_out");
  assert.equal(walker.state.note.key, "withheld_legs_unknown");
  assert.deepEqual(walker.saved.at(-1).data, { value: null });
  assert.ok(!walker.saved.some((event) => event.type === "skipped"));
  assert.equal(walker.state.asking, null, "it is not asked again");
});

/** The first of two exercises of a choice, at work. */
function chosen() {
  const walker = new Walker(choiceBundle());
  walker.send("start");
  walker.send("choose", { item: 31 });
  return walker.waitFor((s) => s.screen === "work").wait(1);
}

test("what the plan gives as a choice may be chosen again, and the other takes its place", () => {
  const walker = chosen();
  walker.send("pause");
  assert.ok(canChooseAgain(walker.state));
  walker.send("another");
  assert.equal(walker.state.screen, "choice");
  walker.send("choose", { item: 32 });
  assert.equal(walker.state.session.items[walker.state.item].id, 32);
  walker.waitFor((s) => s.screen !== "choice" && s.session.items[s.item].id !== 32);
  assert.equal(walker.state.session.items[walker.state.item].id, 33, "the first is not asked for any more");
  assert.deepEqual(walker.saved.filter(({ type }) => type === "item_started").map(({ item }) => item), [31, 32, 33]);
});

test("in pain the number is kept, and nothing starts before another exercise is chosen", () => {
  const walker = chosen();
  walker.send("hurts");
  walker.send("rate", { value: 4 });
  walker.send("another");
  assert.deepEqual(walker.saved.find(({ type }) => type === "hurt").data, { value: 4 });
  walker.sleep(60);
  assert.equal(walker.state.screen, "choice");
});

test("an exercise that is no choice offers none", () => {
  for (const screen of ["paused", "hurts"]) {
    const walker = reach(screen);
    walker.send("another");
    assert.equal(walker.state.screen, screen);
  }
});
