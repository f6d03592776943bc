/**
 * What a client has set on this device: how much is said and how loud, what else is heard and felt, the screen. Pure.
 *
 * talk: "full" says steps and counts, "short" only cues, "tones" nothing but tones, "off" nothing at all.
 * voice, tones: how loud each is.
 * reader: a screen reader is used, so our voice is quiet; each: it reads every repetition and breath.
 * own: the sound belongs to the session: headphone buttons work, a silent phone is overruled, other apps' music stops.
 * awake: the screen is kept on while a session runs; big: for a television; checked: the first sound check is over.
 */

export const TALK = ["full", "short", "tones", "off"];
const KEY = "steadyback-player";
const SPOKEN = { full: ["full", "short"], short: ["short"], tones: [], off: [] };
const LOUDNESS = { loud: 1, medium: 0.6, quiet: 0.3 }; // of what the device gives
const LEVELS = Object.keys(LOUDNESS);
const CHOICES = { talk: TALK, louder: TALK.slice(0, 3), voice: LEVELS, tones: LEVELS };

const FIRST = {
  talk: "full", louder: "full", voice: "loud", tones: "loud", reader: false, each: false, vibrate: true, own: false,
  awake: true, big: false, checked: false, stretch: 1,
};

/** Return all settings; what is missing, or is not what this version knows, is as at first. */
export function settingsFrom(kept = {}) {
  const fits = ([key, first]) => (CHOICES[key] ? CHOICES[key].includes(kept[key]) : typeof kept[key] === typeof first);
  return Object.fromEntries(Object.entries(FIRST).map((entry) => [entry[0], fits(entry) ? kept[entry[0]] : entry[1]]));
}

export const hasTones = ({ talk }) => talk !== "off";

/** Return how loud voice and tones are, 0 to 1. */
export const volumes = ({ voice, tones }) => ({ voice: LOUDNESS[voice], tones: LOUDNESS[tones] });

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

/** Return what a field of a form says: a check box true or false, any other its value. */
export const valueOf = ({ type, value, checked }) => (type === "checkbox" ? checked : value);

/** Show the settings in the fields that name one in data-set; what speaks is closed while a screen reader does. */
export function showIn(form, settings) {
  for (const field of form.querySelectorAll("[data-set]")) {
    const value = settings[field.dataset.set];
    if (field.type === "checkbox") field.checked = value;
    else if (field.type === "radio") field.checked = value === field.value;
    else field.value = value;
  }
  form.querySelector("[data-in=each]").disabled = !settings.reader;
  for (const field of form.querySelectorAll("[data-speaks]")) field.disabled = settings.reader;
}

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
