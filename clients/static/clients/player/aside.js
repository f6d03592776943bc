/**
 * What a client does beside exercising: says that it hurts, reads how to do it, changes to an easier form, skips,
 * stops early, changes the pace. Pure; handlers of the table in engine.js.
 *
 * The screen that was left lies in `under`; its clock stands meanwhile.
 */

import {
  arriveAt, askOrStart, closeSet, enterGroup, finish, phaseMs, startClock, stopClock, stopFor,
} from "#clients/player/flow.js";
import { RUNNING, groupOf, isOwnPace, itemOf, titleOf } from "#clients/player/turn.js";

const STRETCH = { slower: 1.15, faster: 1 / 1.15, least: 0.6, most: 1.8 };

/** What opens each dialog, and has the focus again when it is closed. */
const OPENERS = { hurts: "hurts", how: "how", swap: "easier", skip: "skip_ask", settings: "settings" };

export const SKIP_REASONS = ["too_sore", "no_time", "not_sure", "no_space", "other"];

/** True while "Carry on" may be offered: at or below the client's limit, and not much above the start. */
export function mayCarryOn(s, value) {
  if (value === null) return false;
  const { amber_max: most, rise_stop: rise } = s.session.pain;
  return value <= most && value - (s.facts.pain_before ?? 0) < rise;
}

export function carryOn(turn) {
  const { s } = turn;
  s.screen = s.under;
  Object.assign(s, { under: null, away: false, pausedAt: null, wasRunning: false });
  turn.add("paint");
  turn.add("focus", { on: "pause" });
  if (!RUNNING.includes(s.screen)) return;
  turn.save("resumed");
  if (!s.locked) turn.add("lock", { on: true });
  s.locked = true;
  startClock(turn);
}

export function openHurts(turn) {
  stopFor(turn, "hurts");
  Object.assign(turn.s, { rating: null, ratingKept: false });
  turn.say("voice_stop", {}, { live: false });
  turn.add("focus", { on: "dialog" });
}

export function rate(turn, { value }) {
  if (value !== null && !(Number.isInteger(value) && value >= 0 && value <= 10)) return;
  turn.s.rating = value;
  turn.s.rated = true;
  turn.s.ratingKept = false;
  turn.add("paint");
}

export function keepHurt(turn) {
  const { s } = turn;
  if (s.ratingKept) return;
  const item = s.under === "choice" ? null : itemOf(s).id;
  turn.save("hurt", { value: s.rating }, item);
  s.facts = {
    ...s.facts,
    hurtMost: s.rating === null ? s.facts.hurtMost : Math.max(s.rating, s.facts.hurtMost ?? 0),
    hurtUnanswered: s.facts.hurtUnanswered || s.rating === null,
  };
  s.ratingKept = true;
}

function leaveDialog(turn) {
  Object.assign(turn.s, { rating: null, rated: false, ratingKept: false });
}

export function closeHurts(turn) {
  keepHurt(turn);
  leaveDialog(turn);
  toPaused(turn);
}

export function toPaused(turn) {
  const { s } = turn;
  turn.add("paint");
  turn.add("focus", { on: OPENERS[s.screen] });
  if (!RUNNING.includes(s.under)) {
    s.screen = s.under;
    s.under = null;
    return;
  }
  s.screen = "paused";
  s.wasRunning = false;
}

export function hurtCarryOn(turn) {
  if (!mayCarryOn(turn.s, turn.s.rating)) return;
  keepHurt(turn);
  leaveDialog(turn);
  carryOn(turn);
}

/** What it changes to is shown first, as from a pause. */
export function hurtEasier(turn) {
  if (!canSwap(turn.s)) return;
  keepHurt(turn);
  leaveDialog(turn);
  turn.s.screen = "swap";
  turn.add("paint");
  turn.add("focus", { on: "dialog" });
}

/** A choice that is still open holds nothing to skip. */
export const canSkip = (s) => RUNNING.includes(s.under) || s.under === "gate";

export function hurtSkip(turn) {
  if (!canSkip(turn.s)) return;
  keepHurt(turn);
  leaveDialog(turn);
  skipAs(turn, "too_sore", { thenWait: true });
}

export function hurtFinish(turn) {
  keepHurt(turn);
  leaveDialog(turn);
  finishHere(turn);
}

export function hurtHelp(turn) {
  closeHurts(turn);
  turn.add("go", { to: "help" });
}

export function openHow(turn) {
  stopFor(turn, "how");
  turn.add("focus", { on: "dialog" });
}

/** After reading, the exercise goes on by itself if it ran before. */
export function closeHow(turn) {
  if (!turn.s.wasRunning) {
    toPaused(turn);
    return;
  }
  carryOn(turn);
  turn.add("focus", { on: OPENERS.how });
}

export function canSwap(s) {
  const item = itemOf(s);
  return Boolean(item.easierForm) && !s.swapped[item.id] && RUNNING.includes(s.under);
}

export function openSwap(turn) {
  if (!canSwap(turn.s)) return;
  stopFor(turn, "swap");
  turn.add("focus", { on: "dialog" });
}

/** Change to the easier form from its start, and wait there: nobody is hurried after "This hurts". */
function changeToEasier(turn) {
  const { s } = turn;
  const item = itemOf(s);
  closeSet(turn);
  turn.save("swapped", { to: item.easier.exercise });
  s.swapped = { ...s.swapped, [item.id]: true };
  s.done = { ...s.done, [item.id]: {} };
  s.spoken = { ...s.spoken, [item.id]: [] };
  Object.assign(s, { group: 0, phase: 0, jumpTo: null, note: null });
  turn.say("say_changed", { title: titleOf(s) });
  askOrStart(turn);
  quietly(turn);
}

