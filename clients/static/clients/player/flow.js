/**
 * How a session goes on: from phase to phase, set to set and exercise to exercise. Pure.
 *
 * Every function takes the turn (turn.js) and changes its state. A clock is an end instant (`endsAt`, ms), never a
 * counter; while it stands still, `left` holds what remains and `passed` what of the phase was done before.
 */

import { milestonesDue, phaseBegins } from "#clients/player/cues.js";
import { gateVerdict, openQuestion, withheldNote } from "#clients/player/gating.js";
import { setKey, unitsBefore } from "#clients/player/plan.js";
import { RUNNING, formOf, groupOf, isOwnPace, isSelfCare, itemOf, passedMs, phaseOf } from "#clients/player/turn.js";

/** A phase that ended longer ago than this was not lived through: the session waits there instead. */
export const AWAY_MS = 2000;
/** A walk goes on while the phone is in a pocket: from this length the clock runs when the page is hidden. */
export const RUNS_HIDDEN_S = 60;
/** The screen may sleep after a pause of this length. */
export const LOCK_PAUSE_MS = 180_000;

const STRETCHED = ["setup", "move", "hold", "return", "finish"];
const SCREEN_OF = { ready: "ready", setup: "work", set: "work", finish: "work", switch: "switch", rest: "rest" };

function setPhase(turn, phase, at, { follows = false } = {}) {
  const { s } = turn;
  if (!s.locked) turn.add("lock", { on: true });
  s.locked = true;
  s.pausedAt = null;
  s.phase = phase;
  s.passed = 0;
  s.left = null;
  s.startedAt = at;
  const ownPace = isOwnPace(s);
  s.endsAt = ownPace ? null : at + phaseMs(s);
  phaseBegins(turn, groupOf(s), { follows });
}

/** True where the client may choose the pace of a phase; seconds that are the dose stay as they are. */
const isStretched = (s, { kind }) => kind !== formOf(s).counted && STRETCHED.includes(kind);

/** Return how long the phase lasts at the pace that the client chose. */
export function phaseMs(s) {
  const phase = phaseOf(s);
  return Math.round(phase.seconds * 1000 * (isStretched(s, phase) ? s.stretch : 1));
}

/** True where slower and faster change something: self-care, and what only counts seconds, has no tempo. */
export const hasTempo = (s) => !isSelfCare(s) && formOf(s).timeline.phases.some((phase) => isStretched(s, phase));

/** Begin a group at the instant `at`; gated groups whose gate is closed are passed over, with the reason kept. */
export function enterGroup(turn, index, at = turn.now) {
  const { s } = turn;
  const { groups } = formOf(s);
  let next = index;
  while (next < groups.length && groups[next].gate && !gateVerdict(s, s.item, groups[next].gate).opens) {
    tellWithheld(turn, groups[next].gate);
    next += 1;
  }
  turn.add("paint");
  if (next >= groups.length) return arriveAt(turn, s.item + 1, at);
  s.group = next;
  s.worked = 0;
  s.backAt = null;
  s.screen = SCREEN_OF[groups[next].kind];
  return setPhase(turn, groups[next].from, at);
}

/** Keep the sentence that says why a segment is left out today, and say it once. */
export function tellWithheld(turn, segment) {
  const { s } = turn;
  const note = withheldNote(s, s.item, segment);
  if (!note || (s.note && s.note.segment === segment)) return;
  s.note = { ...note, segment };
  turn.say(note.key, note.params);
}

/** Milliseconds of the running phase that count as done: all of them, or only those that are the dose. */
function countedMs(s, at) {
  const { counted } = formOf(s);
  const countsAll = counted === null || groupOf(s).gate !== null;
  return countsAll || counted === phaseOf(s).kind ? passedMs(s, at) : 0;
}

