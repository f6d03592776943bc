/**
 * Keys of a figure: add, copy, move, remove. Arrows, things and the rest that count keys are counted anew. Pure: every
 * function gives a new figure.
 */

const ARROW_KEYS = ["from", "to", "key", "pose"];
const PROP_KEYS = ["key", "since", "rests"];
const OWN_KEYS = ["pin_key", "shows"];

export const MOST_KEYS = 12;

/** An object whose fields of these names are counted anew; null where one of them was taken out and `strict`. */
function recounted(object, names, map, strict = false) {
  const result = { ...object };
  for (const name of names) {
    if (!(name in result)) continue;
    const index = map(result[name]);
    if (index === null && strict) return null;
    if (index === null) delete result[name];
    else result[name] = index;
  }
  return result;
}

/** The pose of a step, or null where its key was taken out. */
export function recountedPose(pose, name, map) {
  if (!pose || pose.figure !== name) return pose;
  const result = recounted(pose, ["start"], map);
  if ("key" in pose) result.key = map(pose.key);
  for (const list of ["loop", "via"]) if (list in pose) result[list] = pose[list].map(map).filter((index) => index !== null);
  if (result.via?.length === 0) delete result.via;
  return result.key === null || result.loop?.length === 0 ? null : result;
}

/** The figure with other keys; `map` gives the new number of an old key, null for one that is gone. */
export function renumbered(figure, keys, map) {
  const result = { ...recounted(figure, OWN_KEYS, map), keys };
  if (figure.arrows) result.arrows = figure.arrows.map((arrow) => recounted(arrow, ARROW_KEYS, map, true)).filter(Boolean);
  if (figure.props) {
    result.props = figure.props.map((prop) => (typeof prop === "string" ? prop : recounted(prop, PROP_KEYS, map)));
  }
  if (figure.order) {
    result.order = figure.order.map(map).filter((index) => index !== null);
    if (result.order.length < 2) delete result.order;
  }
  return result;
}

/** {figure, map}: the figure with a key put in at `index`. */
export function inserted(figure, index, key) {
  const map = (old) => (old >= index ? old + 1 : old);
  return { map, figure: renumbered(figure, figure.keys.toSpliced(index, 0, key), map) };
}

/** {figure, map}: the figure without a key; the last one stays. */
export function removed(figure, index) {
  const map = (old) => (old === index ? null : old > index ? old - 1 : old);
  return { map, figure: renumbered(figure, figure.keys.toSpliced(index, 1), map) };
}

/** {figure, map}: the figure with a key in another place. */
export function moved(figure, index, to) {
  const places = figure.keys.map((_, i) => i).toSpliced(index, 1).toSpliced(to, 0, index);
  const map = (old) => (places.includes(old) ? places.indexOf(old) : null);
  return { map, figure: renumbered(figure, places.map((i) => figure.keys[i]), map) };
}
