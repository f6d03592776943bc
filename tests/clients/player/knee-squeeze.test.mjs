/** The knee squeeze, whole, against the golden timeline of the compiler. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Walker, deepFreeze, goldenTimeline, makeBundle, makeItem } from "./make.mjs";

const golden = goldenTimeline("knee-squeezes-with-rocking");

const kneeSqueeze = (before) =>
  deepFreeze(makeBundle([makeItem("knee-squeezes-with-rocking", { id: 1 })], {
    pain: { green_max: 2, amber_max: 5, rise_stop: 3, before },
  }));

/** Go through to the end; returns the walker and every phase that was lived through, with its seconds. */
function doSession(before, answer) {
  const walker = new Walker(kneeSqueeze(before));
  walker.send("start");
  answer?.(walker);
  const lived = [];
  let last = null;
  while (walker.state.screen !== "finished") {
    const { phase } = walker;
    if (phase !== last) lived.push({ phase, since: walker.now });
    last = phase;
    walker.wait(0.25);
    assert.ok(lived.length < 100);
  }
  lived.forEach((each, index) => {
    each.seconds = ((lived[index + 1]?.since ?? walker.now) - each.since) / 1000;
  });
  return { walker, lived };
}

const tickTheBlanket = (walker) => {
  assert.equal(walker.state.screen, "gate");
  assert.deepEqual(walker.state.asking.ask, { equipment: "thick_blanket" });
  walker.send("gate_add", { value: true });
};

test("at pain 2 with the blanket ticked the client lives through every phase of the timeline, in time", () => {
  const { lived } = doSession(2, tickTheBlanket);
  assert.deepEqual(lived.map(({ phase }) => phase), golden.phases);
  assert.deepEqual(lived.map(({ seconds }) => seconds), golden.phases.map((phase) => phase.seconds));
});

test("each side comes twice, in turn, and then both knees", () => {
  const { lived } = doSession(2, tickTheBlanket);
  const pulls = lived.map(({ phase }) => phase).filter((phase) => phase.segment === "single" && phase.kind === "move");
  assert.deepEqual(pulls.map((phase) => phase.side), ["left", "right", "left", "right"]);
  assert.deepEqual(pulls.map((phase) => phase.rep), [1, 1, 2, 2]);
  const both = lived.map(({ phase }) => phase).filter((phase) => phase.segment === "both");
  assert.deepEqual(both.map((phase) => phase.kind), ["move", "hold", "return"]);
});

test("the breath is out to draw in, in to let go, in for both knees of the rocking, out to return", () => {
  const { lived } = doSession(2, tickTheBlanket);
  const breathOf = (segment, step) =>
    lived.find(({ phase }) => phase.segment === segment && phase.step === step).phase.breath;
  assert.equal(breathOf("single", 0), "out");
  assert.equal(breathOf("single", 2), "in");
  assert.equal(breathOf("both", 0), "out");
  assert.equal(breathOf("rocking", 1), "in");
  assert.equal(breathOf("finish", 0), "out");
});

test("each breath has its own tone", () => {
  const { walker } = doSession(2, tickTheBlanket);
  const breaths = golden.phases.filter((phase) => phase.breath !== "none").map((phase) => phase.breath);
  const tones = walker.of("tone").map((effect) => effect.name).filter((name) => name === "in" || name === "out");
  assert.deepEqual(tones, breaths);
});

test("the rocking goes chin to knees, head down, rocks, circles one way, then the other, with focus points", () => {
  const { lived } = doSession(2, tickTheBlanket);
  const rocking = lived.map(({ phase }) => phase).filter((phase) => phase.gate === "rocking");
  assert.equal(rocking.length, 7);
  assert.match(rocking[0].text, /thick blanket/);
  assert.match(rocking[2].text, /chin towards your knees/);
  assert.match(rocking[3].text, /Lower your head/);
  assert.match(rocking[4].text, /side to side/);
  assert.match(rocking[5].text, /circles/);
  assert.match(rocking[6].text, /other way/);
  assert.ok(rocking.every((phase) => phase.focus));
  assert.ok(lived.every(({ phase }) => phase.focus === (phase.gate === "rocking")));
});

test("the client ends on the out-breath, then turns to one side and sits up", () => {
  const { lived } = doSession(2, tickTheBlanket);
  const [rest, up] = lived.slice(-2).map(({ phase }) => phase);
  assert.equal(rest.breath, "out");
  assert.match(up.text, /one side and sit up/);
});

test("what was done is kept with the seconds of the holds, which are the dose", () => {
  const { walker } = doSession(2, tickTheBlanket);
  const sets = walker.saved.filter((event) => event.type === "set_done").map((event) => event.data);
  assert.deepEqual(sets, [
    { segment: "single", set: 1, side: "both", done: 4, of: 4, seconds: 32, mode: "guided" },
    { segment: "both", set: 1, side: "both", done: 1, of: 1, seconds: 8, mode: "guided" },
    { segment: "rocking", set: 1, side: "both", done: 1, of: 1, seconds: 79, mode: "guided" },
  ]);
  const counted = sets.slice(0, 2);
  assert.equal(counted.reduce((sum, set) => sum + set.of, 0), golden.units);
  assert.equal(counted.reduce((sum, set) => sum + set.seconds, 0), golden.target_seconds);
});

