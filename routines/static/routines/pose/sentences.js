/** Warnings of the engine as sentences: "Pose 2: the left hand does not reach: 4 cm." */

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/** "hand.L" → "left hand", "pelvis / hand.R" → "pelvis and right hand". */
export function partWords(part, text) {
  const [first, second] = part.split(" / ");
  if (second) return fill(text.and, { a: partWords(first, text), b: partWords(second, text) });
  const [name, side] = part.split(/[.:]/);
  const word = text.parts[name] || name;
  return { R: fill(text.right, { part: word }), L: fill(text.left, { part: word }) }[side] || word;
}

/** One warning {key, kind, part, cm | degrees, limits} as a sentence; keys are counted from 1. */
export function warningWords({ key, kind, part, cm, degrees, limits = [] }, text) {
  return fill(text[kind], {
    key: key + 1, part: partWords(part, text), amount: cm ?? degrees, low: limits[0], high: limits[1],
  });
}
