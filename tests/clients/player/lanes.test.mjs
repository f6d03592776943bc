import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { pickLane } from "#clients/player/lanes.js";

const cases = JSON.parse(readFileSync(new URL("../../vectors/lanes.json", import.meta.url)));

for (const { name, today, amber_max, lane, percent, reason } of cases) {
  test(`lane: ${name}`, () => {
    assert.deepEqual(pickLane(today, { amber_max }), { lane, percent, reason });
  });
}
