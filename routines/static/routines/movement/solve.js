/**
 * From angles to a body on the floor: solve(pose) → body.
 *
 * A body is {frames, air, curl, joints, misses}: the placed bones (see skeleton.js), air in the lungs -1..1, finger
 * flexion per side, the blended joint angles, and per hand or foot how far (metres) it stays away from its target.
 */
import { SIDES, SIGN } from '#routines/movement/build.js';
import { dropFor, headRest, pitchFor, rootRotation } from '#routines/movement/contact.js';
import { footRule, footTarget, toesUp } from '#routines/movement/feet.js';
import { lowest } from '#routines/movement/flesh.js';
import { blendTargets, freeTarget, handTarget } from '#routines/movement/hands.js';
import { bendArm, bendLeg } from '#routines/movement/ik.js';
import { blendJoints } from '#routines/movement/joints.js';
import { landmark } from '#routines/movement/landmarks.js';
import { bendToes, carryHead, forward, place } from '#routines/movement/skeleton.js';
import {
  RAD, UP, across, add, along, axisX, axisY, between, clamp, cross, dot, fromAxes, lerp, mix, multiply, rotY, rotZ,
  scale, smoothstep, sub, transpose, turn, unit, unturn,
} from '#routines/movement/vectors.js';

/** Fingers of a hand that does nothing are a little bent. */
const RELAXED_CURL = 16;
const WRIST_LIMIT = 80;

/** Where a movement keeps what must not move: `pins` of hands and feet, and the anchored landmark {name, x, z}. */
export const newGround = () => ({ pins: new Map(), anchor: null });

const sameSpec = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);
const ruleOf = (pose) => (pose.rule ??= JSON.stringify([pose.support, pose.root.orient]));
const sameRule = (a, b) => a === b || ruleOf(a) === ruleOf(b);

/** Orientation of the pelvis between two poses. Different support rules are solved apart and blended. */
function orientation(a, b, t, joints, frames) {
  const pitch = (pose, root, given) => pitchFor(pose.support, root, given, joints, frames);
  if (a.root.orient !== b.root.orient) {
    const one = (pose) => rootRotation(pose.root, pitch(pose, pose.root, pose.root.pitch));
    return between(one(a), one(b), t);
  }
  const mixed = (name) => mix(a.root[name], b.root[name], t);
  const root = { orient: a.root.orient, turn: mixed('turn'), bend: mixed('bend') };
  const tipped = sameRule(a, b)
    ? pitch(a, root, mixed('pitch'))
    : mix(pitch(a, root, a.root.pitch), pitch(b, root, b.root.pitch), t);
  return rootRotation(root, tipped);
}

/** Height of the pelvis between two poses; the trunk never sinks into the floor on the way. */
function elevation(a, b, t, R, frames) {
  const from = dropFor(a.support, R, frames);
  const height = sameRule(a, b) ? from : mix(from, dropFor(b.support, R, frames), t);
  return Math.max(height, -lowest(frames, ['pelvis', 'thorax'], unturn(R, UP)));
}

const NECK = ['neck.flex', 'neck.bend', 'head.flex'];

/** Lays the head down as far as each of the two poses asks for it; returns the joints with the neck as it lies. */
function layHead(a, b, t, joints, R, height, frames) {
  if (!a.support.headrest && !b.support.headrest) return joints;
  const neck = { ...joints };
  for (const [pose, weight] of sameRule(a, b) ? [[a, 1]] : [[a, 1 - t], [b, t]]) {
    const rest = weight > 0 && headRest(pose.support, joints, R, height, frames);
    for (const name of rest ? NECK : []) {
      neck[name] = (neck[name] || 0) + weight * ((rest[name] || 0) - (joints[name] || 0));
    }
  }
  carryHead(frames, neck);
  return neck;
}

function turnHand(frames, side, { fingers, palm }) {
  const bone = scale(axisY(frames[`forearm.${side}`].R), -1);
  let line = unit(fingers, bone);
  const bend = Math.acos(clamp(dot(line, bone), -1, 1)) / RAD;
  if (bend > WRIST_LIMIT) {
    const sideways = across(line, bone, [1, 0, 0]);
    line = add(scale(bone, Math.cos(WRIST_LIMIT * RAD)), scale(sideways, Math.sin(WRIST_LIMIT * RAD)));
  }
  const y = scale(line, -1);
  const z = across(scale(palm, -SIGN[side]), y, [0, 0, 1]);
  frames[`hand.${side}`].R = fromAxes(cross(y, z), y, z);
}

function setFoot(body, a, b, t, side, pins) {
  const { frames, joints } = body;
  const from = footTarget(a.feet[side], side, frames, pins);
  const to = footTarget(b.feet[side], side, frames, pins);
  body.misses[`foot.${side}`] = bendLeg(frames, side, lerp(from.p, to.p, t), lerp(from.pole, to.pole, t));
  const follow = followShank(body, side);
  const R = between(from.R || follow, to.R || follow, t);
  frames[`foot.${side}`].R = R;
  const lifted = mix(from.toes, to.toes, t);
  bendToes(frames, side, mix(joints[`toe.${side}.ext`] || 0, toesUp(R), lifted));
}

/** Axes of a foot that hangs on its shank. */
const followShank = ({ frames, joints }, side) => (
  multiply(frames[`shank.${side}`].R, rotZ(joints[`ankle.${side}.dorsi`] || 0)));

