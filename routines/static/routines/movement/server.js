/** What the server calls: everything in and out is JSON. Scenes are kept, newest last, because solving costs most. */
import { warnings } from '#routines/movement/checks.js';
import { describe } from '#routines/movement/describe.js';
import { draw } from '#routines/movement/draw.js';
import { vocabulary } from '#routines/movement/limits.js';
import { prepare } from '#routines/movement/motion.js';
import { applyOverride, overrideOf } from '#routines/movement/override.js';
import { makeScene } from '#routines/movement/scene.js';

const KEPT = 24;
const scenes = new Map();

function sceneFor(id, figure, postures) {
  const scene = scenes.get(id) || makeScene(figure, postures);
  scenes.delete(id);
  scenes.set(id, scene);
  if (scenes.size > KEPT) scenes.delete(scenes.keys().next().value);
  return scene;
}

/** SVG of one moment. `id` names the content of figure and postures. */
export const picture = (id, figure, postures, moment, options) => draw(sceneFor(id, figure, postures), moment, options);

/** Warnings for the key poses of a figure. */
export const check = (figure, postures) => warnings(prepare(figure, postures));

export { applyOverride, describe, overrideOf, vocabulary };
