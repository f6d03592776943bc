/** Changes kept apart from a library figure. */
import assert from 'node:assert/strict';
import test from 'node:test';

import { applyOverride, overrideOf } from '#routines/movement/override.js';

import { figures } from './library.mjs';

const bridge = figures['glute-bridge'];

test('only what differs is saved', () => {
  const edited = structuredClone(bridge);
  edited.keys[1].joints['hip.flex'] = 12;
  edited.camera.yaw = 30;
  const override = overrideOf(bridge, edited);
  assert.deepEqual(override, { camera: { yaw: 30 }, keys: { 1: { joints: { 'hip.flex': 12 } } } });
  assert.deepEqual(applyOverride(bridge, override), edited);
  assert.deepEqual(overrideOf(bridge, bridge), {});
});

test('a correction of the library reaches a figure with an override', () => {
  const corrected = structuredClone(bridge);
  corrected.keys[1].hold = 3;
  const shown = applyOverride(corrected, { keys: { 1: { joints: { 'hip.flex': 12 } } } });
  assert.equal(shown.keys[1].hold, 3);
  assert.equal(shown.keys[1].joints['hip.flex'], 12);
});

test('a field can be taken away, and keys can be added or moved', () => {
  const edited = structuredClone(bridge);
  delete edited.keys[1].breath;
  edited.keys.push({ base: 'hooklying' });
  const override = overrideOf(bridge, edited);
  assert.deepEqual(applyOverride(bridge, override), edited);
  assert.equal(override.keys.length, 3);
  assert.deepEqual(applyOverride(bridge, { keys: { 0: { hold: '$gone' } } }).keys[0].hold, undefined);
});

test('neither figure nor override is changed, and a missing key is an error', () => {
  const before = JSON.stringify(bridge);
  applyOverride(bridge, { keys: { 1: { joints: { 'hip.flex': 1 } } } });
  assert.equal(JSON.stringify(bridge), before);
  assert.throws(() => applyOverride(bridge, { keys: { 7: {} } }), /there is no key 7/);
});

test('every figure survives the way through an override of any other', () => {
  const all = Object.values(figures);
  all.forEach((figure, i) => {
    const next = all[(i + 1) % all.length];
    assert.deepEqual(applyOverride(figure, overrideOf(figure, next)), next);
  });
});
