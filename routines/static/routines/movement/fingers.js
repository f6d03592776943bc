/**
 * The drawn hand: palm, four fingers in two pieces, thumb; and the lines between the fingers.
 *
 * Points are × height in the frame of the hand: x towards the thumb, -y along the fingers, palm side -z (right hand).
 */
import { SIGN, m } from '#routines/movement/build.js';
import { RAD, add, at, lerp, scale, turn } from '#routines/movement/vectors.js';
import { facing } from '#routines/movement/camera.js';

/** Per finger, index to little: knuckle x and y, radius, lengths of the two pieces, fan in degrees when straight. */
const FINGERS = [
  [0.0172, -0.0495, 0.0062, 0.0245, 0.022, 4.5], [0.0058, -0.0525, 0.0063, 0.0275, 0.0245, 0.8],
  [-0.0055, -0.051, 0.006, 0.026, 0.0235, -2.5], [-0.0162, -0.0465, 0.0053, 0.0205, 0.0185, -7.5],
];

/** Thumb joints: [x, y, towards the palm, radius] when the hand is open and when it grips. */
const THUMB = [
  [[0.013, -0.013, 0.003, 0.0112], [0.0125, -0.0135, 0.0055, 0.0112]],
  [[0.0285, -0.032, 0.0055, 0.0078], [0.022, -0.034, 0.0155, 0.0078]],
  [[0.0355, -0.0515, 0.006, 0.0056], [0.01, -0.046, 0.0235, 0.006]],
];

const closing = (curl) => Math.min(curl / 70, 1);

/** Directions of the two pieces of a finger: straight ahead, fanned a little, then bent towards the palm. */
function pieces(i, curl, k) {
  const fan = FINGERS[i][5] * (1 - closing(curl)) * RAD;
  const first = curl * (0.92 + 0.05 * i) * RAD;
  const second = Math.min(curl * (1.75 + 0.06 * i), 190) * RAD;
  const way = (bend) => [Math.sin(fan) * Math.cos(bend), -Math.cos(fan) * Math.cos(bend), -k * Math.sin(bend)];
  const back = (bend) => [0, -Math.sin(bend), k * Math.cos(bend)];
  return [{ way: way(first), back: back(first) }, { way: way(second), back: back(second) }];
}

/** Knuckle, middle joint and tip of finger i in the frame of the hand (× height). */
function joints(i, curl, k) {
  const [x, y, , near, far] = FINGERS[i];
  const [one, two] = pieces(i, curl, k);
  const knuckle = [x, y, 0];
  const middle = add(knuckle, scale(one.way, near));
  return [knuckle, middle, add(middle, scale(two.way, far))];
}

/** Solids and hulls of a hand with finger flexion `curl` (degrees), placed by the frame of the hand. */
export function handSolids(frame, side, curl) {
  const k = SIGN[side];
  const solids = [];
  const put = (p, r) => (
    solids.push({ p: at(frame, scale(p, 1.7)), R: frame.R, r: Array.isArray(r) ? r.map(m) : m(r) }) - 1);
  const wrist = put([0, 0, 0], 0.0148);
  const palm = put([0.0005, -0.026, 0], [0.0215, 0.02, 0.0118]);
  const knuckles = put([0.0004, -0.047, 0], [0.0222, 0.0105, 0.0098]);
  const hulls = [[wrist, palm], [palm, knuckles]];
  FINGERS.forEach(([, , r], i) => {
    const [a, b, c] = joints(i, curl, k);
    const indexes = [put(a, r), put(b, r * 0.94), put(c, r * 0.8)];
    hulls.push([indexes[0], indexes[1]], [indexes[1], indexes[2]]);
  });
  const g = closing(curl);
  const thumb = THUMB.map(([open, closed]) => {
    const [x, y, z, r] = open.map((value, i) => value + (closed[i] - value) * g);
    return put([x, y, -k * z], r);
  });
  hulls.push([thumb[0], thumb[1]], [thumb[1], thumb[2]], [wrist, thumb[0]]);
  return { solids, hulls };
}

/**
 * Lines between neighbouring fingers, each a list of picture points: on the back of the fingers where that faces the
 * viewer, on the palm side only of a flat hand.
 */
export function fingerLines(camera, frame, side, curl) {
  const k = SIGN[side];
  const lines = [];
  for (let i = 0; i < 3; i += 1) {
    const [a, b] = [joints(i, curl, k), joints(i + 1, curl, k)];
    const [one, two] = pieces(i, curl, k);
    const view = (piece) => facing(camera, turn(frame.R, piece.back));
    const shows = [one, two].map((piece) => view(piece) > 0.22 || (curl < 36 && view(piece) < -0.22));
    const middle = (j, lift, towards = 0) => {
      const p = lerp(lerp(a[j], b[j], 0.5), a[j + 1] || a[j], towards);
      const piece = j ? two : one;
      const out = scale(piece.back, lift * Math.sign(view(piece)));
      return camera.point(at(frame, scale(add(p, out), 1.7)));
    };
    const points = [];
    if (shows[0]) points.push(middle(0, 0.003, 0.12), middle(1, 0.003));
    if (shows[1]) { if (!shows[0]) points.push(middle(1, 0.003)); points.push(middle(2, 0.001)); }
    if (points.length > 1) lines.push(points);
  }
  return lines;
}

