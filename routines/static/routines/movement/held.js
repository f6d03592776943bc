/** Things in the hands: strap, bands, weight, stick. They follow the body in every picture. */
import { BONE, SIDES, m } from '#routines/movement/build.js';
import { project } from '#routines/movement/camera.js';
import { grip } from '#routines/movement/landmarks.js';
import { sortable } from '#routines/movement/order.js';
import { outline, polyline } from '#routines/movement/outline.js';
import { shape } from '#routines/movement/paint.js';
import { HANGS, WEIGHT_RADIUS, asProp } from '#routines/movement/props.js';
import { blend } from '#routines/movement/themes.js';
import { IDENTITY, add, along, at, axisX, axisZ, lerp, sub, unit } from '#routines/movement/vectors.js';

/** Balls along a line of world points, for the painting order. */
const beads = (camera, points, r) => points.slice(1).flatMap((point, i) => [0, 0.2, 0.4, 0.6, 0.8, 1].map((t) => {
  const [x, y, z] = camera.point(lerp(points[i], point, t));
  return { x, y, z, r };
}));

/** A line in one colour with a darker rim. */
function ribbon(camera, points, fill, rim, width) {
  const d = polyline(points.map(camera.point));
  return `<path d="${d}" fill="none" stroke="${rim}" stroke-width="${width + 2}"/>`
    + `<path d="${d}" fill="none" stroke="${fill}" stroke-width="${width}"/>`;
}

function band(camera, points, { band: fill, ink }) {
  const svg = ribbon(camera, points, fill, blend(fill, ink, 0.5), 4);
  return sortable('band', beads(camera, points, 4), { svg: () => svg });
}

const HELD_ITEMS = {
  /** Two strands, one from each hand, meeting under the foot. */
  strap(prop, camera, frames, colours) {
    const foot = frames[`foot.${prop.foot || 'R'}`];
    const sole = at(foot, [BONE.ball * 0.75, -m(0.041), 0]);
    return SIDES.map((side, i) => (
      band(camera, [grip(frames, side), along(sole, axisZ(foot.R), 0.03 - 0.06 * i), sole], colours)));
  },

  handband: (prop, camera, frames, colours) => [band(camera, SIDES.map((side) => grip(frames, side)), colours)],

  /** A band from the hands to a fixed point of the room. */
  anchorband(prop, camera, frames, colours) {
    const [right, left] = SIDES.map((side) => grip(frames, side));
    return [band(camera, prop.hands === 'both' ? [right, prop.p, left] : [lerp(right, left, 0.5), prop.p], colours)];
  },

  /** A kettlebell hanging from a fist, or held by both. */
  weight({ hand }, camera, frames, colours) {
    const from = hand ? grip(frames, hand) : lerp(grip(frames, 'R'), grip(frames, 'L'), 0.5);
    const ball = project(camera, { p: add(from, [0, -HANGS, 0]), R: IDENTITY, r: [0.072, WEIGHT_RADIUS, 0.072] });
    const out = hand ? axisX(frames[`hand.${hand}`].R) : axisZ(frames.pelvis.R);
    const sideways = unit([out[0], 0, out[2]], [1, 0, 0]);
    const handle = [[-0.045, -0.07], [-0.05, -0.015], [-0.03, 0.008], [0.03, 0.008], [0.05, -0.015], [0.045, -0.07]]
      .map(([x, y]) => add(along(from, sideways, x), [0, y, 0]));
    const fill = blend(colours.propEdge, colours.ink, 0.45);
    const stroke = blend(fill, colours.ink, 0.5);
    const svg = ribbon(camera, handle, fill, stroke, 4.4) + shape(outline([ball], [[0]]), fill, stroke, colours);
    const balls = [{ x: ball.x, y: ball.y, z: ball.z, r: 13 }, ...beads(camera, handle.slice(1, 5), 3)];
    return [sortable('weight', balls, { svg: () => svg })];
  },

  /** A stick along the back, touching head, upper back and tailbone. */
  stick(prop, camera, frames, colours) {
    const high = at(frames.head, [-m(0.064), m(0.06), 0]);
    const deep = at(frames.pelvis, [-m(0.088), m(-0.03), 0]);
    const line = unit(sub(high, deep));
    const ends = [along(deep, line, -0.12), along(high, line, 0.09)];
    const d = outline(ends.map((p) => project(camera, { p, R: IDENTITY, r: 0.013 })), [[0, 1]]);
    const stroke = blend(colours.propEdge, colours.ink, 0.5);
    return [sortable('stick', beads(camera, ends, 2.6), { svg: () => shape(d, colours.prop, stroke, colours) })];
  },
};

/**
 * Items for the painting order of everything a figure holds at a moment. A weight with `rests: n` lies where key n
 * takes hold of it until that key is reached.
 */
export const heldItems = (camera, { figure, bodies }, { frames }, { from, to = from }, colours) => (
  (figure.props || []).map(asProp).flatMap((prop) => {
    const waits = Math.min(from, to) < (prop.rests || 0);
    return HELD_ITEMS[prop.type]?.(prop, camera, waits ? bodies[prop.rests].frames : frames, colours) || [];
  }));
