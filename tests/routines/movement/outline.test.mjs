// Outlines of hulls: never outside the solids that they wrap, however thin these are.
import test from 'node:test';
import assert from 'node:assert/strict';
import { outline } from '#routines/movement/outline.js';

/** Points along a path of M, l, q and z, curves at three places between their ends. */
function pointsOf(d) {
  const points = [];
  let [x, y] = [0, 0];
  for (const [, letter, rest] of d.matchAll(/([Mlqz])([^Mlqz]*)/g)) {
    const n = (rest.match(/-?\d*\.?\d+/g) || []).map(Number);
    if (letter === 'M') [x, y] = n;
    if (letter === 'l') { x += n[0]; y += n[1]; }
    if (letter === 'q') {
      for (const t of [0.25, 0.5, 0.75]) {
        const handle = 2 * t * (1 - t), end = t * t;
        points.push([x + handle * n[0] + end * n[2], y + handle * n[1] + end * n[3]]);
      }
      x += n[2]; y += n[3];
    }
    if (letter !== 'z') points.push([x, y]);
  }
  return points;
}

const reach = (e, u, v) => e.x * u + e.y * v + Math.sqrt(e.xx * u * u + 2 * e.xy * u * v + e.yy * v * v);

/** An ellipse of half axes a and b (px), turned by `angle` (radians). */
function ellipse(x, y, a, b, angle) {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return { x, y, z: 0, r: 0, xx: a * a * c * c + b * b * s * s, xy: (a * a - b * b) * c * s, yy: a * a * s * s + b * b * c * c };
}

// Numbers between 0 and 1 that are the same in every run.
let seed = 7;
const random = () => { seed = (seed * 16807) % 2147483647; return seed / 2147483647; };

test('the outline of thin and thick ellipses stays within one pixel of them', () => {
  const directions = Array.from({ length: 72 }, (_, i) => [Math.cos((i * Math.PI) / 36), Math.sin((i * Math.PI) / 36)]);
  for (let round = 0; round < 400; round += 1) {
    const ellipses = Array.from({ length: 1 + Math.floor(random() * 4) }, () => (
      ellipse(random() * 80, random() * 80, 4 + random() * 30, 1 + random() * 12, random() * Math.PI)));
    const hull = ellipses.map((_, i) => i);
    const points = pointsOf(outline(ellipses, [hull]));
    for (const [u, v] of directions) {
      const most = Math.max(...ellipses.map((e) => reach(e, u, v)));
      const drawn = Math.max(...points.map(([x, y]) => x * u + y * v));
      assert.ok(drawn < most + 1, `round ${round}: ${(drawn - most).toFixed(2)} px outside`);
      // Between its directions a hull may pass over a small bulge, but a lone ellipse is drawn in full.
      if (hull.length === 1) assert.ok(drawn > most - 1, `round ${round}: ${(most - drawn).toFixed(2)} px missing`);
    }
  }
});
