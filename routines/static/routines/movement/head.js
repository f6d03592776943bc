/** Hair and face. Points are × height in the frame of the head: x forwards, y up, z to the right. */
import { m } from '#routines/movement/build.js';
import { facing, project } from '#routines/movement/camera.js';
import { outline, polyline, smoothLine } from '#routines/movement/outline.js';
import {
  add, at, axisX, axisY, axisZ, cross, distance, dot, scale, turn, unit, unturn,
} from '#routines/movement/vectors.js';

const HAIR = { middle: [0.0015, 0.0545, 0], r: [0.0605, 0.061, 0.0492] };
/**
 * Hair grows in two caps of one ellipsoid: above a line from the forehead over the ears, and behind the ears down to
 * the nape. Each cap is cut off by the plane through two points [x, y], front one first.
 */
const CAPS = [[[0.056, 0.08], [-0.024, 0.043]], [[0.012, 0.1], [-0.034, 0]]];

const EAR = [-0.003, 0.027, 0.0432];
const EYE = [0.0548, 0.0345, 0.0185];
const BROW = [[0.0585, 0.0445, 0.009], [0.0585, 0.0478, 0.0185], [0.052, 0.0455, 0.0275]];
const MOUTH = [[0.0565, 0.0005, -0.0105], [0.0592, -0.0018, 0], [0.0565, 0.0005, 0.0105]];
/** Bridge, tip and root of the nose, then the lips. */
const PROFILE = [
  [0.0555, 0.036, 0.0052], [0.0655, 0.0205, 0.0062], [0.0545, 0.0142, 0.0064], [0.0535, 0.001, 0.0062],
  [0.052, -0.006, 0.006],
];

const local = (p) => p.map((value) => value * 1.7);

/**
 * One cap on the unit sphere: the silhouette of the ellipsoid and the rim of the cap as circles, with the tests for
 * lying in the cap and on the visible side.
 */
function capOf([front, back], camera, frame) {
  const r = HAIR.r.map(m);
  const centre = local(HAIR.middle);
  const seen = unturn(frame.R, camera.view);
  const view = unit([seen[0] / r[0], seen[1] / r[1], seen[2] / r[2]]);
  const normal = [-(front[1] - back[1]) * r[0], (front[0] - back[0]) * r[1], 0];
  const size = Math.hypot(normal[0], normal[1]);
  const cut = scale(normal, 1 / size);
  const offset = (cut[0] * (m(back[0]) - centre[0])) / r[0] + (cut[1] * (m(back[1]) - centre[1])) / r[1];
  const point = (q) => camera.point(at(frame, add(centre, [q[0] * r[0], q[1] * r[1], q[2] * r[2]])));
  return {
    silhouette: circleOf(view, 0), rim: circleOf(cut, offset), point,
    inCap: (p) => dot(p, cut) >= offset, inFront: (p) => dot(p, view) >= 0,
  };
}

/** The circle in which the plane n·p = d cuts the unit sphere, as a function of the angle. */
function circleOf(n, d) {
  const u = unit(cross(n, Math.abs(n[1]) < 0.9 ? [0, 1, 0] : [1, 0, 0]));
  const v = cross(n, u);
  const radius = Math.sqrt(1 - d * d);
  return (angle) => add(scale(n, d), add(scale(u, radius * Math.cos(angle)), scale(v, radius * Math.sin(angle))));
}

const RIM_STEPS = 36;
const angleOf = (i) => (i * 2 * Math.PI) / RIM_STEPS;

