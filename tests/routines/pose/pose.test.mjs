/** Editing a figure: layers over postures, keys that are added and moved, undoing, and what is said of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolve } from '#routines/movement/joints.js';
import { applyOverride, overrideOf } from '#routines/movement/override.js';
import { History } from '#routines/pose/history.js';
import { inserted, moved, recountedPose, removed } from '#routines/pose/keys.js';
import {
  beneath, leansByItself, onPosture, saysJoint, saysPlace, withField, withHandSetLean, withJoint, withPlace, withRoot,
} from '#routines/pose/layer.js';
import { partWords, warningWords } from '#routines/pose/sentences.js';
import { figures, postures } from '../movement/library.mjs';

const lying = { base: 'hooklying' };
const under = beneath(lying, postures);

test('a joint is written down only where it differs from the posture', () => {
  const bent = withJoint(lying, 'hip.R.flex', 88, under);
  assert.deepEqual(bent, { base: 'hooklying', joints: { 'hip.R.flex': 88 } });
  assert.equal(saysJoint(bent, 'hip.R.flex'), true);
  assert.equal(saysJoint(bent, 'hip.L.flex'), false);
  assert.deepEqual(withJoint(bent, 'hip.R.flex', 46, under), lying);
});

test('both sides alike are one word, and part again', () => {
  const right = withJoint(lying, 'hip.R.flex', 88, under);
  const both = withJoint(right, 'hip.L.flex', 88, under);
  assert.deepEqual(both.joints, { 'hip.flex': 88 });
  assert.equal(saysJoint(both, 'hip.L.flex'), true);
  const apart = withJoint(both, 'hip.L.flex', 60, under);
  assert.deepEqual(apart.joints, { 'hip.R.flex': 88, 'hip.L.flex': 60 });
  assert.deepEqual(withJoint(both, 'hip.L.flex', 46, under).joints, { 'hip.R.flex': 88 });
});

test('editing changes what is solved and nothing else', () => {
  for (const { keys } of Object.values(figures)) {
    for (const key of keys) {
      const whole = resolve(key, postures);
      for (const name of ['knee.R.flex', 'shoulder.L.abd', 'neck.turn']) {
        const next = resolve(withJoint(key, name, 12, beneath(key, postures)), postures);
        const joints = { ...whole.joints, [name]: 12 };
        for (const one in { ...joints, ...next.joints }) assert.equal(next.joints[one] ?? 0, joints[one] ?? 0, one);
        assert.deepEqual({ ...next, joints: 0 }, { ...whole, joints: 0 });
      }
    }
  }
});

test('a hand goes elsewhere without the other, and back to the posture', () => {
  const held = withPlace(lying, 'hands', 'R', 'shin.R');
  assert.deepEqual(held.hands, { R: 'shin.R' });
  const both = withPlace(held, 'hands', 'L', 'shin.R');
  assert.deepEqual(both.hands, { both: 'shin.R' });
  assert.equal(saysPlace(both, 'hands', 'L'), 'shin.R');
  assert.deepEqual(withPlace(both, 'hands', 'L', undefined).hands, { R: 'shin.R' });
  assert.deepEqual(withPlace(held, 'hands', 'R', undefined), lying);
});

test('the lean is found by the posture, or set by hand', () => {
  assert.equal(leansByItself(resolve(lying, postures)), true);
  const byHand = withHandSetLean(lying, true, under);
  assert.equal(leansByItself(resolve(byHand, postures)), false);
  assert.deepEqual(withHandSetLean(byHand, false, under), lying);
  const raised = withRoot(byHand, 'pitch', -30, under);
  assert.equal(resolve(raised, postures).root.pitch, -30);
  assert.deepEqual(withRoot(raised, 'pitch', 0, under), byHand);
});

test('another posture keeps what the key says itself', () => {
  const key = withField(withJoint(lying, 'knee.R.flex', 4, under), 'hold', 5);
  assert.deepEqual(onPosture(key, 'supine'), { base: 'supine', joints: { 'knee.R.flex': 4 }, hold: 5 });
  assert.deepEqual(withField(key, 'hold', undefined).hold, undefined);
});

const three = {
  keys: [{ base: 'supine', move: 1 }, { base: 'supine', move: 2 }, { base: 'supine', move: 3 }],
  arrows: [{ point: 'knee.R', from: 0, to: 1 }, { point: 'knee.L', from: 1, to: 2 }],
  props: ['mat', { type: 'wall', key: 2, since: 1 }], pin_key: 1, order: [0, 1, 2], focus: [], sides: 'none',
};
const seconds = ({ keys }) => keys.map(({ move }) => move);

test('a key put in moves what counts the keys behind it', () => {
  const { figure, map } = inserted(three, 1, { base: 'prone', move: 9 });
  assert.deepEqual(seconds(figure), [1, 9, 2, 3]);
  assert.deepEqual(figure.arrows, [{ point: 'knee.R', from: 0, to: 2 }, { point: 'knee.L', from: 2, to: 3 }]);
  assert.deepEqual(figure.props[1], { type: 'wall', key: 3, since: 2 });
  assert.deepEqual([figure.pin_key, figure.order], [2, [0, 2, 3]]);
  assert.deepEqual(recountedPose({ figure: 'x', key: 1, via: [2] }, 'x', map), { figure: 'x', key: 2, via: [3] });
  assert.deepEqual(recountedPose({ figure: 'y', key: 1 }, 'x', map), { figure: 'y', key: 1 });
});

test('a key taken out takes its arrows along and leaves no number behind', () => {
  const { figure, map } = removed(three, 1);
  assert.deepEqual(seconds(figure), [1, 3]);
  assert.deepEqual(figure.arrows, []);
  assert.deepEqual(figure.props[1], { type: 'wall', key: 1 });
  assert.deepEqual([figure.pin_key, figure.order], [undefined, [0, 1]]);
  assert.equal(recountedPose({ figure: 'x', key: 1 }, 'x', map), null);
  assert.deepEqual(recountedPose({ figure: 'x', loop: [1, 2] }, 'x', map), { figure: 'x', loop: [1] });
});

test('a key moved and moved back leaves the figure as it was', () => {
  const { figure, map } = moved(three, 0, 2);
  assert.deepEqual(seconds(figure), [2, 3, 1]);
  assert.deepEqual([map(0), map(1), map(2)], [2, 0, 1]);
  assert.deepEqual(moved(figure, 2, 0).figure, three);
});

test('what a slider does in one go is undone in one go', () => {
  const history = new History(0);
  for (const value of [1, 2, 3]) history.push(value, 'hip');
  history.push(10, 'knee');
  history.close();
  history.push(11, 'knee');
  assert.deepEqual([history.undo(), history.now], [true, 10]);
  assert.deepEqual([history.undo(), history.now], [true, 3]);
  assert.deepEqual([history.undo(), history.now], [true, 0]);
  assert.equal(history.undo(), false);
  assert.deepEqual([history.redo(), history.now, history.canRedo], [true, 3, true]);
  history.push(4);
  assert.equal(history.redo(), false);
});

test('a change of a library figure is kept as the difference alone', () => {
  const bridge = figures['glute-bridge'];
  const keys = bridge.keys.with(1, withJoint(bridge.keys[1], 'knee.R.flex', 80, beneath(bridge.keys[1], postures)));
  const change = overrideOf(bridge, { ...bridge, keys });
  assert.deepEqual(Object.keys(change), ['keys']);
  assert.deepEqual(applyOverride(bridge, change).keys, keys);
});

test('warnings are sentences with the part and the distance', () => {
  const text = {
    reach: 'Pose {key}: the {part} does not reach: {amount} cm.', through: 'Pose {key}: {part} run {amount} cm into each other.',
    parts: { hand: 'hand', thorax: 'trunk' }, right: 'right {part}', left: 'left {part}', and: '{a} and {b}',
  };
  assert.equal(warningWords({ key: 1, kind: 'reach', part: 'hand.L', cm: 4 }, text), 'Pose 2: the left hand does not reach: 4 cm.');
  assert.equal(partWords('thorax / hand.R', text), 'trunk and right hand');
});
