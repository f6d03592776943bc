/**
 * What the screen shows for a state, in words: view(state, t) changes with each transition, live(state, now) with
 * each frame. Pure; ui.js puts both on the page.
 */

import { canChooseAgain, canSkip, canSwap, mayCarryOn } from "#clients/player/aside.js";
import { afterRest } from "#clients/player/cues.js";
import { hasTempo, isPassedOver } from "#clients/player/flow.js";
import { equipmentName, partName } from "#clients/player/gating.js";
import { easierStartAndEnd, startAndEnd } from "#clients/player/pictured.js";
import { isOneSide, unitAt, unitsBefore } from "#clients/player/plan.js";
import { positionOf } from "#clients/player/resume.js";
import { partWords, setWords } from "#clients/player/sentences.js";
import {
  RUNNING, formOf, groupOf, isOwnPace, isSelfCare, itemOf, langOf, leftMs, passedMs, phaseOf, titleOf,
} from "#clients/player/turn.js";

const DOT = " · ";
const MOST_TEMPO_PARTS = 4;
const FOCUS_POINTS = 2; // the first two are the ones that the exercise needs most

const sentence = (key, params = {}) => ({ key, params });

/** What the client counts as one: an exercise, or a group to choose from. */
const slotOf = (item) => item.choice_group || item.id;

function progressOf(s, t) {
  const slots = [...new Set(s.session.items.map(slotOf))];
  const item = itemOf(s);
  const current = ["finished", "stopped"].includes(s.screen) ? slots.length : slots.indexOf(slotOf(item));
  const { phases } = formOf(s).timeline;
  const end = phases.at(-1).at + phases.at(-1).seconds;
  const part = ["start", "choice", "gate"].includes(s.screen) ? 0 : (phaseOf(s)?.at ?? 0) / end;
  return {
    label: t("progress", { n: Math.min(current + 1, slots.length), total: slots.length }),
    parts: slots.map((_, index) => (index < current ? 1 : index > current ? 0 : part)),
  };
}

function tempoOf(s, t, group) {
  const unit = unitAt(group, s.phase);
  if (!unit || group.mode === "breath" || isOwnPace(s)) return null;
  const { phases } = formOf(s).timeline;
  const parts = phases.slice(unit.from, unit.to);
  if (parts.length < 2 || parts.length > MOST_TEMPO_PARTS) return null;
  return parts.map((phase, index) => ({
    label: phase.seconds < 2 ? "" : t(phase.breath === "none" ? `tempo_${phase.kind}` : `tempo_${phase.breath}`),
    seconds: phase.seconds,
    place: Math.sign(unit.from + index - s.phase),
  }));
}

function breathChip(s, t, group) {
  const { phases } = formOf(s).timeline;
  const { rep, reps } = phaseOf(s);
  const [inhale, exhale] = phases.slice(group.from, group.from + 2).map((phase) => Math.round(phase.seconds * s.stretch));
  return [t("breath_of", { n: rep, total: reps }), t("breath_pace", { inhale, exhale })].join(DOT);
}

function setChip(s, t, group) {
  const phase = phaseOf(s);
  const parts = setWords(t, group);
  if (group.side === "both" && isOneSide(phase.side)) parts.push(t(`side_${phase.side}`));
  if (group.mode === "timed" && phase.reps > 1) parts.push(t("rep_of", { rep: phase.rep, reps: phase.reps }));
  return parts.join(DOT);
}

/** "reps" counts repetitions, "seconds" runs down, "ring" is the breath; "target" waits for a tap. */
function countOf(s, t, group) {
  const phase = phaseOf(s);
  if (isSelfCare(s)) return null;
  if (isOwnPace(s)) return { kind: "target", digit: String(phase.reps), of: t("own_pace") };
  if (group.kind === "set" && group.mode === "breath") return { kind: "ring" };
  if (group.kind === "set" && group.mode === "reps") {
    return { kind: "reps", digit: String(phase.rep), of: t("of", { n: phase.reps }) };
  }
  return { kind: "seconds" };
}

