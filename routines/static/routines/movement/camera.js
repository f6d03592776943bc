/**
 * Orthographic camera: world metres → picture pixels (200 to the metre, y downwards) and depth (metres to the
 * viewer).
 */
import { multiply, rotX, rotY, turn } from '#routines/movement/vectors.js';

export const PX = 200;

/** {yaw, pitch} in degrees: yaw 0 looks at the subject's right side, 90 at the front; pitch looks down from above. */
export function makeCamera({ yaw = 0, pitch = 0 }) {
  const C = multiply(rotX(pitch), rotY(-yaw));
  const view = [C[6], C[7], C[8]];
  return {
    C, view, yaw, pitch,
    /** A world point as [x px, y px, depth m]. */
    point: (p) => { const q = turn(C, p); return [q[0] * PX, -q[1] * PX, q[2]]; },
    /** A world direction on the picture, unscaled: [x, y down, towards the viewer]. */
    direction: (v) => { const q = turn(C, v); return [q[0], -q[1], q[2]]; },
  };
}

/**
 * A solid {p, R, r} as an ellipse on the picture: centre x, y (px), depth z (m) and either a radius `r` (px) or the
 * matrix [xx, xy, yy] (px²) whose support function is √(uᵀSu).
 */
export function project({ C }, { p, R, r }) {
  const x = (C[0] * p[0] + C[1] * p[1] + C[2] * p[2]) * PX;
  const y = -(C[3] * p[0] + C[4] * p[1] + C[5] * p[2]) * PX;
  const z = C[6] * p[0] + C[7] * p[1] + C[8] * p[2];
  if (typeof r === 'number') return { x, y, z, r: r * PX };
  let xx = 0, xy = 0, yy = 0;
  for (let i = 0; i < 3; i += 1) {
    const a = (C[0] * R[i] + C[1] * R[3 + i] + C[2] * R[6 + i]) * r[i] * PX;
    const b = -(C[3] * R[i] + C[4] * R[3 + i] + C[5] * R[6 + i]) * r[i] * PX;
    xx += a * a; xy += a * b; yy += b * b;
  }
  return { x, y, z, r: 0, xx, xy, yy };
}

/** Normal direction towards the viewer, 0..1, of a world direction. */
export const facing = ({ view }, v) => view[0] * v[0] + view[1] * v[1] + view[2] * v[2];

