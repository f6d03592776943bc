/**
 * The session as a state machine: step(state, event, now) -> {state, effects}.
 *
 * Pure: no DOM, no clock, no store; `now` is in milliseconds. TRANSITIONS is the whole truth about which event does
 * something on which screen; any other event leaves the state as it is. The screens:
 *
 *   start     before the first tap (or "Carry on" after an interruption)
 *   choice    the client picks one exercise of a group
 *   gate      a gated part asks for its conditions
 *   ready     countdown before an exercise
 *   work      a set, or the steps around it
 *   switch    change of side
 *   rest      between sets
 *   paused    the clock stands; `under` is the screen below
 *   hurts, how, swap, skip, settings   dialogs over `under`
 *   stopped   "Stop" was pressed: the session is over, the safety questions come
 *   finished, left
 *
 * Effects: save(event) · say(key, params, live, voice) · tone(name, at) · hush · vibrate(pattern) · lock(on) ·
 * focus(on) · remember · sample · go(to) · ask_safety · paint.
 */

import {
  askSafety, carryOn, chooseAgain, closeHow, closeHurts, finishHere, hurtCarryOn, hurtChooseAgain, hurtEasier,
  hurtFinish, hurtHelp, hurtSkip, keepHurt, openHow, openHurts, openSkip, openSwap, pace, paceAtWork, rate, skip,
  skipOptional, stopNow, swap, toPaused,
} from "#clients/player/aside.js";
import {
  LOCK_PAUSE_MS, arriveAt, askOrStart, beginItem, catchUp, completeGroup, enterGroup, isPassedOver, stopClock, waitHere,
} from "#clients/player/flow.js";
import { checkAnswered, endCheck, openSettings, playSample, set, toggleSound } from "#clients/player/hearing.js";
import { positionOf } from "#clients/player/resume.js";
import { RUNNING, Turn, formOf, isOwnPace, itemOf } from "#clients/player/turn.js";

const TWICE_MS = 3000;
const MORE_REST_MS = 15_000;

function begin(turn) {
  const { s } = turn;
  endCheck(turn);
  turn.add("lock", { on: true });
  s.locked = true;
  const { version, on, slot } = s.session;
  if (!s.started) turn.save("started", { version, on, slot }, null);
  else if (s.begun) turn.save("resumed", {}, null);
  Object.assign(s, { started: true, begun: true });
  turn.add("focus", { on: "pause" });
  const { item, group } = positionOf(s);
  if (group > 0) beginItem(turn, item, { jumpTo: group });
  else arriveAt(turn, item);
}

function tick(turn, _event, seenBefore) {
  catchUp(turn, seenBefore);
}

function tickPaused(turn) {
  const { s } = turn;
  if (s.locked && s.pausedAt !== null && turn.now - s.pausedAt >= LOCK_PAUSE_MS) {
    s.locked = false;
    turn.add("lock", { on: false });
  }
}

function hidden(turn, _event, seenBefore) {
  catchUp(turn, seenBefore);
  turn.s.hidden = true;
}

function visible(turn, _event, seenBefore) {
  const { s } = turn;
  s.hidden = false;
  if (s.locked) turn.add("lock", { on: true });
  turn.add("paint");
  if (RUNNING.includes(s.screen)) catchUp(turn, seenBefore);
}

function hiddenInHurts(turn) {
  turn.s.hidden = true;
  if (turn.s.rating !== null) keepHurt(turn);
}

function pause(turn) {
  waitHere(turn);
}

function next(turn) {
  completeGroup(turn, { whole: false });
}

function tickOff(turn) {
  if (isOwnPace(turn.s)) completeGroup(turn, { whole: true });
}

function more(turn) {
  const { s } = turn;
  s.endsAt += MORE_REST_MS;
  turn.add("hush");
  turn.say("say_more");
  turn.add("paint");
  for (const before of [3000, 2000, 1000]) turn.tone("tick", s.endsAt - before);
  turn.tone("start", s.endsAt);
}

/** Back restarts the set (a change of side: the set before it); twice within 3 s, the exercise before. */
function back(turn) {
  const { s } = turn;
  const twice = s.backAt !== null && turn.now - s.backAt < TWICE_MS;
  turn.add("hush");
  if (twice) {
    let before = s.item - 1;
    while (before >= 0 && isPassedOver(s, s.session.items[before])) before -= 1;
    beginItem(turn, Math.max(before, 0));
    return;
  }
  const { groups } = formOf(s);
  let target = s.group;
  if (s.screen === "switch") while (target > 0 && groups[target].kind !== "set") target -= 1;
  enterGroup(turn, target);
  s.backAt = turn.now;
}

