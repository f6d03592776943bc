/** What the device does with the week that it keeps: days, answers, the session that begins. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { askedFor } from "#clients/offline/check-in.js";
import { kindOf } from "#clients/offline/install.js";
import { sessionIn } from "#clients/offline/session-id.js";
import {
  answersAfter, asksFirst, bundleOf, countWaiting, dayOf, daysAfter, isUsable, nextFirst, openingOf, pickFor, planFor, restOf, sessionsOn,
} from "#clients/offline/week.js";
import { given } from "#clients/offline/after.js";
import { lineFor } from "#clients/offline/queue.js";

const ID = "5e551011-0000-4000-8000-000000000001";
const NONE = "00000000-0000-0000-0000-000000000000";
const bundle = { account: "a", session: NONE, plan_version: 7, on: "2026-11-25", slot: 1, pain: { amber_max: 5, before: null },
  day: { lane: "steady", percent: 100, offer: {}, skip: [] }, done_url: `/session/${NONE}/after/`, events: [], ask: [], items: [] };
const gentle = { lanes: [["sore", 100]], skip: ["rocking"] };
const plan = {
  assignment: 3, version: 7, name: "Back easer", minutes: 12, exercises: 6, kit: [], amber_max: 5,
  days: [["2026-11-25", 1], ["2026-11-25", 2], ["2026-11-27", 1]], done: [["2026-11-25", 1]],
  picks: Array.from({ length: 12 }, (_, place) => (place > 6 ? gentle : { lanes: [["steady", 100], ["sore", 100]], skip: [] })),
  bundles: { "steady:100": bundle, "sore:100": { ...bundle, day: { ...bundle.day, lane: "sore" } } },
};
const week = {
  schema: 2, account: "a", from: "2026-11-25", until: "2026-12-01", made_at: "2026-11-25T08:00:00Z", check_due: null,
  pain_asks: 8, answers_for_s: 3600, not_yet: NONE, text: { start: "Start" }, safety: { locking: ["emergency"] }, plans: [plan],
};

test("a week is used until its last day, and only in the form that this code knows", () => {
  assert.equal(isUsable(week, "2026-12-01"), true);
  assert.equal(isUsable(week, "2026-12-02"), false);
  assert.equal(isUsable({ ...week, schema: 1 }, "2026-11-26"), false);
  assert.equal(isUsable(null, "2026-11-26"), false);
});

test("the day is the one in the client's time zone, wherever the phone is", () => {
  const instant = new Date("2026-11-27T11:30:00Z");
  assert.equal(dayOf(instant, "Pacific/Auckland"), "2026-11-28");
  assert.equal(dayOf(instant, "Pacific/Pago_Pago"), "2026-11-27");
  assert.equal(dayOf(new Date("2026-11-27T10:59:59Z"), "Pacific/Auckland"), "2026-11-27");
  assert.equal(dayOf(new Date("2027-01-01T07:59:00Z"), "America/Los_Angeles"), "2026-12-31");
});

test("the day is the one on the phone's own calendar where a kept week names no zone that it knows", () => {
  for (const zone of [undefined, null, "", "Nowhere/Town"]) assert.equal(dayOf(new Date(2026, 0, 5, 23, 59), zone), "2026-01-05");
});

test("today shows what is done on the server, begun here, and still to do", () => {
  const here = { ...bundle, session: ID, slot: 2 };
  const states = (eventsOf) => sessionsOn(week, "2026-11-25", [here], eventsOf).map(({ slot, state, session }) => [slot, state, session]);
  assert.deepEqual(states({}), [[1, "done", null], [2, "ready", null]]);
  assert.deepEqual(states({ [ID]: [{ type: "started" }] }), [[1, "done", null], [2, "started", ID]]);
  assert.deepEqual(states({ [ID]: [{ type: "started" }, { type: "finished" }] }), [[1, "done", null], [2, "done", null]]);
  assert.deepEqual(daysAfter(week, "2026-11-25"), ["2026-11-27"]);
});

test("a session that was begun before the plan was changed is gone on with, and done where it was finished", () => {
  const changed = { ...week, plans: [{ ...plan, version: 8, versions: [7, 8], done: [] }] };
  const here = { ...bundle, session: ID, slot: 2 };
  const second = (events) => {
    const { state, session } = sessionsOn(changed, "2026-11-25", [here], { [ID]: events })[1];
    return [state, session];
  };
  assert.deepEqual(second([{ type: "started" }]), ["started", ID]);
  assert.deepEqual(second([{ type: "started" }, { type: "finished" }]), ["done", null]);
  const others = { ...changed, plans: [{ ...changed.plans[0], version: 9, versions: [9] }] };
  assert.equal(sessionsOn(others, "2026-11-25", [here], { [ID]: [{ type: "started" }] })[1].state, "ready", "another plan");
});

test("what goes on comes before what is to do, and that before what is done", () => {
  const states = ["done", "ready", "done", "started"].map((state, at) => ({ state, at }));
  assert.deepEqual(nextFirst(states).map(({ state, at }) => [state, at]), [["started", 3], ["ready", 1], ["done", 0], ["done", 2]]);
});

test("of two sessions begun here for one occurrence the later one is gone on with, whatever order they are kept in", () => {
  const other = "5e551011-0000-4000-8000-000000000002";
  const [first, anew] = [ID, other].map((session) => ({ ...bundle, session, slot: 2 }));
  const at = (hour, type = "started") => ({ type, at: `2026-11-25T${hour}:00:00Z` });
  const second = (begun, eventsOf) => {
    const { state, session } = sessionsOn(week, "2026-11-25", begun, eventsOf)[1];
    return [state, session];
  };
  const both = { [ID]: [at("08"), at("09", "left")], [other]: [at("10")] };
  assert.deepEqual(second([first, anew], both), ["started", other]);
  assert.deepEqual(second([anew, first], both), ["started", other]);
  assert.deepEqual(second([first, anew], { ...both, [other]: [at("10"), at("11", "finished")] }), ["done", null]);
});

test("a session that ended on another phone, or was begun anew there, is not gone on with", () => {
  const here = { ...bundle, session: ID, slot: 2 };
  const told = { ...week, plans: [{ ...plan, over: [ID] }] };
  const { state, session } = sessionsOn(told, "2026-11-25", [here], { [ID]: [{ type: "started" }] })[1];
  assert.deepEqual([state, session], ["ready", null]);
});

test("a session begun under another version of the plan is not taken for this one", () => {
  const other = { ...bundle, session: ID, slot: 2, plan_version: 6 };
  assert.equal(sessionsOn(week, "2026-11-25", [other], { [ID]: [{ type: "started" }] })[1].state, "ready");
});

test("the check-in finds the plan by its address, on its day alone", () => {
  assert.deepEqual(askedFor({ pathname: "/check-in/3/2/", hash: "" }), { assignment: 3, slot: 2 });
  assert.deepEqual(askedFor({ pathname: "/offline/check-in/", hash: "#3/2" }), { assignment: 3, slot: 2 });
  assert.equal(askedFor({ pathname: "/offline/check-in/", hash: "" }), null);
  assert.equal(planFor(week, 3, "2026-11-25", 2), plan);
  assert.equal(planFor(week, 3, "2026-11-26", 1), null);
  assert.equal(planFor(week, 4, "2026-11-25", 1), null);
});

test("every answer leads to the lane that the server decided on", () => {
  assert.deepEqual(pickFor(plan, null).lanes[0], ["steady", 100]);
  assert.deepEqual(pickFor(plan, 0).lanes[0], ["steady", 100]);
  assert.deepEqual(pickFor(plan, 5).lanes[0], ["steady", 100]);
  assert.deepEqual(pickFor(plan, 6), gentle);
  assert.deepEqual(pickFor(plan, 10), gentle);
});

test("strong pain brings the safety questions, once an hour; due ones come first until they are answered", () => {
  const now = Date.parse("2026-11-25T10:00:00Z");
  const check = (trigger, at) => ({ trigger, at });
  const asked = (values, pain, checks, day = "2026-11-25") => asksFirst({ ...week, ...values }, pain, checks, now, day);
  assert.equal(asked({}, 7, []), null);
  assert.equal(asked({}, 8, []), "pain");
  assert.equal(asked({}, 8, [check("link", "2026-11-25T09:59:00Z")]), "pain");
  assert.equal(asked({}, 8, [check("pain", "2026-11-25T09:30:00Z")]), null);
  assert.equal(asked({}, 8, [check("pain", "2026-11-25T08:30:00Z")]), "pain");
  const due = { check_due: { why: "four_weeks", from: "2026-11-25" } };
  assert.equal(asked(due, null, []), "four_weeks");
  assert.equal(asked(due, null, [], "2026-11-24"), null);
  assert.equal(asked(due, 2, [check("link", "2026-11-25T07:59:00Z")]), "four_weeks");
  assert.equal(asked(due, 2, [check("four_weeks", "2026-11-25T09:00:00Z")]), null);
});

test("a session that begins here says which version, day, slot, lane and dose it is", () => {
  const made = bundleOf(week, plan, { session: ID, on: "2026-11-27", slot: 1, lane: "sore", percent: 100, pain: 6, skip: ["rocking"] });
  assert.equal(made.done_url, `/session/${ID}/after/`);
  assert.equal(made.pain.before, 6);
  assert.deepEqual(made.day, { lane: "sore", percent: 100, offer: {}, skip: ["rocking"] });
  assert.deepEqual(openingOf(made), [
    { type: "started", item: null, data: { version: 7, on: "2026-11-27", slot: 1, lane: "sore", percent: 100 } },
    { type: "pain_before", item: null, data: { value: 6 } },
  ]);
  assert.equal(bundle.session, NONE, "what is kept stays as it was");
});

test("the short form keeps its own exercises and minutes, and says so when it begins", () => {
  const items = [{ id: 1 }, { id: 2 }, { id: 3 }];
  const withShort = { ...plan, short: { minutes: 5, items: [1, 3] }, bundles: { "steady:100": { ...bundle, minutes: 12, items } } };
  const chosen = { session: ID, on: "2026-11-27", slot: 1, lane: "steady", percent: 100, pain: 2, skip: [] };
  const made = bundleOf(week, withShort, { ...chosen, short: true });
  assert.deepEqual(made.items, [{ id: 1 }, { id: 3 }]);
  assert.equal(made.minutes, 5);
  assert.equal(openingOf(made)[0].data.short, true);
  const whole = bundleOf(week, withShort, chosen);
  assert.deepEqual([whole.items, whole.minutes, "short" in openingOf(whole)[0].data], [items, 12, false]);
});

test("a rest is one event of the plan, with the pain that led to it", () => {
  assert.deepEqual(restOf(plan, { on: "2026-11-27", slot: 1, pain: 7 }), {
    type: "rest_day", item: null, data: { assignment: 3, on: "2026-11-27", slot: 1, pain: 7 },
  });
});

test("answers after a session are events; what was left out is none, and 0 is an answer", () => {
  const form = new FormData();
  for (const [name, value] of [["pain_after", "0"], ["pain_peak", "4"], ["note", "  Knee was stiff. "]]) form.set(name, value);
  assert.deepEqual(answersAfter(given(form)), [
    { type: "pain_after", item: null, data: { value: 0 } },
    { type: "pain_peak", item: null, data: { value: 4 } },
    { type: "note", item: null, data: { text: "Knee was stiff." } },
  ]);
  assert.deepEqual(answersAfter(given(new FormData())), []);
});

test("the line about the queue says what waits, and why", () => {
  const said = (values) => lineFor({ state: "idle", sessions: 0, checks: 0, refused: 0, isOnline: true, ...values });
  assert.equal(said({}), null);
  assert.deepEqual(said({ sessions: 2 }), { key: "wait", n: 2 });
  assert.deepEqual(said({ sessions: 1, isOnline: false }), { key: "wait_offline", n: 1 });
  assert.deepEqual(said({ sessions: 2, state: "sign_in" }), { key: "sign_in", n: 2 });
  assert.deepEqual(said({ checks: 1, state: "sign_in" }), { key: "sign_in_checks" });
  assert.deepEqual(said({ checks: 1 }), { key: "checks_wait" });
  assert.deepEqual(said({ refused: 1 }), { key: "refused" });
  assert.deepEqual(countWaiting([{ session: "a" }, { session: "a" }, { session: "b" }], [{}]), { sessions: 2, checks: 1 });
});

test("the address of a page says which session it is about", () => {
  assert.equal(sessionIn({ pathname: `/session/${ID}/`, hash: "" }), ID);
  assert.equal(sessionIn({ pathname: `/session/${ID}/after/effort/`, hash: "" }), ID);
  assert.equal(sessionIn({ pathname: "/offline/session/", hash: `#${ID}` }), ID);
  assert.equal(sessionIn({ pathname: "/offline/session/", hash: "#../../etc" }), null);
});

test("each kind of device opens its own instructions", () => {
  const iPad = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.4 Safari/605.1.15";
  assert.equal(kindOf({ userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X)", maxTouchPoints: 5 }), "ios");
  assert.equal(kindOf({ userAgent: iPad, maxTouchPoints: 5 }), "ios");
  assert.equal(kindOf({ userAgent: iPad, maxTouchPoints: 0 }), "desktop");
  assert.equal(kindOf({ userAgent: "Mozilla/5.0 (Linux; Android 15; Pixel 8)", maxTouchPoints: 5 }), "android");
});
