/**
 * Where a hand goes: named places on the body and in the world → a target for the wrist.
 *
 * A target is {p, fingers, palm, pole, curl}: wrist point, direction of the straight fingers, direction the palm
 * faces, direction the elbow points, finger flexion in degrees; all in the world. `frames` are the placed bones.
 */
import { BONE, SIGN, m, other } from '#routines/movement/build.js';
import { breathe, PARTS } from '#routines/movement/flesh.js';
import {
  UP, across, add, along, at, axisX, axisY, axisZ, cross, dot, length, lerp, mix, rotY, scale, sub, turn, unit,
} from '#routines/movement/vectors.js';

/**
 * Places on the body: [frame, share of the limb bone, point, fingers, palm, curl, more]. In the frame, S is the side
 * named in "shin.R" or the hand's own; the point is metres; z counts outwards for the hand's own side. `more` may
 * hold `pole` (of the elbow, in the frame of the chest), `stack` (the left hand lies over or beside the right) and
 * `slice` (of the trunk, whose breath lifts the hand).
 */
export const PLACES = {
  shin: ['shank.S', 0.2, [0.03, 0, 0.073], [0.57, -0.1, -0.82], [-0.82, 0, -0.57], 52, { stack: [0, -0.036, 0] }],
  thighback: ['thigh.S', 0.64, [-0.034, 0, 0.092], [-0.7, 0.1, -0.7], [0.7, 0, -0.7], 46,
    { stack: [0, -0.036, 0], pole: [0.7, 0, 1] }],
  thightop: ['thigh.S', 0.62, [0.088, 0, 0.004], [-0.08, -1, -0.1], [-1, 0, 0], 12],
  hip: ['pelvis', 0, [-0.034, 0.13, 0.184], [0.9, -0.12, -0.42], [-0.3, 0, -1], 14, { pole: [-0.5, -0.1, 1] }],
  belly: ['lumbar4', 0, [0.114, -0.03, 0.098], [0.32, -0.28, -1], [-1, 0, -0.3], 10, { slice: 3, stack: [0.03, 0, 0] }],
  groin: ['pelvis', 0, [0.094, 0.125, 0.132], [0.45, -0.6, -0.7], [-1, -0.2, -0.5], 8],
  chest: ['thorax4', 0, [0.15, -0.035, 0.084], [0.18, 0.32, -1], [-1, 0.1, -0.2], 10,
    { slice: 7, stack: [0.034, 0, 0] }],
  front: ['thorax4', 0, [0.24, -0.02, 0.05], [0.75, 0.25, -0.75], [-0.3, 0, -1], 55, { pole: [-0.1, -0.8, 0.6] }],
  head: ['head', 0, [-0.095, 0.05, 0.088], [-0.3, 0.16, -1], [1, 0, -0.3], 20,
    { pole: [0.25, 0.35, 1], stack: [-0.034, 0, 0] }],
  neckback: ['C7', 0, [-0.098, 0.035, 0.03], [-0.25, 0.1, -1], [1, 0, 0], 70, { pole: [0.1, 0.9, 1] }],
  waistback: ['lumbar2', 0, [-0.155, 0, 0.03], [-0.1, 0.1, -1], [1, 0, 0], 70, { pole: [-0.5, -0.3, 1] }],
  waistunder: ['lumbar2', 0, [-0.113, 0, 0.124], [-0.12, -0.5, -1], [-1, 0, 0], 4,
    { pole: [-0.1, -0.3, 1], stack: [-0.01, 0.05, 0] }],
  buttock: ['pelvis', 0, [-0.118, 0.118, 0.098], [-0.22, -1, -0.2], [1, 0, -0.25], 14, { pole: [-1, 0, 0.5] }],
  shoulderx: ['thorax4', 0, [0.166, -0.02, -0.045], [-0.3, 0.7, -0.8], [-1, 0, 0.2], 18,
    { pole: [0.55, -0.7, 0.75], stack: [0.055, 0.01, 0] }],
};

const POLE = [-0.35, -0.55, 0.9];
const OUT = [-0.1, 0, 1];

/** Directions that do not tilt with the body: forwards along the floor and to the subject's right. */
export function compass({ pelvis: { R } }) {
  const lying = Math.abs(axisY(R)[1]) <= 0.75;
  const ahead = lying ? axisY(R) : axisX(R);
  const fwd = unit([ahead[0], 0, ahead[2]], [1, 0, 0]);
  return { fwd, rgt: scale(cross(fwd, UP), lying && axisX(R)[1] > 0.5 ? -1 : 1) };
}

/** A direction in the frame of the chest, z outwards for this side, in the world. */
const fromChest = (frames, side, [x, y, z]) => turn(frames.thorax4.R, [x, y, z * SIGN[side]]);

/** The hand where the joint angles put it, as a target. */
export function freeTarget(frames, side, curl) {
  const hand = frames[`hand.${side}`];
  const arm = frames[`arm.${side}`];
  const u = unit(sub(hand.p, arm.p), [0, -1, 0]);
  const bend = sub(frames[`forearm.${side}`].p, arm.p);
  const out = along(bend, u, -dot(bend, u));
  return {
    p: hand.p, fingers: scale(axisY(hand.R), -1), palm: scale(axisZ(hand.R), -SIGN[side]), curl,
    pole: dot(out, out) > 4e-4 ? unit(out) : scale(axisX(arm.R), -1),
  };
}

