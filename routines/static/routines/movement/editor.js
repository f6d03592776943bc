/** What the pose editor needs: drawing, warnings, words, overrides and the names that a pose may use. */
import { warnings } from '#routines/movement/checks.js';
import { describe } from '#routines/movement/describe.js';
import { draw } from '#routines/movement/draw.js';
import { resolve } from '#routines/movement/joints.js';
import { vocabulary } from '#routines/movement/limits.js';
import { prepare } from '#routines/movement/motion.js';
import { applyOverride, overrideOf } from '#routines/movement/override.js';
import { momentFor, ownTempo } from '#routines/movement/play.js';
import { makeScene } from '#routines/movement/scene.js';

/** Warnings for the key poses of a figure, [{key, kind, part, cm | degrees, limits}]; see checks.js. */
export const check = (figure, postures) => warnings(prepare(figure, postures));

export {
  applyOverride, describe, draw, makeScene, momentFor, overrideOf, ownTempo, resolve, vocabulary,
};
