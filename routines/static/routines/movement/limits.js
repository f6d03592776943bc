/**
 * Names that a pose may use, and how far each joint goes: for checks and for the pose editor; players do not load
 * this.
 */
import { ORIENTS } from '#routines/movement/contact.js';
import { REGIONS } from '#routines/movement/focus.js';
import { GROUPS } from '#routines/movement/flesh.js';
import { PLACES, WORLD_PLACES } from '#routines/movement/hands.js';
import { MIDDLE, SIDED } from '#routines/movement/landmarks.js';
import { HELD, FITTED } from '#routines/movement/props.js';
import { CLOTHES, HAIRS, PALETTES, SKINS, THEMES } from '#routines/movement/themes.js';

/** Limits [least, most] in degrees (scapula: cm); S stands for R or L. */
const LIMITS = {
  'hip.S.flex': [-30, 140], 'hip.S.abd': [-30, 60], 'hip.S.er': [-45, 66],
  'knee.S.flex': [0, 160], 'ankle.S.dorsi': [-65, 30], 'toe.S.ext': [-20, 80],
  'shoulder.S.flex': [-60, 180], 'shoulder.S.abd': [-62, 180], 'shoulder.S.er': [-90, 90],
  'elbow.S.flex': [0, 150], 'forearm.S.pron': [-90, 90], 'wrist.S.ext': [-80, 80], 'hand.S.curl': [0, 95],
  'scapula.S.pro': [-4, 4], 'scapula.S.elev': [-3, 5],
  'lumbar.flex': [-40, 60], 'lumbar.bend': [-30, 30], 'lumbar.turn': [-15, 15],
  'thorax.flex': [-30, 45], 'thorax.bend': [-30, 30], 'thorax.turn': [-52, 52],
  'neck.flex': [-50, 60], 'neck.bend': [-45, 45], 'neck.turn': [-70, 70],
  'head.flex': [-30, 30], 'head.bend': [-15, 15], 'head.turn': [-20, 20],
};

const bothSides = (names) => names.flatMap((name) => (
  name.includes('.S') ? [name.replace('.S', '.R'), name.replace('.S', '.L')] : [name]));

/** Every full joint name ("hip.R.flex") with its limits. */
export const JOINTS = Object.fromEntries(Object.entries(LIMITS)
  .flatMap(([name, limits]) => bothSides([name]).map((one) => [one, limits])));

/** Everything a pose, a prop or an arrow may name. */
export const vocabulary = () => ({
  joints: JOINTS,
  orients: ORIENTS,
  hands: ['free', ...Object.keys(PLACES), ...WORLD_PLACES],
  feet: ['free', 'flat', 'pin', 'toes'],
  landmarks: [...Object.keys(MIDDLE), ...bothSides(Object.keys(SIDED).map((name) => `${name}.S`))],
  focus: bothSides(Object.keys(REGIONS)),
  groups: Object.keys(GROUPS),
  props: [...FITTED, ...HELD],
  themes: Object.keys(THEMES),
  palettes: PALETTES,
  looks: { skin: SKINS, hair: HAIRS, clothes: CLOTHES },
});
