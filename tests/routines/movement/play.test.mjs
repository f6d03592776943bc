/** From a phase of the timeline to a moment of the figure. */
import assert from 'node:assert/strict';
import test from 'node:test';

import { momentFor, ownTempo } from '#routines/movement/play.js';

const figure = { keys: [{ move: 2, hold: 1 }, { move: 1, hold: 1 }, { move: 3, hold: 0 }] };
const pose = (more) => ({ figure: 'a', ...more });

test('a phase moves to its key in its own seconds', () => {
  const at = (elapsed) => momentFor(figure, pose({ key: 1 }), pose({ key: 0 }), elapsed, 4);
  assert.deepEqual(at(0), { from: 0, to: 1, t: 0 });
  assert.deepEqual(at(1), { from: 0, to: 1, t: 0.25 });
  assert.deepEqual(at(4), { from: 1, to: 1, t: 0 });
  assert.deepEqual(at(9), { from: 1, to: 1, t: 0 });
});

test('a hold stays where the body is', () => {
  assert.deepEqual(momentFor(figure, pose({ key: 1 }), pose({ key: 1 }), 3, 8), { from: 1, to: 1, t: 0 });
});

test('keys on the way share the seconds as the figure would take them', () => {
  const at = (elapsed) => momentFor(figure, pose({ key: 2, via: [1] }), pose({ key: 0 }), elapsed, 8);
  assert.deepEqual(at(1), { from: 0, to: 1, t: 0.5 });
  assert.deepEqual(at(5), { from: 1, to: 2, t: 0.5 });
  assert.deepEqual(momentFor(figure, pose({ key: 2, via: [1] }), pose({ key: 1 }), 4, 8), { from: 1, to: 2, t: 0.5 });
});

test('a key that does not say how long takes one second and is not held', () => {
  const silent = { keys: [{}, {}] };
  assert.equal(ownTempo(silent).seconds, 2);
  assert.deepEqual(ownTempo(silent).momentAt(0.5), { from: 0, to: 1, t: 0.5 });
  assert.deepEqual(ownTempo(silent).momentAt(1), { from: 1, to: 0, t: 0 });
});

test('after another figure the body comes from the start key, or stands where the phase ends', () => {
  const other = { figure: 'b', key: 3 };
  assert.deepEqual(momentFor(figure, pose({ key: 1 }), other, 0, 4), { from: 1, to: 1, t: 0 });
  assert.deepEqual(momentFor(figure, pose({ key: 1, start: 0 }), other, 2, 4), { from: 0, to: 1, t: 0.5 });
  assert.deepEqual(momentFor(figure, pose({ key: 2, via: [1] }), null, 0, 8), { from: 0, to: 1, t: 0 });
});

test('a loop makes as many whole rounds as fit, and ends where it began', () => {
  const loop = pose({ loop: [1, 0] });
  const round = 5; // 1 s to key 1, 1 s there, 2 s to key 0, 1 s there
  assert.deepEqual(momentFor(figure, loop, null, 0, 24), { from: 0, to: 1, t: 0 });
  assert.deepEqual(momentFor(figure, loop, null, 24, 24).to, 0);
  const stretch = 24 / Math.round(24 / round) / round;
  const { from, to, t } = momentFor(figure, loop, null, 0.5 * stretch, 24);
  assert.deepEqual([from, to, t.toFixed(9)], [0, 1, '0.500000000']);
  assert.deepEqual(momentFor(figure, loop, null, 1, 2).from, 1, 'a short phase still makes one round');
});

test('the same second gives the same moment, and a phase without length is over', () => {
  assert.deepEqual(momentFor(figure, pose({ key: 1 }), pose({ key: 0 }), 0, 0), { from: 1, to: 1, t: 0 });
});

test('a figure has a tempo of its own for previews', () => {
  const { seconds, momentAt } = ownTempo(figure);
  assert.equal(seconds, 8);
  assert.deepEqual(momentAt(0.5), { from: 0, to: 1, t: 0.5 });
  assert.deepEqual(momentAt(8.5), momentAt(0.5));
  assert.deepEqual(ownTempo({ keys: [{}] }).momentAt(3), { from: 0, to: 0, t: 0 });
});
