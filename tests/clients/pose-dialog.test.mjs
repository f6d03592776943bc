/** Poses for one client and side: what the dialog reads and writes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atRange } from '#clients/practitioner/plan_editor.js';
import { isMirrored, mirroredText, withChange } from '#clients/practitioner/pose_dialog.js';

test('a change is kept for its side and figure alone, and an empty one is taken out', () => {
  const poses = withChange({ right: { clamshell: { air: 1 } } }, 'left', 'clamshell', { keys: { 1: {} } });
  assert.deepEqual(poses, { right: { clamshell: { air: 1 } }, left: { clamshell: { keys: { 1: {} } } } });
  assert.deepEqual(withChange(poses, 'left', 'clamshell', {}), { right: { clamshell: { air: 1 } } });
});

test('a figure drawn for the right is mirrored for the left, and one without sides never', () => {
  assert.equal(isMirrored({ sides: 'each' }, 'left'), true);
  assert.equal(isMirrored({ sides: 'each' }, 'right'), false);
  assert.equal(isMirrored({ sides: 'each', works: 'L' }, 'left'), false);
  assert.equal(isMirrored({ sides: 'each', works: 'L' }, 'right'), true);
  assert.equal(isMirrored({ sides: 'each' }, 'both'), false);
  assert.equal(isMirrored({ sides: 'none' }, 'left'), false);
});

test('the words of a mirrored figure name the client’s own sides', () => {
  const both = (name) => ({ [`${name}.R`]: `right ${name}`, [`${name}.L`]: `left ${name}` });
  const text = {
    titles: { ...both('leg'), ...both('arm') }, feet: both('thigh'), warnings: { right: 'right {part}', left: 'left {part}' },
    words: { right_hand: 'Right hand', left_hand: 'Left hand', right_foot: 'Right foot', left_foot: 'Left foot' },
    hands: { ...both('shin'), ...both('thighback'), ...both('strap') },
    joints: { 'neck.turn': 'turn right', 'hip.flex': 'bend' }, joints_mirrored: { 'neck.turn': 'turn left' },
  };
  const told = mirroredText(text);
  assert.equal(told.titles['leg.R'], 'left leg');
  assert.equal(told.hands['strap.L'], 'right strap');
  assert.equal(told.warnings.right, 'left {part}');
  assert.deepEqual(told.joints, { 'neck.turn': 'turn left', 'hip.flex': 'bend' });
  assert.equal(text.titles['leg.R'], 'right leg');
});

test('a picture follows the range that is typed', () => {
  assert.equal(atRange('/f/?side=left&v=1', 60), '/f/?side=left&v=1&range=60');
  assert.equal(atRange('/f/?side=left&range=60&v=1', 100), '/f/?side=left&v=1');
});