/** Wait at the beginning of what comes next without a second announcement. */
function quietly(turn) {
  const { s } = turn;
  if (!RUNNING.includes(s.screen)) return;
  turn.effects = turn.effects.filter((effect) => effect.do !== "tone" && effect.do !== "vibrate");
  stopClock(turn);
  Object.assign(s, { under: s.screen, screen: "paused", wasRunning: false, pausedAt: turn.now, away: false });
  turn.add("focus", { on: "carry_on" });
}

export function swap(turn) {
  if (canSwap(turn.s)) changeToEasier(turn);
}

/** True where the plan gives this exercise as one of several to choose from. */
export function canChooseAgain(s) {
  const { id, choice_group: group } = itemOf(s);
  return RUNNING.includes(s.under) && Boolean(group)
    && s.session.items.some((item) => item.choice_group === group && item.id !== id);
}

/** Back to the choice that the plan left open; what was done of this exercise is kept. */
export function chooseAgain(turn) {
  const { s } = turn;
  if (!canChooseAgain(s)) return;
  const { choice_group: group } = itemOf(s);
  closeSet(turn);
  const { [group]: _, ...chosen } = s.chosen;
  Object.assign(s, { chosen, under: null, startedAt: null, endsAt: null, left: null, note: null });
  arriveAt(turn, s.session.items.findIndex((item) => item.choice_group === group));
}

export function hurtChooseAgain(turn) {
  if (!canChooseAgain(turn.s)) return;
  keepHurt(turn);
  leaveDialog(turn);
  chooseAgain(turn);
}

export function openSkip(turn) {
  stopFor(turn, "skip");
  turn.add("focus", { on: "dialog" });
}

export function skip(turn, { reason }) {
  if (SKIP_REASONS.includes(reason)) skipAs(turn, reason, { thenWait: false });
}

/** Skip the gated part that runs, else the exercise; what was done of it is kept. */
function skipAs(turn, reason, { thenWait }) {
  const { s } = turn;
  const id = itemOf(s).id;
  const onClock = [s.under, s.screen].some((screen) => RUNNING.includes(screen));
  const group = onClock ? groupOf(s) : null;
  if (onClock) closeSet(turn);
  Object.assign(s, { startedAt: null, endsAt: null, left: null, under: null, asking: null });
  turn.add("hush");
  turn.add("focus", { on: "pause" });
  if (group?.gate) {
    turn.save("skipped", { reason, scope: "segment", segment: group.gate });
    s.leftOut = { ...s.leftOut, [id]: [...(s.leftOut[id] || []), group.gate] };
    enterGroup(turn, s.group + 1);
  } else {
    turn.save("skipped", { reason, scope: "item" });
    arriveAt(turn, s.item + 1);
  }
  if (thenWait) quietly(turn);
}

export function skipOptional(turn) {
  if (itemOf(turn.s).optional) skipAs(turn, null, { thenWait: false });
}

export function finishHere(turn) {
  if (RUNNING.includes(turn.s.under)) closeSet(turn);
  turn.s.under = null;
  finish(turn);
}

/** "Stop": the session is over with what was done, the practitioner is told, and the safety questions come. */
export function stopNow(turn) {
  const { s } = turn;
  const running = [s.under, s.screen].some((screen) => RUNNING.includes(screen));
  if (s.screen === "hurts" && s.rating !== null) keepHurt(turn);
  if (running) {
    stopClock(turn);
    closeSet(turn);
  }
  turn.save("stopped", {}, null);
  turn.save("finished", {}, null);
  Object.assign(s, { screen: "stopped", under: null, startedAt: null, endsAt: null, left: null, cues: [], note: null });
  turn.add("hush");
  turn.add("lock", { on: false });
  askSafety(turn);
  turn.add("paint");
}

export function askSafety(turn) {
  turn.add("ask_safety");
}

export function pace(turn, { value }) {
  const { s } = turn;
  const id = itemOf(s).id;
  if (value === "own" || value === "guided") {
    const own = value === "own";
    if (own === (s.ownPace[id] === true)) return;
    s.ownPace = { ...s.ownPace, [id]: own };
    restartSetWhileStopped(turn);
  } else if (STRETCH[value]) {
    const stretch = Math.min(STRETCH.most, Math.max(STRETCH.least, s.stretch * STRETCH[value]));
    const before = phaseMs(s);
    s.stretch = stretch;
    const change = phaseMs(s) / before;
    if (s.left !== null) s.left = Math.round(s.left * change);
    s.passed = Math.round(s.passed * change);
    s.settings = { ...s.settings, stretch };
    turn.add("remember");
  } else return;
  turn.add("paint");
}

/** Slower or faster while it runs: the rest of the phase is stretched, and its tones come at their new instants. */
export function paceAtWork(turn, event) {
  if (!STRETCH[event.value] || turn.s.endsAt === null) return;
  stopClock(turn);
  pace(turn, event);
  startClock(turn);
  turn.say(`say_${event.value}`, {}, { voice: null });
}

/** The count of a set has another meaning at one's own pace: it begins anew when the client carries on. */
function restartSetWhileStopped(turn) {
  const { s } = turn;
  const group = groupOf(s);
  if (group.kind !== "set" || group.mode !== "reps") return;
  Object.assign(s, { phase: group.from, passed: 0, worked: 0 });
  s.left = isOwnPace(s) ? null : phaseMs(s);
}
