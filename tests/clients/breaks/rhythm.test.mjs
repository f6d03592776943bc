import assert from "node:assert/strict";
import { test } from "node:test";

import { EVERY_DAY, SNOOZE_MS, after, at, dayOf, isOn, nextBreak, problemOf, readPlan, readState } from "#clients/breaks/rhythm.js";

const clock = (text, day = 27) => new Date(2026, 10, day, ...text.split(":").map(Number)).getTime();
const plan = { every: 30, from: "09:00", until: "17:30", days: EVERY_DAY };
const begun = (text) => ({ began: clock(text), last: null, snoozedUntil: null, pausedOn: null });

for (const [name, state, now, expected] of [
  ["half an hour after beginning", begun("10:00"), "10:00", "10:30"],
  ["before the first hour it counts from there", begun("07:00"), "07:00", "09:30"],
  ["half an hour after the last one", { ...begun("09:00"), last: clock("11:12") }, "11:12", "11:42"],
  ["the very last moment counts", { ...begun("09:00"), last: clock("17:00") }, "17:00", "17:30"],
  ["nothing after the end", { ...begun("09:00"), last: clock("17:01") }, "17:01", null],
  ["begun in the evening", begun("19:00"), "19:00", null],
  ["put off", after(begun("10:00"), "snooze", clock("10:31")), "10:31", "10:41"],
  ["paused for today", after(begun("10:00"), "pause", clock("10:31")), "10:32", null],
  ["gone on after a pause", after(after(begun("10:00"), "pause", clock("10:31")), "resume", clock("11:00")), "11:00", "11:30"],
]) {
  test(`next break: ${name}`, () => {
    assert.equal(nextBreak(plan, state, clock(now)), expected === null ? null : clock(expected));
  });
}

test("a pause ends with its day", () => {
  const state = after(begun("10:00"), "pause", clock("10:31"));
  assert.equal(nextBreak(plan, state, clock("08:00", 28)), clock("09:30", 28));
});

for (const [name, days, day, expected] of [
  ["on a chosen Friday", [4], 27, "10:30"],
  ["not on a Friday that was not chosen", [0, 1, 2, 3, 5, 6], 27, null],
  ["on a chosen Sunday", [6], 29, "10:30"],
  ["not on a Monday that was not chosen", [6], 30, null],
]) {
  test(`next break: ${name}`, () => {
    const chosen = { ...plan, days };
    const now = clock("10:00", day);
    const state = { ...begun("10:00"), began: now };
    assert.equal(nextBreak(chosen, state, now), expected === null ? null : clock(expected, day));
    assert.equal(isOn(chosen, now), expected !== null);
  });
}

test("a page that stays open over days off begins anew on the next chosen day", () => {
  const chosen = { ...plan, days: [0, 4] };
  const state = after(begun("09:00"), "done", clock("17:00"));
  assert.deepEqual([28, 29, 30].map((day) => nextBreak(chosen, state, clock("08:00", day))), [null, null, clock("09:30", 30)]);
});

test("what was kept before days could be chosen holds on every day, and what is no plan is left alone", () => {
  const { days, ...old } = plan;
  assert.deepEqual(readPlan(old), { ...old, days });
  assert.deepEqual(readPlan({ ...old, days: [0] }), { ...old, days: [0] });
  for (const kept of [null, undefined, 3, "x", [], {}, { ...plan, days: [] }, { ...plan, every: 7 }]) assert.equal(readPlan(kept), null);
});

test("what was chosen today is read again on its day alone, and what is no state is left alone", () => {
  const chosen = after(begun("10:00"), "snooze", clock("10:31"));
  const kept = JSON.parse(JSON.stringify({ day: "2026-11-27", ...chosen }));
  assert.deepEqual(readState(kept, clock("23:59")), chosen);
  assert.equal(readState(kept, clock("00:00", 28)), null);
  for (const wrong of [
    null, undefined, 3, "x", [], {}, { ...kept, began: "10:00" }, { ...kept, began: null }, { ...kept, last: "x" },
    { ...kept, snoozedUntil: undefined }, { ...kept, pausedOn: 27 },
  ]) assert.equal(readState(wrong, clock("10:00")), null);
});

test("doing and skipping weigh the same", () => {
  assert.deepEqual(after(begun("10:00"), "done", clock("10:30")), after(begun("10:00"), "skip", clock("10:30")));
});

test("putting off again begins anew, and doing it forgets it", () => {
  const again = after(after(begun("10:00"), "snooze", clock("10:30")), "snooze", clock("10:41"));
  assert.equal(again.snoozedUntil, clock("10:41") + SNOOZE_MS);
  assert.equal(after(again, "done", clock("10:52")).snoozedUntil, null);
});

for (const [problem, changes] of [
  ["", {}],
  ["every", { every: 5 }],
  ["every", { every: NaN }],
  ["from", { from: "" }],
  ["from", { from: "24:00" }],
  ["until", { until: "9" }],
  ["order", { until: "09:00" }],
  ["order", { from: "22:00", until: "06:00" }],
  ["", { days: [5] }],
  ["days", { days: [] }],
  ["days", { days: [7] }],
  ["days", { days: "0" }],
  ["days", { days: undefined }],
]) {
  test(`a plan with ${JSON.stringify(changes)}: ${problem || "is fine"}`, () => {
    assert.equal(problemOf({ ...plan, ...changes }), problem);
    if (problem) assert.equal(nextBreak({ ...plan, ...changes }, begun("10:00"), clock("10:00")), null);
  });
}

test("a day and a time are the device's own", () => {
  assert.equal(dayOf(new Date(clock("00:01"))), "2026-11-27");
  assert.equal(at(new Date(clock("12:00")), "09:05"), clock("09:05"));
  assert.equal(at(new Date(), "noon"), null);
});
