/**
 * A figure made ready to be drawn many times: keys solved, props fitted, arrows found, one frame for the whole
 * movement.
 */
import { findArrows } from '#routines/movement/arrows.js';
import { makeCamera, project, PX } from '#routines/movement/camera.js';
import { PARTS, solidsOf } from '#routines/movement/flesh.js';
import { landmark } from '#routines/movement/landmarks.js';
import { bodyAt, moves, prepare } from '#routines/movement/motion.js';
import { fitProps } from '#routines/movement/props.js';
import { add, scale } from '#routines/movement/vectors.js';

const MARGIN = 12;

function grow(box, x, y, r = 0) {
  box[0] = Math.min(box[0], x - r);
  box[1] = Math.min(box[1], y - r);
  box[2] = Math.max(box[2], x + r);
  box[3] = Math.max(box[3], y + r);
}

function growByBody(box, body, camera) {
  for (const part in PARTS) {
    for (const solid of solidsOf(part, body.frames)) {
      const { x, y, r, xx } = project(camera, solid);
      grow(box, x, y, r || Math.sqrt(xx));
    }
  }
}

/** Points at the corners of a fitted prop. */
const cornersOf = ({ kind, x, y, z, top, thick, high, balls }) => {
  if (balls) return balls.flatMap(({ p, r }) => [-1, 1].map((k) => add(p, scale(r, k))));
  const [xs, ys] = kind === 'wall' ? [[x], [0, high]] : [x, y || [top - thick]];
  return xs.flatMap((px) => ys.flatMap((py) => z.map((pz) => [px, py, pz])));
};

/**
 * [left, top, width, height] of a close-up: `r` is 0.8 of half the height in metres, around a landmark of the first
 * key.
 */
function cropBox({ at, r, dx = 0, dy = 0 }, body, camera) {
  const [x, y] = camera.point(landmark(body.frames, at));
  const half = (r / 0.8) * PX;
  const wide = (half * 4) / 3;
  return [x + dx * PX - wide, y - dy * PX - half, wide * 2, half * 2];
}

/**
 * {figure, motion, camera, bodies, props, arrows, box}: everything `draw` needs. `box` is [left, top, width, height]
 * in picture pixels around all keys, so that the figure never jumps. Throws an Error naming the key that cannot be
 * solved.
 */
export function makeScene(figure, postures) {
  const motion = prepare(figure, postures);
  const camera = makeCamera(figure.camera || {});
  const { bodies } = motion;
  const props = fitProps(figure, bodies);
  const arrows = findArrows(motion, camera, bodies);
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const body of bodies) growByBody(box, body, camera);
  for (const { from, to } of moves(figure).slice(0, bodies.length - 1 || 1)) {
    growByBody(box, bodyAt(motion, { from, to, t: 0.5 }), camera);
  }
  for (const corner of props.flatMap(cornersOf)) grow(box, ...camera.point(corner).slice(0, 2));
  for (const { points } of arrows) for (const [x, y] of points) grow(box, x, y, 8);
  const whole = [box[0] - MARGIN, box[1] - MARGIN, box[2] - box[0] + 2 * MARGIN, box[3] - box[1] + 2 * MARGIN];
  const frame = figure.crop ? cropBox(figure.crop, bodies[0], camera) : whole;
  return { figure, motion, camera, bodies, props, arrows, box: frame };
}

/** A box with the given width : height, the content in the middle. */
export function fitAspect([left, top, width, height], aspect) {
  if (!aspect) return [left, top, width, height];
  const wide = Math.max(width, height * aspect);
  const high = wide / aspect;
  return [left - (wide - width) / 2, top - (high - height) / 2, wide, high];
}
