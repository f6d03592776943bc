/** Pictures of fitted props: mats and walls behind everything, boxes and cushions among the parts of the body. */
import { project } from '#routines/movement/camera.js';
import { samples, sortable } from '#routines/movement/order.js';
import { Path, outline, polyline } from '#routines/movement/outline.js';
import { shape } from '#routines/movement/paint.js';
import { blend } from '#routines/movement/themes.js';

/** A four-cornered plate with rounded corners, as path data. Corners are world points in order. */
function plate(camera, corners, radius) {
  const points = corners.map(camera.point);
  const path = new Path();
  const step = ([x, y], [toX, toY]) => {
    const share = Math.min(radius / (Math.hypot(toX - x, toY - y) || 1), 0.3);
    return [x + (toX - x) * share, y + (toY - y) * share];
  };
  path.move(...step(points[0], points[1]));
  for (let i = 1; i <= 4; i += 1) {
    const corner = points[i % 4];
    path.line(...step(corner, points[i - 1]));
    path.curve(corner[0], corner[1], ...step(corner, points[(i + 1) % 4]));
  }
  path.close();
  return path.d;
}

/** Corners of a face: two spans along two axes, the third axis fixed. */
const faceX = (x, y, z) => [[x, y[0], z[0]], [x, y[0], z[1]], [x, y[1], z[1]], [x, y[1], z[0]]];
const faceY = (x, y, z) => [[x[0], y, z[0]], [x[1], y, z[0]], [x[1], y, z[1]], [x[0], y, z[1]]];
const faceZ = (x, y, z) => [[x[0], y[0], z], [x[1], y[0], z], [x[1], y[1], z], [x[0], y[1], z]];

/** Mats, blankets and walls, in the order of the list. */
export const backdrop = (camera, props, colours) => props.map(({ kind, x, z, top, thick, tone, high }) => {
  if (kind === 'wall') {
    const tint = blend(colours.mat, colours.paper, 0.45);
    const d = plate(camera, faceX(x, [0, high], z), 3);
    return `<path d="${d}" fill="${tint}" stroke="${colours.mat}" stroke-width="1.2"/>`;
  }
  if (kind !== 'mat') return '';
  const edge = tone === 'mat' ? colours.edge : blend(colours.cloth, colours.ink, 0.25);
  const [under, over] = [top - thick, top].map((y) => plate(camera, faceY(x, y, z), 14));
  return `<path d="${under}" fill="${edge}" stroke="${edge}" stroke-width="1"/>`
    + `<path d="${over}" fill="${colours[tone]}" stroke="${edge}" stroke-width=".6"/>`;
}).join('');

/** The faces of a box that the viewer sees: top light, sides darker. */
function paintBox(camera, { x, y, z }, colours) {
  const [vx, vy, vz] = camera.view;
  const seen = (part, span) => span[part > 0 ? 1 : 0];
  const faces = [
    [vy, 0, faceY(x, seen(vy, y), z)], [vx, 0.5, faceX(seen(vx, x), y, z)], [vz, 0.8, faceZ(x, y, seen(vz, z))],
  ];
  const stroke = blend(colours.propEdge, colours.ink, 0.35);
  return faces.filter(([part]) => Math.abs(part) > 0.01).map(([, shade, corners]) => {
    const fill = blend(colours.prop, colours.propEdge, shade);
    const d = polyline(corners.map(camera.point), true);
    return `<path d="${d}" fill="${fill}" stroke="${stroke}" stroke-width=".9"/>`;
  }).join('');
}

/** Balls that fill a box, for the painting order. */
function boxBalls(camera, { x, y, z }) {
  const spans = [x, y, z];
  const cell = Math.max(Math.min(...spans.map(([from, to]) => to - from)), 0.06);
  const stops = spans.map(([from, to]) => {
    const count = Math.min(Math.max(Math.round((to - from) / cell), 1), 5);
    return Array.from({ length: count }, (_, i) => from + ((to - from) * (i + 0.5)) / count);
  });
  return stops[0].flatMap((px) => stops[1].flatMap((py) => stops[2].map((pz) => {
    const [u, v, depth] = camera.point([px, py, pz]);
    return { x: u, y: v, z: depth, r: cell * 100 };
  })));
}

/** Boxes and soft props ready for the painting order: each item knows its own SVG. */
export const furnitureItems = (camera, props, colours) => props.flatMap((prop) => {
  if (prop.kind === 'box') {
    return [sortable('box', boxBalls(camera, prop), { svg: () => paintBox(camera, prop, colours) })];
  }
  if (prop.kind !== 'soft') return [];
  const ellipses = prop.balls.map((solid) => project(camera, solid));
  const d = outline(ellipses, [ellipses.map((_, i) => i)]);
  const stroke = blend(colours.cloth, colours.ink, 0.45);
  return [sortable('soft', samples(ellipses, []), { svg: () => shape(d, colours.cloth, stroke, colours) })];
});
