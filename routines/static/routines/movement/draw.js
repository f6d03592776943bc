/**
 * draw(scene, moment, options) → one SVG picture as a string. No DOM, no clock; the same call gives the same bytes.
 */
import { paintArrows } from '#routines/movement/arrows.js';
import { bodyItems, figurePainter, projectParts } from '#routines/movement/figure.js';
import { glowGradient, visibleFocus } from '#routines/movement/focus.js';
import { backdrop, furnitureItems } from '#routines/movement/furniture.js';
import { ghost, shadow } from '#routines/movement/ground.js';
import { heldItems } from '#routines/movement/held.js';
import { bodyAt } from '#routines/movement/motion.js';
import { paintOrder } from '#routines/movement/order.js';
import { escapeText, number } from '#routines/movement/paint.js';
import { fitAspect } from '#routines/movement/scene.js';
import { coloursFor } from '#routines/movement/themes.js';

const DEFAULTS = {
  theme: 'light', // light | dark | pine | sand | dusk | print | contrast
  paper: '', // "#rrggbb" of what the picture stands on, where it is not the theme's own
  palette: 'teal', // teal | ochre | violet | rose | mannequin | skin-hair-clothes (see themes.js)
  mirrored: false, // the other side works
  ghost: null, // index of the key drawn faintly behind the figure
  arrows: true, // those that lead to the key of the moment; 'all', or false for none
  focus: true,
  range: 1, // prescribed share of the movement, 0.3..1
  breath: 0, // -1..1 added to the lungs
  aspect: 4 / 3, // width : height of the picture, null for as tight as possible
  prefix: 'figure', // makes ids unique in a page that shows several figures
  title: '', // text alternative; without it the picture is hidden from screen readers
  description: '',
};

/** Shadow, ghost, figure, furniture and what is held, in painting order. */
function paintMoment({ camera, figure, motion, props, bodies }, moment, options, colours, last) {
  const { prefix } = options;
  const body = bodyAt(motion, moment, options);
  const shapes = projectParts(body, camera);
  const parts = bodyItems(shapes, body, camera);
  const glows = visibleFocus(camera, body, options.focus && figure.focus);
  const paint = figurePainter(body, camera, colours, { shapes, glows, marks: figure.marks, prefix, items: parts });
  const items = paintOrder([
    ...furnitureItems(camera, props.filter(({ since }) => since <= last), colours),
    ...heldItems(camera, { figure, bodies }, body, moment, colours), ...parts,
  ]);
  const behind = options.ghost === null ? '' : ghostOf(motion, camera, options, colours);
  const glow = colours.flat || !figure.focus?.length ? '' : glowGradient(`${prefix}-glow`, colours);
  return glow + shadow(body, camera, colours) + behind
    + items.map((item) => (item.svg ? item.svg() : paint(item))).join('');
}

/** The ghost of a key; it stays the same through a movement, so the last one is kept. */
function ghostOf(motion, camera, { ghost: key, range, theme, paper }, colours) {
  const id = `${key} ${range} ${theme} ${paper}`;
  if (motion.ghost?.id !== id || colours.label) {
    const shapes = projectParts(bodyAt(motion, { from: key }, { range }), camera);
    motion.ghost = { id, svg: ghost(shapes, colours) };
  }
  return motion.ghost.svg;
}

/** Attributes and children that make the picture speak, or keep it silent. */
function words({ title, description, prefix }) {
  if (!title) return ['aria-hidden="true" focusable="false"', ''];
  const names = description ? ['title', 'desc'] : ['title'];
  const texts = [title, description].map(escapeText);
  const children = names.map((name, i) => `<${name} id="${prefix}-${name}">${texts[i]}</${name}>`);
  return [`role="img" aria-labelledby="${names.map((name) => `${prefix}-${name}`).join(' ')}"`, children.join('')];
}

/**
 * The picture of a scene at a moment {from, to, t} (see motion.js). Options: see DEFAULTS above; unknown themes and
 * palettes are errors. The result is below 30 KB and carries no script, style or link.
 */
export function draw(scene, moment = { from: 0 }, given = {}) {
  const options = { ...DEFAULTS, ...given };
  const { from = 0, to = from } = moment;
  const { camera, props, figure, arrows } = scene;
  const colours = coloursFor(options.theme, options.palette, options.paper);
  let count = 0;
  if (colours.flat) colours.label = () => `${options.prefix}-${count += 1}`;
  const [left, top, width, height] = fitAspect(scene.box, options.aspect);
  // Close-ups are drawn with thinner lines, because the picture is enlarged.
  const scale = figure.crop ? Math.min(1, height / 260) : 1;
  const shown = options.arrows ? arrows.filter(({ leads }) => options.arrows === 'all' || (leads ?? to) === to) : [];
  const content = backdrop(camera, props, colours) + paintMoment(scene, moment, options, colours, Math.max(from, to))
    + paintArrows(shown, colours, scale);
  const [role, children] = words(options);
  const flip = options.mirrored ? ` transform="matrix(-1 0 0 1 ${number(2 * left + width)} 0)"` : '';
  const order = colours.flat ? '' : ' paint-order="stroke"';
  const view = [left, top, width, height].map(number).join(' ');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view}" ${role}>${children}<g${flip}${order}`
    + ` stroke-width="${number(colours.line * 2 * scale)}" stroke-linejoin="round" stroke-linecap="round">`
    + `${content}</g></svg>`;
}
