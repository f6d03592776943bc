/**
 * Any order of doing, killing, losing, doubling, signing out and in again: the server holds each event once, as it was
 * first written, and nobody else's. Seeded, so that a failure can be had again.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import { sendFirst } from "#clients/offline/sign-out.js";
import { EventStore, MemoryStore } from "#clients/player/store.js";
import { Sync } from "#clients/player/sync.js";

const RUNS = 300;
const STEPS = 60;

/** A small generator of numbers from 0 to 1 (mulberry32). */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const respond = (status, body = {}) => ({
  status, redirected: false, headers: new Headers({ "content-type": "application/json" }), json: async () => body,
});

/** A server with one session, which knows whose it is, and a network that loses 3 answers in 10 after they were kept. */
function makeServer(next) {
  const server = { signedIn: "carl", token: 1, kept: { carl: new Map(), omar: new Map() }, sent: 0, lost: 0, doubled: 0, refused: 0 };
  server.fetch = async (url, { headers, body }) => {
    if (next() < 0.15) throw new TypeError("Failed to fetch");
    if (url.endsWith("/account/")) return server.signedIn ? respond(200, { account: server.signedIn, token: String(server.token) }) : respond(403);
    const isAllowed = server.signedIn && headers["X-CSRFToken"] === String(server.token) && headers["X-Account"] === server.signedIn;
    if (!isAllowed) {
      server.refused += 1;
      return respond(403);
    }
    const results = JSON.parse(body).events.map((event) => {
      server.sent += 1;
      const kept = server.kept[server.signedIn];
      const known = kept.get(event.id);
      if (known) server.doubled += 1;
      else kept.set(event.id, JSON.stringify(event));
      return { id: event.id, status: known && known !== JSON.stringify(event) ? 409 : 200, detail: "" };
    });
    if (next() < 0.3) {
      server.lost += 1;
      throw new TypeError("Failed to fetch");
    }
    return respond(200, { results });
  };
  return server;
}

function openDevice(server, account, memory) {
  const store = new EventStore(memory);
  const sync = new Sync({
    store, url: "/api/v1/events/", account, token: () => "of an old page", fetch: server.fetch, onLeft: async () => {},
    setTimer: () => null, clearTimer: () => {},
  });
  return { store, sync };
}

const totals = { events: 0, sent: 0, lost: 0, doubled: 0, refused: 0 };

test(`${RUNS} random stories on one device with two accounts`, async () => {
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const next = numbers(seed);
    const server = makeServer(next);
    const memories = { carl: new MemoryStore(), omar: new MemoryStore() };
    const told = { carl: [], omar: [] };
    let device = openDevice(server, "carl", memories.carl);
    let who = "carl";
    for (let step = 0; step < STEPS; step += 1) {
      const choice = next();
      if (choice < 0.5) {
        const event = { id: `${who}-${step}`, session: who, type: "paused", item: null, at: `t${step}`, app: "1", data: {} };
        await device.store.add([event]);
        if (next() < 0.2) await device.store.add([event]);
        told[who].push(event);
        await device.sync.send();
      } else if (choice < 0.65) {
        device = openDevice(server, who, memories[who]); // the page was killed and opened again
        await device.sync.send();
      } else if (choice < 0.75) server.signedIn = null;
      else if (choice < 0.85) server.token += 1;
      else if (choice < 0.95) {
        server.signedIn = who;
        server.token += 1;
      } else {
        who = who === "carl" ? "omar" : "carl"; // another person takes the phone; the page of the first may stay open
        server.signedIn = who;
        server.token += 1;
        await device.sync.send();
        device = openDevice(server, who, memories[who]);
      }
    }
    for (const account of ["carl", "omar"]) {
      server.signedIn = account;
      const { store, sync } = openDevice(server, account, memories[account]);
      for (let tries = 0; tries < 500 && (await store.waiting()).length; tries += 1) await sync.send();
      assert.equal((await store.waiting()).length, 0, `seed ${seed}`);
      assert.equal((await store.refused()).length, 0, `seed ${seed}`);
      assert.deepEqual([...server.kept[account].values()].sort(), told[account].map((event) => JSON.stringify(event)).sort(), `seed ${seed}`);
      totals.events += told[account].length;
    }
    for (const name of ["sent", "lost", "doubled", "refused"]) totals[name] += server[name];
  }
  console.log("replay:", JSON.stringify(totals));
  assert.ok(totals.lost > 100 && totals.doubled > 100 && totals.refused > 100, "the faults really happened");
});

test("a page without a good token asks for one, once, and sends with it", async () => {
  const server = makeServer(() => 1);
  const { store, sync } = openDevice(server, "carl", new MemoryStore());
  await store.add([{ id: "1", session: "s" }]);
  await sync.send();
  assert.equal(server.refused, 1);
  assert.equal(server.kept.carl.size, 1);
  assert.equal(sync.state, "idle");
});

test("signed in as somebody else, the queue is kept and the client is asked to sign in", async () => {
  const server = makeServer(() => 1);
  const { store, sync } = openDevice(server, "carl", new MemoryStore());
  server.signedIn = "omar";
  await store.add([{ id: "1", session: "s" }]);
  await sync.send();
  assert.equal(sync.state, "sign_in");
  assert.equal((await store.waiting()).length, 1);
  assert.equal(server.kept.omar.size, 0);
});

test("signing out waits for sending, but not for ever", async () => {
  const queue = (send, left) => ({ send, unsent: async () => left });
  assert.equal(await sendFirst(queue(async () => {}, 0), 5), 0);
  assert.equal(await sendFirst(queue(() => new Promise(() => {}), 2), 5), 2);
});
