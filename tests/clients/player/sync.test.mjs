/** What was done reaches the server once, whatever the network, the session and the device do. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { isoWithOffset, makeEvent, newId } from "#clients/player/events.js";
import { EventStore, MemoryStore, databaseName, openStore } from "#clients/player/store.js";
import { Sync, csrfToken, meaningOf } from "#clients/player/sync.js";

const event = (number, session = "s") => ({ id: `e${number}`, session, type: "paused", item: null, at: "", app: "1", data: {} });
const events = (count) => Array.from({ length: count }, (_, index) => event(index + 1));

/** A store that keeps its database in memory but counts as durable, as on a device. */
const deviceStore = () => new EventStore(new MemoryStore());

/** A server that keeps the first content of each id; `behave` may answer otherwise. */
function makeServer(behave = () => null) {
  const server = { kept: new Map(), tokens: [], batches: [], calls: 0 };
  server.fetch = async (url, { headers, body }) => {
    server.calls += 1;
    server.tokens.push(headers["X-CSRFToken"]);
    const sent = JSON.parse(body).events;
    const special = behave(sent, server);
    if (special instanceof Error) throw special;
    if (special) return special;
    server.batches.push(sent.map(({ id }) => id));
    for (const each of sent) if (!server.kept.has(each.id)) server.kept.set(each.id, each);
    return answer(sent.map(({ id }) => ({ id, status: 200, detail: "" })));
  };
  return server;
}

const respond = (status, body = {}, type = "application/json", redirected = false) => ({
  status, redirected, headers: new Headers({ "content-type": type }), json: async () => body,
});
const answer = (results) => respond(200, { results });

function makeSync(store, server, values = {}) {
  const told = [];
  const timers = [];
  const sync = new Sync({
    store, url: "/events/", token: () => "now", fetch: server.fetch, onStatus: (status) => told.push(status),
    setTimer: (work, ms) => timers.push({ work, ms }), clearTimer: () => {}, ...values,
  });
  return { sync, told, timers, last: () => told.at(-1) };
}

test("what waits is sent in order, in batches, and nothing waits afterwards", async () => {
  const store = deviceStore();
  await store.add(events(120));
  const server = makeServer();
  const { sync, last } = makeSync(store, server);
  await sync.send();
  assert.deepEqual(server.batches.map((batch) => batch.length), [50, 50, 20]);
  assert.deepEqual([...server.kept.keys()], events(120).map(({ id }) => id));
  assert.deepEqual(last(), { state: "idle", waiting: 0, refused: 0, durable: true });
});

test("an event that was sent is known to the device still, for a page from the cache", async () => {
  const store = deviceStore();
  await store.add([event(1), event(2, "other")]);
  await makeSync(store, makeServer()).sync.send();
  assert.deepEqual((await store.ofSession("s")).map(({ id }) => id), ["e1"]);
});

test("the same event added twice waits once", async () => {
  const store = deviceStore();
  await store.add([event(1)]);
  await store.add([event(1), event(2)]);
  assert.equal((await store.waiting()).length, 2);
});

test("without a network the queue is kept and tried again, ever more seldom", async () => {
  const store = deviceStore();
  await store.add(events(1));
  let down = true;
  const server = makeServer(() => (down ? new TypeError("Failed to fetch") : null));
  const { sync, timers, last } = makeSync(store, server);
  await sync.send();
  assert.deepEqual(last(), { state: "offline", waiting: 1, refused: 0, durable: true });
  for (let attempt = 0; attempt < 8; attempt += 1) await timers.at(-1).work();
  const waits = timers.map(({ ms }) => ms);
  assert.deepEqual(waits.slice(0, 4), [2000, 4000, 8000, 16_000]);
  assert.equal(waits.at(-1), 60_000);
  down = false;
  await sync.send();
  assert.equal(server.kept.size, 1);
});

test("when three answers in ten are lost, each event arrives once", async () => {
  const store = deviceStore();
  await store.add(events(200));
  let call = 0;
  const server = makeServer((sent, self) => {
    call += 1;
    if (call % 10 >= 3) return null;
    for (const each of sent) if (!self.kept.has(each.id)) self.kept.set(each.id, each);
    return new TypeError("the answer was lost");
  });
  const { sync, timers } = makeSync(store, server);
  await sync.send();
  for (let round = 0; round < 20 && (await store.waiting()).length; round += 1) await timers.at(-1).work();
  assert.equal((await store.waiting()).length, 0);
  assert.equal(server.kept.size, 200);
  assert.ok(call > 4, "answers were really lost");
});

for (const [name, response] of [
  ["401", respond(401)],
  ["403", respond(403)],
  ["a page to sign in", respond(200, {}, "text/html")],
  ["a redirect to it", respond(200, {}, "text/html", true)],
]) {
  test(`${name} keeps the queue and asks to sign in`, async () => {
    const store = deviceStore();
    await store.add(events(2));
    let signedIn = false;
    const server = makeServer(() => (signedIn ? null : response));
    const { sync, timers, last } = makeSync(store, server);
    await sync.send();
    assert.equal(last().state, "sign_in");
    assert.equal(last().waiting, 2);
    assert.equal(timers.length, 0, "nothing is tried again until the client has signed in");
    signedIn = true;
    await sync.send();
    assert.equal(server.kept.size, 2);
  });
}

for (const status of [429, 500, 502, 503]) {
  test(`${status} is tried again later`, async () => {
    const store = deviceStore();
    await store.add(events(1));
    const { sync, timers, last } = makeSync(store, makeServer(() => respond(status)));
    await sync.send();
    assert.equal(last().state, "later");
    assert.equal(timers.length, 1);
  });
}

