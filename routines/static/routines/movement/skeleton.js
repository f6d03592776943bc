/**
 * Forward kinematics: joint angles → the frame of every bone, seen from the pelvis.
 *
 * Axes of every frame: x forwards, y towards the head, z to the subject's right. A limb bone hangs along -y from its
 * origin; a foot points along +x; in a hand the fingers point along -y, the thumb side is +x and the palm faces
 * -z (right) or +z (left).
 */
import { BONE, HEAD_CURVE, SIDES, SIGN, SPINE } from '#routines/movement/build.js';
import { IDENTITY, at, axisY, along, multiply, rotX, rotY, rotZ, within } from '#routines/movement/vectors.js';

/** Rotation of a spinal region: flexion forward +, bend and turn to the right +. */
const spinal = (flex, bend, turn) => multiply(multiply(rotZ(-flex), rotX(bend)), rotY(-turn));

/** Names of the spinal frames from the pelvis upwards, and the share of the spine (metres) at which each begins. */
export const SPINE_FRAMES = [];
let begin = 0;
for (const { name, size, count } of SPINE) {
  for (let i = 0; i < count; i += 1) {
    SPINE_FRAMES.push({ name: count > 1 ? `${name}${i + 1}` : name, from: begin, to: begin + size / count });
    begin += size / count;
  }
}

/**
 * One region bends evenly as an arc: per sub-segment half the rotation, a step along y, the other half.
 * Adds the frames to `frames` (each frame's R is the direction of its step) and returns the frame at the upper end.
 */
function region(frames, { name, size, count, curve }, start, joints, flexName = `${name}.flex`) {
  const half = spinal(
    ((joints[flexName] || 0) + curve) / count / 2,
    (joints[`${name}.bend`] || 0) / count / 2,
    (joints[`${name}.turn`] || 0) / count / 2,
  );
  let { p, R } = start;
  for (let i = 0; i < count; i += 1) {
    R = multiply(R, half);
    frames[`${name}${i + 1}`] = { p, R };
    p = along(p, axisY(R), size / count);
    R = multiply(R, half);
  }
  return { p, R };
}

/** Neck and head on top of the chest; called again on its own while the neck is being laid on a pillow. */
export function carryHead(frames, joints) {
  const end = region(frames, SPINE[3], frames.C7, joints);
  const nod = spinal((joints['head.flex'] || 0) + HEAD_CURVE, joints['head.bend'] || 0, joints['head.turn'] || 0);
  frames.head = { p: end.p, R: multiply(end.R, nod) };
}

function leg(frames, side, joints) {
  const k = SIGN[side];
  const angle = (name) => joints[name] || 0;
  const thigh = multiply(
    multiply(rotZ(angle(`hip.${side}.flex`)), rotX(-k * angle(`hip.${side}.abd`))),
    rotY(-k * angle(`hip.${side}.er`)),
  );
  frames[`thigh.${side}`] = { p: [0, 0, k * BONE.hip], R: thigh };
  frames[`shank.${side}`] = within(frames[`thigh.${side}`],
    { p: [0, -BONE.thigh, 0], R: rotZ(-angle(`knee.${side}.flex`)) });
  frames[`foot.${side}`] = within(frames[`shank.${side}`],
    { p: [0, -BONE.shank, 0], R: rotZ(angle(`ankle.${side}.dorsi`)) });
  bendToes(frames, side, angle(`toe.${side}.ext`));
}

/** Toes hinge at the ball of the foot; `degrees` upwards from the line of the foot. */
export function bendToes(frames, side, degrees) {
  frames[`toes.${side}`] = within(frames[`foot.${side}`], { p: [BONE.ball, -0.03 * 1.7, 0], R: rotZ(degrees) });
}

/** Where the shoulder joint sits on the rib cage, in the frame of the upper chest: [forwards, up, sideways]. */
function shoulder(side, joints) {
  const pro = (joints[`scapula.${side}.pro`] || 0) / 100;
  const elev = (joints[`scapula.${side}.elev`] || 0) / 100;
  return [-0.008 + pro, -0.05 + elev, SIGN[side] * (BONE.shoulder - 0.25 * Math.abs(pro))];
}

function arm(frames, side, joints) {
  const k = SIGN[side];
  const angle = (name) => joints[name] || 0;
  const chest = frames.thorax4;
  const upper = multiply(
    multiply(rotZ(angle(`shoulder.${side}.flex`)), rotX(-k * angle(`shoulder.${side}.abd`))),
    rotY(-k * angle(`shoulder.${side}.er`)),
  );
  const joint = at({ p: frames.C7.p, R: chest.R }, shoulder(side, joints));
  frames[`arm.${side}`] = { p: joint, R: multiply(chest.R, upper) };
  frames[`forearm.${side}`] = within(frames[`arm.${side}`],
    { p: [0, -BONE.arm, 0], R: rotZ(angle(`elbow.${side}.flex`)) });
  frames[`hand.${side}`] = within(frames[`forearm.${side}`], {
    p: [0, -BONE.forearm, 0],
    R: multiply(rotY(k * angle(`forearm.${side}.pron`)), rotX(-k * angle(`wrist.${side}.ext`))),
  });
}

/**
 * Every frame of the body, with the pelvis at the origin and upright: pelvis, lumbar1-4, thorax1-5, C7, neck1-3,
 * head, and per side thigh, shank, foot, toes, arm, forearm, hand. `joints` holds full names; an absent joint is 0.
 */
export function forward(joints) {
  const frames = { pelvis: { p: [0, 0, 0], R: IDENTITY } };
  const L5 = { p: [0, SPINE[0].size, 0], R: IDENTITY };
  const T12 = region(frames, SPINE[1], L5, joints);
  frames.C7 = region(frames, SPINE[2], T12, joints);
  carryHead(frames, joints);
  for (const side of SIDES) {
    leg(frames, side, joints);
    arm(frames, side, joints);
  }
  return frames;
}

/** All frames moved rigidly: turned by R about the pelvis, pelvis put at p. */
export function place(frames, R, p) {
  const moved = {};
  const world = { p, R };
  for (const name in frames) moved[name] = within(world, frames[name]);
  return moved;
}
