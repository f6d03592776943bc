/**
 * What is heard, felt and announced when a phase begins. Pure.
 *
 * Tones carry the instant at which they sound. Milestones inside a phase (half way, 5 seconds) wait in
 * `s.cues` until their instant has come. `live` sentences are for the screen reader ("each": if it is to read every
 * count), `voice` for the spoken cues.
 */

import { isOneSide, unitAt } from "#clients/player/plan.js";
import { formOf, isOwnPace, isSelfCare, itemOf, langOf, leftMs, phaseOf, titleOf } from "#clients/player/turn.js";

const HALF_WAY_FROM_S = 20;
const FIVE_LEFT_FROM_S = 12;
const FULL_TALK_UNITS = 2;
const LATE_MS = 1500;
const TICK_MS = 250;
/** Milliseconds on, off, on: what is felt when the phone lies under a hand. */
const STROKES = { set: [120], in: [60], out: [60, 90, 60], rest: [200, 80, 200] };

/** Tick the last three seconds, then play `last` at the end, where that is not left to another. */
function countIn(turn, last) {
  const { endsAt } = turn.s;
  for (const before of [3000, 2000, 1000]) if (endsAt - before >= turn.now) turn.tone("tick", endsAt - before);
  if (last) turn.tone(last, endsAt);
}

/** Return the number of the repetition that `phase` belongs to and how many the set has; 0 outside of sets. */
export function repOf(group, phase) {
  const unit = unitAt(group, phase);
  return unit ? { rep: group.units.indexOf(unit) + 1, reps: group.units.length } : { rep: 0, reps: 0 };
}

/** Return what comes after the rest that is running: the title, set and side of the next group. */
export function afterRest(s) {
  const next = formOf(s).groups[s.group + 1];
  return { title: titleOf(s), set: next?.set ?? 1, sets: next?.sets ?? 1, side: next?.side ?? "none" };
}

function enterReady(turn) {
  const { s } = turn;
  const item = itemOf(s);
  const easier = s.swapped[item.id] && item.easierForm;
  const dose = (easier ? item.easier.dose_words : item.dose_words) || "";
  const start = phaseOf(s).text;
  const seconds = Math.round(leftMs(s, turn.now) / 1000);
  turn.say("say_ready", { title: titleOf(s), dose, seconds }, { voice: null });
  turn.say("voice_ready", { title: titleOf(s), dose, start }, { live: false });
}

function toneOf(phase) {
  if (phase.breath === "in" || phase.breath === "out") return phase.breath;
  return phase.kind === "hold" ? "hold" : "step";
}

/** The language of an exercise's words, where it is not the page's. */
function langMark(s) {
  const lang = langOf(s);
  return lang ? { lang } : {};
}

/** Say the words of a step the first time that it comes in an exercise; return whether they were said. */
function sayWords(turn, phase) {
  const { s } = turn;
  const heard = s.spoken[itemOf(s).id] || [];
  if (!phase.text || heard.includes(phase.text)) return false;
  s.spoken = { ...s.spoken, [itemOf(s).id]: [...heard, phase.text] };
  // The countdown has already said how to lie or stand.
  const wasSaid = formOf(s).timeline.phases[0].text === phase.text;
  turn.say("say_step", { text: phase.text, ...langMark(s) }, { voice: wasSaid ? null : "full" });
  return true;
}

function beginSet(turn, group) {
  turn.add("vibrate", { pattern: STROKES.set });
  if (group.sets > 1 || isOneSide(group.side)) turn.say("say_set", { set: group.set, sets: group.sets, side: group.side });
  if (isOwnPace(turn.s) && !isSelfCare(turn.s)) turn.say("say_own", { n: group.units.length });
}

function beginUnit(turn, group, phase) {
  const { rep, reps } = repOf(group, turn.s.phase);
  if (group.side === "both" && phase.side !== "both") {
    turn.say("voice_side", { side: phase.side }, { live: group.mode === "timed" || "each" });
  }
  if (group.mode !== "reps") return;
  if (reps >= 4 && rep === Math.floor(reps / 2) + 1) turn.say("say_half");
  else if (reps >= 5 && rep === reps - 1) turn.say("say_last_two");
  else if (reps > 1) turn.say("voice_rep", { rep }, { live: "each" });
}

