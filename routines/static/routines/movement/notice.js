/**
 * What a person would notice between two key poses: a list of changes, the largest first. The words come later
 * (describe.js), so that every language tells the same.
 */
import { SIDES } from '#routines/movement/build.js';
import { landmark } from '#routines/movement/landmarks.js';
import { bodyAt } from '#routines/movement/motion.js';
import { axisY, sub } from '#routines/movement/vectors.js';

const joint = (pose, name) => pose.joints[name] || 0;
const placeOf = (spec) => (typeof spec === 'string' ? spec : spec.at);

/** Facts about one move: differences of joints (degrees) and of landmarks (metres). */
function differences(motion, from, to) {
  const [a, b] = [motion.keys[from], motion.keys[to]];
  const [first, last] = [from, to].map((key) => bodyAt(motion, { from: key }).frames);
  return {
    a, b, lying: a.root.orient !== 'upright', orient: a.root.orient,
    turned: (name) => joint(b, name) - joint(a, name),
    end: (name) => joint(b, name),
    moved: (name) => sub(landmark(last, name), landmark(first, name)),
    high: (name) => landmark(last, name)[1],
    lean: axisY(last.thorax3.R)[0] - axisY(first.thorax3.R)[0],
    leaning: axisY(last.thorax3.R)[0],
    upright: axisY(last.pelvis.R)[1] - axisY(first.pelvis.R)[1],
  };
}

/** Changes that say it all. */
const WHOLE = [
  'sit_up', 'push_up', 'roll_over', 'sit_down', 'stand_up', 'sink_down', 'step_up', 'knees_tip', 'body_rocks',
  'pelvis_rolls',
];

/** One leg: the first that fits. */
function legChange({ turned, end, lying, orient, high, moved }, side) {
  const [hip, knee] = [turned(`hip.${side}.flex`), turned(`knee.${side}.flex`)];
  const bent = end(`knee.${side}.flex`);
  const out = turned(`hip.${side}.abd`);
  const foot = high(`ankle.${side}`);
  if (orient === 'prone') return hip < -40 ? 'leg_back' : null;
  if (lying && hip > 30 && end(`hip.${side}.flex`) > 84) return bent < 30 ? 'leg_to_ceiling' : 'knee_to_chest';
  if (lying && hip < -30 && end(`hip.${side}.flex`) > 60) return null;
  if (lying && hip < -30 && foot < 0.2 && bent < 12) return 'heel_away';
  if (lying && hip < -30 && knee < -20) return 'leg_lowers';
  if (lying && Math.abs(knee) > 25 && foot > 0.45) return knee < 0 ? 'leg_to_ceiling' : 'knee_bends';
  if (out > 10 || turned(`hip.${side}.er`) > 15) return bent > 40 ? 'knee_opens' : 'leg_up_sideways';
  if (out < -10 && bent > 40) return 'knee_closes';
  if (orient === 'upright' && hip > 40 && bent > 50 && moved(`ankle.${side}`)[1] > 0.15) return 'knee_lifts';
  if (orient === 'upright' && knee > 18 && Math.abs(moved('pelvis')[1]) < 0.1) return 'knee_bends';
  if (lying && turned(`ankle.${side}.dorsi`) > 25) return 'toes_up';
  return null;
}

/** The trunk as a whole: standing up, sinking, leaning, rolling. */
function bodyChange(d) {
  const [x, y] = d.moved('pelvis');
  const away = d.turned('lumbar.turn') + d.turned('thorax.turn');
  const roll = d.b.root.turn - d.a.root.turn;
  if (d.lying && d.upright > 0.5) return ['sit_up'];
  if (d.lying && d.b.root.pitch - d.a.root.pitch > 15 && d.orient === 'supine') return ['push_up'];
  if (Math.abs(roll) > 60) return ['roll_over', d.orient === 'prone' ? -roll : roll];
  if (Math.abs(roll) > 15) return [away * roll < 0 ? 'knees_tip' : 'body_rocks', roll];
  if (Math.abs(roll) > 8) return ['pelvis_rolls', roll];
  if (d.orient === 'upright') {
    if (y > 0.2) return ['stand_up'];
    if (y < -0.2) return [d.b.support.mode === 'stance' ? 'sit_down' : 'sink_down'];
    if (d.b.support.height && y > 0.1) return ['step_up'];
    // A slump is told by the lower back.
    const slumps = Math.abs(d.turned('lumbar.flex')) > 14 && d.b.root.pitch < 20;
    if (slumps && d.b.support.mode !== 'stance') return null;
    if (d.lean > 0.18) return ['lean_forward'];
    if (d.lean < -0.16) return [d.leaning < -0.2 ? 'lean_back' : 'come_upright'];
    if (Math.abs(x) > 0.07) return [x > 0 ? 'hips_forward' : 'hips_back'];
  }
  if (d.orient === 'supine' && y > 0.07) return ['hips_lift'];
  if (d.orient.startsWith('side') && y > 0.03) return ['hips_lift'];
  if (d.orient === 'prone' && x < -0.2) return ['hips_to_heels'];
  return null;
}

