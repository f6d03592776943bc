import assert from "node:assert/strict";
import { test } from "node:test";
import { leftWords } from "#clients/practitioner/undo.js";

test("the words beside the button count down, whatever the language", () => {
  assert.equal(leftWords("for 10 seconds", 9), "for 9 seconds");
  assert.equal(leftWords("noch 10 Sekunden", 3), "noch 3 Sekunden");
});
