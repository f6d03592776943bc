import assert from "node:assert/strict";
import test from "node:test";

import { nextOption } from "#portal/options.js";

test("arrows go round the options and never beyond them", () => {
  assert.equal(nextOption("ArrowDown", -1, 3), 0);
  assert.equal(nextOption("ArrowDown", 2, 3), 0);
  assert.equal(nextOption("ArrowUp", 0, 3), 2);
  assert.equal(nextOption("ArrowUp", -1, 3), 2);
  assert.equal(nextOption("Home", 1, 3), 1);
  assert.equal(nextOption("ArrowDown", -1, 0), -1);
});
