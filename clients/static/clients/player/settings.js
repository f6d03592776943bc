/**
 * What a client has set on this device: how much is said, what else is heard and felt, where the buttons are. Pure.
 *
 * talk: "full" says steps and counts, "short" only cues, "tones" nothing but tones, "off" nothing at all.
 * reader: a screen reader is used, so our voice is quiet; each: it reads every repetition and breath.
 * own: the sound belongs to the session: headphone buttons work, a silent phone is overruled, other apps' music stops.
 * big: for a television; checked: the first sound check is over.
 */

export const TALK = ["full", "short", "tones", "off"];
const KEY = "steadyback-player";
const SPOKEN = { full: ["full", "short"], short: ["short"], tones: [], off: [] };
const CHOICES = { talk: TALK, louder: TALK.slice(0, 3) };

const FIRST = {
  talk: "full", louder: "full", reader: false, each: false, vibrate: true, own: false, big: false,
  checked: false, stretch: 1,
};

/** Return all settings; what is missing, or is not what this version knows, is as at first. */
export function settingsFrom(kept = {}) {
  const fits = ([key, first]) => (CHOICES[key] ? CHOICES[key].includes(kept[key]) : typeof kept[key] === typeof first);
  return Object.fromEntries(Object.entries(FIRST).map((entry) => [entry[0], fits(entry) ? kept[entry[0]] : entry[1]]));
}

export const hasTones = ({ talk }) => talk !== "off";

/** True when our own voice says a sentence of this level: "short" or "full". */
export const isSpoken = ({ talk, reader }, level) => !reader && SPOKEN[talk].includes(level);

/** True when a sentence goes to the screen reader's line; `live` is true, false, or "each" for counts and breaths. */
export const isAnnounced = ({ reader, each }, live) => live === true || (live === "each" && reader && each);

/** Return the settings after one was changed; with a screen reader our voice gives way, without it comes back. */
export function changed(settings, key, value) {
  const next = settingsFrom({ ...settings, [key]: value });
  if (key === "talk" && next.talk !== "off") next.louder = next.talk;
  if (key === "reader" && value && SPOKEN[next.talk].length) next.talk = "tones";
  if (key === "reader" && !value && next.talk === "tones") next.talk = "full";
  return next;
}

/** All sound off, or back as it was. */
export const toggled = (settings) => changed(settings, "talk", hasTones(settings) ? "off" : settings.louder);

export function readSettings(storage = globalThis.localStorage) {
  try {
    return settingsFrom(JSON.parse(storage.getItem(KEY) || "{}"));
  } catch {
    return settingsFrom();
  }
}

export function keepSettings(settings, storage = globalThis.localStorage) {
  try {
    storage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Private windows may refuse; the session goes on with what is chosen now.
  }
}
