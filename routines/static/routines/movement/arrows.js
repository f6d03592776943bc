/** Arrows that say which way: along the true path of a point, straight, or around an axis. */
import { landmark } from '#routines/movement/landmarks.js';
import { bodyAt } from '#routines/movement/motion.js';
import { polyline, smoothLine } from '#routines/movement/outline.js';
import { number } from '#routines/movement/paint.js';
import { RAD, add, along, at, axisY } from '#routines/movement/vectors.js';

const HEAD = 13;
const WIDTH = 3.4;
const OFFSET = 18;
const STEPS = 8;
/** A path shorter than this (px) is drawn longer, in its own direction. */
const SHORTEST = 17;

const apart = (p, q) => Math.hypot(q[0] - p[0], q[1] - p[1]);
const towards = (p, q, t) => [p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t];
const lengthOf = (points) => points.slice(1).reduce((sum, p, i) => sum + apart(points[i], p), 0);

/** A line without the pieces of these lengths (px) at its ends. */
function cut(points, start, end) {
  const clip = (line, by) => {
    let rest = by;
    let i = 0;
    while (i < line.length - 2 && apart(line[i], line[i + 1]) <= rest) { rest -= apart(line[i], line[i + 1]); i += 1; }
    return [towards(line[i], line[i + 1], rest / (apart(line[i], line[i + 1]) || 1)), ...line.slice(i + 1)];
  };
  return clip(clip(points, start).reverse(), end).reverse();
}

/** A line moved sideways by `by` px; each point along the mean normal of its two steps. */
const shifted = (points, by) => points.map(([x, y], i) => {
  const [p, q] = [points[Math.max(i - 1, 0)], points[Math.min(i + 1, points.length - 1)]];
  const size = apart(p, q) || 1;
  return [x - ((q[1] - p[1]) / size) * by, y + ((q[0] - p[0]) / size) * by];
});

/** The way of a landmark between two keys, beside its true path on the side away from the trunk. */
function alongPath(arrow, motion, camera) {
  const { from = 0, to = arrow.key ?? Math.min(1, motion.keys.length - 1), offset = OFFSET, trim = 0 } = arrow;
  const frames = Array.from({ length: STEPS + 1 }, (_, i) => bodyAt(motion, { from, to, t: i / STEPS }).frames);
  const spots = frames.map((one) => camera.point(landmark(one, arrow.point)));
  const [a, b] = [spots[0], spots[STEPS]];
  let points = arrow.straight ? [a, b] : spots.filter((p, i) => !i || apart(p, spots[i - 1]) > 0.4);
  const long = apart(a, b) || 1;
  const half = 0.5 + SHORTEST / long / 2;
  if (lengthOf(points) < SHORTEST) points = [towards(b, a, half), towards(a, b, half)];
  const trunk = camera.point(landmark(frames[STEPS], 'T12'));
  const away = (by) => points.reduce((sum, _, i) => sum + apart(shifted(points, by)[i], trunk), 0);
  if (offset) points = shifted(points, away(offset) > away(-offset) ? offset : -offset);
  const total = lengthOf(points);
  return cut(points, trim * total, (trim * total) / 2);
}

/** From a landmark of a key (`pose`, or the key the arrow leads to), shifted, in a direction. */
function straightAway(arrow, motion, camera, bodies) {
  const { frames } = bodies[arrow.pose ?? arrow.key ?? Math.min(1, bodies.length - 1)];
  const from = add(landmark(frames, arrow.at), arrow.shift || [0, 0, 0]);
  return [camera.point(from), camera.point(add(from, arrow.dir))];
}

/** An arc of radius r from angle a0 to a1 around an axis of the pelvis, `h` along the axis. */
function arcAround({ rot, axis = 'z', r, a0, a1, h = 0, up = 0, pose = 0 }, motion, camera, bodies) {
  const { frames } = bodies[pose];
  const { R } = frames.pelvis;
  const frame = { p: along(landmark(frames, rot), axisY(R), up), R };
  const count = Math.max(6, Math.ceil(Math.abs(a1 - a0) / 12));
  return Array.from({ length: count + 1 }, (_, i) => {
    const angle = (a0 + ((a1 - a0) * i) / count) * RAD;
    const [c, s] = [Math.cos(angle) * r, Math.sin(angle) * r];
    return camera.point(at(frame, { x: [h, c, s], y: [c, h, s], z: [c, s, h] }[axis]));
  });
}

/**
 * Picture points of every arrow of a figure: [{points, both, leads, ticks}]. `leads` is the key the arrow points to,
 * null when it goes for the whole movement. Found once per scene.
 */
export const findArrows = (motion, camera, bodies) => (motion.figure.arrows || []).map((arrow) => {
  const find = arrow.point ? alongPath : arrow.rot ? arcAround : straightAway;
  const leads = arrow.both || arrow.always ? null : arrow.to ?? arrow.key ?? Math.min(1, bodies.length - 1);
  return { points: find(arrow, motion, camera, bodies), both: Boolean(arrow.both), leads, ticks: arrow.ticks || 0 };
});

/** The three corners of a head at the end of a line. */
function headOf(points, size) {
  const tip = points[points.length - 1];
  const back = points.slice(0, -1).reverse().find((p) => apart(p, tip) >= size) || points[0];
  const d = apart(back, tip) || 1;
  const [x, y] = [((tip[0] - back[0]) / d) * size, ((tip[1] - back[1]) / d) * size];
  return [tip, [tip[0] - x - y * 0.52, tip[1] - y + x * 0.52], [tip[0] - x + y * 0.52, tip[1] - y - x * 0.52]];
}

/** SVG of arrows; `scale` shrinks them for close-ups. */
export const paintArrows = (arrows, { halo, accent }, scale) => arrows.map(({ points, both, ticks }) => {
  const size = Math.min(HEAD * scale, lengthOf(points) * (both ? 0.36 : 0.6));
  const shaft = cut(points, both ? size * 0.8 : 0, size * 0.8);
  const line = shaft.length > 2 ? smoothLine(shaft) : polyline(shaft);
  const ends = both ? [points, [...points].reverse()] : [points];
  const tips = ends.map((one) => polyline(headOf(one, size), true)).join('');
  const path = (d, fill, stroke, width) => (
    `<path d="${d}" fill="${fill}" stroke="${stroke}" stroke-width="${number(width * scale)}"/>`);
  const dots = Array.from({ length: ticks }, (_, i) => {
    const [x, y] = points[Math.round((i * (points.length - 1)) / ticks)];
    const dot = polyline([[x, y], [x + 0.1, y]]);
    return path(dot, 'none', halo, 13) + path(dot, 'none', accent, 10);
  });
  return path(line, 'none', halo, WIDTH + 5) + path(tips, halo, halo, 6) + path(line, 'none', accent, WIDTH)
    + path(tips, accent, accent, 1.2) + dots.join('');
}).join('');
