/**
 * What the figure shows for a state: {item, pose, before, share, seconds, side, kind, breath, breathBefore}, or null
 * where none belongs. Pure: `share` (0 to 1) of the phase is over, and stands still while the session is paused.
 */

import { isOneSide, unitsBefore } from "#clients/player/plan.js";
import { RUNNING, formOf, groupOf, isOwnPace, itemOf, leftMs, passedMs, phaseOf } from "#clients/player/turn.js";

const SHOWN = [...RUNNING, "paused"];

/** The phase that the body comes from: the nearest one before `index` that has a pose. */
const before = (phases, index) => phases.slice(0, index).findLast((phase) => phase.pose);

function shown(s, phases, index, share) {
  const { pose, seconds, kind, breath, side } = phases[index];
  return {
    item: itemOf(s).id, pose, before: before(phases, index)?.pose ?? null, share, seconds, side, kind, breath,
    breathBefore: phases[index - 1]?.breath ?? "none",
  };
}

/** Where nothing is done yet: the start of the first phase from `index` on that has a pose, on the side to come. */
function upcoming(s, phases, index) {
  const next = phases.findIndex((phase, i) => i >= index && phase.pose && phase.step !== null);
  if (next < 0) return null;
  const sided = [phases[index], ...phases.slice(next)].find((phase) => isOneSide(phase.side));
  return { ...shown(s, phases, next, 0), side: sided?.side ?? phases[next].side, kind: "ready" };
}

/** Where the client counts alone, the repetition goes on and on at its own tempo. */
function example(s, phases, now) {
  const group = groupOf(s);
  const { from, to } = group.units[Math.min(unitsBefore(group, s.phase), group.units.length - 1)];
  const total = phases.slice(from, to).reduce((sum, phase) => sum + phase.seconds, 0);
  let second = (passedMs(s, now) / 1000) % total;
  let index = from;
  for (; index < to - 1 && second >= phases[index].seconds; index += 1) second -= phases[index].seconds;
  return shown(s, phases, index, Math.min(1, second / phases[index].seconds));
}

/**
 * The still pictures that say how the exercise goes: {item, figure, side, mirror, keys} of the figure that is shown, or
 * comes next; `keys` are its start and the first other pose of the timeline (one where it only rests). Null without one.
 */
export const startAndEnd = (s) => stills(itemOf(s), formOf(s).timeline, s.phase);

/** The same of the easier form that is offered. */
export const easierStartAndEnd = (s) => stills(itemOf(s), itemOf(s).easierForm.timeline, 0);

function stills(item, { phases }, index) {
  const here = phases.slice(index).find(({ pose }) => pose) ?? phases.findLast(({ pose }) => pose);
  if (!here) return null;
  const { figure, mirror = false } = here.pose;
  const keys = phases.flatMap(({ pose }) => (pose?.figure === figure ? pose.loop ?? [pose.start, pose.key] : []))
    .filter((key) => key !== undefined);
  const end = keys.find((key) => key !== keys[0]);
  const sided = [here, ...phases.slice(index)].find((phase) => isOneSide(phase.side));
  return { item: item.id, figure, side: sided?.side ?? here.side, mirror, keys: end === undefined ? [keys[0]] : [keys[0], end] };
}

export function pictured(s, now) {
  const screen = SHOWN.includes(s.screen) ? s.screen : s.under;
  const phase = phaseOf(s);
  if (!SHOWN.includes(screen) || !phase || ["start", "finished", "left", "choice", "gate"].includes(s.screen)) return null;
  const { phases } = formOf(s).timeline;
  if (!phase.pose || phase.kind === "ready") return upcoming(s, phases, s.phase);
  if (isOwnPace(s)) return example(s, phases, now);
  const left = leftMs(s, now) ?? 0;
  const passed = passedMs(s, now);
  return shown(s, phases, s.phase, passed + left > 0 ? Math.min(1, passed / (passed + left)) : 1);
}
