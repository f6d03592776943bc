/**
 * What is wrong with a figure: hands that do not reach, parts in the floor or in the air, joints beyond their
 * limits, limbs that run through each other. For the pose editor and for the checks of the library; players do not
 * load it.
 */
import { SIDES } from '#routines/movement/build.js';
import { ALLOWED, collisions } from '#routines/movement/collide.js';
import { footRule } from '#routines/movement/feet.js';
import { PARTS, lowest } from '#routines/movement/flesh.js';
import { JOINTS } from '#routines/movement/limits.js';
import { bodyAt, moves } from '#routines/movement/motion.js';
import { RAD, UP, axisX, axisY, clamp, distance, dot, unturn } from '#routines/movement/vectors.js';

/** Limits of what is called right, in metres and degrees. */
export const REACH = 0.02;
export const SUNK = -0.02;
export const AFLOAT = 0.012;
export const STEP = 0.08;
export const SLIP = 0.001;
const TOLERANCE = 3;

/** Angles of joints that inverse kinematics has bent: {"knee.R.flex": degrees, ...}. */
export function measuredJoints({ frames }) {
  const found = {};
  const between = (a, b) => Math.acos(clamp(dot(axisY(frames[a].R), axisY(frames[b].R)), -1, 1)) / RAD;
  for (const side of SIDES) {
    found[`knee.${side}.flex`] = between(`thigh.${side}`, `shank.${side}`);
    found[`elbow.${side}.flex`] = between(`arm.${side}`, `forearm.${side}`);
    const foot = unturn(frames[`shank.${side}`].R, axisX(frames[`foot.${side}`].R));
    found[`ankle.${side}.dorsi`] = Math.atan2(foot[1], foot[0]) / RAD;
    found[`wrist.${side}.bend`] = between(`forearm.${side}`, `hand.${side}`);
  }
  return found;
}

/** The wrist may bend this far in any direction, all its motions together. */
const WRIST_BEND = [0, 82];

/** Joints beyond their limits: [{joint, degrees, limits}]. */
export function beyondLimits(body) {
  const check = ([joint, degrees]) => {
    const limits = JOINTS[joint] || WRIST_BEND;
    return degrees < limits[0] - TOLERANCE || degrees > limits[1] + TOLERANCE ? [{ joint, degrees, limits }] : [];
  };
  return [...Object.entries(body.joints), ...Object.entries(measuredJoints(body))].flatMap(check);
}

/** The height of what a part stands on: a step under a pinned foot, otherwise the floor. */
function surfaces(a, b) {
  const heights = {};
  for (const side of SIDES) {
    const [from, to] = [footRule(a.feet[side]), footRule(b.feet[side])];
    if (!from.pin || !to.pin) continue;
    for (const part of ['foot', 'ankle']) heights[`${part}.${side}`] = Math.min(from.high, to.high);
  }
  return heights;
}

/** The lowest point of a body above what it stands on: {part, gap} in metres; below 0 it has sunk in. */
export function lowestGap(body, a, b = a) {
  const heights = surfaces(a, b);
  let found = { part: '', gap: Infinity };
  for (const part in PARTS) {
    const gap = lowest(body.frames, [part], UP) - (heights[part] || 0);
    if (gap < found.gap) found = { part, gap };
  }
  return found;
}

const sortedPair = (pair) => [...pair].sort().join(' / ');

/** Parts that run into each other more than 2 cm, apart from the pairs under `touch`: [{pair, depth}]. */
export function clashes(body, figure) {
  const excepted = (figure.touch || []).map(sortedPair);
  return Object.entries(collisions(body, ALLOWED)).filter(([pair]) => !excepted.includes(pair))
    .map(([pair, depth]) => ({ pair, depth }));
}

/**
 * Warnings for the key poses of a prepared figure, for people: [{key, kind, part, cm | degrees, limits}]; kind is
 * reach, floor, air, limit or through. `key` counts from 0.
 */