function setHand(body, a, b, t, side, pins) {
  const { frames, joints, air } = body;
  const context = { curl: joints[`hand.${side}.curl`] ?? RELAXED_CURL, air, pins };
  const [from, to] = [a.hands[side], b.hands[side]];
  let target = handTarget(t < 1 ? from : to, side, frames, context);
  if (t > 0 && t < 1 && !sameSpec(from, to)) {
    target = blendTargets(target, handTarget(to, side, frames, context), t, side, frames, to.bow || from.bow);
  }
  body.misses[`hand.${side}`] = bendArm(frames, side, target.p, target.pole);
  turnHand(frames, side, target);
  body.curl[side] = target.curl;
}

/** A part may lie this far (metres) in the floor before it is lifted: flesh gives way. */
const SOFT = 0.003;

/** How far an arm must move up (+) or down (-): one that rests sinks to the floor when it is near it anyway. */
function armShift(low, rests) {
  if (low < -SOFT) return -SOFT - low;
  return rests && low > SOFT ? (SOFT - low) * (1 - smoothstep(0.05, 0.15, low)) : 0;
}

/** Lifts a hand that would sink into the floor, bending the elbow upwards; lays down the arm of a lying body. */
function clearHand(body, side, rests) {
  const { frames } = body;
  for (let pass = 0; pass < 4; pass += 1) {
    const shift = armShift(lowest(frames, [`hand.${side}`, `forearm.${side}`], UP), rests);
    if (!shift) return;
    const target = freeTarget(frames, side, body.curl[side]);
    bendArm(frames, side, along(target.p, UP, shift), along(target.pole, UP, clamp(shift / 0.02, 0, 1) * 0.6));
    turnHand(frames, side, target);
  }
}

/** Turns a leg about the line of its thigh by `degrees`; the knee stays where it is. */
function turnLeg(frames, side, degrees) {
  const thigh = frames[`thigh.${side}`];
  const back = transpose(thigh.R);
  const R = multiply(thigh.R, rotY(degrees));
  const knee = frames[`shank.${side}`].p;
  for (const part of ['shank', 'foot', 'toes']) {
    const { p, R: own } = frames[`${part}.${side}`];
    const swung = turn(R, turn(back, sub(p, knee)));
    frames[`${part}.${side}`] = { p: add(knee, swung), R: multiply(R, multiply(back, own)) };
  }
  frames[`thigh.${side}`] = { p: thigh.p, R };
}

/** Lifts a foot that would sink into the floor: a bent leg turns in the hip, a straight one bends the knee. */
function clearFoot(body, side) {
  const { frames, joints } = body;
  for (let pass = 0; pass < 8; pass += 1) {
    const low = lowest(frames, [`foot.${side}`, `shank.${side}`], UP);
    if (low > -SOFT) return;
    const lift = -SOFT - low;
    const foot = frames[`foot.${side}`].p;
    const rise = cross(axisY(frames[`thigh.${side}`].R), sub(foot, frames[`shank.${side}`].p))[1] * RAD;
    if (Math.abs(rise) > 0.0025 && pass < 6) { turnLeg(frames, side, clamp(lift / rise, -10, 10)); continue; }
    bendLeg(frames, side, along(foot, UP, lift), axisX(frames[`shank.${side}`].R));
    frames[`foot.${side}`].R = followShank(body, side);
    bendToes(frames, side, joints[`toe.${side}.ext`] || 0);
  }
}

/**
 * The body at share t (0..1, already eased) of the way from pose a to pose b (see joints.resolve). solve(a) is the
 * pose itself. `ground` keeps pins and anchor of the movement; `breath` (-1..1) is added to the air of the poses.
 */
export function solve(a, b = a, t = 0, ground = newGround(), breath = 0) {
  const joints = blendJoints(a.joints, b.joints, t);
  const local = forward(joints);
  const R = orientation(a, b, t, joints, local);
  const height = elevation(a, b, t, R, local);
  const neck = layHead(a, b, t, joints, R, height, local);
  const frames = place(local, R, [0, height, 0]);
  if (ground.anchor) {
    const here = landmark(frames, ground.anchor.name);
    const shift = [ground.anchor.x - here[0], 0, ground.anchor.z - here[2]];
    for (const name in frames) frames[name].p = add(frames[name].p, shift);
  }
  const air = clamp(mix(a.air, b.air, t) + breath, -1, 1);
  const body = { frames, air, curl: {}, joints: neck, misses: {} };
  const free = (limb, side) => a[limb][side] === 'free' && b[limb][side] === 'free';
  // A foot laid on the other thigh waits until that thigh has its place.
  const waits = (side) => Boolean(footRule(a.feet[side]).at || footRule(b.feet[side]).at);
  for (const side of [...SIDES].sort((x, y) => waits(x) - waits(y))) {
    if (!free('feet', side)) setFoot(body, a, b, t, side, ground.pins);
  }
  for (const side of SIDES) {
    const held = !free('hands', side);
    if (held) setHand(body, a, b, t, side, ground.pins);
    else body.curl[side] = joints[`hand.${side}.curl`] ?? RELAXED_CURL;
    clearHand(body, side, !held && a.support.armrest && b.support.armrest);
    if (a.feet[side] === 'free' || b.feet[side] === 'free') clearFoot(body, side);
  }
  return body;
}
