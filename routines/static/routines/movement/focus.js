/** Highlighted regions: a soft glow on the surface of a part, or a dashed ring in print. */
import { SIGN, m } from '#routines/movement/build.js';
import { facing, project } from '#routines/movement/camera.js';
import { number } from '#routines/movement/paint.js';
import { at, turn, unit } from '#routines/movement/vectors.js';

/** Region → part that carries it, frame, centre and half axes (× height), outward direction. z counts outwards. */
export const REGIONS = {
  lumbar: ['thorax', 'lumbar3', [-0.05, 0.008, 0], [0.03, 0.05, 0.06], [-1, 0, 0]],
  thoracic: ['thorax', 'thorax3', [-0.05, 0.01, 0], [0.03, 0.055, 0.065], [-1, 0, 0]],
  abdomen: ['thorax', 'lumbar3', [0.065, 0.005, 0], [0.03, 0.05, 0.055], [1, 0, 0]],
  chest: ['thorax', 'thorax4', [0.068, -0.01, 0], [0.03, 0.045, 0.07], [1, 0, 0]],
  neck: ['neck', 'neck2', [-0.022, 0.005, 0], [0.024, 0.034, 0.034], [-1, 0, 0]],
  'flank.S': ['thorax', 'lumbar4', [0.005, 0.012, 0.075], [0.04, 0.06, 0.03], [0, 0, 1]],
  'glute.S': ['thigh.S', 'pelvis', [-0.058, -0.014, 0.05], [0.036, 0.044, 0.042], [-1, -0.25, 0.4]],
  'hamstring.S': ['thigh.S', 'thigh.S', [-0.026, -0.125, 0], [0.028, 0.075, 0.034], [-1, 0, 0.25]],
  'quad.S': ['thigh.S', 'thigh.S', [0.03, -0.12, 0], [0.03, 0.075, 0.036], [1, 0, 0.25]],
  'hipflexor.S': ['thigh.S', 'thigh.S', [0.034, -0.012, 0], [0.032, 0.05, 0.036], [1, 0.1, 0.3]],
  'calf.S': ['shank.S', 'shank.S', [-0.024, -0.075, 0], [0.026, 0.06, 0.03], [-1, 0, 0.2]],
  'shoulder.S': ['sleeve.S', 'arm.S', [0, -0.008, 0.018], [0.034, 0.036, 0.026], [0, 0.2, 1]],
};

/** The regions of a figure that the viewer can see: [{part, ellipse}] by part name. */
export function visibleFocus(camera, body, names) {
  const found = {};
  for (const name of names || []) {
    const [stem, side] = name.split('.');
    const sided = (text) => text.replace('.S', `.${side}`);
    const [part, on, centre, half, out] = REGIONS[side ? `${stem}.S` : stem];
    const k = SIGN[side] || 1;
    const frame = body.frames[sided(on)];
    if (facing(camera, turn(frame.R, unit([out[0], out[1], out[2] * k]))) < -0.35) continue;
    const p = at(frame, [m(centre[0]), m(centre[1]), m(centre[2]) * k]);
    (found[sided(part)] ??= []).push(project(camera, { p, R: frame.R, r: half.map(m) }));
  }
  return found;
}

/** The one gradient all glows of a picture share. */
export function glowGradient(id, { accent }) {
  const stop = (offset, opacity) => `<stop offset="${offset}" stop-color="${accent}" stop-opacity="${opacity}"/>`;
  return `<radialGradient id="${id}">${stop(0, 0.95)}${stop(0.6, 0.66)}${stop(1, 0)}</radialGradient>`;
}

/**
 * Glows on one part, clipped to its outline, which is the path with the id `part`; dashed rings in print. The stroke of
 * a ring is scaled with its circle: renderers of PDF know no non-scaling stroke.
 */
export function paintFocus(ellipses, part, glow, { flat, accent }) {
  const circles = ellipses.map(({ x, y, xx, xy, yy }) => {
    const a = Math.sqrt(Math.max(xx, 1));
    const b = xy / a;
    const d = Math.sqrt(Math.max(yy - b * b, 1));
    const matrix = [a, b, 0, d, x, y].map(number).join(' ');
    const [width, dash, gap] = [1.6, 5, 4].map((pixels) => (pixels / Math.sqrt(a * d)).toFixed(3));
    const look = flat
      ? `r=".92" fill="none" stroke="${accent}" stroke-width="${width}" stroke-dasharray="${dash} ${gap}"`
      : `r="1" fill="url(#${glow})" stroke="none"`;
    return `<circle ${look} transform="matrix(${matrix})"/>`;
  }).join('');
  const clip = `${part}-clip`;
  return flat ? circles
    : `<clipPath id="${clip}"><use href="#${part}"/></clipPath><g clip-path="url(#${clip})">${circles}</g>`;
}