export function warnings(motion) {
  return motion.keys.flatMap((pose, key) => {
    const body = bodyAt(motion, { from: key });
    const cm = (metres) => Math.round(metres * 1000) / 10;
    const found = Object.entries(body.misses).filter(([, miss]) => miss > REACH)
      .map(([part, miss]) => ({ key, kind: 'reach', part, cm: cm(miss) }));
    const { part, gap } = lowestGap(body, pose);
    if (gap < SUNK) found.push({ key, kind: 'floor', part, cm: cm(-gap) });
    if (gap > AFLOAT) found.push({ key, kind: 'air', part, cm: cm(gap) });
    for (const { joint, degrees, limits } of beyondLimits(body)) {
      found.push({ key, kind: 'limit', part: joint, degrees: Math.round(degrees), limits });
    }
    for (const { pair, depth } of clashes(body, motion.figure)) {
      found.push({ key, kind: 'through', part: pair, cm: cm(depth) });
    }
    return found;
  });
}

/** How far the pinned feet of two keys have moved from their places. */
function slip(body, motion, from, to) {
  let most = 0;
  for (const side of SIDES) {
    const [a, b] = [motion.keys[from], motion.keys[to]].map((pose) => footRule(pose.feet[side]));
    if (!a.pin || !b.pin || a.toes || b.toes || a.high !== b.high) continue;
    const place = motion.ground.pins.get(`foot ${side} sole`).p;
    most = Math.max(most, distance(body.frames[`foot.${side}`].p, [place[0], place[1] + a.high, place[2]]));
  }
  return most;
}

const samePlace = (a, b, part) => {
  const [stem, side] = part.split('.');
  const specs = [a, b].map((pose) => JSON.stringify(stem === 'hand' ? pose.hands[side] : pose.feet[side]));
  return specs[0] === specs[1];
};

/**
 * The worst of a whole movement, sampled at `samples` even steps of every move: {finite, sunk, afloat, reach, slip,
 * step, limits: [...], clashes: {...}}, lengths in metres. Collisions are looked at in every `every`-th sample.
 */
export function survey(motion, samples = 60, every = 6) {
  const worst = {
    finite: true, sunk: Infinity, afloat: -Infinity, reach: 0, slip: 0, step: 0, fastest: '', limits: [], clashes: {},
  };
  for (const { from, to } of [{ from: 0, to: 0 }, ...moves(motion.figure)]) {
    const [a, b] = [motion.keys[from], motion.keys[to]];
    let before = null;
    for (let i = 0; i <= samples; i += 1) {
      const body = bodyAt(motion, { from, to, t: i / samples });
      for (const { p, R } of Object.values(body.frames)) if (![...p, ...R].every(Number.isFinite)) worst.finite = false;
      const { gap } = lowestGap(body, a, b);
      worst.sunk = Math.min(worst.sunk, gap);
      worst.afloat = Math.max(worst.afloat, gap);
      for (const [part, miss] of Object.entries(body.misses)) {
        const held = i === 0 || i === samples || samePlace(a, b, part);
        if (held || miss > REACH) worst.reach = Math.max(worst.reach, miss);
      }
      worst.slip = Math.max(worst.slip, slip(body, motion, from, to));
      for (const name in before ? body.frames : {}) {
        const moved = distance(body.frames[name].p, before.frames[name].p);
        if (moved > worst.step) Object.assign(worst, { step: moved, fastest: `${name} ${from}>${to} ${i}/${samples}` });
      }
      for (const { joint, degrees } of beyondLimits(body)) {
        worst.limits.push(`${joint} ${Math.round(degrees)} (${from}>${to})`);
      }
      for (const { pair, depth } of i % every ? [] : clashes(body, motion.figure)) {
        worst.clashes[pair] = Math.max(worst.clashes[pair] || 0, depth);
      }
      before = body;
    }
  }
  worst.limits = [...new Set(worst.limits)];
  return worst;
}
