/**
 * One key pose as a layer over its base posture: what it says itself, and how to say something else. Only what differs
 * from the posture is kept. Pure: every function gives a new key.
 */
import { resolve } from "#routines/movement/joints.js";

const SIDES = ["R", "L"];

const without = (key, name) => Object.fromEntries(Object.entries(key).filter(([field]) => field !== name));
const kept = (key, name, values) => (Object.keys(values).length ? { ...key, [name]: values } : without(key, name));

/** The complete pose under a key: its posture alone. */
export const beneath = (key, postures) => resolve({ base: key.base }, postures);

/** "hip.R.flex" → "hip.flex"; null for a joint without sides. */
export function pairOf(name) {
  const [part, side, motion] = name.split(".");
  return motion ? `${part}.${motion}` : null;
}

export const otherSide = (name) => {
  const [part, side, motion] = name.split(".");
  return motion ? `${part}.${side === "R" ? "L" : "R"}.${motion}` : name;
};

/** Whether the key itself says this joint, for its side or for both. */
export const saysJoint = (key, name) => Boolean(key.joints) && (name in key.joints || pairOf(name) in key.joints);

/** The key with a joint at another angle; `under` is the pose beneath. The posture's own angle is not written down. */
export function withJoint(key, name, value, under) {
  const joints = { ...key.joints };
  const pair = pairOf(name);
  const sides = pair ? SIDES.map((side) => name.replace(/\.[RL]\./, `.${side}.`)) : [name];
  if (pair in joints) {
    for (const one of sides) joints[one] ??= joints[pair];
    delete joints[pair];
  }
  joints[name] = value;
  for (const one of sides) if (joints[one] === (under.joints[one] ?? 0)) delete joints[one];
  if (pair && sides.every((one) => one in joints) && joints[sides[0]] === joints[sides[1]]) {
    joints[pair] = joints[name];
    for (const one of sides) delete joints[one];
  }
  return kept(key, "joints", joints);
}

/** The key with another value of the whole body: pitch, turn or bend. */
export function withRoot(key, name, value, under) {
  const root = { ...key.root, [name]: value };
  if (value === under.root[name]) delete root[name];
  return kept(key, "root", root);
}

/** The key with a hand or foot elsewhere: `kind` is hands or feet; undefined leaves it to the posture. */
export function withPlace(key, kind, side, spec) {
  const { both, ...places } = key[kind] || {};
  if (both !== undefined) for (const one of SIDES) places[one] ??= both;
  if (spec === undefined) delete places[side];
  else places[side] = spec;
  const [right, left] = SIDES.map((one) => JSON.stringify(places[one]));
  return kept(key, kind, right !== undefined && right === left ? { both: places.R } : places);
}

/** What the key itself says of a hand or foot; undefined where it leaves it to the posture. */
export const saysPlace = (key, kind, side) => key[kind]?.[side] ?? key[kind]?.both;

/** The rules by which the posture finds the lean of the body. */
const LEANING = ["level", "mode"];

export const leansByItself = (pose) => LEANING.some((rule) => pose.support[rule]);

/** The key with its lean set by hand, or left to the rules of its posture. */
export function withHandSetLean(key, byHand, under) {
  const support = { ...key.support };
  for (const rule of LEANING) {
    delete support[rule];
    if (byHand && under.support[rule]) support[rule] = null;
  }
  return kept(key, "support", support);
}

/** The key on another posture; what it says itself of joints, hands and feet stays. */
export const onPosture = (key, base) => ({ ...key, base });

/** The key with a plain field at a value; undefined takes the field out. */
export const withField = (key, name, value) => (value === undefined ? without(key, name) : { ...key, [name]: value });
