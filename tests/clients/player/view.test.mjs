import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { sentenceOf } from "#clients/player/sentences.js";
import { createText } from "#clients/player/text.js";
import { live, view } from "#clients/player/view.js";

import { Walker, deepFreeze, goldenTimeline, makeBundle, makeItem, makePhase, makeTimeline, readVector } from "./make.mjs";
import { SCREEN_NAMES, choiceBundle, gatedBundle, reach } from "./reach.mjs";

const catalogue = readVector("player_text.json");
const asked = new Set();
const plain = createText(catalogue, "en");
const t = (key, params) => {
  asked.add(key);
  return plain(key, params);
};
const show = (walker) => view(walker.state, t);

test("a text with a name, with a number, and one that is missing", () => {
  assert.equal(plain("progress", { n: 3, total: 6 }), "Exercise 3 of 6");
  assert.equal(plain("seconds", { n: 1 }), "second");
  assert.equal(plain("seconds", { n: 2 }), "seconds");
  assert.throws(() => plain("nonsense"), /no text for nonsense/);
});

test("numbers follow the language of the page", () => {
  const polish = createText({ "x.one": "a", "x.few": "b", "x.many": "c", "x.other": "d" }, "pl");
  assert.deepEqual([1, 3, 7, 22].map((n) => polish("x", { n })), ["a", "b", "c", "b"]);
  assert.equal(createText({ "x.other": "d" }, "not a language")("x", { n: 1 }), "d");
});

for (const screen of SCREEN_NAMES.filter((name) => name !== "left")) {
  test(`${screen}: the view has a heading, a colour and a way on`, () => {
    const shown = show(reach(screen));
    assert.ok(shown.heading);
    assert.ok(["ready", "work", "rest", "breathe"].includes(shown.stage));
    assert.ok(shown.controls || shown.big || shown.gate || shown.choices.length);
    assert.match(shown.progress.label, /^Exercise \d of \d$/);
  });
}

test("This hurts is on every screen of a session that runs, and first among the ways out of a pause", () => {
  for (const screen of ["ready", "work", "switch", "rest", "gate", "choice"]) assert.equal(show(reach(screen)).foot.hurts, true);
  assert.equal(show(reach("paused")).options[0].action, "hurts");
});

test("the colour says what kind of phase it is", () => {
  const colour = (screen) => show(reach(screen)).stage;
  assert.deepEqual(["ready", "work", "switch", "rest"].map(colour), ["ready", "work", "rest", "rest"]);
  assert.equal(show(reach("paused")).stage, "work");
});

const inBreathing = () => {
  const walker = new Walker(deepFreeze(makeBundle([makeItem("belly-breathing")])));
  walker.send("start");
  return walker.waitFor((s) => s.screen === "work" && s.group === 2);
};

test("breathing is dusk blue, with the breath in the ring and the pace in words", () => {
  const walker = inBreathing();
  const shown = show(walker);
  assert.equal(shown.stage, "breathe");
  assert.deepEqual(shown.ring, { word: "Breathe in", breath: "in" });
  assert.equal(shown.chip, "Breath 1 of 10 · in 4, out 6");
  assert.equal(shown.pace, true);
  walker.wait(4);
  assert.deepEqual(show(walker).ring, { word: "Breathe out", breath: "out" });
});

test("repetitions are counted, with the phases of one beside", () => {
  const walker = new Walker(deepFreeze(makeBundle([makeItem("glute-bridge")])));
  walker.send("start");
  walker.waitFor((s) => s.screen === "work" && s.group === 2).wait(8.5);
  const shown = show(walker);
  assert.deepEqual(shown.count, { kind: "reps", digit: "2", of: "of 3" });
  assert.equal(shown.chip, "Set 1 of 2");
  assert.deepEqual(shown.tempo.map(({ label, place }) => [label, place]), [["Out", 0], ["Hold", 1], ["In", 1], ["", 1]]);
});

test("a hold shows the seconds left, the side and which of how many", () => {
  const walker = new Walker(deepFreeze(makeBundle([makeItem("knee-squeezes")])));
  walker.send("start");
  walker.waitFor((s) => s.phase === 4);
  assert.equal(show(walker).chip, "Left side · 1 of 2");
  assert.deepEqual(live(walker.state, walker.now + 100), { seconds: 8, share: 0.0125 });
  assert.deepEqual(live(walker.state, walker.now + 7990).seconds, 1);
  walker.waitFor((s) => s.phase === 13);
  assert.equal(show(walker).chip, "Right side · 2 of 2");
});

test("nothing moves in a pause, and the digit stays", () => {
  const walker = reach("work");
  walker.send("how");
  const before = live(walker.state, walker.now);
  assert.deepEqual(live(walker.state, walker.now + 60_000), before);
  assert.deepEqual(live(reach("paused").state, 0), { seconds: null, share: null });
});