/** Keep what was done of the running set, up to the instant `at`. Without the client's Next, nothing done is no event. */
export function closeSet(turn, { whole = false, at = turn.now, asked = false } = {}) {
  const { s } = turn;
  const group = groupOf(s);
  if (group?.kind !== "set") return;
  const ownPace = isOwnPace(s);
  const done = whole ? group.units.length : ownPace ? 0 : unitsBefore(group, s.phase);
  const seconds = Math.round((s.worked + countedMs(s, at)) / 1000);
  if (done === 0 && !asked) return;
  const { segment, set, side } = group;
  turn.save("set_done", {
    segment, set, side, done, of: group.units.length, seconds, mode: ownPace ? "ticked" : "guided",
  });
  const id = itemOf(s).id;
  s.done = { ...s.done, [id]: { ...s.done[id], [setKey(segment, set, side)]: { done, of: group.units.length } } };
}

/** Keep how long a rest was; other groups between sets leave no event. */
function closeRest(turn, at) {
  if (groupOf(turn.s)?.kind !== "rest") return;
  turn.save("rested", { seconds: Math.round(passedMs(turn.s, at) / 1000) });
}

/** End the running group and go on. `whole` when its clock ran out or the client ticked it. */
export function completeGroup(turn, { whole, at = turn.now }) {
  const { s } = turn;
  closeSet(turn, { whole, at, asked: true });
  closeRest(turn, at);
  turn.add("hush");
  if (s.screen === "ready" && s.jumpTo !== null) {
    const target = s.jumpTo;
    s.jumpTo = null;
    return enterGroup(turn, target, at);
  }
  return enterGroup(turn, s.group + 1, at);
}

/** Go on at the first item from `index` that is part of this session; ask where the client may choose. */
export function arriveAt(turn, index, at = turn.now) {
  const { s } = turn;
  const { items } = s.session;
  let next = index;
  while (next < items.length && isPassedOver(s, items[next])) next += 1;
  if (next >= items.length) return finish(turn, at);
  if (items[next].choice_group && !s.chosen[items[next].choice_group]) {
    Object.assign(s, { screen: "choice", item: next, group: 0, startedAt: null, endsAt: null, cues: [] });
    s.pausedAt = turn.now;
    turn.say("say_choice");
    turn.add("focus", { on: "heading" });
    turn.add("paint");
    return undefined;
  }
  return beginItem(turn, next, { at });
}

/** True for the exercises of a choice that the client did not pick. */
export function isPassedOver(s, item) {
  const chosen = item.choice_group && s.chosen[item.choice_group];
  return Boolean(chosen) && chosen !== item.id;
}

/** Begin an exercise, or carry on in it at the group `jumpTo`; the gates ask first. */
export function beginItem(turn, index, { at = turn.now, jumpTo = null } = {}) {
  const { s } = turn;
  const id = s.session.items[index].id;
  Object.assign(s, { item: index, group: 0, phase: 0, jumpTo, note: null, backAt: null, worked: 0, passed: 0 });
  s.spoken = { ...s.spoken, [id]: [] };
  if (jumpTo === null) {
    turn.save("item_started", {}, id);
    s.done = { ...s.done, [id]: {} };
  }
  turn.add("paint");
  return askOrStart(turn, at);
}

/** Ask what the gates of the exercise still want to know, else start the countdown. */
export function askOrStart(turn, at = turn.now) {
  const { s } = turn;
  const question = openQuestion(s, s.item);
  if (question) {
    s.asking = { ...question, incomplete: false };
    Object.assign(s, { screen: "gate", startedAt: null, endsAt: null, cues: [], pausedAt: turn.now });
    turn.say("say_gate");
    turn.add("focus", { on: "heading" });
    turn.add("paint");
    return;
  }
  if (s.asking) turn.add("focus", { on: "pause" });
  s.asking = null;
  enterGroup(turn, 0, at);
  for (const { gate } of formOf(s).groups) if (gate) tellWithheld(turn, gate);
}

