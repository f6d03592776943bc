/** Reminders on this device: what a browser can do, and keys as text. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { abilityOf, bytesOf, hashOf, textOf } from "#clients/push.js";

const phone = (values) => ({ hasPush: true, permission: "default", isApple: false, isStandalone: false, ...values });

test("a browser is able, blocked, helped by the home screen alone, or has no push", () => {
  assert.equal(abilityOf(phone({})), "able");
  assert.equal(abilityOf(phone({ permission: "granted" })), "able");
  assert.equal(abilityOf(phone({ permission: "denied" })), "denied");
  assert.equal(abilityOf(phone({ hasPush: false, isApple: true })), "ios");
  assert.equal(abilityOf(phone({ hasPush: false, isApple: true, isStandalone: true })), "none");
  assert.equal(abilityOf(phone({ hasPush: false })), "none");
  assert.equal(abilityOf(phone({ isApple: true, isStandalone: true })), "able");
});

test("keys go to text and back", () => {
  const bytes = Uint8Array.from({ length: 65 }, (_, place) => (place * 37 + 250) % 256);
  assert.equal(textOf(bytes).length, 87);
  assert.match(textOf(bytes), /^[\w-]+$/);
  assert.deepEqual(bytesOf(textOf(bytes)), bytes);
  assert.equal(textOf(null), "");
});

test("an address is known by its hash, as the server writes it", async () => {
  assert.equal(await hashOf("https://push.example/to/1"), "6e7b9f4f567cebe7cf2442f2e3e42b628f483493fd10e0bbbe8e192cb20eac46");
});
