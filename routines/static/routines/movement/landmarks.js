/** Named points of the body, for anchors, arrows, crops and checks. */
import { BONE, SIGN, m } from '#routines/movement/build.js';
import { at } from '#routines/movement/vectors.js';

export const MIDDLE = {
  pelvis: ['pelvis', [0, 0, 0]], L3: ['lumbar2', [-0.06, 0.02, 0]], T12: ['thorax1', [0, 0, 0]],
  T6: ['thorax4', [0, 0, 0]], C7: ['C7', [0, 0, 0]], back: ['thorax3', [-0.1, 0, 0]], belly: ['lumbar3', [0.1, 0, 0]],
  chest: ['thorax4', [0.12, 0, 0]],
  head: ['head', [0, m(0.05), 0]], nose: ['head', [m(0.068), m(0.02), 0]], chin: ['head', [m(0.05), m(-0.015), 0]],
};

export const SIDED = {
  hip: ['thigh', [0, 0, 0]], knee: ['shank', [0, 0, 0]], kneefront: ['shank', [0.06, 0, 0]], ankle: ['foot', [0, 0, 0]],
  heel: ['foot', [m(-0.03), m(-0.03), 0]], toe: ['foot', [BONE.ball, m(-0.03), 0]], shoulder: ['arm', [0, 0, 0]],
  elbow: ['forearm', [0, 0, 0]], wrist: ['hand', [0, 0, 0]], hand: ['hand', [0, -BONE.knuckle, 0]],
};

/** The point called `name` ("pelvis", "knee.R") of placed frames. */
export function landmark(frames, name) {
  const [stem, side] = name.split('.');
  const found = side ? SIDED[stem] : MIDDLE[stem];
  if (!found) throw new Error(`unknown landmark "${name}"`);
  return at(frames[side ? `${found[0]}.${side}` : found[0]], found[1]);
}

/** The middle of a closed fist. */
export const grip = (frames, side) => at(frames[`hand.${side}`], [0, -BONE.knuckle * 0.95, -SIGN[side] * m(0.017)]);
