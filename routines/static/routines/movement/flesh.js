/**
 * The soft body: every part is a set of balls and ellipsoids fixed to bone frames; neighbours are wrapped in a hull.
 *
 * A solid is {on, at, r}: frame name, centre in that frame, radius or [forwards, along, sideways] half axes, in
 * metres. A part is {solids, hulls}; each hull lists the solids it wraps. Lowest points are therefore exact.
 */
import { BONE, SIDES, SIGN, m } from '#routines/movement/build.js';
import { SPINE_FRAMES } from '#routines/movement/skeleton.js';
import { at, dot, unturn } from '#routines/movement/vectors.js';

const ball = (on, x, y, z, r) => ({ on, at: [m(x), m(y), m(z)], r: m(r) });
const egg = (on, x, y, z, rx, ry, rz) => ({ on, at: [m(x), m(y), m(z)], r: [m(rx), m(ry), m(rz)] });
const chain = (solids) => ({ solids, hulls: solids.slice(1).map((_, i) => [i, i + 1]) });

/** A ball on a bone: share of the bone's length from its origin, radius, forward and sideways shift (× height). */
const onBone = (on, length, share, r, x = 0, z = 0) => ({ on, at: [m(x), -length * share, m(z)], r: m(r) });

/** Trunk slices: height on the spine above the hip axis, half width, half depth, shift forwards (all × height). */
const SLICES = [
  [-0.062, 0.034, 0.034, 0.002], [-0.048, 0.066, 0.047, 0], [-0.02, 0.091, 0.061, -0.003],
  [0.01, 0.0965, 0.0655, -0.004], [0.034, 0.094, 0.064, -0.001], [0.055, 0.089, 0.061, 0.004],
  [0.078, 0.0835, 0.058, 0.009], [0.1, 0.0795, 0.0565, 0.0125], [0.12, 0.0785, 0.057, 0.015],
  [0.14, 0.0795, 0.0588, 0.017], [0.16, 0.0825, 0.0612, 0.0185], [0.18, 0.086, 0.064, 0.0195],
  [0.203, 0.0895, 0.0665, 0.0195], [0.225, 0.0915, 0.0665, 0.018], [0.245, 0.091, 0.0625, 0.014],
  [0.262, 0.086, 0.0565, 0.0085], [0.278, 0.0755, 0.049, 0.0025], [0.292, 0.06, 0.0425, -0.001],
  [0.304, 0.045, 0.036, -0.003],
];
const TROUSERS_TO = 0.082;
const SHIRT_FROM = 0.05;
/** The shirt hangs this much outside the trousers at its hem. */
const LOOSE = 0.0025;

function slice([s, halfWidth, halfDepth, forwards]) {
  const height = m(s);
  const frame = SPINE_FRAMES.find(({ to }) => height < to + 1e-9);
  return {
    on: frame.name, at: [m(forwards), height - Math.max(frame.from, 0), 0],
    r: [m(halfDepth), m(0.004), m(halfWidth)], height: s,
  };
}

const slices = SLICES.map(slice);
const hips = chain(slices.filter(({ height }) => height < TROUSERS_TO));
const chest = chain(slices.filter(({ height }) => height > SHIRT_FROM).map((one) => (
  one.height < 0.11 ? { ...one, r: one.r.map((r, i) => (i === 1 ? r : r + m(LOOSE))) } : one)));

for (const side of SIDES) hips.solids.push(egg('pelvis', -0.03, -0.008, SIGN[side] * 0.046, 0.049, 0.054, 0.046));
hips.hulls.push([hips.solids.length - 2, 4], [hips.solids.length - 1, 4]);

/** Shoulders, and the slope from the neck down to them. */
const top = chest.solids.length;
for (const side of SIDES) {
  const k = SIGN[side];
  chest.solids.push(ball(`arm.${side}`, 0, 0, 0, 0.031), ball('C7', -0.004, -0.009, k * 0.021, 0.0245));
}
chest.hulls.push([top, top + 1], [top + 2, top + 3], [top + 1, top + 3, top - 2]);
for (const under of [top - 5, top - 3]) chest.hulls.push([under, top], [under, top + 2]);

