/**
 * Do parts of the body run through each other? Limbs are balls on their bones; the trunk is its slices.
 *
 * Not part of what a player loads: the editor and the checks of the library use it.
 */
import { SIDES } from '#routines/movement/build.js';
import { handSolids } from '#routines/movement/fingers.js';
import { solidsOf } from '#routines/movement/flesh.js';
import { dot, axisX, axisY, axisZ, distance, lerp, mix, sub } from '#routines/movement/vectors.js';

/** Deeper than this (metres) is a fault unless the figure lists the pair under `touch`. */
export const ALLOWED = 0.02;

const LIMBS = ['thigh', 'shank', 'foot', 'arm', 'forearm', 'hand'];
const PARTS_OF = { arm: ['sleeve', 'arm'], shank: ['shank', 'ankle'] };
/** Neighbours on one side that bend on each other, as "nearer/further". */
const NEIGHBOURS = ['thigh/shank', 'shank/foot', 'arm/forearm', 'forearm/hand', 'thigh/foot', 'arm/hand'];

/** Balls of a limb from its joint outwards: solids and points half way between neighbours; `from` skips the first. */
function balls(body, name, from = 0) {
  const [stem, side] = name.split('.');
  if (stem === 'hand') return handSolids(body.frames[name], side, body.curl[side]).solids.map(round);
  return (PARTS_OF[stem] || [stem]).flatMap((part) => {
    const solids = solidsOf(`${part}.${side}`, body.frames);
    // The buttock rides on the thigh but belongs to the pelvis.
    const found = (stem === 'thigh' ? solids.slice(0, -1) : solids).map(round);
    const half = (a, b) => ({ p: lerp(a.p, b.p, 0.5), r: mix(a.r, b.r, 0.5) });
    const filled = found.flatMap((one, i) => (i ? [half(found[i - 1], one), one] : [one]));
    return filled.slice(part === 'arm' ? 0 : from);
  });
}

const round = ({ p, r }) => ({ p, r: typeof r === 'number' ? r : Math.min(...r) * 1.05 });

/** Slices of the trunk with their frames: [{p, R, a (half depth), b (half width)}]. */
function trunkSlices(body) {
  return ['pelvis', 'thorax'].flatMap((part) => solidsOf(part, body.frames, body.air)
    .filter(({ r }) => typeof r !== 'number' && r[1] < 0.02)
    .map(({ p, R, r }) => ({ p, R, a: r[0], b: r[2] })));
}

/** How deep (metres) a ball lies in the trunk; negative is clear of it. */
function depthInTrunk({ p, r }, slices) {
  let depth = -Infinity;
  for (const slice of slices) {
    const from = sub(p, slice.p);
    const y = Math.abs(dot(from, axisY(slice.R)));
    if (y > 0.024 + r * 0.5) continue;
    const x = dot(from, axisX(slice.R)), z = dot(from, axisZ(slice.R));
    const k = Math.sqrt((x / slice.a) ** 2 + (z / slice.b) ** 2);
    const away = k < 1e-6 ? -Math.min(slice.a, slice.b) : Math.sqrt(x * x + z * z) * (1 - 1 / k);
    // A ball that only grazes the height of the slice counts with the radius it has there.
    const here = y < r ? Math.sqrt(r * r - y * y) : 0;
    depth = Math.max(depth, here - away);
  }
  return depth;
}

const deepest = (as, bs) => {
  let depth = -Infinity;
  for (const a of as) for (const b of bs) depth = Math.max(depth, a.r + b.r - distance(a.p, b.p));
  return depth;
};

const pairName = (a, b) => [a, b].sort().join(' / ');

/**
 * Pairs of parts that run into each other: {"hand.R / thigh.L": metres}. Only depths above `least` are returned;
 * parts that hang on each other are not compared at their joint.
 */
export function collisions(body, least = 0) {
  const found = {};
  const note = (a, b, depth) => { if (depth > least) found[pairName(a, b)] = depth; };
  const names = SIDES.flatMap((side) => LIMBS.map((limb) => `${limb}.${side}`));
  const all = Object.fromEntries(names.map((name) => [name, balls(body, name)]));
  const head = solidsOf('head', body.frames).map(round);
  const slices = trunkSlices(body);
  names.forEach((a, i) => {
    const [limb, side] = a.split('.');
    for (const b of names.slice(i + 1)) {
      const [other, otherSide] = b.split('.');
      if (side === otherSide && NEIGHBOURS.includes(`${limb}/${other}`)) continue;
      // Both thighs meet at the pelvis.
      const skip = limb === 'thigh' && other === 'thigh' ? 6 : 0;
      note(a, b, skip ? deepest(balls(body, a, skip), balls(body, b, skip)) : deepest(all[a], all[b]));
    }
    note(a, 'head', deepest(all[a], head));
    const from = { thigh: 7, arm: 5 }[limb] || 0;
    const own = from ? balls(body, a, from) : all[a];
    note(a, 'trunk', own.reduce((most, ball) => Math.max(most, depthInTrunk(ball, slices)), -Infinity));
  });
  return found;
}
