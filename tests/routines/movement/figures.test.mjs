/** Every figure of the library, every key pose and sixty in-betweens of every move: what must hold for all of them. */
import assert from 'node:assert/strict';
import test from 'node:test';

import { AFLOAT, REACH, SLIP, STEP, SUNK, survey, warnings } from '#routines/movement/checks.js';
import { ALLOWED } from '#routines/movement/collide.js';
import { prepare } from '#routines/movement/motion.js';

import { figures, postures } from './library.mjs';

const SAMPLES = 60;

for (const [id, figure] of Object.entries(figures)) {
  test(`${id}: nothing floats, sinks, slips, jumps, misses or runs through the body`, () => {
    const motion = prepare(figure, postures);
    const worst = survey(motion, SAMPLES);
    assert.ok(worst.finite, 'a point of the body is not a number');
    assert.ok(worst.sunk >= SUNK, `the lowest point is ${worst.sunk} m`);
    assert.ok(worst.afloat <= AFLOAT, `the lowest point is ${worst.afloat} m above the floor`);
    assert.ok(worst.reach < REACH, `a hand or foot misses its place by ${worst.reach} m`);
    assert.ok(worst.slip < SLIP, `a pinned foot slips ${worst.slip} m`);
    assert.ok(worst.step < STEP, `${worst.fastest} moves ${worst.step} m`);
    assert.deepEqual(worst.limits, [], 'joints beyond their limits');
    assert.deepEqual(worst.clashes, {}, `parts run more than ${ALLOWED} m into each other`);
    assert.deepEqual(warnings(motion), []);
  });
}

test('the checks see what is wrong: a figure spoilt on purpose', () => {
  const spoilt = (changes) => {
    const motion = prepare({ keys: [{ base: 'hooklying', ...changes }] }, postures);
    return [...new Set(warnings(motion).map(({ kind }) => kind))];
  };
  assert.deepEqual(spoilt({}), []);
  assert.ok(spoilt({ hands: { L: 'shin.R' } }).includes('reach'), 'a hand that cannot get there');
  const folded = { joints: { 'knee.flex': 175 }, feet: { both: 'free' } };
  assert.ok(spoilt(folded).includes('limit'), 'a knee bent too far');
  const lifted = { support: { height: 0.1, armrest: 0 }, feet: { both: 'free' } };
  assert.ok(spoilt(lifted).includes('air'), 'a body above the floor');
  const across = { 'shoulder.R.flex': 20, 'shoulder.R.abd': -60, 'shoulder.R.er': -80, 'elbow.R.flex': 80 };
  assert.ok(spoilt({ joints: across, support: { armrest: 0 } }).includes('through'), 'a forearm in the trunk');
});
