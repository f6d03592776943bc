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

/** [left, top, right, bottom] of bodies in picture pixels, or of some of their parts. */
export function extentOf(bodies, camera, parts = Object.keys(PARTS)) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { frames } of bodies) {
    for (const solid of parts.flatMap((part) => solidsOf(part, frames))) {
      const { x, y, r, xx } = project(camera, solid);
      grow(box, x, y, r || Math.sqrt(xx));
    }
  }
  return box;
}

const withMargin = ([left, top, right, bottom]) => [
  left - MARGIN, top - MARGIN, right - left + 2 * MARGIN, bottom - top + 2 * MARGIN,
];

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

/** A close-up of who sits or stands may leave the legs out; who lies is shown from head to foot. */
function closeUp([left, top, width, height], extent) {
  const [x, y, wide, high] = withMargin(extent);
  if (wide <= high) return [left, top, width, height];
  const [from, above] = [Math.min(left, x), Math.min(top, y)];
  return [from, above, Math.max(left + width, x + wide) - from, Math.max(top + height, y + high) - above];
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
  const ways = moves(figure).slice(0, bodies.length - 1 || 1);
  const between = ways.map(({ from, to }) => bodyAt(motion, { from, to, t: 0.5 }));
  const extent = extentOf([...bodies, ...between], camera);
  const box = [...extent];
  for (const corner of props.flatMap(cornersOf)) grow(box, ...camera.point(corner).slice(0, 2));
  for (const { points } of arrows) for (const [x, y] of points) grow(box, x, y, 8);
  const frame = figure.crop ? closeUp(cropBox(figure.crop, bodies[0], camera), extent) : withMargin(box);
  return { figure, motion, camera, bodies, props, arrows, box: frame };
}

/** A box with the given width : height, the content in the middle. */
export function fitAspect([left, top, width, height], aspect) {
  if (!aspect) return [left, top, width, height];
  const wide = Math.max(width, height * aspect);
  const high = wide / aspect;
  return [left - (wide - width) / 2, top - (high - height) / 2, wide, high];
}
