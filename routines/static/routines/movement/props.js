/**
 * Props, fitted to the body: where the mat lies, how high the seat is, where the wall stands.
 *
 * A fitted prop is plain data in world metres: {kind: 'mat' | 'box' | 'soft' | 'wall', x: [from, to], y, z, ...}.
 * Things held in the hands move with the body and are found anew for every picture (held.js).
 */
import { PARTS, group, lowest, solidsOf } from '#routines/movement/flesh.js';
import { compass } from '#routines/movement/hands.js';
import { grip } from '#routines/movement/landmarks.js';
import { IDENTITY, UP, lerp } from '#routines/movement/vectors.js';

export const HELD = ['strap', 'handband', 'anchorband', 'weight', 'stick'];

/** "mat" → {type: "mat"}. */
export const asProp = (prop) => (typeof prop === 'string' ? { type: prop } : prop);

/** A kettlebell: its middle hangs this far below the fist; half its height. */
export const HANGS = 0.115;
export const WEIGHT_RADIUS = 0.068;

/** Bounds of the named parts of bodies: [x, y, z], each [from, to] in metres. */
function bounds(bodies, parts) {
  const box = [0, 1, 2].map(() => [Infinity, -Infinity]);
  for (const { frames } of bodies) {
    for (const part of parts) {
      for (const { p, r } of solidsOf(part.split(':')[0], frames)) {
        const size = typeof r === 'number' ? r : Math.max(...r);
        box.forEach((span, i) => {
          span[0] = Math.min(span[0], p[i] - size);
          span[1] = Math.max(span[1], p[i] + size);
        });
      }
    }
  }
  return box;
}

const middle = ([from, to]) => (from + to) / 2;
const around = (at, half) => [at - half, at + half];
const box = (x, y, z) => ({ kind: 'box', x, y, z });
const bothOf = (stem) => ['R', 'L'].map((side) => `${stem}.${side}`);
const low = (frames, parts) => lowest(frames, parts, UP);
/** +1 when the figure faces or points its head to the right of the world. */
const facingOf = ({ frames }) => (compass(frames).fwd[0] >= 0 ? 1 : -1);

/** Four legs under a top: [x, z] spans, inset and half thickness. */
const legs = (x, z, top, inset, half) => [x[0] + inset, x[1] - inset].flatMap((px) => (
  [z[0] + inset, z[1] - inset].map((pz) => box(around(px, half), [0, top], around(pz, half)))));

/** A chair at x with the seat at `top`; its back, `high` above the seat, is on the side -k. */
function chairAt(x, top, k, high) {
  const z = around(0, 0.2);
  const parts = [box(around(x, 0.2), [top - 0.035, top], z), ...legs(around(x, 0.2), z, top - 0.035, 0.022, 0.018)];
  if (!high) return parts;
  const back = x - k * 0.184;
  for (const dz of [-0.182, 0.182]) parts.push(box(around(back, 0.016), [top, top + high], around(dz, 0.016)));
  return [...parts, box(around(back, 0.013), [top + high * 0.48, top + high], around(0, 0.164))];
}

/** Soft things: balls whose hull is the shape. */
const soft = (spots) => [{ kind: 'soft', balls: spots.map(([p, r]) => ({ p, R: IDENTITY, r })) }];

