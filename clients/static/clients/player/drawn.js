/**
 * Which figure an exercise shows to this client, and how far it moves: {id, range}. `items` says, by exercise and side,
 * what differs from the library: {[item]: {both | left | right: {figures: {[id]: other id}, range: percent}}}. Pure.
 */
export function drawnFor(items, item, side, id) {
  const sides = items?.[item] ?? {};
  const { figures = {}, range = 100 } = sides[side] ?? sides.both ?? {};
  return { id: figures[id] ?? id, range: range / 100 };
}
