/** Two-bone inverse kinematics for arms and legs. */
import { BONE } from '#routines/movement/build.js';
import { across, along, clamp, cross, distance, fromAxes, scale, sub, unit } from '#routines/movement/vectors.js';

/**
 * Knee or elbow for an end at `target`: {mid, end, miss}. `from` is hip or shoulder, a and b the two bone lengths,
 * `pole` the direction in which the middle joint points. `miss` is how far (metres) the end stays away from the
 * target because it lies too far or too near.
 */
export function reach(from, target, a, b, pole) {
  const wanted = distance(from, target);
  const d = clamp(wanted, Math.abs(a - b) + 0.02, 0.999 * (a + b));
  const u = unit(sub(target, from), [0, -1, 0]);
  const side = across(pole, u, across([0, 0, 1], u, [1, 0, 0]));
  const cosine = clamp((a * a + d * d - b * b) / (2 * a * d), -1, 1);
  const mid = along(along(from, u, a * cosine), side, a * Math.sqrt(1 - cosine * cosine));
  const end = along(from, u, d);
  return { mid, end, side, miss: Math.abs(wanted - d) };
}

/** Axes of two bones from three points. `bends` is +1 when the middle joint points forwards (knee), -1 backwards. */
function boneAxes(from, mid, end, side, bends) {
  const upper = unit(sub(from, mid));
  const lower = unit(sub(mid, end));
  const z = scale(unit(cross(side, unit(sub(from, end))), [0, 0, 1]), bends);
  return [fromAxes(unit(cross(upper, z)), upper, z), fromAxes(unit(cross(lower, z)), lower, z)];
}

/**
 * Bends one leg so that its ankle is at `target`; returns the miss in metres. The foot's own axes are not touched.
 */
export function bendLeg(frames, side, target, pole) {
  const hip = frames[`thigh.${side}`];
  const { mid, end, side: out, miss } = reach(hip.p, target, BONE.thigh, BONE.shank, pole);
  const [thigh, shank] = boneAxes(hip.p, mid, end, out, 1);
  frames[`thigh.${side}`] = { p: hip.p, R: thigh };
  frames[`shank.${side}`] = { p: mid, R: shank };
  frames[`foot.${side}`].p = end;
  return miss;
}

/** How far the shoulder joint may slide on the rib cage towards a target that is out of reach. */
const SHOULDER_SLIDE = 0.055;

/** Bends one arm so that its wrist is at `target`; returns the miss in metres. The hand's axes are not touched. */
export function bendArm(frames, side, target, pole) {
  let from = frames[`arm.${side}`].p;
  const short = distance(from, target) - 0.999 * (BONE.arm + BONE.forearm);
  if (short > 0) from = along(from, unit(sub(target, from)), Math.min(short, SHOULDER_SLIDE));
  const { mid, end, side: out, miss } = reach(from, target, BONE.arm, BONE.forearm, pole);
  const [arm, forearm] = boneAxes(from, mid, end, out, -1);
  frames[`arm.${side}`] = { p: from, R: arm };
  frames[`forearm.${side}`] = { p: mid, R: forearm };
  frames[`hand.${side}`].p = end;
  return miss;
}