test("both focus points, and no third, are shown while the client rocks", () => {
  const bundle = makeBundle([makeItem("knee-squeezes-with-rocking", { focus: ["blanket", "slowly", "arms", "neck"] })]);
  const walker = new Walker(deepFreeze(bundle));
  walker.send("start");
  walker.send("gate_add", { value: true });
  const seen = new Map();
  while (walker.state.screen !== "finished") {
    if (walker.state.screen === "work") seen.set(walker.phase.i, show(walker).focus);
    walker.wait(0.5);
  }
  for (const phase of goldenTimeline("knee-squeezes-with-rocking").phases.slice(1)) {
    assert.deepEqual(seen.get(phase.i), phase.gate === "rocking" ? ["blanket", "slowly"] : [], phase.text);
  }
});

test("a part that is left out for pain says so before the exercise and at its end", () => {
  const bundle = gatedBundle({ pain: { green_max: 2, amber_max: 5, rise_stop: 3, before: 5 } });
  const walker = new Walker(bundle);
  walker.send("start");
  assert.deepEqual(show(walker).note, { key: "withheld_pain", params: { part: null, limit: 3 } });
  walker.waitFor((s) => s.screen === "work" && s.group === 2);
  assert.equal(show(walker).note, null);
  walker.waitFor((s) => s.screen === "work" && s.group > 3);
  assert.equal(show(walker).note.key, "withheld_pain");
});

test("a pause says where the client is and how much is done", () => {
  const walker = reach("work").wait(26);
  walker.send("pause");
  assert.deepEqual(show(walker).lines, ["Take all the time you need.", "Side bridge from the knees, set 1 of 2, 2 of 4 done"]);
});

test("a client who was away is told so", () => {
  const walker = reach("work");
  walker.sleep(60).send("tick");
  assert.equal(show(walker).lines[0], "We paused while you were away.");
});

test("an interrupted session names the set to carry on at", () => {
  const walker = reach("rest");
  const again = new Walker(walker.bundle, { waiting: walker.saved });
  assert.deepEqual(show(again).lines, ["You stopped at Side bridge from the knees, set 2 of 2."]);
  assert.equal(show(again).big.label, "Carry on");
  assert.deepEqual(show(reach("start")).lines, ["First: Side bridge from the knees"]);
});

test("the rest shows what comes next", () => {
  assert.deepEqual(show(reach("rest")).card, {
    label: "Next", title: "Side bridge from the knees", chip: "Set 2 of 2 · Left side",
  });
});

test("at one's own pace the target stands there with all steps and one big tap", () => {
  const walker = new Walker(deepFreeze(makeBundle([makeItem("glute-bridge", { pace: "own" })])));
  walker.send("start");
  walker.waitFor((s) => s.screen === "work" && s.group === 2);
  const shown = show(walker);
  assert.equal(shown.count.digit, "3");
  assert.equal(shown.words.length, 3);
  assert.deepEqual(shown.slot, { action: "done", label: "Done with this set" });
  assert.equal(shown.tempo, null);
  assert.deepEqual(live(walker.state, walker.now), { seconds: null, share: null });
});

test("an optional exercise can be skipped right away, and a note of the physiotherapist is shown", () => {
  const walker = new Walker(deepFreeze(makeBundle([makeItem("cat-camel", { optional: true, note: "Slowly." })])));
  walker.send("start");
  assert.equal(show(walker).slot.action, "skip_optional");
  assert.equal(show(walker).remark, "Priya says: Slowly.");
});

test("a choice counts as one exercise", () => {
  const walker = new Walker(choiceBundle());
  walker.send("start");
  assert.deepEqual(show(walker).choices.map(({ label }) => label), ["Cat and camel", "Bridge"]);
  assert.equal(show(walker).progress.label, "Exercise 1 of 2");
  walker.send("choose", { item: 32 });
  walker.waitFor((s) => s.item === 2);
  assert.deepEqual(show(walker).progress, { label: "Exercise 2 of 2", parts: [1, 0] });
});

const hurtsAfter = (...ratings) => {
  const walker = reach("hurts");
  for (const value of ratings) walker.send("rate", { value });
  return show(walker).content;
};

test("after a high number the physiotherapist is named, and carrying on is not offered", () => {
  assert.equal(hurtsAfter().thanks, "");
  assert.equal(hurtsAfter(3).thanks, "");
  assert.equal(hurtsAfter(3).mayCarryOn, true);
  assert.equal(hurtsAfter(5).thanks, "Thank you for telling us. Priya will see this.");
  assert.equal(hurtsAfter(5).mayCarryOn, false);
});

