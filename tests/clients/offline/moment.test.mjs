/** The day of a page without a network: the client's, as the kept week has it. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { openMoment } from "#clients/offline/moment.js";

const week = {
  schema: 2, account: "a", from: "2026-11-28", until: "2026-12-04", time_zone: "Pacific/Auckland", events_url: "/e/", safety: { url: "/s/" }, plans: [],
};

/** A browser that keeps this week, and nothing else: other databases do not open. Return what it deletes. */
function keeping(kept) {
  const deleted = [];
  const request = (result) => {
    const asked = { result };
    queueMicrotask(() => asked.onsuccess());
    return asked;
  };
  const store = { get: () => request(kept), getAll: () => request([]), delete: (key) => request(deleted.push(key)) };
  globalThis.localStorage = { getItem: () => "a" };
  globalThis.indexedDB = {
    open: (name) => {
      if (!name.endsWith("-kept")) throw new Error("private window");
      return request({ transaction: () => ({ objectStore: () => store }) });
    },
  };
  return deleted;
}

test("today is the client's day, also at the edges of the week", async () => {
  const deleted = keeping(week);
  assert.equal((await openMoment(new Date("2026-11-27T11:30:00Z"))).day, "2026-11-28");
  const last = await openMoment(new Date("2026-12-04T10:59:00Z"));
  assert.deepEqual([last.day, last.week, deleted], ["2026-12-04", week, []]);
  const over = await openMoment(new Date("2026-12-04T11:00:00Z"));
  assert.deepEqual([over.day, over.week, deleted], ["2026-12-05", null, ["week"]]);
});