/** Back, neck and head. */
function spineChanges(d) {
  const found = [];
  const lumbar = d.turned('lumbar.flex');
  const thorax = d.turned('thorax.flex');
  const turn = d.turned('thorax.turn') + d.turned('lumbar.turn');
  const bend = d.turned('thorax.bend') + d.turned('lumbar.bend');
  const chest = d.moved('C7')[1];
  if (d.orient === 'prone' && chest > 0.05 && d.high('C7') < 0.6 && lumbar < 0) found.push(['chest_lifts']);
  else if (d.orient === 'prone' && Math.abs(lumbar) > 14) found.push([lumbar > 0 ? 'back_rounds' : 'back_hollows']);
  else if (d.orient === 'upright' && Math.abs(lumbar) > 14) {
    found.push([lumbar > 0 ? 'low_back_rounds' : 'low_back_arches']);
  }
  if (d.orient === 'supine' && Math.abs(lumbar) > 14 && Math.abs(d.turned('hip.R.flex')) < 10) {
    found.push([lumbar > 0 ? 'low_back_presses' : 'low_back_lifts']);
  }
  if (d.orient === 'supine' && d.moved('head')[1] > 0.025 && thorax > 10) found.push(['head_lifts']);
  if (d.orient === 'upright' && Math.abs(lumbar) < 14 && thorax < -11) found.push(['upper_back_arches']);
  const rolled = Math.abs(d.b.root.turn - d.a.root.turn) > 8;
  if (!rolled && Math.abs(turn) > 15) found.push(['chest_turns', turn]);
  if (d.orient === 'upright' && Math.abs(bend) > 15) found.push(['trunk_bends', bend]);
  const head = d.turned('neck.turn');
  if (Math.abs(head) > 25 && Math.abs(turn) < 15 && !rolled) found.push(['head_turns', head]);
  if (d.turned('neck.flex') < -15 && d.turned('head.flex') > 15) found.push(['chin_back']);
  return found;
}

/** One arm that is free at the end of the move. */
function armChange(d, side) {
  const flex = d.turned(`shoulder.${side}.flex`);
  const abd = d.turned(`shoulder.${side}.abd`);
  const elbow = d.turned(`elbow.${side}.flex`);
  const wrist = d.moved(`wrist.${side}`);
  if (flex < -60 && elbow > 60) return 'elbow_back';
  if (d.orient === 'upright' && wrist[1] > 0.25 && d.high(`wrist.${side}`) > 1.5) {
    return abd > 30 ? 'arm_up_sideways' : 'arm_up';
  }
  if (d.orient === 'prone' && flex > 60) return 'arm_forward';
  if (d.orient === 'supine' && flex > 50) return 'arm_overhead';
  if (d.orient.startsWith('side') && abd > 60) return 'arm_opens';
  if (d.orient === 'prone' && abd > 60) return 'arm_opens';
  return null;
}

/** Hands that change their place: the place, or null. */
function handChange({ a, b, moved }, side) {
  const [from, to] = [placeOf(a.hands[side]), placeOf(b.hands[side])];
  const spec = b.hands[side];
  if (to === 'floor' && b.root.orient === 'prone') return spec.dz < -0.3 && spec.high < 0.05 ? 'arm_under' : null;
  if (from === to && to.startsWith('front')) return moved(`wrist.${side}`)[0] > 0.15 ? 'hand_press' : null;
  if (from === to || to === 'free' || to === 'here') return null;
  if (to.startsWith('shin')) return placeOf(b.hands.R) === placeOf(b.hands.L) ? 'hand_shin' : 'hand_shins';
  return `hand_${to.split('.')[0]}`;
}

/** Changes that both sides share are told once, with the side "both". */
function perSide(change) {
  const [right, left] = SIDES.map(change);
  if (right && right === left) return [[right, 'both']];
  return [[right, 'R'], [left, 'L']].filter(([name]) => name);
}

/**
 * What is noticed on the way from one key to another: [[name, more]], in the order of telling. `more` is a side
 * ("R", "L", "both"), or a number whose sign is a direction (+ to the subject's right), or missing.
 */
export function noticed(motion, from, to) {
  const d = differences(motion, from, to);
  const body = bodyChange(d);
  const air = d.b.air - d.a.air;
  const shoulders = d.turned('scapula.R.pro') + d.turned('scapula.L.pro');
  if (body && WHOLE.includes(body[0])) return [body];
  const found = [
    ...(body ? [body] : []),
    ...(body && body[0] === 'lean_forward' ? [] : perSide((side) => legChange(d, side))),
    ...spineChanges(d),
    ...perSide((side) => (d.b.hands[side] === 'free' ? armChange(d, side) : null)),
    ...perSide((side) => handChange(d, side)),
    ...(Math.abs(air) > 0.5 ? [[air > 0 ? 'belly_rises' : 'belly_sinks']] : []),
    ...(shoulders < -8 ? [['blades_together']] : []),
    ...(d.turned('hand.R.curl') > 50 && d.a.hands.R === 'free' && d.lying ? [['fists']] : []),
  ];
  return found.slice(0, 4);
}