test("the token is the one of the moment of sending", async () => {
  const store = deviceStore();
  let token = "first";
  const server = makeServer();
  const { sync } = makeSync(store, server, { token: () => token });
  await store.add([event(1)]);
  await sync.send();
  token = "rotated";
  await store.add([event(2)]);
  await sync.send();
  assert.deepEqual(server.tokens, ["first", "rotated"]);
});

test("an event with the id of another content, or not ours, is kept on the device and not sent again", async () => {
  const store = deviceStore();
  await store.add(events(3));
  const server = { calls: 0, fetch: async () => {
    server.calls += 1;
    return answer([{ id: "e1", status: 409, detail: "taken" }, { id: "e2", status: 404, detail: "" }, { id: "e3", status: 200, detail: "" }]);
  } };
  const { sync, last } = makeSync(store, server);
  await sync.send();
  assert.deepEqual(last(), { state: "idle", waiting: 0, refused: 2, durable: true });
  assert.equal((await store.refused())[0].detail, "409 taken");
  await sync.send();
  assert.equal(server.calls, 1);
});

test("a batch that cannot be read is halved until the one event is found", async () => {
  const store = deviceStore();
  await store.add(events(50));
  const server = makeServer((sent) => (sent.some(({ id }) => id === "e17") ? respond(400) : null));
  const { sync, last } = makeSync(store, server);
  await sync.send();
  assert.equal(server.kept.size, 49);
  assert.deepEqual(last(), { state: "idle", waiting: 0, refused: 1, durable: true });
  assert.equal((await store.refused())[0].event.id, "e17");
});

test("an answer that names no event is not asked for again at once", async () => {
  const store = deviceStore();
  await store.add(events(1));
  const server = makeServer(() => answer([]));
  const { sync, last } = makeSync(store, server);
  await sync.send();
  assert.equal(server.calls, 1);
  assert.equal(last().state, "later");
});

test("events that come while sending runs go out right after", async () => {
  const store = deviceStore();
  await store.add([event(1)]);
  let added = false;
  const server = makeServer(() => null);
  const { sync } = makeSync(store, server);
  const fetch = server.fetch;
  sync.fetch = async (...args) => {
    if (!added) {
      added = true;
      await store.add([event(2)]);
      sync.send();
    }
    return fetch(...args);
  };
  await sync.send();
  await sync.send();
  assert.equal(server.kept.size, 2);
});

test("a device without a database keeps what was done in memory, and says so", async () => {
  for (const indexedDB of [undefined, { open: () => { throw new Error("private window"); } }]) {
    const store = await openStore("abc", { indexedDB });
    assert.equal(store.durable, false);
    await store.add(events(2));
    assert.equal((await store.waiting()).length, 2);
  }
});

test("a database that never answers does not hold up the exercise", async () => {
  const begun = Date.now();
  const store = await openStore("abc", { indexedDB: { open: () => ({}) } });
  assert.equal(store.durable, false);
  assert.ok(Date.now() - begun < 3000);
});

test("a database that fails in the middle loses nothing", async () => {
  const database = new MemoryStore();
  const store = new EventStore(database);
  await store.add([event(1)]);
  database.add = async () => { throw new Error("quota"); };
  await store.add([event(2)]);
  assert.equal(store.durable, false);
  assert.deepEqual((await store.waiting()).map((entry) => entry.event.id), ["e1", "e2"]);
  database.all = async () => { throw new Error("gone"); };
  const other = new EventStore(database);
  await other.add([event(3)]);
  assert.deepEqual((await other.waiting()).map((entry) => entry.event.id), ["e3"]);
});

test("each account has a database of its own", () => {
  assert.notEqual(databaseName("a"), databaseName("b"));
});

test("the token comes from the cookie, under any of its names, else from the page", () => {
  const page = (cookie, field = null) => ({ cookie, querySelector: () => field });
  assert.equal(csrfToken(page("a=1; csrftoken=abc; b=2")), "abc");
  assert.equal(csrfToken(page("__Host-csrftoken=a%2Bb")), "a+b");
  assert.equal(csrfToken(page("xcsrftoken=no", { value: "field" })), "field");
  assert.equal(csrfToken(page("")), "");
});

test("meanings of answers", () => {
  assert.equal(meaningOf(respond(200)), "answered");
  assert.equal(meaningOf(respond(413)), "unreadable");
  assert.equal(meaningOf(respond(404)), "later");
});

test("an event carries the device's own time with its offset", () => {
  const at = isoWithOffset(new Date(Date.UTC(2026, 10, 22, 7, 14, 5, 123)));
  assert.match(at, /^2026-11-2\dT\d\d:\d\d:05\.123[+-]\d\d:\d\d$/);
  assert.equal(Date.parse(at), Date.UTC(2026, 10, 22, 7, 14, 5, 123));
  const east = { getTimezoneOffset: () => -330, getTime: () => 0 };
  assert.equal(isoWithOffset(east), "1970-01-01T05:30:00.000+05:30");
  const west = { getTimezoneOffset: () => 210, getTime: () => 0 };
  assert.equal(isoWithOffset(west), "1969-12-31T20:30:00.000-03:30");
});

test("an event has the fields that the server reads", () => {
  const made = makeEvent("s", { type: "hurt", item: 3, data: { value: null } }, { id: "i", date: new Date(0) });
  assert.deepEqual(Object.keys(made).sort(), ["app", "at", "data", "id", "item", "session", "type"]);
});

test("ids are UUIDs of version 4, also without randomUUID", () => {
  const v4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  assert.match(newId(), v4);
  const old = { getRandomValues: (bytes) => globalThis.crypto.getRandomValues(bytes) };
  assert.match(newId(old), v4);
  assert.notEqual(newId(old), newId(old));
});
