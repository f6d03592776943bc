/** The parts of the engine one by one: signs, reach, merging of layers, contact, outlines, order. */
import assert from 'node:assert/strict';
import test from 'node:test';

import { BONE } from '#routines/movement/build.js';
import { makeCamera, project } from '#routines/movement/camera.js';
import { rootRotation } from '#routines/movement/contact.js';
import { lowest } from '#routines/movement/flesh.js';
import { reach } from '#routines/movement/ik.js';
import { resolve } from '#routines/movement/joints.js';
import { landmark } from '#routines/movement/landmarks.js';
import { bodyAt, ease, moves, prepare } from '#routines/movement/motion.js';
import { paintOrder, sortable } from '#routines/movement/order.js';
import { outline } from '#routines/movement/outline.js';
import { forward } from '#routines/movement/skeleton.js';
import { axisX, axisY, axisZ, distance, rotX, rotY, rotZ, turn, unturn } from '#routines/movement/vectors.js';

import { figures, postures } from './library.mjs';

const near = (found, wanted, within = 1e-9) => {
  found.forEach((value, i) => assert.ok(Math.abs(value - wanted[i]) <= within, `${found} is not ${wanted}`));
};
const still = (key) => bodyAt(prepare({ keys: [key] }, postures), {});

test('rotations are right-handed', () => {
  near(turn(rotX(90), [0, 1, 0]), [0, 0, 1]);
  near(turn(rotY(90), [0, 0, 1]), [1, 0, 0]);
  near(turn(rotZ(90), [1, 0, 0]), [0, 1, 0]);
  near(unturn(rotZ(90), turn(rotZ(90), [1, 2, 3])), [1, 2, 3]);
});

test('every joint moves the way its name says, on both sides', () => {
  const at = (joints, name) => landmark(forward(joints), name);
  const base = (name) => at({}, name);
  for (const [side, k] of [['R', 1], ['L', -1]]) {
    const moved = (joint, degrees, name) => at({ [`${joint.replace('.', `.${side}.`)}`]: degrees }, `${name}.${side}`)
      .map((value, i) => value - base(`${name}.${side}`)[i]);
    assert.ok(moved('hip.flex', 40, 'knee')[0] > 0.2, 'hip flexion brings the knee forwards');
    assert.ok(moved('hip.abd', 30, 'knee')[2] * k > 0.1, 'hip abduction brings it outwards');
    assert.ok(moved('hip.er', 40, 'toe')[2] * k > 0.03, 'external rotation turns the toes out');
    assert.ok(moved('knee.flex', 40, 'ankle')[0] < -0.2, 'knee flexion brings the ankle back');
    assert.ok(moved('ankle.dorsi', 20, 'toe')[1] > 0.03, 'dorsiflexion lifts the toes');
    assert.ok(moved('shoulder.flex', 60, 'wrist')[0] > 0.3, 'shoulder flexion brings the hand forwards');
    assert.ok(moved('shoulder.abd', 60, 'wrist')[2] * k > 0.3, 'abduction brings it outwards');
    assert.ok(moved('elbow.flex', 90, 'wrist')[0] > 0.2, 'elbow flexion brings it forwards');
    assert.ok(moved('scapula.pro', 3, 'shoulder')[0] > 0.02, 'protraction brings the shoulder forwards');
  }
  assert.ok(at({ 'lumbar.flex': 30 }, 'head')[0] > base('head')[0] + 0.1, 'flexion bends forwards');
  assert.ok(at({ 'thorax.bend': 20 }, 'head')[2] > 0.05, 'bend goes to the right');
  assert.ok(at({ 'neck.turn': 40 }, 'nose')[2] > 0.03, 'turn goes to the right');
});

test('the base orientations lie, stand and face as they are called', () => {
  const axes = (orient) => {
    const R = rootRotation({ orient, turn: 0, bend: 0 }, 0);
    return { front: axisX(R), head: axisY(R), right: axisZ(R) };
  };
  near(axes('upright').head, [0, 1, 0]);
  near(axes('supine').front, [0, 1, 0]);
  near(axes('supine').head, [-1, 0, 0]);
  near(axes('prone').front, [0, -1, 0]);
  near(axes('sideL').right, [0, 1, 0]);
  near(axes('sideR').right, [0, -1, 0]);
  near(axisY(rootRotation({ orient: 'upright', turn: 0, bend: 0 }, 30)), [0.5, Math.sqrt(3) / 2, 0], 1e-9);
});

