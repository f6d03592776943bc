/**
 * The ground: how the whole figure is tipped and lowered so that the parts a posture rests on touch the floor.
 *
 * All work is done in the space of the pelvis, where a tip of the body is only a change of the direction "up".
 */
import { SIDES } from '#routines/movement/build.js';
import { group, lowest } from '#routines/movement/flesh.js';
import { carryHead } from '#routines/movement/skeleton.js';
import { RAD, UP, axisY, clamp, dot, multiply, rotX, rotY, rotZ, unturn } from '#routines/movement/vectors.js';

/** Axes of the pelvis in the world before any pitch, turn or bend. */
const ORIENT = {
  upright: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  supine: rotZ(90),
  prone: rotZ(-90),
  sideL: [0, 1, 0, 0, 0, 1, 1, 0, 0],
  sideR: [0, -1, 0, 0, 0, -1, 1, 0, 0],
};
export const ORIENTS = Object.keys(ORIENT);

/** Pitch is positive when an upright body leans forwards and when a lying one lifts its head. */
const pitchSign = (orient) => (orient === 'prone' || orient === 'sideL' ? 1 : -1);

/** Rotation of the pelvis: {orient, turn, bend} in degrees, tipped by `pitch` degrees. */
export function rootRotation({ orient, turn, bend }, pitch) {
  const own = multiply(multiply(ORIENT[orient], rotY(-turn)), rotX(bend));
  return multiply(rotZ(pitchSign(orient) * pitch), own);
}

/** Pitch at which flat feet are flat: the mean over the standing feet of hip - knee + ankle flexion. */
function stancePitch(support, joints) {
  const feet = support.foot ? [support.foot] : SIDES;
  const lean = (side) => (joints[`hip.${side}.flex`] || 0) - (joints[`knee.${side}.flex`] || 0)
    + (joints[`ankle.${side}.dorsi`] || 0);
  return feet.reduce((sum, side) => sum + lean(side), 0) / feet.length;
}

/** Pitch within ±45 degrees of `start` at which the groups A and B touch the floor together (false position). */
function levelPitch(root, [A, B], start, frames) {
  const partsA = group(A);
  const partsB = group(B);
  const gap = (pitch) => {
    const up = unturn(rootRotation(root, pitch), UP);
    return lowest(frames, partsA, up) - lowest(frames, partsB, up);
  };
  let low = start - 45, high = start + 45;
  let atLow = gap(low), atHigh = gap(high);
  if (atLow * atHigh > 0) return start;
  let pitch = start;
  for (let i = 0; i < 22; i += 1) {
    // Every third step halves the range, so that a bent curve cannot stall the false position.
    pitch = i % 3 === 2 ? (low + high) / 2 : low - (atLow * (high - low)) / (atHigh - atLow);
    const here = gap(pitch);
    if (Math.abs(here) < 2e-5) break;
    if (here * atLow < 0) { high = pitch; atHigh = here; } else { low = pitch; atLow = here; }
  }
  return pitch;
}

/** Pitch in degrees that a pose's support rule asks for; `given` when it asks for none. */
export function pitchFor(support, root, given, joints, frames) {
  if (support.mode === 'stance') return stancePitch(support, joints);
  if (support.level) return levelPitch(root, support.level, given, frames);
  return given;
}

/** Height of the pelvis above the floor at which the lowest of the supporting parts is at `support.height` (0). */
export function dropFor(support, R, frames) {
  return (support.height || 0) - lowest(frames, group(support.rest_on || 'trunk'), unturn(R, UP));
}

/** How far the head may nod on the neck to look straight up while it lies. */
const NOD = 24;

/**
 * Lays neck and head down with one neck angle; the head of a person on the back also nods until the face looks up.
 */
function layDown(frames, joints, name, degrees, up) {
  const neck = { ...joints, [name]: degrees };
  carryHead(frames, neck);
  if (name !== 'neck.flex') return neck;
  const tipped = Math.asin(clamp(dot(axisY(frames.head.R), up), -1, 1)) / RAD;
  neck['head.flex'] = clamp((joints['head.flex'] || 0) - tipped, -NOD, NOD);
  carryHead(frames, neck);
  return neck;
}

/**
 * The joint angles of neck and head with which the head lies on the floor or the pillow; null when the head is free.
 * `frames` are changed: neck and head are laid down.
 */
export function headRest(support, joints, R, height, frames) {
  if (!support.headrest) return null;
  const name = support.headaxis || 'neck.flex';
  const up = unturn(R, UP);
  const bed = (support.pillow || 0) + (support.height || 0) - height;
  const gap = (degrees) => {
    layDown(frames, joints, name, degrees, up);
    return lowest(frames, ['head'], up) - bed;
  };
  let low = name === 'neck.bend' ? -45 : -50;
  let high = name === 'neck.bend' ? 45 : 60;
  const rising = gap(high) > gap(low);
  for (let i = 0; i < 12; i += 1) {
    const middle = (low + high) / 2;
    if (gap(middle) > 0 === rising) high = middle; else low = middle;
  }
  return layDown(frames, joints, name, (low + high) / 2, up);
}
