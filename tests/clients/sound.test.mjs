/** Sound and voice on a page of their own: the player reads what is kept there, and the other way round. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { keepSettings, readSettings, settingsFrom } from "#clients/player/settings.js";
import { save } from "#clients/sound.js";

function device() {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
}

for (const [key, value] of [
  ["talk", "short"], ["talk", "off"], ["own", true], ["vibrate", false], ["reader", true], ["voice", "quiet"],
  ["tones", "medium"], ["awake", false],
]) {
  test(`the player reads ${key}: ${value}`, () => {
    const storage = device();
    const { settings, isKept } = save(key, value, storage);
    assert.equal(isKept, true);
    assert.equal(readSettings(storage)[key], value);
    assert.deepEqual(readSettings(storage), settings);
  });
}

test("what the player remembers beside it stays", () => {
  const storage = device();
  keepSettings({ ...settingsFrom(), checked: true, stretch: 1.3 }, storage);
  save("talk", "tones", storage);
  assert.deepEqual(readSettings(storage), { ...settingsFrom(), checked: true, stretch: 1.3, talk: "tones", louder: "tones" });
});

test("the voice gives way to a screen reader, as in a session", () => {
  const storage = device();
  assert.equal(save("reader", true, storage).settings.talk, "tones");
});

test("a browser that keeps nothing is not told to have saved", () => {
  const refusing = { getItem: () => null, setItem: () => { throw new Error("refused"); } };
  const forgetting = { getItem: () => null, setItem: () => {} };
  for (const storage of [refusing, forgetting]) assert.equal(save("own", true, storage).isKept, false);
});