test('two bones reach a point exactly, and say how far they stay away from one out of reach', () => {
  const [a, b] = [BONE.arm, BONE.forearm];
  for (const target of [[0.3, 0.1, 0.2], [0.1, -0.4, 0], [-0.2, 0.2, 0.3]]) {
    const { mid, end, miss } = reach([0, 0, 0], target, a, b, [0, -1, 0.3]);
    assert.ok(miss < 1e-12);
    near(end, target);
    assert.ok(Math.abs(distance([0, 0, 0], mid) - a) < 1e-9 && Math.abs(distance(mid, end) - b) < 1e-9);
  }
  assert.ok(Math.abs(reach([0, 0, 0], [1, 0, 0], a, b, [0, 1, 0]).miss - (1 - 0.999 * (a + b))) < 1e-9);
});

test('layers are merged one by one: a later "both" wins over an earlier side, null switches a rule off', () => {
  const layers = {
    low: { joints: { 'hip.flex': 10, 'knee.L.flex': 20 }, feet: { both: 'pin' }, support: { mode: 'stance' } },
    high: { base: 'low', joints: { 'hip.R.flex': 50, 'knee.flex': 30 }, feet: { R: 'free' }, support: { mode: null } },
  };
  const pose = resolve({ base: 'high', air: 0.5 }, layers);
  assert.deepEqual(pose.joints, { 'hip.R.flex': 50, 'hip.L.flex': 10, 'knee.R.flex': 30, 'knee.L.flex': 30 });
  assert.deepEqual(pose.feet, { R: 'free', L: 'pin' });
  assert.deepEqual(pose.support, {});
  assert.equal(pose.air, 0.5);
  assert.throws(() => resolve({ base: 'none' }, layers), /unknown base posture "none"/);
  assert.throws(() => resolve({ base: 'a' }, { a: { base: 'b' }, b: { base: 'a' } }), /unknown base posture/);
});

test('an error names the key pose, counted from 1', () => {
  const broken = { keys: [{ base: 'standing' }, { base: 'standing', hands: { R: 'moon' } }] };
  assert.throws(() => prepare(broken, postures), /^Error: key 2: unknown place for a hand "moon"$/);
});

/** Landmarks of five postures in millimetres, looked at when they were taken down. */
const GOLDEN = {
  standing: { head: [-18, 1614, 0], 'wrist.R': [-14, 826, 251], 'toe.R': [126, 18, 132], pelvis: [0, 901, 0] },
  sitting: { head: [10, 1226, 0], 'knee.R': [414, 484, 125], 'ankle.R': [399, 66, 126], pelvis: [0, 514, 0] },
  hooklying: { head: [-710, 82, 0], 'knee.R': [322, 396, 119], 'ankle.R': [579, 66, 116], pelvis: [0, 134, 0] },
  quadruped: { head: [700, 604, 0], 'wrist.R': [469, 26, 173], 'knee.R': [2, 55, 103], pelvis: [0, 471, 0] },
  side_lying: { head: [682, 214, -65], 'knee.R': [-299, 238, 294], 'ankle.L': [-600, 69, 31], pelvis: [0, 218, 0] },
};

test('five postures stand where they always stood', () => {
  const found = Object.fromEntries(Object.entries(GOLDEN).map(([base, points]) => {
    const { frames } = still({ base });
    return [base, Object.fromEntries(Object.keys(points).map((name) => (
      [name, landmark(frames, name).map((value) => Math.round(value * 1000))])))];
  }));
  for (const [base, points] of Object.entries(GOLDEN)) {
    for (const [name, wanted] of Object.entries(points)) near(found[base][name], wanted, 2);
  }
});