const FIT = {
  mat(prop, body, bodies, thick) {
    const [x, , z] = bounds(bodies, Object.keys(PARTS));
    const span = ([from, to], least, margin) => (
      to - from + 2 * margin >= least ? [from - margin, to + margin] : around((from + to) / 2, least / 2));
    // Arms may lie beside the mat: it is not made wider than a mat is.
    const wide = z[1] - z[0] > 0.7 ? around(0, 0.4) : span(z, 0.66, 0.1);
    return [{ kind: 'mat', x: span(x, 1.75, 0.08), z: wide, top: thick ? -0.03 : 0, thick: 0.012, tone: 'mat' }];
  },

  /** From the shoulders to the tailbone, three centimetres thick. */
  blanket(prop, body) {
    const [x] = bounds([body], ['pelvis', 'thorax']);
    return [{ kind: 'mat', x: [x[0] - 0.04, x[1] + 0.1], z: around(0, 0.3), top: 0, thick: 0.03, tone: 'cloth' }];
  },

  /** Under the seat; or in front, its back under the hands; or under the calves of a lying body. */
  chair(prop, body) {
    const { frames } = body;
    const k = facingOf(body);
    if (prop.at === 'hands') {
      const rail = low(frames, bothOf('hand')) - 0.012;
      return chairAt(middle(bounds([body], bothOf('hand'))[0]) + k * 0.21, 0.45, k, rail - 0.45);
    }
    if (prop.at === 'calves') {
      const [knee, foot] = ['shank', 'foot'].map((part) => (frames[`${part}.R`].p[0] + frames[`${part}.L`].p[0]) / 2);
      const away = Math.sign(foot - knee);
      return chairAt(knee + away * 0.29, low(frames, bothOf('shank')), -away, 0.34);
    }
    // Sitting at the front of the seat, or leaning against the back rest.
    const back = bounds([body], ['thorax'])[0][k > 0 ? 0 : 1];
    const x = prop.lean ? back + k * 0.215 : frames.pelvis.p[0] + k * 0.04;
    return chairAt(x, low(frames, ['pelvis']), k, prop.back === false ? 0 : prop.h || 0.42);
  },

  pillow(prop, { frames }) {
    const [x, , z] = bounds([{ frames }], ['head']);
    const half = Math.max(low(frames, ['head']), 0.05) / 2;
    return soft([-0.1, 0.1].flatMap((dx) => [-0.13, 0.13].map((dz) => (
      [[middle(x) + dx, half, middle(z) + dz], [0.07, half, 0.07]]))));
  },

  /** A roll under the knees. */
  pad(prop, { frames }) {
    const half = Math.max(Math.min(prop.h || 1, low(frames, bothOf('shank').map((part) => `${part}:0`))) / 2, 0.03);
    const x = frames['shank.R'].p[0] + (prop.dx || 0);
    return soft([-0.2, 0.2].map((z) => [[x, half, z], [Math.max(half, 0.06), half, 0.05]]));
  },

  /** Between the knees and the ankles of a body on its side. */
  cushion(prop, { frames }) {
    return soft(['shank', 'foot'].map((part) => {
      const [p, q] = bothOf(part).map((name) => frames[name].p);
      return [lerp(p, q, 0.5), [0.07, Math.max(Math.abs(p[1] - q[1]) / 2 - 0.04, 0.02), 0.09]];
    }));
  },

  /** Behind the back, in front where the hands lean on it, or behind the legs that lie up against it (`feet`). */
  wall(prop, body) {
    const ahead = prop.at === 'hands';
    const legs = [...bothOf('thigh'), ...bothOf('shank'), ...bothOf('foot')];
    const touching = { hands: bothOf('hand'), feet: ['pelvis', ...legs] };
    const [x] = bounds([body], touching[prop.at] || ['thorax', 'pelvis', ...bothOf('thigh')]);
    const k = facingOf(body) * (ahead ? 1 : -1);
    const at = (k > 0 ? x[1] : x[0]) - (ahead ? k * 0.045 : 0);
    return [{ kind: 'wall', x: at, z: around(0, 0.55), high: prop.h || (prop.at === 'feet' ? 1.3 : 2) }];
  },

  /** A block, step, worktop or table whose top carries the named parts, or a weight on the floor. */
  block(prop, { frames }) {
    const [long, wide] = prop.size || [0.4, 0.6];
    if (prop.under === 'weight') {
      const [x, y, z] = lerp(grip(frames, 'R'), grip(frames, 'L'), 0.5);
      return [box(around(x, long / 2), [0, y - HANGS - WEIGHT_RADIUS], around(z, wide / 2))];
    }
    const parts = group(prop.under);
    const [spanX, , spanZ] = bounds([{ frames }], parts);
    const top = low(frames, parts);
    const x = around(middle(spanX) + (prop.dx || 0), long / 2);
    const z = around(parts.length > 1 ? 0 : middle(spanZ), wide / 2);
    if (prop.type !== 'table') return [box(x, [0, top], z)];
    return [box(x, [top - 0.035, top], z), ...legs(x, z, top - 0.035, 0.03, 0.022)];
  },
};
for (const type of ['counter', 'step', 'table']) FIT[type] = FIT.block;

export const FITTED = Object.keys(FIT);

/**
 * All props of a figure that stand or lie, fitted to the bodies of its keys. `bodies` are the solved keys; each prop
 * looks at key `prop.key` (0 by default) and is there from key `prop.since` on.
 */
export function fitProps(figure, bodies) {
  const list = (figure.props || []).map(asProp).filter(({ type }) => !HELD.includes(type));
  const thick = list.some(({ type }) => type === 'blanket');
  return list.flatMap((prop) => {
    if (!FIT[prop.type]) throw new Error(`unknown prop "${prop.type}"`);
    const fitted = FIT[prop.type](prop, bodies[prop.key || 0], bodies, thick);
    return fitted.map((one) => ({ ...one, since: prop.since || 0 }));
  });
}