function ownPaceWords(s, group) {
  const { phases } = formOf(s).timeline;
  const unit = phases.slice(group.units[0].from, group.units[0].to);
  return unit.filter((phase) => phase.kind !== "rest").map((phase) => phase.text);
}

function working(s, t) {
  const group = groupOf(s);
  const phase = phaseOf(s);
  const item = itemOf(s);
  const isSet = group.kind === "set";
  const isBreath = isSet && group.mode === "breath";
  return {
    stage: isBreath ? "breathe" : "work",
    heading: titleOf(s),
    chip: !isSet ? "" : isSelfCare(s) ? item.dose_words : isBreath ? breathChip(s, t, group) : setChip(s, t, group),
    words: isOwnPace(s) ? ownPaceWords(s, group) : [phase.text],
    cue: isOwnPace(s) || isBreath ? "" : phase.cue,
    count: countOf(s, t, group),
    ring: isBreath ? { word: phase.cue, breath: phase.breath } : null,
    tempo: tempoOf(s, t, group),
    focus: isSelfCare(s) ? item.precautions : phase.focus ? item.focus.slice(0, FOCUS_POINTS) : [],
    note: group.kind === "finish" && s.note ? sentence(s.note.key, s.note.params) : null,
    slot: isOwnPace(s) ? { action: "done", label: t(isSelfCare(s) ? "did_it" : "done_set") } : null,
    pace: isBreath,
    controls: { back: "back", next: "next" },
  };
}

function readying(s, t) {
  const item = itemOf(s);
  const easier = s.swapped[item.id] && item.easierForm;
  return {
    stage: "ready",
    heading: titleOf(s),
    chip: (easier ? item.easier.dose_words : item.dose_words) || "",
    words: [phaseOf(s).text],
    cue: t("get_ready"),
    count: { kind: "seconds" },
    note: s.note ? sentence(s.note.key, s.note.params) : null,
    remark: [
      ...(item.note ? [t("note_from", { name: s.session.practitioner, note: item.note })] : []),
      ...(langOf(s) ? [t("not_translated")] : []),
    ].join(" "),
    slot: item.optional ? { action: "skip_optional", label: t("optional") } : null,
    controls: { back: "back", next: "im_set" },
  };
}

function switching(s, t) {
  const { timeline, groups } = formOf(s);
  return {
    stage: "rest",
    heading: t(`now_side_${phaseOf(s).side}`),
    chip: titleOf(s),
    words: [timeline.phases[groups[s.group + 1].from].text],
    count: { kind: "seconds" },
    controls: { back: "back", next: "im_set" },
  };
}

function resting(s, t) {
  const next = afterRest(s);
  return {
    stage: "rest",
    heading: t("rest"),
    words: [],
    count: { kind: "seconds" },
    card: { label: t("next_is"), title: next.title, chip: setWords(t, next).join(DOT) },
    controls: { back: "more", next: "im_ready" },
  };
}

function placeOf(s, t) {
  const group = groupOf(s);
  const title = titleOf(s);
  const place = group.sets > 1 ? t("place_set", { title, set: group.set, sets: group.sets }) : title;
  const done = unitsBefore(group, s.phase);
  return group.kind === "set" && done > 0 ? t("place_done", { place, done, total: group.units.length }) : place;
}

function pausing(s, t) {
  return {
    stage: SHOWS[s.under](s, t).stage,
    heading: t("paused"),
    words: s.under === "rest" ? [] : [phaseOf(s).text],
    lines: [s.away ? t("was_away") : t("take_time"), placeOf(s, t)],
    big: { action: "carry_on", label: t("carry_on") },
    options: [
      { action: "hurts", icon: "hurts", label: t("hurts") },
      ...(canSwap(s) ? [{ action: "easier", icon: "easier", label: t("easier") }] : []),
      ...(canChooseAgain(s) ? [{ action: "another", icon: "list", label: t("another") }] : []),
      { action: "skip_ask", icon: "skip", label: t(groupOf(s).gate ? "skip_part" : "skip") },
      { action: "finish", icon: "check", label: t("finish_here") },
      settingsButton(t),
    ],
  };
}

