/** Self-care is told, never timed; words in another language are marked for screen readers and the voice. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createText } from "#clients/player/text.js";
import { view } from "#clients/player/view.js";

import { Walker, makeBundle, makeItem, makePhase, makeTimeline, readVector } from "./make.mjs";

const t = createText(readVector("player_text.json"), "en");

function packBundle(overrides = {}) {
  const timeline = makeTimeline([makePhase("move", 900, { text: "A warm pack on the sore spot." })], { target_seconds: 900 });
  return makeBundle([makeItem("", { timeline, title: "Warm pack", dose_words: "15 minutes", self_care: true, ...overrides })]);
}

/** Go through the countdown to the item itself. */
function atWork(bundle) {
  const walker = new Walker(bundle);
  walker.send("start");
  walker.send("next");
  assert.equal(walker.state.screen, "work");
  return walker;
}

test("a warm pack has no clock and is done when the client says so", () => {
  const walker = atWork(packBundle());
  const shown = view(walker.state, t);
  assert.equal(walker.state.endsAt, null);
  assert.deepEqual(shown.slot, { action: "done", label: "I did this" });
  assert.equal(shown.count, null);
  assert.equal(shown.chip, "15 minutes");
  walker.send("done");
  const [told] = walker.saved.filter((event) => event.type === "set_done");
  assert.deepEqual([told.data.done, told.data.of, told.data.mode], [1, 1, "ticked"]);
});

test("the cautions of a warm pack stand on the screen while it is done", () => {
  const precautions = ["never on numb skin", "never fall asleep with it", "not with a fever", "not on the tummy"];
  const walker = atWork(packBundle({ precautions }));
  assert.deepEqual(view(walker.state, t).focus, precautions);
});

test("a warm pack that was passed over is not done", () => {
  const walker = atWork(packBundle());
  walker.send("next");
  const [told] = walker.saved.filter((event) => event.type === "set_done");
  assert.deepEqual([told.data.done, told.data.of], [0, 1]);
});

test("an exercise of the same length keeps its clock", () => {
  const walker = atWork(packBundle({ self_care: false }));
  assert.ok(walker.state.endsAt > 0);
});

test("words in another language carry it, and the page says so before they come", () => {
  const walker = new Walker(packBundle({ lang: "en" }));
  walker.send("start");
  const ready = view(walker.state, t);
  assert.deepEqual(ready.lang, { title: "en", words: "en" });
  assert.match(ready.remark, /not in your language yet/);
  walker.send("next");
  assert.deepEqual(view(walker.state, t).lang, { title: "en", words: "en" });
  walker.send("pause");
  assert.deepEqual(view(walker.state, t).lang, { title: null, words: null });
});

test("words in the language of the page carry none", () => {
  const walker = atWork(packBundle({ lang: null }));
  assert.deepEqual(view(walker.state, t).lang, { title: null, words: null });
});
