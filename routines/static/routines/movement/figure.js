/**
 * The painted person: parts in depth order, each one path with an outline in its own darker colour.
 *
 * A part is drawn as several hulls in one path; its stroke is painted before its fill, so the hulls melt into one
 * shape with one outline. For print the two are separate paths, because some PDF makers ignore paint-order.
 */
import { SIDES, SIGN, other } from '#routines/movement/build.js';
import { facing, project } from '#routines/movement/camera.js';
import { fingerLines, handSolids } from '#routines/movement/fingers.js';
import { PARTS, TRAPEZIUS, solidsOf } from '#routines/movement/flesh.js';
import { paintFocus } from '#routines/movement/focus.js';
import { faceFeatures, faceHulls, hairBehind, hairPaths } from '#routines/movement/head.js';
import { samples, sortable } from '#routines/movement/order.js';
import { outline, polyline, smoothLine } from '#routines/movement/outline.js';
import { shape } from '#routines/movement/paint.js';
import { blend } from '#routines/movement/themes.js';
import { at, axisX, axisZ, smoothstep } from '#routines/movement/vectors.js';

const COLOUR = { pelvis: 'trousers', thigh: 'trousers', shank: 'trousers', thorax: 'shirt', sleeve: 'shirt' };
const stemOf = (name) => name.split('.')[0];

/** Parts that are painted together with another one, before (ankle) or after it (sleeve). */
const LAYERS = { shank: ['ankle', 'shank'], arm: ['arm', 'sleeve'] };
const LEG = ['thigh', 'shank', 'ankle', 'foot'];
const ARM = ['arm', 'sleeve', 'forearm', 'hand'];

/**
 * Seams: [limb, what it hangs on, solid of the joint as [part, index], solid inside the limb, solid inside the
 * other]. Whichever of the two is painted later leaves an arc on the earlier one; a patch from the joint towards the
 * solid inside the earlier one hides it.
 */
const SEAMS = [
  ['shank.S', 'thigh.S', ['shank.S', 0], ['shank.S', 1], ['thigh.S', 4]],
  ['foot.S', 'shank.S', ['foot.S', 0], ['foot.S', 1], ['ankle.S', 1]],
  ['arm.S', 'thorax', ['sleeve.S', 0], ['sleeve.S', 1], ['thorax', TRAPEZIUS]],
  ['forearm.S', 'arm.S', ['forearm.S', 0], ['forearm.S', 1], ['arm.S', 2]],
  ['hand.S', 'forearm.S', ['hand.S', 0], ['hand.S', 1], ['forearm.S', 4]],
  ['thigh.S', 'pelvis', ['thigh.S', 0], ['thigh.S', 1], ['pelvis', 4]],
];

/** Projected solids of every part: {name: {ellipses, hulls}}. */
export function projectParts(body, camera) {
  const shapes = {};
  for (const name in PARTS) {
    const [stem, side] = name.split('.');
    const { solids, hulls } = stem === 'hand' ? handSolids(body.frames[name], side, body.curl[side])
      : { solids: solidsOf(name, body.frames, body.air), hulls: PARTS[name].hulls };
    shapes[name] = { ellipses: solids.map((solid) => project(camera, solid)), hulls };
  }
  return shapes;
}

/** The parts of the body ready for the painting order. */
export function bodyItems(shapes, body, camera) {
  const items = [];
  // Seen from the front the bare neck shows in the neckline; from behind the collar covers it.
  const over = facing(camera, axisX(body.frames.thorax5.R)) > 0.25;
  for (const name in shapes) {
    const [stem, side] = name.split('.');
    if (stem === 'ankle' || stem === 'sleeve') continue;
    const parts = LAYERS[stem] ? LAYERS[stem].map((part) => `${part}.${side}`) : [name];
    const balls = parts.flatMap((part) => samples(shapes[part].ellipses, shapes[part].hulls));
    items.push(sortable(name, balls, { parts, over }));
    if (name === 'head' && hairBehind(camera, body.frames.head)) {
      items.push(sortable('hair', [balls[0]], { parts: [] }));
    }
  }
  return items;
}

/** How far each limb fades into the paper, 0..1: only the far one of a pair seen from the side. */
function hazes(body, camera, items, { fade }) {
  const depth = Object.fromEntries(items.map(({ name, z }) => [name, z]));
  const haze = {};
  for (const [limb, frame] of [[LEG, 'pelvis'], [ARM, 'thorax4']]) {
    const sideways = smoothstep(0.25, 0.6, Math.abs(facing(camera, axisZ(body.frames[frame].R))));
    const [upper, lower] = [limb[0], limb[limb.length - 2].replace('ankle', 'shank')];
    const mean = (side) => (depth[`${upper}.${side}`] + depth[`${lower}.${side}`]) / 2;
    for (const side of SIDES) {
      const amount = fade * sideways * (1 - smoothstep(-0.2, -0.05, mean(side) - mean(other(side))));
      for (const part of limb) haze[`${part}.${side}`] = amount;
    }
  }
  return haze;
}