/** The tone of the phase that follows in this set goes out ahead, so that no late tick can delay it. */
function toneAhead(turn, next) {
  if (next && turn.s.endsAt !== null) turn.tone(toneOf(next), turn.s.endsAt);
}

function enterWork(turn, group, { follows }) {
  const { s } = turn;
  const phase = phaseOf(s);
  if (group.kind === "set" && s.phase === group.from) beginSet(turn, group);
  const unit = unitAt(group, s.phase);
  if (unit?.from === s.phase) beginUnit(turn, group, phase);
  const isNew = sayWords(turn, phase);
  if (isOwnPace(s)) return;
  const { rep } = repOf(group, s.phase);
  const fewWords = rep > FULL_TALK_UNITS;
  if (!isNew && group.kind === "set" && phase.cue) {
    turn.say("voice_cue", { text: phase.cue, ...langMark(s) }, { live: "each", voice: fewWords ? null : "short" });
  }
  if (group.mode === "breath") turn.add("vibrate", { pattern: STROKES[phase.breath] });
  if (!follows) turn.tone(toneOf(phase), s.startedAt);
}

/** Milestones of a long phase, as instants; those already behind are left out. */
function milestonesOf(turn, phase) {
  const { s } = turn;
  if (s.endsAt === null || phase.kind === "setup") return [];
  const total = s.passed + s.endsAt - s.startedAt;
  const cues = [];
  if (total >= HALF_WAY_FROM_S * 1000) cues.push({ at: s.endsAt - total / 2, key: "say_half" });
  if (total >= FIVE_LEFT_FROM_S * 1000) cues.push({ at: s.endsAt - 5000, key: "say_five" });
  return cues.filter((cue) => cue.at > turn.now);
}

/**
 * Add the effects of the phase that has just begun; after a pause (`resumed`) only the tones still to come.
 * `follows`: the phase before ended by itself in the same set, and has sent this one's tone ahead.
 */
export function phaseBegins(turn, group, { resumed = false, follows = false } = {}) {
  const { s } = turn;
  const phase = phaseOf(s);
  s.cues = [];
  if (s.screen === "work") {
    if (!resumed) enterWork(turn, group, { follows });
    s.cues = milestonesOf(turn, phase);
    const countsDown = s.endsAt !== null && group.mode === "timed" && (phase.kind === "hold" || phase.seconds >= 10);
    const next = s.phase + 1 < group.to ? formOf(s).timeline.phases[s.phase + 1] : null;
    // A breath that begins is the better end of a hold: two tones at once are neither heard.
    const isLong = countsDown && !["in", "out"].includes(next?.breath);
    if (countsDown) countIn(turn, isLong ? "long" : null);
    if (!isLong) toneAhead(turn, next);
    return;
  }
  if (!resumed && s.screen === "ready") enterReady(turn);
  if (!resumed && s.screen === "switch") {
    turn.say("say_switch", { side: phase.side });
    turn.add("vibrate", { pattern: STROKES.set });
  }
  if (!resumed && s.screen === "rest") {
    turn.say("say_rest", { seconds: Math.round(leftMs(s, turn.now) / 1000), next: afterRest(s) });
    turn.add("vibrate", { pattern: STROKES.rest });
  }
  countIn(turn, "start");
}

/** Return the milliseconds until the clock has to be looked at again: a phase ends, a milestone comes, or TICK_MS. */
export function waitMs({ endsAt, cues }, now) {
  if (endsAt === null) return TICK_MS;
  const due = Math.min(endsAt, ...cues.map((cue) => cue.at));
  return Math.min(TICK_MS, Math.max(0, due - now));
}

/** Announce the milestones whose instant has come. One that is far too late stays unsaid. */
export function milestonesDue(turn) {
  const due = turn.s.cues.filter((cue) => cue.at <= turn.now);
  if (!due.length) return;
  turn.s.cues = turn.s.cues.filter((cue) => cue.at > turn.now);
  for (const cue of due) if (turn.now - cue.at < LATE_MS) turn.say(cue.key);
}
