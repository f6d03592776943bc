import assert from "node:assert/strict";
import test from "node:test";

import { isAsking } from "#portal/search.js";

const press = (key, held = {}) => ({ key, altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, ...held });

test("a slash asks for the search, and is a letter inside a field", () => {
  assert.equal(isAsking(press("/"), false), true);
  assert.equal(isAsking(press("/", { shiftKey: true }), false), true); // German keyboards
  assert.equal(isAsking(press("/"), true), false);
  assert.equal(isAsking(press("k"), false), false);
});

test("Ctrl+K and Command+K ask for it everywhere, and nothing else that is held down does", () => {
  assert.equal(isAsking(press("k", { ctrlKey: true }), true), true);
  assert.equal(isAsking(press("K", { metaKey: true }), false), true);
  assert.equal(isAsking(press("k", { ctrlKey: true, shiftKey: true }), false), false);
  assert.equal(isAsking(press("k", { ctrlKey: true, altKey: true }), false), false);
  assert.equal(isAsking(press("/", { ctrlKey: true }), false), false);
  assert.equal(isAsking(press("/", { altKey: true }), false), false);
  assert.equal(isAsking({ ...press("/"), isComposing: true }, false), false);
});