test("at pain 5 nobody is asked, the rocking is left out, and a calm sentence says why", () => {
  const { walker, lived } = doSession(5);
  assert.ok(lived.every(({ phase }) => phase.gate === null));
  assert.deepEqual(lived.map(({ phase }) => phase), golden.phases.filter((phase) => !phase.gate));
  const note = walker.of("say").filter((effect) => effect.key.startsWith("withheld"));
  assert.deepEqual(note.map(({ key, params }) => [key, params.limit]), [["withheld_pain", 3]]);
  assert.equal(walker.state.done[1]["rocking|1|both"], undefined);
});

test("a client who leaves the rocking out is not told why, and is not asked again", () => {
  const { walker, lived } = doSession(2, (each) => each.send("gate_leave_out"));
  assert.ok(lived.every(({ phase }) => phase.gate === null));
  assert.deepEqual(walker.of("say").filter((effect) => effect.key.startsWith("withheld")), []);
  const skipped = walker.saved.find((event) => event.type === "skipped");
  assert.deepEqual(skipped.data, { reason: null, scope: "segment", segment: "rocking" });
});

test("a blanket that is not ticked is asked for, not assumed", () => {
  const walker = new Walker(kneeSqueeze(2));
  walker.send("start");
  walker.send("gate_add", { value: false });
  assert.equal(walker.state.screen, "gate");
  assert.equal(walker.state.asking.incomplete, true);
  assert.deepEqual(walker.types(), ["started", "item_started"]);
});

test("without a check-in the client is asked for the pain, then for the blanket", () => {
  const walker = new Walker(kneeSqueeze(null));
  walker.send("start");
  assert.equal(walker.state.asking.ask, "pain_before");
  walker.send("gate_add", { value: 2 });
  assert.deepEqual(walker.state.asking.ask, { equipment: "thick_blanket" });
  walker.send("gate_add", { value: true });
  assert.equal(walker.state.screen, "ready");
  assert.deepEqual(walker.types(), ["started", "item_started", "pain_before", "equipment_confirmed"]);
});

test("a client who answers 5 there is not asked for a blanket, and hears why", () => {
  const walker = new Walker(kneeSqueeze(null));
  walker.send("start");
  walker.send("gate_add", { value: 5 });
  assert.equal(walker.state.screen, "ready");
  assert.equal(walker.state.note.key, "withheld_pain");
});

test("a client who does not answer there either hears why the part is left out, and is not asked again", () => {
  const { walker, lived } = doSession(null, (each) => each.send("gate_leave_out"));
  assert.ok(lived.every(({ phase }) => phase.gate === null));
  const notes = walker.of("say").filter((effect) => effect.key.startsWith("withheld"));
  assert.deepEqual(notes.map(({ key }) => key), ["withheld_pain_unknown"]);
  const answers = walker.saved.filter((event) => event.type === "pain_before");
  assert.deepEqual(answers.map(({ data }) => data.value), [null]);
  assert.equal(walker.saved.some((event) => event.type === "skipped"), false);

  const again = new Walker(kneeSqueeze(null), { waiting: walker.saved.slice(0, 3) });
  again.send("start");
  assert.equal(again.state.screen, "ready", "opened again, it does not ask either");
});

test("a tag of the client closes the gate without a question", () => {
  const bundle = makeBundle([makeItem("knee-squeezes-with-rocking")], { tags: ["pregnancy"] });
  const walker = new Walker(bundle);
  walker.send("start");
  assert.equal(walker.state.screen, "ready");
  assert.equal(walker.state.note.key, "withheld_other");
});

test("pain of 4 during the single knees takes the rocking away, although it was fine before", () => {
  const walker = new Walker(kneeSqueeze(2));
  walker.send("start");
  tickTheBlanket(walker);
  walker.waitFor((s) => s.group === 2).wait(2);
  walker.send("hurts");
  walker.send("rate", { value: 4 });
  walker.send("carry_on");
  assert.equal(walker.state.screen, "work");
  const seen = new Set();
  while (walker.state.screen !== "finished") {
    seen.add(walker.phase.gate);
    walker.wait(0.5);
  }
  assert.deepEqual([...seen], [null]);
  assert.deepEqual(walker.of("say").filter((effect) => effect.key === "withheld_pain").length, 1);
});

test("pain that the client did not rate takes the rocking away as well", () => {
  const walker = new Walker(kneeSqueeze(2));
  walker.send("start");
  tickTheBlanket(walker);
  walker.wait(20);
  walker.send("hurts");
  walker.send("close");
  walker.send("carry_on");
  walker.waitFor((s) => s.screen === "finished");
  assert.equal(walker.saved.find((event) => event.type === "hurt").data.value, null);
  assert.equal(walker.saved.some((event) => event.data.segment === "rocking"), false);
});

test("skipping in the middle of the rocking goes on with the way back, not with the next exercise", () => {
  const walker = new Walker(kneeSqueeze(2));
  walker.send("start");
  tickTheBlanket(walker);
  walker.waitFor((s) => s.screen === "work" && s.group === 4).wait(6);
  walker.send("pause");
  walker.send("skip_ask");
  walker.send("skip", { reason: "not_sure" });
  assert.equal(walker.phase.kind, "finish");
  assert.deepEqual(walker.saved.at(-1).data, { reason: "not_sure", scope: "segment", segment: "rocking" });
});