/** The run of a circle's points that pass a test, in order: {all}, {none} or {arc}. */
function runOf(circle, test) {
  const points = Array.from({ length: RIM_STEPS }, (_, i) => circle(angleOf(i)));
  const inside = points.map(test);
  if (inside.every(Boolean)) return { all: points };
  if (!inside.some(Boolean)) return { none: true };
  /** The edge of the run between steps i and i + 1. */
  const edge = (i) => {
    let low = i, high = i + 1;
    const atLow = test(circle(angleOf(low)));
    for (let n = 0; n < 6; n += 1) {
      const middle = (low + high) / 2;
      if (test(circle(angleOf(middle))) === atLow) low = middle; else high = middle;
    }
    return circle(angleOf(low));
  };
  let i = inside.findIndex((here, n) => here && !inside[(n + RIM_STEPS - 1) % RIM_STEPS]);
  const arc = [edge(i - 1)];
  for (; inside[i % RIM_STEPS]; i += 1) arc.push(points[i % RIM_STEPS]);
  arc.push(edge(i - 1));
  return { arc };
}

/** A closed line of picture points, always the same way round; `hole` the other way. */
function ring(points, hole = false) {
  const area = points.reduce((sum, p, i) => {
    const q = points[(i + 1) % points.length];
    return sum + p[0] * q[1] - q[0] * p[1];
  }, 0);
  return polyline(area > 0 === hole ? [...points].reverse() : points, true);
}

function capPath(cap, camera, frame) {
  const { silhouette, rim, inCap, inFront, point } = capOf(cap, camera, frame);
  const outer = runOf(silhouette, inCap);
  const inner = runOf(rim, inFront);
  const drawn = (points, hole) => ring(points.map(point), hole);
  if (outer.all) return drawn(outer.all) + (inner.all ? drawn(inner.all, true) : '');
  if (outer.none) return inner.all ? drawn(inner.all) : '';
  if (!inner.arc) return drawn(outer.arc);
  const [a, b] = [outer.arc, inner.arc];
  const end = a[a.length - 1];
  return drawn([...a, ...(distance(end, b[0]) < distance(end, b[b.length - 1]) ? b : [...b].reverse())]);
}

/** Path data of the two caps that can be seen: {top, back}, '' when one is hidden. */
export function hairPaths(camera, frame) {
  const [top, back] = CAPS.map((cap) => capPath(cap, camera, frame));
  return { top, back };
}

/** Does the face look towards the viewer, so that the hair at the back of the head lies behind face and neck? */
export const hairBehind = (camera, { R }) => facing(camera, axisX(R)) - 0.5 * facing(camera, axisY(R)) > 0.6;

const PAIRS = [[0, 1], [1, 2], [3, 4]];

/** Pairs of solids that shape the profile: nose and lips. */
export const faceHulls = (frame) => PAIRS.map((pair) => pair.map((i) => {
  const [x, y, r] = PROFILE[i];
  return { p: at(frame, local([x, y, 0])), R: frame.R, r: m(r) };
}));

/** Path data of the lines (brows, mouth), eyes and ears that can be seen; a plain figure has only ears. */
export function faceFeatures(camera, frame, plain) {
  const spot = (p) => camera.point(at(frame, local(p)));
  const shows = (normal, least) => facing(camera, turn(frame.R, unit(normal))) > least;
  const found = { lines: '', eyes: '', ears: '' };
  for (const k of [1, -1]) {
    const sided = ([x, y, z]) => [x, y, z * k];
    if (!plain && (shows([0.45, 0.1, k], 0.22) || shows([1, 0, k * 0.35], 0.12))) {
      const [x, y] = spot(sided(EYE));
      found.eyes += outline([{ x, y, r: 1.15 }], [[0]]);
      if (shows([0.8, 0.1, k], 0.2)) found.lines += smoothLine(BROW.map((p) => spot(sided(p))));
    }
    if (facing(camera, axisZ(frame.R)) * k > 0.12) {
      const ear = { p: at(frame, local(sided(EAR))), R: frame.R, r: [m(0.0085), m(0.013), m(0.004)] };
      found.ears += outline([project(camera, ear)], [[0]]);
    }
  }
  if (!plain && shows([1, -0.1, 0], 0.15)) {
    const side = facing(camera, axisZ(frame.R));
    const seen = Math.abs(side) < 0.75 ? MOUTH : side > 0 ? MOUTH.slice(1) : MOUTH.slice(0, 2);
    found.lines += smoothLine(seen.map(spot));
  }
  return found;
}
