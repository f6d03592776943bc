/** Small pieces of SVG that several painters share. */

/**
 * One filled and outlined path, named `id` where it is given. Where the outline cannot be painted under the fill
 * (print), the path is painted twice: once in the colour of the outline, then filled. `label` makes names for that.
 */
export function shape(d, fill, stroke, { label }, id) {
  if (!d) return '';
  if (!label) return `<path${id ? ` id="${id}"` : ''} d="${d}" fill="${fill}" stroke="${stroke}"/>`;
  const name = label();
  return `<g fill="${stroke}" stroke="${stroke}"><path id="${name}" d="${d}"/></g>`
    + `<use href="#${name}" fill="${fill}" stroke="none"/>`;
}

/** A number with one decimal. */
export const number = (n) => String(Math.round(n * 10) / 10);

/** Text made safe for SVG. */
export const escapeText = (text) => String(text).replace(/[&<>"']/g, (c) => (
  { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }[c]));
