/** What an answer to a setting means. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { meaningOf } from "#clients/save-at-once.js";

const answer = (values) => ({ status: 200, redirected: true, url: "https://portal.example/more/", ...values });

test("a setting is saved where the server leads back to the page", () => {
  assert.equal(meaningOf(answer({}), "/more/"), "saved");
});

test("errors, a sign-in page and anything else are told apart", () => {
  assert.equal(meaningOf(answer({ status: 400, redirected: false }), "/more/"), "wrong");
  assert.equal(meaningOf(answer({ url: "https://portal.example/in/?next=/more/" }), "/more/"), "signed_out");
  assert.equal(meaningOf(answer({ status: 503 }), "/more/"), "failed");
  assert.equal(meaningOf(answer({ redirected: false }), "/more/"), "failed");
});
