/** What lies behind the figure: the shadow where it touches the floor, and the ghost of another pose. */
import { project } from '#routines/movement/camera.js';
import { PARTS, solidsOf } from '#routines/movement/flesh.js';
import { outline } from '#routines/movement/outline.js';
import { shape } from '#routines/movement/paint.js';
import { blend } from '#routines/movement/themes.js';

const NEAR_FLOOR = 0.14;

/** A solid pressed flat on the floor. */
const pressed = (camera, { p, R, r }) => project(camera, {
  p: [p[0], 0, p[2]], R: [R[0], R[1], R[2], 0, 0, 0, R[6], R[7], R[8]], r: typeof r === 'number' ? [r, r, r] : r,
});

/** Contact shadow of everything lower than 14 cm, one path. */
export function shadow(body, camera, colours) {
  if (!colours.shadow) return '';
  const d = Object.keys(PARTS).map((name) => {
    const low = solidsOf(name, body.frames).filter(({ p, r }) => p[1] - (r.length ? Math.min(...r) : r) < NEAR_FLOOR);
    return low.length ? outline(low.map((solid) => pressed(camera, solid)), [low.map((_, i) => i)]) : '';
  }).join('');
  return `<path d="${d}" fill="${colours.ink}" fill-opacity="${colours.shadow}" stroke="none"/>`;
}

/**
 * The silhouette of a projected pose behind the figure: a veil over mat and paper, one hull for each part. Print knows
 * no veils and gets a pale shape.
 */
export function ghost(shapes, colours) {
  const d = Object.values(shapes).map(({ ellipses }) => outline(ellipses, [ellipses.map((_, i) => i)])).join('');
  const pale = (share) => blend(colours.paper, colours.ink, share);
  if (colours.flat) return shape(d, pale(0.08), pale(0.28), colours);
  const veil = colours.night || !colours.shadow ? '#ffffff' : colours.ink;
  return `<g opacity="${colours.ghost}"><path d="${d}" fill="${veil}" stroke="${veil}"/></g>`;
}