test('nothing is left hanging: each base posture rests on the floor', () => {
  for (const base of Object.keys(postures)) {
    const { frames } = still({ base });
    const limbs = ['foot', 'shank', 'hand'].flatMap((part) => [`${part}.R`, `${part}.L`]);
    const parts = ['pelvis', 'thorax', 'head', ...limbs];
    const low = lowest(frames, parts, [0, 1, 0]);
    assert.ok(Math.abs(low) < 0.006, `${base}: ${low}`);
  }
});

test('a movement starts and ends softly', () => {
  assert.deepEqual([ease(0), ease(0.5), ease(1)], [0, 0.5, 1]);
  assert.ok(ease(0.02) < 0.0001 && ease(0.98) > 0.9999);
});

test('a prescribed range makes a smaller movement that still starts at the start', () => {
  const motion = prepare(figures['glute-bridge'], postures);
  const high = (moment, range) => bodyAt(motion, moment, { range }).frames.pelvis.p[1];
  assert.equal(high({ from: 0 }, 0.5), high({ from: 0 }, 1));
  assert.ok(high({ from: 1 }, 0.5) < high({ from: 1 }, 1) - 0.05);
  assert.ok(high({ from: 1 }, 0.5) > high({ from: 0 }, 1) + 0.03);
});

test('a hold breathes: air lifts the belly and the hand on it', () => {
  const motion = prepare(figures['belly-breathing'], postures);
  const hand = (breath) => bodyAt(motion, { from: 0 }, { breath }).frames['hand.R'].p[1];
  assert.ok(hand(2) - hand(0) > 0.025);
});

test('a figure goes through its keys and back, or in its own order, or ends on the last', () => {
  const keys = [{}, {}, {}];
  assert.deepEqual(moves({ keys }), [{ from: 0, to: 1 }, { from: 1, to: 2 }, { from: 2, to: 0 }]);
  assert.deepEqual(moves({ keys, order: [1, 2] }), [{ from: 1, to: 2 }, { from: 2, to: 1 }]);
  assert.deepEqual(moves({ keys, returns: false }), [{ from: 0, to: 1 }, { from: 1, to: 2 }]);
  assert.deepEqual(moves({ keys: [{}] }), []);
});

test('an ellipsoid casts its exact ellipse', () => {
  const camera = makeCamera({ yaw: 0, pitch: 0 });
  const { xx, xy, yy } = project(camera, { p: [0, 0, 0], R: rotZ(30), r: [0.2, 0.1, 0.05] });
  const longer = Math.sqrt((xx + yy) / 2 + Math.hypot((xx - yy) / 2, xy));
  near([longer, Math.atan2(-2 * xy, xx - yy) / 2], [40, Math.PI / 6], 1e-9);
});

test('two balls are wrapped in a capsule of lines and arcs, a ball in a ball in one circle', () => {
  const capsule = outline([{ x: 0, y: 0, r: 10 }, { x: 50, y: 0, r: 10 }], [[0, 1]]);
  assert.equal(capsule, 'M0 10a10 10 0 0 1 0-20l50 0a10 10 0 0 1 0 20z');
  const inside = outline([{ x: 0, y: 0, r: 10 }, { x: 2, y: 0, r: 3 }], [[0, 1]]);
  assert.equal(inside, outline([{ x: 0, y: 0, r: 10 }], [[0]]));
});

test('what is nearer is painted later, and a circle of three ends somewhere', () => {
  const part = (name, z) => sortable(name, [{ x: 0, y: 0, z, r: 10 }]);
  const order = paintOrder([part('a', 0.3), part('b', -0.2), part('c', 0)]);
  assert.deepEqual(order.map(({ name }) => name), ['b', 'c', 'a']);
  const bar = (name, points) => sortable(name, points.map(([x, y, z]) => ({ x, y, z, r: 5 })));
  const knot = [
    bar('a', [[0, 0, 0.1], [30, 0, -0.1]]), bar('b', [[30, 0, 0.1], [15, 26, -0.1]]),
    bar('c', [[15, 26, 0.1], [0, 0, -0.1]]),
  ];
  assert.equal(paintOrder(knot).length, 3);
});
