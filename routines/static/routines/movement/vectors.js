/**
 * Vectors, matrices and frames.
 *
 * A vector is [x, y, z] in metres. A matrix is nine numbers, row by row; its columns are the axes of a frame seen
 * from the parent. A frame is {p, R}: origin and axes. Angles are degrees, rotations right-handed.
 */

export const RAD = Math.PI / 180;
export const UP = [0, 1, 0];
export const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1];

export const mix = (a, b, t) => a + (b - a) * t;
export const clamp = (x, low, high) => (x < low ? low : x > high ? high : x);

/** 0 below `from`, 1 above `to`, smooth between. */
export function smoothstep(from, to, x) {
  const t = clamp((x - from) / (to - from), 0, 1);
  return t * t * (3 - 2 * t);
}

export const add = (a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const sub = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const scale = (a, s) => [a[0] * s, a[1] * s, a[2] * s];
/** a + d·s */
export const along = (a, d, s) => [a[0] + d[0] * s, a[1] + d[1] * s, a[2] + d[2] * s];
export const lerp = (a, b, t) => [mix(a[0], b[0], t), mix(a[1], b[1], t), mix(a[2], b[2], t)];
export const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const length = (a) => Math.sqrt(dot(a, a));
export const distance = (a, b) => length(sub(a, b));
export const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];

/** a at length 1; `instead` when a has no direction. */
export function unit(a, instead = UP) {
  const size = length(a);
  return size < 1e-9 ? instead : scale(a, 1 / size);
}

/** The part of a at right angles to the unit vector u, at length 1. */
export const across = (a, u, instead) => unit(along(a, u, -dot(a, u)), instead);

export function rotX(degrees) {
  const c = Math.cos(degrees * RAD), s = Math.sin(degrees * RAD);
  return [1, 0, 0, 0, c, -s, 0, s, c];
}

export function rotY(degrees) {
  const c = Math.cos(degrees * RAD), s = Math.sin(degrees * RAD);
  return [c, 0, s, 0, 1, 0, -s, 0, c];
}

export function rotZ(degrees) {
  const c = Math.cos(degrees * RAD), s = Math.sin(degrees * RAD);
  return [c, -s, 0, s, c, 0, 0, 0, 1];
}

export function multiply(A, B) {
  const [a, b, c, d, e, f, g, h, i] = A;
  const [j, k, l, m, n, o, p, q, r] = B;
  return [
    a * j + b * m + c * p, a * k + b * n + c * q, a * l + b * o + c * r,
    d * j + e * m + f * p, d * k + e * n + f * q, d * l + e * o + f * r,
    g * j + h * m + i * p, g * k + h * n + i * q, g * l + h * o + i * r,
  ];
}

export const transpose = (A) => [A[0], A[3], A[6], A[1], A[4], A[7], A[2], A[5], A[8]];

/** A·v: a direction from the frame into its parent. */
export const turn = (A, v) => [
  A[0] * v[0] + A[1] * v[1] + A[2] * v[2],
  A[3] * v[0] + A[4] * v[1] + A[5] * v[2],
  A[6] * v[0] + A[7] * v[1] + A[8] * v[2],
];

/** Aᵀ·v: a direction from the parent into the frame. */
export const unturn = (A, v) => [
  A[0] * v[0] + A[3] * v[1] + A[6] * v[2],
  A[1] * v[0] + A[4] * v[1] + A[7] * v[2],
  A[2] * v[0] + A[5] * v[1] + A[8] * v[2],
];

export const axisX = (A) => [A[0], A[3], A[6]];
export const axisY = (A) => [A[1], A[4], A[7]];
export const axisZ = (A) => [A[2], A[5], A[8]];

export const fromAxes = (x, y, z) => [x[0], y[0], z[0], x[1], y[1], z[1], x[2], y[2], z[2]];

/** Right-handed axes with y exact and x as near as possible. */
export function fromYX(y, x) {
  const along_ = unit(y);
  const front = across(x, along_, [1, 0, 0]);
  return fromAxes(front, along_, cross(front, along_));
}

/** Axes between A and B: columns blended, then squared up. For angles well below 180 degrees. */
export function between(A, B, t) {
  if (t <= 0) return A;
  if (t >= 1) return B;
  return fromYX(lerp(axisY(A), axisY(B), t), lerp(axisX(A), axisX(B), t));
}

/** The point `offset` of a frame, in the frame's parent. */
export const at = (frame, offset) => add(frame.p, turn(frame.R, offset));

/** The frame `child` (given in `parent`) seen from the parent's parent. */
export const within = (parent, child) => ({ p: at(parent, child.p), R: multiply(parent.R, child.R) });