function onBody(place, spec, side, frames, limb, air) {
  const [on, share, [x, y, z], fingers, palm, curl, { stack, slice, pole = POLE } = {}] = place;
  const frame = frames[on.replace('S', limb)];
  const k = SIGN[side];
  const bone = BONE[on.split('.')[0]] || 0;
  let p = [x + (spec.dx || 0), y + (spec.dy || 0) - (spec.f ?? share) * bone, (z + (spec.dz || 0)) * k];
  if (stack && side === 'L') p = add(p, stack);
  if (slice && air) p[0] += 2 * (breathe(PARTS.thorax.solids[slice], air).r[0] - PARTS.thorax.solids[slice].r[0]);
  const out = (v) => turn(frame.R, unit([v[0], v[1], v[2] * k]));
  return {
    p: at(frame, p), fingers: out(fingers), palm: out(palm), curl: spec.curl ?? curl,
    pole: fromChest(frames, side, spec.pole || pole),
  };
}

/** Places in the world. `floor` counts from below the shoulder, forwards (dx) and outwards (dz), at height `high`. */
const WORLD = {
  floor(spec, side, frames) {
    const k = SIGN[side];
    const { fwd, rgt } = compass(frames);
    const p = along(along(frames[`arm.${side}`].p, fwd, spec.dx || 0), rgt, k * (spec.dz || 0));
    const pole = spec.pole === 'out' ? fromChest(frames, side, OUT) : spec.pole && fromChest(frames, side, spec.pole);
    return {
      p: [p[0], spec.high ?? 0.026, p[2]], fingers: { out: scale(rgt, k), in: scale(rgt, -k) }[spec.fingers] || fwd,
      palm: [0, -1, 0], curl: spec.curl ?? 0, pole: pole || add(along(scale(fwd, -1), rgt, 0.35 * k), [0, 0.7, 0]),
    };
  },

  /** Forearm on the floor with the elbow below the shoulder, along the floor or (`face`) where the chest faces. */
  forearm(spec, side, frames) {
    const k = SIGN[side];
    const { fwd, rgt } = compass(frames);
    const facing = axisX(frames.thorax4.R);
    const line = spec.face ? unit([facing[0], 0, facing[2]], fwd) : turn(rotY(k * 14), fwd);
    const from = frames[`arm.${side}`].p;
    const floor = m(0.0225);
    const drop = Math.min(from[1] - floor, BONE.arm);
    // A shoulder nearer to the floor than the arm is long: the elbow slides away from the body.
    const slide = Math.sqrt(Math.max(BONE.arm ** 2 - drop ** 2, 0));
    const elbow = along([from[0], floor, from[2]], spec.face ? fwd : scale(rgt, k), slide);
    const wrist = along(elbow, line, BONE.forearm);
    return {
      p: [wrist[0], m(0.0151), wrist[2]], fingers: line, palm: [0, -1, 0], curl: 8,
      pole: unit(sub(elbow, lerp(from, wrist, 0.5))),
    };
  },

  /** Where the joint angles put the hand in the key that pins. */
  here: (spec, side, frames, curl) => freeTarget(frames, side, spec.curl ?? curl),
};

/** Hands on a strap round a foot, 40 cm from the shoulder. */
function onStrap(side, frames, limb) {
  const k = SIGN[side];
  const shoulder = frames[`arm.${side}`].p;
  const foot = at(frames[`foot.${limb}`], [BONE.ball * 0.8, -0.05, 0]);
  const line = unit(sub(foot, shoulder));
  const sideways = axisZ(frames.pelvis.R);
  return {
    p: along(along(shoulder, line, 0.4), sideways, -0.3 * dot(sub(shoulder, foot), sideways)), palm: scale(line, -1),
    fingers: across(scale(axisZ(frames.thorax4.R), -k), line), curl: 72, pole: fromChest(frames, side, [-0.2, -0.4, 1]),
  };
}

export const WORLD_PLACES = [...Object.keys(WORLD), 'strap'];

/**
 * The target of a hand spec ("shin.R", {at: "floor", dx: 0.05}, ...) on the placed body. Places in the world are
 * looked up in `pins` (a Map kept for the whole movement) and found on first use.
 */
export function handTarget(spec, side, frames, { curl, air, pins }) {
  if (spec === 'free') return freeTarget(frames, side, curl);
  const options = typeof spec === 'string' ? { at: spec } : spec;
  const [name, limb = name === 'thightop' ? side : other(side)] = options.at.split('.');
  if (WORLD[name]) {
    const key = side + JSON.stringify(spec);
    if (!pins.has(key)) pins.set(key, WORLD[name](options, side, frames, curl));
    return pins.get(key);
  }
  if (name === 'strap') return onStrap(side, frames, limb);
  if (!PLACES[name]) throw new Error(`unknown place for a hand "${options.at}"`);
  return onBody(PLACES[name], options, side, frames, limb, air);
}

/** No further from the shoulder than the arm is long: a hand on its way goes only as far as it can. */
function reachable(p, shoulder) {
  const line = sub(p, shoulder);
  const most = 0.995 * (BONE.arm + BONE.forearm);
  return length(line) > most ? along(shoulder, unit(line), most) : p;
}

/**
 * A target between two different ones, t > 0 and < 1. `bow` ([forwards, up, outwards] in the frame of the chest) is
 * how far the way bends out in its middle, around what lies between.
 */
export function blendTargets(a, b, t, side, frames, bow) {
  const shoulder = frames[`arm.${side}`].p;
  let p = lerp(reachable(a.p, shoulder), reachable(b.p, shoulder), t);
  if (bow) p = reachable(along(p, fromChest(frames, side, bow), 4 * t * (1 - t)), shoulder);
  const between = (name) => lerp(a[name], b[name], t);
  return { p, fingers: between('fingers'), palm: between('palm'), pole: between('pole'), curl: mix(a.curl, b.curl, t) };
}
