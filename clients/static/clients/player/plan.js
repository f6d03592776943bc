/**
 * Turn a compiled timeline into the sets that a client goes through one by one.
 *
 * Pure. A timeline is the JSON of `routines.timeline`: phases in order, `seconds` each. A group is a run of
 * phases of one segment and set, or one ready, switch or rest. A unit is one repetition on one side; it is done
 * when its last phase has ended.
 */

const WORK = new Set(["move", "hold", "return"]);
const ALONE = new Set(["ready", "switch"]);
const LONG_HOLD_S = 5; // from here the seconds left are shown instead of the repetition
const LONG_STEP_S = 10;

export const isOneSide = (side) => side === "left" || side === "right";

/** True for the rest between two sets; a pause inside a repetition has a step or a pose, or stays in its set. */
function isRestBetween(phases, index) {
  const phase = phases[index];
  const next = phases[index + 1];
  if (phase?.kind !== "rest" || phase.step !== null || phase.pose) return false;
  return next !== undefined && next.segment === phase.segment && next.set > phase.set;
}

function kindOf(phases, isRest) {
  if (isRest) return "rest";
  const kinds = new Set(phases.map((phase) => phase.kind));
  for (const kind of ["ready", "switch", "setup", "finish"]) if (kinds.size === 1 && kinds.has(kind)) return kind;
  return phases.some((phase) => WORK.has(phase.kind)) ? "set" : "setup";
}

function sideOf(phases) {
  const sides = new Set(phases.map((phase) => phase.side).filter(isOneSide));
  if (sides.size > 1) return "both";
  return sides.size === 1 ? [...sides][0] : phases[0].side || "none";
}

function unitsOf(phases, from) {
  const units = [];
  let key = null;
  phases.forEach((phase, offset) => {
    const own = `${phase.rep}|${phase.side}`;
    if (own !== key) units.push({ rep: phase.rep, side: phase.side, from: from + offset, to: from + offset + 1 });
    else units.at(-1).to = from + offset + 1;
    key = own;
  });
  return units;
}

/** How a set is shown: "breath" as a ring, "timed" as seconds left, "reps" as a count. */
function modeOf(phases) {
  const breaths = phases.map((phase) => phase.breath);
  const [inhale, exhale] = phases;
  const isBreathing =
    phases.length > 1 &&
    breaths.every((breath, index) => breath === (index % 2 === 0 ? "in" : "out")) &&
    exhale.seconds >= inhale.seconds &&
    inhale.seconds + exhale.seconds >= 7;
  if (isBreathing) return "breath";
  const isTimed = phases.some(
    (phase) => (phase.kind === "hold" && phase.seconds >= LONG_HOLD_S) || phase.seconds >= LONG_STEP_S,
  );
  return isTimed ? "timed" : "reps";
}

function groupFrom({ phases, from, isRest }, index) {
  const kind = kindOf(phases, isRest);
  const first = phases[0];
  const units = kind === "set" ? unitsOf(phases, from) : [];
  return {
    index,
    kind,
    segment: first.segment,
    set: first.set,
    sets: first.sets,
    side: sideOf(phases),
    gate: first.gate || null,
    from,
    to: from + phases.length,
    units,
    mode: kind === "set" ? modeOf(phases) : "steps",
    seconds: phases.reduce((sum, phase) => sum + phase.seconds, 0),
  };
}

function startsNewGroup(phases, index) {
  const [previous, phase] = [phases[index - 1], phases[index]];
  if (!previous || ALONE.has(previous.kind) || ALONE.has(phase.kind)) return true;
  if (isRestBetween(phases, index - 1) || isRestBetween(phases, index)) return true;
  return previous.segment !== phase.segment || previous.set !== phase.set;
}

/** Return the groups of a timeline, in order; `from` is inclusive and `to` exclusive, as phase numbers. */
export function groupsOf({ phases }) {
  const runs = [];
  phases.forEach((phase, index) => {
    if (startsNewGroup(phases, index)) runs.push({ from: index, phases: [], isRest: isRestBetween(phases, index) });
    runs.at(-1).phases.push(phase);
  });
  return runs.map(groupFrom);
}

/**
 * Return the kind of phase whose seconds are the dose ("hold" or "move"), or null where repetitions are counted.
 * It is the one that adds up to the timeline's `target_seconds` over the sets without a gate.
 */
export function countedKind(timeline, groups) {
  if (!timeline.target_seconds) return null;
  const sets = groups.filter((group) => group.kind === "set" && !group.gate);
  const phases = sets.flatMap((group) => timeline.phases.slice(group.from, group.to));
  const sum = (kind) => phases.reduce((all, phase) => all + (phase.kind === kind ? phase.seconds : 0), 0);
  return ["hold", "move"].find((kind) => Math.abs(sum(kind) - timeline.target_seconds) < 0.001) ?? null;
}

/** Return how many units of the group are behind `phase` (a number of a phase; its own unit does not count). */
export function unitsBefore(group, phase) {
  return group.units.filter((unit) => unit.to <= phase).length;
}

/** Return the unit that `phase` belongs to, or null outside of sets. */
export function unitAt(group, phase) {
  return group.units.find((unit) => unit.from <= phase && phase < unit.to) || null;
}

/** Name a set the same way in an event and in the plan. */
export function setKey(segment, set, side) {
  return `${segment}|${set}|${side}`;
}

/**
 * Return a timeline whose phases are whole: in a bundle each tells only what is not as in the phase before it, or as in
 * the one that stands `as` places before.
 */
function wholePhases(timeline) {
  const phases = [];
  for (const { as = 1, ...changes } of timeline.phases) {
    const { at, seconds } = phases.at(-1) ?? { at: 0, seconds: 0 };
    phases.push({ ...phases.at(-as), ...changes, at: at + seconds });
  }
  return { ...timeline, phases };
}

/** Return the items of a bundle with their groups beside their timelines, the easier form included. */
export function planItems(items) {
  const withGroups = (brief) => {
    const timeline = wholePhases(brief);
    const groups = groupsOf(timeline);
    return { timeline, groups, counted: countedKind(timeline, groups) };
  };
  return items.map((item) => ({
    ...item,
    main: withGroups(item.timeline),
    easierForm: item.easier && item.easier.timeline ? withGroups(item.easier.timeline) : null,
  }));
}
