/**
 * A movement: key poses, what stays on the floor between them, and the body at any moment.
 *
 * A figure (one sequence of the library) has `keys`; each key is a layer over a base posture with `move` (seconds to
 * reach it), `hold` (seconds to stay) and `breath`. A moment is {from, to, t}: indexes of keys and the share 0..1 of
 * the time between them.
 */
import { blendJoints, resolve } from '#routines/movement/joints.js';
import { landmark } from '#routines/movement/landmarks.js';
import { newGround, solve } from '#routines/movement/solve.js';
import { mix } from '#routines/movement/vectors.js';

/** Minimum jerk: starts and ends softly, as people move. */
export const ease = (t) => t * t * t * (10 - 15 * t + 6 * t * t);

/**
 * Resolves the keys of a figure and finds its pins and its anchor once. Throws an Error that names the key (1-based)
 * when a pose cannot be read.
 */
export function prepare(figure, postures) {
  const keys = figure.keys.map((layer, i) => named(i, () => resolve(layer, postures)));
  const ground = newGround();
  const first = figure.pin_key || 0;
  const body = named(first, () => solve(keys[first], keys[first], 0, ground));
  const name = figure.anchor || 'pelvis';
  const [x, , z] = landmark(body.frames, name);
  const anchored = { pins: new Map(), anchor: { name, x, z } };
  // The key that pins comes first; each body is solved once and kept.
  const bodies = [];
  for (const i of new Set([first, ...keys.keys()])) bodies[i] = named(i, () => solve(keys[i], keys[i], 0, anchored));
  return { figure, keys, bodies, ground: anchored, ranges: new Map() };
}

function named(index, action) {
  try {
    return action();
  } catch (error) {
    throw new Error(`key ${index + 1}: ${error.message}`);
  }
}

/** A key whose joints go only part of the way from the first key; hands and feet stay where the key puts them. */
function ranged(motion, index, range) {
  if (range >= 1 || index === 0) return motion.keys[index];
  const id = `${index} ${range}`;
  if (!motion.ranges.has(id)) {
    const start = motion.keys[0];
    const end = motion.keys[index];
    const root = { ...end.root };
    if (start.root.orient === root.orient) {
      for (const name of ['pitch', 'turn', 'bend']) root[name] = mix(start.root[name], root[name], range);
    }
    motion.ranges.set(id, { ...end, joints: blendJoints(start.joints, end.joints, range), root });
  }
  return motion.ranges.get(id);
}

/**
 * The body at a moment. `range` 0.3..1 is the prescribed share of the full movement, `breath` -1..1 adds to the lungs
 * (a hold is never frozen: it breathes).
 */
export function bodyAt(motion, { from = 0, to = from, t = 0 }, { range = 1, breath = 0 } = {}) {
  const a = ranged(motion, from, range);
  const b = ranged(motion, to, range);
  return solve(a, b, from === to ? 0 : ease(t), motion.ground, breath);
}

/**
 * The moves of a figure in playing order: [{from, to}]. A figure goes through its keys, or through `order`, and back
 * to the first; with `returns: false` it ends on the last key.
 */
export function moves(figure) {
  const order = figure.order || figure.keys.map((_, i) => i);
  const steps = order.map((from, i) => ({ from, to: order[(i + 1) % order.length] }));
  return figure.returns === false || order.length < 2 ? steps.slice(0, -1) : steps;
}