/** The answer to the gate's question; without one the part is not added, and the screen says what is missing. */
function gateAdd(turn, { value = null }) {
  const { s } = turn;
  const { ask } = s.asking;
  const facts = { ...s.facts };
  if (value === null || value === false) {
    s.asking = { ...s.asking, incomplete: true };
    turn.say("gate_incomplete");
    turn.add("paint");
    return;
  }
  if (ask === "pain_before") {
    turn.save("pain_before", { value }, null);
    facts.pain_before = value;
  } else if (ask === "leg_symptoms") {
    turn.save("leg_symptoms", { value }, null);
    facts.leg_symptoms = value;
  } else {
    turn.save("equipment_confirmed", { equipment: ask.equipment, value: true });
    facts.equipment = { ...facts.equipment, [ask.equipment]: true };
  }
  s.facts = facts;
  askOrStart(turn);
}

/** Leave the part out; of pain or legs that are not answered for it follows from the gate, which gives the reason. */
function gateLeaveOut(turn) {
  const { s } = turn;
  const id = itemOf(s).id;
  const { segment, ask } = s.asking;
  if (ask === "pain_before") {
    turn.save("pain_before", { value: null }, null);
    s.facts = { ...s.facts, painDeclined: true };
    askOrStart(turn);
    return;
  }
  if (ask === "leg_symptoms") {
    turn.save("leg_symptoms", { value: null }, null);
    s.facts = { ...s.facts, legsDeclined: true };
    askOrStart(turn);
    return;
  }
  turn.save("skipped", { reason: null, scope: "segment", segment });
  s.leftOut = { ...s.leftOut, [id]: [...(s.leftOut[id] || []), segment] };
  askOrStart(turn);
}

function choose(turn, { item: id }) {
  const { s } = turn;
  const group = itemOf(s).choice_group;
  const index = s.session.items.findIndex((item) => item.id === id && item.choice_group === group);
  if (index < 0) return;
  s.chosen = { ...s.chosen, [group]: id };
  turn.add("focus", { on: "pause" });
  beginItem(turn, index);
}

function leave(turn) {
  const { s } = turn;
  const hasBegun = s.screen !== "start";
  if (hasBegun) {
    stopClock(turn);
    turn.save("left", {}, null);
    turn.add("lock", { on: false });
  }
  s.screen = "left";
  turn.add("go", { to: "today" });
}

function toDone(turn) {
  turn.add("go", { to: "done" });
}

const CLOCK = { tick, hidden, visible };
const SOUND = { sound: toggleSound };
const STOP = { stop: stopNow, ...SOUND };
const FRAME = { ...STOP, hurts: openHurts, how: openHow, leave };
const HEARING = { sample: playSample, settings: openSettings };
const STILL = { tick: tickPaused, hidden: (turn) => { turn.s.hidden = true; }, visible };

export const TRANSITIONS = {
  start: { ...STOP, ...HEARING, start: begin, check: checkAnswered, leave },
  choice: { ...STILL, ...STOP, choose, hurts: openHurts, leave },
  gate: { ...STILL, gate_add: gateAdd, gate_leave_out: gateLeaveOut, ...FRAME },
  ready: { ...CLOCK, ...FRAME, pause, next, back, skip_optional: skipOptional, escape: pause },
  work: { ...CLOCK, ...FRAME, pause, next, back, done: tickOff, pace: paceAtWork, escape: pause },
  switch: { ...CLOCK, ...FRAME, pause, next, back, escape: pause },
  rest: { ...CLOCK, ...FRAME, pause, next, back: more, more, escape: pause },
  paused: {
    ...STILL, ...FRAME, ...HEARING, carry_on: carryOn, easier: openSwap, another: chooseAgain,
    skip_ask: openSkip, finish: finishHere,
  },
  hurts: {
    ...STILL, ...STOP, hidden: hiddenInHurts, rate, carry_on: hurtCarryOn, easier: hurtEasier, another: hurtChooseAgain,
    skip_ask: hurtSkip, finish: hurtFinish, help: hurtHelp, close: closeHurts,
  },
  how: { ...STILL, ...STOP, pace, close: closeHow },
  swap: { ...STILL, ...STOP, swap, close: toPaused },
  skip: { ...STILL, ...STOP, skip, close: toPaused },
  settings: { ...STILL, sample: playSample, set, close: toPaused },
  stopped: { ok: askSafety },
  finished: { ok: toDone, ...SOUND },
  left: {},
};

/** Return the next state and its effects; the state given is not changed. */
export function step(state, event, now) {
  const handler = TRANSITIONS[state.screen]?.[event.type];
  // While the page is hidden time is not looked at: "visible" decides whether it was lived through.
  if (!handler || (event.type === "tick" && state.hidden)) return { state, effects: [] };
  const turn = new Turn(state, now);
  handler(turn, event, state.seenAt);
  return turn.result();
}
