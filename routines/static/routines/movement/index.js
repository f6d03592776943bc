/**
 * The movement engine: figures of exercises drawn from joint angles. Pure functions, no DOM, no clock.
 *
 *   const scene = makeScene(figure, postures);           // once per figure
 *   holder.innerHTML = draw(scene, {from: 0, to: 1, t: 0.4}, {theme: 'dark', prefix: 'player'});
 *
 * `figure` and `postures` are the entries of the pose library (routines/library/poses.yaml) as plain objects.
 */
export { draw } from '#routines/movement/draw.js';
export { momentFor, ownTempo } from '#routines/movement/play.js';
export { bodyAt } from '#routines/movement/motion.js';
export { makeScene } from '#routines/movement/scene.js';