const PARTS = {
  pelvis: hips,
  thorax: chest,
  neck: chain([
    ball('neck1', 0.011, -0.016, 0, 0.0305), ball('neck1', 0.001, 0.006, 0, 0.0335), ball('neck3', 0, 0.004, 0, 0.032),
    ball('head', 0.002, 0.008, 0, 0.031),
  ]),
  head: {
    solids: [
      egg('head', 0.006, 0.052, 0, 0.0545, 0.0555, 0.044),
      ball('head', 0.04, 0.044, 0.015, 0.0175), ball('head', 0.04, 0.044, -0.015, 0.0175),
      ball('head', 0.04, 0.016, 0.013, 0.0165), ball('head', 0.04, 0.016, -0.013, 0.0165),
      ball('head', 0.0435, -0.01, 0.0045, 0.0125), ball('head', 0.0435, -0.01, -0.0045, 0.0125),
      ball('head', 0.004, 0.01, 0.0265, 0.0155), ball('head', 0.004, 0.01, -0.0265, 0.0155),
    ],
    hulls: [[0], [1, 2, 3, 4, 5, 6, 7, 8]],
  },
};

function legParts(side) {
  const k = SIGN[side];
  const thigh = (share, r, x = 0) => onBone(`thigh.${side}`, BONE.thigh, share, r, x);
  const shank = (share, r, x = 0) => onBone(`shank.${side}`, BONE.shank, share, r, x);
  PARTS[`thigh.${side}`] = chain([
    thigh(0, 0.05), thigh(0.2, 0.0487, 0.002), thigh(0.4, 0.0455, 0.004), thigh(0.6, 0.0412, 0.0035),
    thigh(0.8, 0.0366, 0.002), thigh(0.92, 0.0338, 0.0015), thigh(1, 0.0325),
  ]);
  // The buttock belongs to the thigh's shape, so that seat and thigh are one line however far the hip bends.
  PARTS[`thigh.${side}`].solids.push(ball('pelvis', -0.03, -0.012, k * 0.046, 0.0465));
  PARTS[`thigh.${side}`].hulls.push([7, 1]);
  const hem = { on: `shank.${side}`, at: [m(-0.0015), -BONE.shank * 0.83, 0], r: [m(0.0225), m(0.005), m(0.0225)] };
  PARTS[`shank.${side}`] = chain([
    shank(0, 0.032), shank(0.13, 0.0318, -0.004), shank(0.27, 0.0312, -0.0068), shank(0.42, 0.0294, -0.0066),
    shank(0.56, 0.0266, -0.0048), shank(0.7, 0.0243, -0.003), hem,
  ]);
  PARTS[`ankle.${side}`] = chain([shank(0.8, 0.0185, -0.002), shank(0.92, 0.0175, -0.001), shank(1, 0.0185)]);
  const foot = `foot.${side}`;
  PARTS[`foot.${side}`] = {
    solids: [
      ball(foot, 0, 0, 0, 0.0192), ball(foot, -0.025, -0.0215, 0, 0.0175), ball(foot, 0.004, -0.004, 0, 0.0188),
      egg(foot, 0.036, -0.0165, -k * 0.002, 0.02, 0.0175, 0.0205), egg(foot, 0.072, -0.0262, 0, 0.016, 0.0128, 0.0265),
      egg(`toes.${side}`, 0.014, 0.0005, -k * 0.0005, 0.014, 0.0098, 0.0245),
      egg(`toes.${side}`, 0.0295, -0.001, -k * 0.0125, 0.011, 0.0083, 0.009),
      egg(`toes.${side}`, 0.026, -0.0015, k * 0.001, 0.0105, 0.0076, 0.0125),
      egg(`toes.${side}`, 0.0185, -0.002, k * 0.0145, 0.0098, 0.0072, 0.0085),
    ],
    hulls: [[0, 1], [0, 2], [1, 4], [2, 3], [3, 4], [1, 3], [4, 5], [5, 6], [5, 7], [5, 8]],
  };
}

