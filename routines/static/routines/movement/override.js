/**
 * Changes to a figure of the library, kept apart from it: only what differs is saved, so that a corrected library
 * figure still reaches everybody.
 *
 * An override is a document of the same form. Mappings are merged field by field, lists replace, null removes a
 * field. `keys` may be {"1": {...}} (changes to single keys, counted from 0) or a whole list, when keys were added
 * or moved.
 */

const GONE = '$gone';
const isMap = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const sameJson = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function merged(base, changes) {
  const result = { ...base };
  for (const [name, value] of Object.entries(changes)) {
    if (value === GONE) delete result[name];
    else result[name] = isMap(value) && isMap(base[name]) ? merged(base[name], value) : value;
  }
  return result;
}

/** The figure with its override; neither is changed. A key that the figure does not have is an Error. */
export function applyOverride(figure, override) {
  const { keys, ...rest } = override || {};
  const result = merged(figure, rest);
  if (Array.isArray(keys)) return { ...result, keys };
  result.keys = [...figure.keys];
  for (const [index, changes] of Object.entries(keys || {})) {
    if (!figure.keys[index]) throw new Error(`there is no key ${index}`);
    result.keys[index] = merged(figure.keys[index], changes);
  }
  return result;
}

function difference(base, edited) {
  const changes = {};
  for (const name of new Set([...Object.keys(base), ...Object.keys(edited)])) {
    if (!(name in edited)) changes[name] = GONE;
    else if (isMap(base[name]) && isMap(edited[name])) {
      const inner = difference(base[name], edited[name]);
      if (Object.keys(inner).length) changes[name] = inner;
    } else if (!sameJson(base[name], edited[name])) changes[name] = edited[name];
  }
  return changes;
}

/** The smallest override that turns `figure` into `edited`; {} when they are the same. */
export function overrideOf(figure, edited) {
  const { keys, ...rest } = figure;
  const { keys: newKeys, ...newRest } = edited;
  const changes = difference(rest, newRest);
  if (keys.length !== newKeys.length) return { ...changes, keys: newKeys };
  const found = Object.fromEntries(keys.map((key, i) => [i, difference(key, newKeys[i])])
    .filter(([, inner]) => Object.keys(inner).length));
  return Object.keys(found).length ? { ...changes, keys: found } : changes;
}