/** The inner edges of the shoulder blades, for figures about them (`marks: [scapulae]`), seen from behind. */
function bladeEdges({ frames, joints }, camera) {
  const { R } = frames.thorax4;
  if (facing(camera, axisX(R)) > -0.3) return '';
  const edge = [
    [-0.05, -0.06, 0.05], [-0.068, -0.055, 0.006], [-0.075, -0.11, -0.006], [-0.074, -0.17, 0.006],
    [-0.066, -0.185, 0.03],
  ];
  return SIDES.map((side) => {
    const [pro, elev] = ['pro', 'elev'].map((motion) => (joints[`scapula.${side}.${motion}`] || 0) / 100);
    return smoothLine(edge.map(([x, y, z]) => (
      camera.point(at({ p: frames.C7.p, R }, [x, y + elev, SIGN[side] * (0.076 + pro + z)])))));
  }).join('');
}

/** A painter of one body: called with its items in painting order, it returns the SVG of each. */
export function figurePainter(body, camera, colours, { shapes, glows, marks = [], prefix, items }) {
  const haze = hazes(body, camera, items, colours);
  const painted = new Set();
  const idOf = (part) => `${prefix}-${part.replace('.', '')}`;
  const { head } = body.frames;

  function tone(part) {
    const colour = colours[COLOUR[stemOf(part)] || 'skin'];
    const far = haze[part] || 0;
    const line = blend(colour, colours.ink, colours.inked);
    return [blend(colour, colours.haze, far), blend(line, colours.haze, far * 0.8)];
  }

  const stroked = (d, part, width) => (
    d && `<path d="${d}" fill="none" stroke="${tone(part)[1]}" stroke-width="${width}"/>`);
  const hair = (d) => shape(d, colours.hair, blend(colours.hair, colours.ink, colours.inked), colours);

  /** Covers the arcs where this item overlaps neighbours that were painted before. */
  const patches = (name) => SEAMS.flatMap((seam) => SIDES.map((side) => {
    const sided = (part) => part.replace('.S', `.${side}`);
    const [limb, parent] = [sided(seam[0]), sided(seam[1])];
    if ((name !== limb || !painted.has(parent)) && (name !== parent || !painted.has(limb))) return '';
    if (!parent.includes('.') && haze[limb] > 0.04) return '';
    const solid = ([part, index]) => shapes[sided(part)].ellipses[index[side] ?? index];
    const joint = solid(seam[2]);
    const next = solid(seam[name === limb ? 4 : 3]);
    const rim = colours.line / 2;
    const d = Math.hypot(next.x - joint.x, next.y - joint.y) || 1;
    const reach = Math.min(1, (joint.r * (parent === 'thorax' ? 0.5 : 1.05)) / d);
    const inner = { x: joint.x + (next.x - joint.x) * reach, y: joint.y + (next.y - joint.y) * reach,
      r: Math.min(joint.r, next.r || joint.r) - rim };
    const hull = [{ ...joint, r: joint.r - rim }, inner];
    if (name === limb && parent === 'pelvis') {
      // Seat and hip are one line: the patch covers the buttock too.
      const buttock = shapes[limb].ellipses[7];
      const belt = { ...next, xx: next.xx * 0.92, xy: next.xy * 0.92, yy: next.yy * 0.92 };
      hull.splice(1, 1, { ...buttock, r: buttock.r - rim }, belt);
    }
    const [fill] = tone(seam[2][0] === 'shank.S' ? name : sided(seam[2][0]));
    return `<path d="${outline(hull, [hull.map((_, i) => i)])}" fill="${fill}" stroke="none"/>`;
  })).join('');

  function paintHead() {
    const { ellipses, hulls } = shapes.head;
    const [fill, stroke] = tone('head');
    const more = faceHulls(head).map((hull) => hull.map((solid) => project(camera, solid)));
    const d = outline(ellipses, hulls) + more.map((hull) => outline(hull, [[0, 1]])).join('');
    const { lines, eyes, ears } = faceFeatures(camera, head, colours.plain);
    const { top, back } = hairPaths(camera, head);
    return shape(d, fill, stroke, colours) + stroked(lines, 'head', 0.9)
      + (eyes && `<path d="${eyes}" fill="${colours.ink}" stroke="none"/>`)
      + hair(hairBehind(camera, head) ? top : top + back) + shape(ears, fill, stroke, colours);
  }

  return ({ name, parts }) => {
    if (name === 'hair') return hair(hairPaths(camera, head).back);
    let svg = name === 'head' ? paintHead() : parts.map((part) => {
      const { ellipses, hulls } = shapes[part];
      return shape(outline(ellipses, hulls), ...tone(part), colours, glows[part] && idOf(part));
    }).join('');
    painted.add(name);
    svg += patches(name);
    if (name === 'thorax' && marks.includes('scapulae')) svg += stroked(bladeEdges(body, camera), name, 1.1);
    for (const part of parts) if (glows[part]) svg += paintFocus(glows[part], idOf(part), `${prefix}-glow`, colours);
    if (stemOf(name) !== 'hand') return svg;
    const lines = fingerLines(camera, body.frames[name], name.slice(-1), body.curl[name.slice(-1)]);
    return svg + stroked(lines.map((points) => polyline(points)).join(''), name, 0.75);
  };
}
