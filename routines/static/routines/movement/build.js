/**
 * Measures of the figure. Height 1.70 m; bone lengths after Drillis & Contini and Winter, shoulders and hips
 * narrowed to the joint centres. Every value below is a share of the height and becomes metres through `m`.
 */

export const HEIGHT = 1.7;
export const m = (share) => share * HEIGHT;

export const BONE = {
  thigh: m(0.245),
  shank: m(0.246),
  ankle: m(0.039), // height of the ankle above the sole
  arm: m(0.186),
  forearm: m(0.146),
  hip: m(0.052), // hip joint beside the middle
  shoulder: m(0.102), // shoulder joint beside the middle
  ball: m(0.074), // ankle to ball of the foot, forwards
  knuckle: m(0.05), // wrist to knuckles
};

/** Spine from the hip axis upwards: lengths, number of even sub-segments, and the neutral curve in degrees. */
export const SPINE = [
  { name: 'pelvis', size: m(0.055), count: 1, curve: 0 },
  { name: 'lumbar', size: m(0.105), count: 4, curve: -22 },
  { name: 'thorax', size: m(0.155), count: 5, curve: 32 },
  { name: 'neck', size: m(0.058), count: 3, curve: -20 },
];

/** The head of the relaxed figure is carried this much further forward than the end of the neck's curve. */
export const HEAD_CURVE = 8;

/** +1 for the right side, -1 for the left: the sign of z. */
export const SIGN = { R: 1, L: -1 };
export const SIDES = ['R', 'L'];
export const other = (side) => (side === 'R' ? 'L' : 'R');
