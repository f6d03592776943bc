import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { equipmentOf, evaluate, questions } from "#clients/player/gates.js";

const cases = JSON.parse(readFileSync(new URL("../../vectors/gates.json", import.meta.url)));
const rocking = cases.find((each) => each.gate.equipment_confirmed === "thick_blanket").gate;
const nothing = { tags: [], equipment: {} };

for (const { name, gate, facts, opens, reason } of cases) {
  test(`gate: ${name}`, () => {
    assert.deepEqual(evaluate(gate, facts), { opens, reason });
  });
}

test("the shared vectors hold open and closed gates and no name twice", () => {
  assert.ok(cases.filter((each) => each.opens).length >= 10);
  assert.ok(cases.filter((each) => !each.opens).length >= 20);
  assert.equal(new Set(cases.map((each) => each.name)).size, cases.length);
});

test("a client who answered nothing yet is asked for pain, then for the blanket", () => {
  assert.deepEqual(questions(rocking, nothing), ["pain_before", { equipment: "thick_blanket" }]);
});

test("a client whose pain is known is asked for the blanket only", () => {
  assert.deepEqual(questions(rocking, { ...nothing, pain_before: 2 }), [{ equipment: "thick_blanket" }]);
});

test("a client at pain 5 is asked nothing, since no answer could open the gate", () => {
  assert.deepEqual(questions(rocking, { ...nothing, pain_before: 5 }), []);
});

test("a client who said that there is no blanket is not asked again", () => {
  assert.deepEqual(questions(rocking, { tags: [], pain_before: 1, equipment: { thick_blanket: false } }), []);
});

test("an open gate asks nothing", () => {
  assert.deepEqual(questions(rocking, { tags: [], pain_before: 1, equipment: { thick_blanket: true } }), []);
});

test("a gate on leg symptoms asks for them", () => {
  assert.deepEqual(questions({ leg_symptoms: "not_worse" }, nothing), ["leg_symptoms"]);
  assert.deepEqual(questions({ leg_symptoms: "gone" }, { ...nothing, leg_symptoms: "none" }), []);
});

test("two items are asked for one by one", () => {
  const gate = { equipment_confirmed: ["mat", "chair"] };
  assert.deepEqual(equipmentOf(gate), ["mat", "chair"]);
  assert.deepEqual(questions(gate, { ...nothing, equipment: { mat: true } }), [{ equipment: "chair" }]);
});