test("how to do it shows the steps of what is being done, also of the easier form", () => {
  const item = makeItem("glute-bridge", {
    how: ["one", "two"], focus: ["heels"], precautions: ["cramp"],
    easier: { title: "Plank", exercise: "incline-plank", timeline: goldenTimeline("incline-plank") },
  });
  const walker = new Walker(deepFreeze(makeBundle([item])));
  walker.send("start");
  walker.send("how");
  assert.deepEqual(show(walker).content.steps, ["one", "two"]);
  walker.send("close");
  walker.send("pause");
  walker.send("easier");
  assert.equal(show(walker).content.to, "Change to Plank");
  walker.send("swap");
  walker.send("how");
  const { title, steps, focus } = show(walker).content;
  assert.equal(title, "Plank");
  assert.equal(steps.length, new Set(goldenTimeline("incline-plank").phases.filter((p) => p.step !== null).map((p) => p.text)).size);
  assert.deepEqual(focus, []);
});

test("slower and faster are offered where there is a tempo, not for warmth or a walk", () => {
  const offered = (item) => {
    const walker = new Walker(deepFreeze(makeBundle([item])));
    walker.send("start");
    walker.send("how");
    return show(walker).content.hasTempo;
  };
  assert.equal(offered(makeItem("glute-bridge")), true);
  assert.equal(offered(makeItem("belly-breathing")), true);
  assert.equal(offered(makeItem("glute-bridge", { self_care: true })), false);
  const seconds = [makePhase("move", 60, { reps: 1 })];
  assert.equal(offered(makeItem("", { timeline: makeTimeline(seconds, { target_seconds: 60 }) })), false);
});

test("inside the gated part a skip is of that part", () => {
  const walker = new Walker(gatedBundle());
  walker.send("start");
  walker.send("gate_add", { value: true });
  walker.waitFor((s) => s.screen === "work" && s.group === 4).wait(2);
  walker.send("pause");
  assert.deepEqual(show(walker).options.map(({ label }) => label), ["This hurts", "Easier one", "Skip this part", "Finish here", "Sound and screen"]);
  walker.send("skip_ask");
  assert.equal(show(walker).content.title, "Why skip this part?");
});

test("each question of a gate is asked in words", () => {
  const ask = (gate) => {
    const timeline = makeTimeline([makePhase("move", 4), makePhase("move", 4, { segment: "x", gate: "x" })], { gates: { x: gate } });
    const bundle = makeBundle([makeItem("", { timeline, parts: { x: "Big one" } })], { pain: { amber_max: 5, rise_stop: 3 } });
    const walker = new Walker(deepFreeze({ ...bundle, kit_names: { thick_blanket: "thick blanket" } }));
    walker.send("start");
    return { walker, gate: show(walker).gate, chip: show(walker).chip };
  };
  assert.equal(ask({ pain_before_max: 3 }).gate.question, "pain_before");
  assert.equal(ask({ leg_symptoms: "better" }).gate.question, "leg_symptoms");
  const blanket = ask({ equipment_confirmed: "thick_blanket" });
  assert.equal(blanket.gate.lead, "Get this ready first: thick blanket.");
  assert.equal(blanket.chip, "Big one");
  blanket.walker.send("gate_add", { value: false });
  assert.match(show(blanket.walker).gate.problem, /answer first/);
});

test("every sentence that a session can say has words", () => {
  const said = new Set();
  const hear = (walker) => walker.effects.forEach((effect) => {
    if (effect.do !== "say") return;
    said.add(effect.key);
    const sentence = sentenceOf(t, effect);
    assert.ok(sentence.length > 0 && !sentence.includes("undefined") && !sentence.includes("{"), effect.key);
  });
  for (const screen of SCREEN_NAMES) {
    const walker = reach(screen);
    for (const type of ["swap", "close", "more", "hurts", "gate_add"]) walker.send(type);
    hear(walker);
  }
  for (const before of [1, 5, null]) {
    const walker = new Walker(gatedBundle({ pain: { amber_max: 5, rise_stop: 3, before } }));
    walker.send("start");
    walker.send("gate_add", { value: before ?? 2 });
    walker.send("gate_add", { value: true });
    walker.waitFor((s) => s.screen === "finished");
    hear(walker);
  }
  const long = new Walker(deepFreeze(makeBundle([makeItem("belly-breathing"), makeItem("cat-camel")])));
  long.send("start");
  long.wait(30).sleep(60).send("tick");
  long.send("carry_on");
  long.waitFor((s) => s.screen === "finished");
  hear(long);
  assert.ok(said.size > 20);
});

test("every text of the catalogue stands in a module", () => {
  const folder = new URL("../../../clients/static/clients/player/", import.meta.url);
  const code = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), "utf8")).join("\n");
  const prefixes = [...code.matchAll(/`([a-z_]+_)\$\{/g)].map(([, prefix]) => prefix);
  const keys = new Set(Object.keys(catalogue).map((key) => key.split(".")[0]));
  const unused = [...keys].filter((key) => !code.includes(`"${key}"`) && !prefixes.some((prefix) => key.startsWith(prefix)));
  assert.deepEqual(unused, []);
});

test("what is asked for in the tests above is in the catalogue", () => {
  assert.ok(asked.size > 50);
});
