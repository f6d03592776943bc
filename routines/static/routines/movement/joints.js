/**
 * Joint angles and the merging of a key pose with the base postures it stands on.
 *
 * Angles are degrees from the anatomical position, named as a clinician names them (hip.R.flex 90 = ninety degrees of
 * flexion); `scapula.*` is centimetres. A name without a side ("hip.flex") sets both sides. Limits: limits.js.
 */
import { SIDES } from '#routines/movement/build.js';
import { mix } from '#routines/movement/vectors.js';

const UNSIDED = ['lumbar', 'thorax', 'neck', 'head'];

/** {"hip.flex": 46, "hip.R.abd": 3} → {"hip.R.flex": 46, "hip.L.flex": 46, "hip.R.abd": 3}; a sided name wins. */
function expandJoints(joints) {
  const full = {};
  const sided = {};
  for (const name in joints) {
    const [part, motion, ...more] = name.split('.');
    if (more.length || UNSIDED.includes(part)) sided[name] = joints[name];
    else for (const side of SIDES) full[`${part}.${side}.${motion}`] = joints[name];
  }
  return { ...full, ...sided };
}

/** {both: x} or {R: x, L: y} → {R, L}. */
const expandSides = ({ both, ...sided } = {}) => (both === undefined ? sided : { R: both, L: both, ...sided });

const FREE = {
  root: { orient: 'upright', pitch: 0, turn: 0, bend: 0 }, joints: {}, feet: { R: 'free', L: 'free' },
  hands: { R: 'free', L: 'free' }, support: {}, air: 0,
};

/**
 * The complete pose of one key: its base postures (recursively) with the key's own values on top, layer by layer.
 * A rule set to null is switched off. `postures` maps names to layers of the same form.
 */
export function resolve(layer, postures, depth = 0) {
  if (layer.base && (!postures[layer.base] || depth > 8)) throw new Error(`unknown base posture "${layer.base}"`);
  const under = layer.base ? resolve(postures[layer.base], postures, depth + 1) : FREE;
  const support = { ...under.support, ...layer.support };
  for (const rule in support) if (support[rule] === null) delete support[rule];
  return {
    root: { ...under.root, ...layer.root },
    joints: { ...under.joints, ...expandJoints(layer.joints) },
    feet: { ...under.feet, ...expandSides(layer.feet) },
    hands: { ...under.hands, ...expandSides(layer.hands) },
    support,
    air: layer.air ?? under.air,
  };
}

/** Joint angles between two poses; a joint that is absent counts as 0. */
export function blendJoints(a, b, t) {
  const joints = {};
  for (const name in { ...a, ...b }) joints[name] = mix(a[name] || 0, b[name] || 0, t);
  return joints;
}