function armParts(side) {
  const arm = (share, r) => onBone(`arm.${side}`, BONE.arm, share, r);
  const forearm = (share, r) => onBone(`forearm.${side}`, BONE.forearm, share, r);
  PARTS[`arm.${side}`] = chain([arm(0.45, 0.0265), arm(0.7, 0.0245), arm(0.9, 0.0226), arm(1, 0.0222)]);
  const cuff = { on: `arm.${side}`, at: [0, -BONE.arm * 0.62, 0], r: [m(0.0305), m(0.004), m(0.0305)] };
  PARTS[`sleeve.${side}`] = chain([arm(0, 0.031), arm(0.2, 0.0318), arm(0.42, 0.0305), cuff]);
  PARTS[`forearm.${side}`] = chain([
    forearm(0, 0.0222), forearm(0.16, 0.0234), forearm(0.32, 0.0232), forearm(0.55, 0.0208), forearm(0.8, 0.017),
    forearm(1, 0.0148),
  ]);
}

/** A flat hand, for contact and collisions; the drawn hand has fingers (fingers.js). */
function handPart(side) {
  const hand = `hand.${side}`;
  PARTS[hand] = chain([
    ball(hand, 0, 0, 0, 0.0148), egg(hand, 0, -0.05, 0, 0.0235, 0.012, 0.0115),
    egg(hand, 0, -0.085, 0, 0.019, 0.012, 0.008),
  ]);
}

for (const side of SIDES) { legParts(side); armParts(side); handPart(side); }

/** Index of the solid on the slope from the neck to each shoulder, in the thorax. */
const TRAPEZIUS = { R: top + 1, L: top + 3 };

export { PARTS, TRAPEZIUS };

/** Groups of parts that a contact rule may name; ":0" is only the first solid of a part. */
export const GROUPS = {
  trunk: ['pelvis', 'thorax'], pelvis: ['pelvis'], thorax: ['thorax'], head: ['head'],
  thigh: ['thigh.S'], shank: ['shank.S'], foot: ['foot.S'], knee: ['shank.S:0'],
  arm: ['arm.S', 'forearm.S'], forearm: ['forearm.S'], shoulder: ['sleeve.S:0'], hand: ['hand.S'],
};

/** "thighs", "thigh.L", "trunk" or a list of these → names of parts. */
export function group(name) {
  if (Array.isArray(name)) return name.flatMap(group);
  const [stem, side] = name.split('.');
  const parts = GROUPS[stem] || GROUPS[stem === 'feet' ? 'foot' : stem.slice(0, -1)];
  if (!parts) throw new Error(`unknown body part "${name}"`);
  return parts.flatMap((part) => (part.includes('S')
    ? (side ? [side] : SIDES).map((one) => part.replace('S', one)) : [part]));
}

/** How much chest and belly swell: depth × (1 + this) for air -1 (empty) .. 1 (full). */
function swelling(height, air) {
  const bell = (centre, width) => Math.exp(-(((height - centre) / width) ** 2));
  return air * (0.11 * bell(0.112, 0.042) + 0.045 * bell(0.21, 0.06));
}

/** Centre and half axes of a slice with air in the lungs: only the front moves, the back stays where it lies. */
export function breathe(solid, air) {
  if (!air || solid.height === undefined) return solid;
  const more = solid.r[0] * swelling(solid.height, air);
  return { on: solid.on, at: [solid.at[0] + more, solid.at[1], 0], r: [solid.r[0] + more, solid.r[1], solid.r[2]] };
}

/**
 * The lowest height of the named parts along the direction `up` (a unit vector in the space of the frames); with the
 * frames in the world and up = [0, 1, 0] this is metres above the floor.
 */
export function lowest(frames, parts, up) {
  let low = Infinity;
  for (const name of parts) {
    const [part, only] = name.split(':');
    const { solids } = PARTS[part];
    for (let i = 0; i < solids.length; i += 1) {
      if (only !== undefined && i > 0) break;
      const { on, at: offset, r } = solids[i];
      const frame = frames[on];
      const g = unturn(frame.R, up);
      let height = dot(frame.p, up) + dot(offset, g);
      if (typeof r === 'number') height -= r;
      else height -= Math.sqrt((r[0] * g[0]) ** 2 + (r[1] * g[1]) ** 2 + (r[2] * g[2]) ** 2);
      if (height < low) low = height;
    }
  }
  return low;
}

/** Solids of a part in the world: [{p, R, r}]. `air` -1..1 swells the trunk. */
export function solidsOf(part, frames, air = 0) {
  return PARTS[part].solids.map((solid) => {
    const { on, at: offset, r } = air ? breathe(solid, air) : solid;
    const frame = frames[on];
    return { p: at(frame, offset), R: frame.R, r };
  });
}

