/** The device decides as the server does: the shared vectors. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { decide } from "../../../clients/static/clients/safety/decide.js";

const VECTORS = JSON.parse(readFileSync(new URL("../../vectors/safety.json", import.meta.url), "utf8"));
const LEVELS = ["emergency", "same_day", "soon"];
const QUESTIONS = [
  { id: "nerve", level: "emergency" },
  { id: "fall", level: "same_day" },
  { id: "months", level: "soon" },
];

for (const { name, answers, level, missing, final } of VECTORS) {
  test(name, () => assert.deepEqual(decide(QUESTIONS, answers, LEVELS), { level, missing, final }));
}