/** Stop the clock where it stands. `keepMs` overrides what is left. */
export function stopClock(turn, keepMs = null) {
  const { s } = turn;
  if (s.startedAt === null) return;
  const total = s.endsAt === null ? null : s.passed + s.endsAt - s.startedAt;
  const left = s.endsAt === null ? null : (keepMs ?? Math.max(0, s.endsAt - turn.now));
  s.passed = total === null ? passedMs(s, turn.now) : total - left;
  Object.assign(s, { left, startedAt: null, endsAt: null, cues: [] });
  turn.add("hush");
}

/** Let the clock run again from where it stood. */
export function startClock(turn) {
  const { s } = turn;
  s.startedAt = turn.now;
  s.endsAt = s.left === null ? null : turn.now + s.left;
  s.left = null;
  phaseBegins(turn, groupOf(s), { resumed: true });
}

/** Stop the running screen and show `screen` over it; a pause is kept as an event once. */
export function stopFor(turn, screen) {
  const { s } = turn;
  if (RUNNING.includes(s.screen)) {
    stopClock(turn);
    turn.save("paused");
    s.pausedAt = turn.now;
    s.under = s.screen;
    s.wasRunning = true;
  } else if (s.screen === "paused") s.wasRunning = false;
  else {
    s.under = s.screen;
    s.wasRunning = false;
  }
  s.screen = screen;
  turn.add("paint");
}

/** Wait at the phase that was running: the client was away, or is resting after "This hurts". */
export function waitHere(turn, { away = false, keepMs = null } = {}) {
  const { s } = turn;
  stopClock(turn, keepMs);
  turn.save("paused");
  Object.assign(s, { under: s.screen, screen: "paused", wasRunning: false, pausedAt: turn.now, away });
  turn.say(away ? "say_away" : "say_paused");
  turn.add("focus", { on: "carry_on" });
  turn.add("paint");
}

function missedTheEnd(turn, seenBefore) {
  const { s } = turn;
  const runsHidden = phaseOf(s).seconds >= RUNS_HIDDEN_S;
  waitHere(turn, { away: true, keepMs: runsHidden ? 0 : Math.max(0, s.endsAt - Math.min(seenBefore, s.endsAt)) });
}

/** Bring a running screen up to `now`: end phases that are over, or wait where the client went away. */
export function catchUp(turn, seenBefore) {
  const { s } = turn;
  if (s.endsAt !== null && turn.now < seenBefore) {
    // The device clock was set back: keep what was left instead of adding the jump.
    const jump = seenBefore - turn.now;
    s.endsAt -= jump;
    s.startedAt -= jump;
    s.cues = s.cues.map((cue) => ({ ...cue, at: cue.at - jump }));
  }
  while (RUNNING.includes(s.screen) && s.endsAt !== null && turn.now >= s.endsAt) {
    if (turn.now - s.endsAt >= AWAY_MS) {
      missedTheEnd(turn, seenBefore);
      return;
    }
    endPhase(turn);
  }
  if (RUNNING.includes(s.screen)) milestonesDue(turn);
}

function endPhase(turn) {
  const { s } = turn;
  const group = groupOf(s);
  const at = s.endsAt;
  if (s.phase + 1 >= group.to) {
    completeGroup(turn, { whole: true, at });
    return;
  }
  s.worked += countedMs(s, at);
  setPhase(turn, s.phase + 1, at, { follows: true });
  turn.add("paint");
}

/** End the session, or leave it after a bite: what was done stays done, and the rest may still be. */
export function finish(turn, at = turn.now) {
  const { s } = turn;
  turn.save(s.session.isPart ? "left" : "finished", {}, null);
  Object.assign(s, { screen: "finished", startedAt: null, endsAt: null, left: null, cues: [], note: null });
  turn.add("hush");
  turn.tone("finished", at);
  turn.say("say_finished");
  turn.add("lock", { on: false });
  turn.add("vibrate", { pattern: [200, 80, 200] });
  turn.add("focus", { on: "heading" });
  turn.add("paint");
}
