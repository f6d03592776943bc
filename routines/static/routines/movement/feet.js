/** Where a foot goes: on the floor, on a step, on the other thigh → a target for the ankle. */
import { BONE, m, other } from '#routines/movement/build.js';
import {
  RAD, UP, along, at, axisX, clamp, cross, dot, fromAxes, lerp, sub, turn, unit,
} from '#routines/movement/vectors.js';

/** Centre of the ball of the foot in the frame of the foot. */
const BALL = [m(0.072), -m(0.0262), 0];

/** "free", "flat", "pin", "toes" or an object → {free} or {high, flat, pin, toes, at, f, x, z}. */
export function footRule(spec) {
  if (spec === 'free') return { free: true };
  if (spec === 'flat') return { high: 0, flat: true };
  if (spec === 'pin') return { high: 0, flat: true, pin: true };
  if (spec === 'toes') return { high: 0, toes: true, pin: true };
  return { high: 0, flat: !spec.at, ...spec };
}

/** Which way the knee points, at right angles to the line hip–ankle. */
function kneePole(frames, side) {
  const hip = frames[`thigh.${side}`];
  const u = unit(sub(frames[`foot.${side}`].p, hip.p), [0, -1, 0]);
  const bend = sub(frames[`shank.${side}`].p, hip.p);
  const out = along(bend, u, -dot(bend, u));
  return dot(out, out) > 4e-4 ? unit(out) : axisX(hip.R);
}

/** A level sole whose toes point where the foot `R` points. */
function level(R) {
  const toes = axisX(R);
  const ahead = unit([toes[0], 0, toes[2]], [1, 0, 0]);
  return fromAxes(ahead, [0, 1, 0], cross(ahead, [0, 1, 0]));
}

/** How far (degrees) the toes must bend up to lie on the floor under a foot with axes R. */
export const toesUp = (R) => clamp(-Math.asin(clamp(axisX(R)[1], -1, 1)) / RAD, 0, 78);

/**
 * The target of a foot: {p, R, pole, toes}: ankle point, axes of the foot (null: it follows the shank), direction of
 * the knee, and 1 when the heel is lifted over toes that lie on the floor. Pinned feet are looked up in `pins` (a
 * Map kept for the whole movement) and found on first use.
 */
export function footTarget(spec, side, frames, pins) {
  const rule = footRule(spec);
  const foot = frames[`foot.${side}`];
  const pole = kneePole(frames, side);
  if (rule.free) return { p: foot.p, R: null, pole, toes: 0 };
  if (rule.at) {
    const thigh = frames[rule.at] || frames[`thigh.${other(side)}`];
    const p = at(thigh, [rule.x ?? 0.09, -(rule.f ?? 0.78) * BONE.thigh, rule.z ?? 0]);
    const knee = sub(frames[`shank.${side}`].p, lerp(frames[`thigh.${side}`].p, p, 0.5));
    return { p, R: null, pole: unit(knee), toes: 0 };
  }
  const key = `foot ${side} ${rule.toes ? 'toes' : 'sole'}`;
  let place = pins.get(key);
  if (!place) {
    const R = level(foot.R);
    const p = [foot.p[0], BONE.ankle, foot.p[2]];
    place = { p, R, ball: at({ p, R }, BALL) };
    if (rule.pin) pins.set(key, place);
  }
  if (!rule.toes) return { p: along(place.p, UP, rule.high), R: rule.flat ? place.R : null, pole, toes: 0 };
  // The foot keeps its own slope; the ball of the foot stays where it is.
  return { p: sub(place.ball, turn(foot.R, BALL)), R: foot.R, pole, toes: 1 };
}