/** Return "You stopped at Bridge, set 2 of 3.", or nothing where the client has yet to choose. */
export function stoppedAt(s, t) {
  const { item, group } = positionOf(s);
  const { items } = s.session;
  const kept = items.filter((each) => !isPassedOver(s, each));
  const next = kept.find((each) => items.indexOf(each) >= item) || kept.at(-1);
  if (next.choice_group && !s.chosen[next.choice_group]) return "";
  const index = items.indexOf(next);
  const { set, sets } = formOf(s, index).groups[index === item ? group : 0];
  return t(sets > 1 ? "stopped_at_set" : "stopped_at", { title: titleOf(s, index), set, sets });
}

/** The sentence about a gentler or lighter day; none on a usual one. */
function laneLines(s, t) {
  const { lane, percent } = s.session.day;
  if (lane !== "steady") return [t(`lane_${lane}`)];
  return percent < 100 ? [t("lane_lighter")] : [];
}

const settingsButton = (t) => ({ action: "settings", icon: "volume", label: t("settings") });

function starting(s, t) {
  const opening = s.session.items[0].choice_group ? "" : titleOf(s, 0);
  return {
    stage: "ready",
    heading: s.session.name,
    words: [],
    lines: [
      ...laneLines(s, t),
      s.begun ? stoppedAt(s, t) : opening && t("starts_with", { title: opening }),
      !s.canWake && t("wake_tip"),
    ].filter(Boolean),
    check: s.check,
    // Above Start, which stays where it was while the page was loading.
    slot: s.check ? null : { action: "settings", label: t("settings") },
    big: { action: "start", label: t(s.begun ? "carry_on" : "start") },
  };
}

function choosing(s, t) {
  const group = itemOf(s).choice_group;
  return {
    stage: "ready",
    heading: t("choice_title"),
    words: [],
    lines: [t("choice_hint")],
    choices: s.session.items
      .filter((item) => item.choice_group === group)
      .map((item) => ({ action: "choose", item: item.id, label: item.title, hint: item.dose_words })),
  };
}

function asking(s, t) {
  const { ask, segment, incomplete } = s.asking;
  const item = itemOf(s);
  const part = partWords(t, partName(s, s.item, segment));
  const { equipment } = ask;
  return {
    stage: "ready",
    heading: t("gate_title"),
    chip: part,
    words: [],
    gate: {
      focus: equipment ? item.focus.slice(0, FOCUS_POINTS) : [],
      question: equipment ? "equipment" : ask,
      lead: equipment ? t("gate_equipment", { equipment: equipmentName(s, equipment) }) : "",
      add: t(equipment ? "gate_add" : "gate_answer"),
      problem: incomplete ? t("gate_incomplete") : "",
    },
  };
}

function finishing(s, t) {
  return {
    stage: "ready",
    heading: t("finished_title"),
    words: [],
    lines: [t("finished_text")],
    big: { action: "ok", label: t("finished_next") },
  };
}

function stopping(s, t) {
  return {
    stage: "ready",
    heading: t("stopped_title"),
    words: [],
    lines: [t("stopped_text")],
    big: { action: "ok", label: t("safety_check") },
  };
}

const SHOWS = {
  start: starting, choice: choosing, gate: asking, ready: readying, work: working, switch: switching, rest: resting,
  paused: pausing, finished: finishing, stopped: stopping, left: starting,
};

function hurtsDialog(s, t) {
  const most = s.session.pain.amber_max;
  const rise = s.rating === null ? 0 : s.rating - (s.facts.pain_before ?? s.rating);
  const tells = s.rating !== null && (s.rating > most || rise >= s.session.pain.rise_stop);
  return {
    rating: s.rating,
    thanks: tells ? t("hurts_thanks", { name: s.session.practitioner }) : "",
    easier: canSwap(s) ? t("easier") : "",
    another: canChooseAgain(s) ? t("another") : "",
    skip: canSkip(s) ? t(RUNNING.includes(s.under) && groupOf(s).gate ? "skip_part" : "skip") : "",
    mayCarryOn: mayCarryOn(s, s.rating),
  };
}

function howDialog(s, t) {
  const item = itemOf(s);
  const easier = s.swapped[item.id] && item.easierForm;
  const texts = formOf(s).timeline.phases.filter((phase) => phase.step !== null).map((phase) => phase.text);
  const { groups } = formOf(s);
  return {
    item: easier ? null : item.id,
    stills: startAndEnd(s),
    title: titleOf(s),
    steps: easier || !item.how.length ? [...new Set(texts)] : item.how,
    focus: easier ? [] : item.focus,
    precautions: easier ? [] : item.precautions,
    note: item.note ? t("note_from", { name: s.session.practitioner, note: item.note }) : "",
    pace: s.ownPace[item.id] ? "own" : "guided",
    lang: langOf(s),
    hasTempo: hasTempo(s),
    canCountAlone: groups.some((group) => group.kind === "set" && group.mode === "reps"),
  };
}

const DIALOGS = {
  hurts: hurtsDialog,
  how: howDialog,
  swap: (s, t) => ({
    to: t("swap_to", { title: itemOf(s).easier.title }), text: itemOf(s).easier.text || "", stills: easierStartAndEnd(s),
  }),
  skip: (s, t) => ({
    title: t(groupOf(s).gate ? "skip_part_title" : "skip_title"),
    hint: t("skip_hint", { name: s.session.practitioner }),
  }),
  settings: (s) => ({ settings: s.settings }),
};

const EMPTY = {
  chip: "", cue: "", words: [], lines: [], focus: [], note: null, remark: "", count: null, ring: null, tempo: null,
  slot: null, card: null, check: null, pace: false, big: null, options: [], choices: [], gate: null, controls: null,
};

/** Return everything that the page shows for a state, but what moves with time. */
export function view(s, t) {
  const isDialog = Object.hasOwn(DIALOGS, s.screen);
  const below = isDialog ? s.under : s.screen;
  const shown = { ...EMPTY, ...SHOWS[below](s, t) };
  const isExercise = RUNNING.includes(below);
  return {
    ...shown,
    lang: { title: ["ready", "work"].includes(below) ? langOf(s) : null, words: isExercise ? langOf(s) : null },
    screen: below,
    progress: progressOf(s, t),
    next: shown.controls ? t(shown.controls.next) : "",
    back: shown.controls ? t(shown.controls.back) : "",
    foot: {
      hurts: isExercise || below === "gate" || below === "choice",
      how: isExercise || below === "gate" ? t("how") : "",
    },
    settings: s.settings,
    dialog: isDialog ? s.screen : null,
    content: isDialog ? DIALOGS[s.screen](s, t) : null,
  };
}

/** Return what moves: seconds left (rounded up), the share of the phase that is done (0 to 1), both null at rest. */
export function live(s, now) {
  const screen = Object.hasOwn(DIALOGS, s.screen) ? s.under : s.screen;
  if (!RUNNING.includes(screen)) return { seconds: null, share: null };
  const left = leftMs(s, now);
  if (left === null) return { seconds: null, share: null };
  const passed = passedMs(s, now);
  const total = s.endsAt === null ? s.passed + left : s.passed + s.endsAt - s.startedAt;
  return { seconds: Math.max(1, Math.ceil(left / 1000)), share: total > 0 ? Math.min(1, passed / total) : 1 };
}
