/** The service worker without a browser: what it keeps, when it takes over, what it answers when the network fails. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const ID = "5e551011-0000-4000-8000-000000000001";
const HOME = "https://clinic.example";
const PAGES = { home: "/offline/", check_in: "/offline/check-in/", session: "/offline/session/", after: "/offline/after/" };
const source = (name) => readFileSync(new URL(`../../../portal/worker/${name}`, import.meta.url), "utf8");

const answer = (status = 200, body = "", more = {}) => ({ status, ok: status < 300, redirected: false, body, ...more });
const pathOf = (request) => new URL(request.url ?? request, HOME).pathname;

class FakeCaches {
  all = new Map();

  async open(name) {
    if (!this.all.has(name)) this.all.set(name, new Map());
    const files = this.all.get(name);
    return { put: async (key, value) => { files.set(pathOf(key), value); }, match: async (key) => files.get(pathOf(key)) };
  }

  async match(request, { cacheName = null } = {}) {
    for (const [name, files] of this.all) if (cacheName !== null && name !== cacheName) continue;
    else if (files.has(pathOf(request))) return files.get(pathOf(request));
    return undefined;
  }

  async keys() {
    return [...this.all.keys()];
  }

  async delete(name) {
    return this.all.delete(name);
  }
}

/** Run a worker; `device` outlives workers, as caches and windows do. */
function run(name, device, { version = "1", hashed = true, assets = ["/static/a.1.js"], network, ...globals } = {}) {
  const listeners = {};
  const told = [];
  const fetched = [];
  const self = {
    location: new URL(HOME),
    clients: { matchAll: async () => device.windows.map((url) => ({ url: `${HOME}${url}` })), claim: async () => told.push("claim") },
    registration: { unregister: async () => told.push("unregister") },
    skipWaiting: async () => told.push("skipWaiting"),
    addEventListener: (type, listener) => { listeners[type] = listener; },
  };
  const fetch = async (request) => {
    fetched.push(pathOf(request));
    return network ? network(pathOf(request)) : answer(200, `${pathOf(request)} of ${version}`);
  };
  class Request {
    constructor(url, options) { Object.assign(this, { url: new URL(url, HOME).href, ...options }); }
  }
  const app = { version, hashed, fixed: ["/static/", "/figures/engine"], assets, pages: PAGES, account: "/api/v1/account/", events: "/e/", checks: "/c/" };
  const scope = { self, caches: device.caches, fetch, Request, URL, setTimeout: globals.setTimeout ?? (() => 0), Promise, APP: app, ...globals };
  vm.runInNewContext(source(name), scope);
  const fire = async (type, event = {}) => {
    const promises = [];
    listeners[type]?.({ waitUntil: (each) => promises.push(each), respondWith: (each) => promises.push(each), ...event });
    const [first] = await Promise.all(promises);
    return promises.length ? first : null;
  };
  const visit = (path, more = {}) => fire("fetch", { request: { url: `${HOME}${path}`, mode: "navigate", method: "GET", ...more } });
  const file = (path) => fire("fetch", { request: { url: `${HOME}${path}`, mode: "cors", method: "GET" } });
  return { fire, visit, file, told, fetched, listeners, self };
}

const newDevice = () => ({ caches: new FakeCaches(), windows: [] });

test("it keeps the files and pages of its version, and fetches pages anew", async () => {
  const device = newDevice();
  const worker = run("worker.js", device);
  await worker.fire("install");
  assert.deepEqual([...device.caches.all.get("steadyback-1").keys()].sort(), ["/static/a.1.js", ...Object.values(PAGES)].sort());
  assert.deepEqual(worker.told, [], "it does not push the one before it aside");
});

test("a version that cannot be had whole is not installed", async () => {
  for (const bad of [answer(500), answer(200, "", { redirected: true })]) {
    const worker = run("worker.js", newDevice(), { network: (path) => (path === PAGES.after ? bad : answer()) });
    await assert.rejects(worker.fire("install"));
  }
});

test("a file whose address has its hash is taken from the cache of the version before", async () => {
  const device = newDevice();
  await run("worker.js", device).fire("install");
  const next = run("worker.js", device, { version: "2", assets: ["/static/a.1.js", "/static/b.2.js"] });
  await next.fire("install");
  assert.ok(!next.fetched.includes("/static/a.1.js"));
  assert.ok(next.fetched.includes("/static/b.2.js"));
  assert.ok(next.fetched.includes(PAGES.session), "pages have no hash");
});

for (const running of [`/session/${ID}/`, "/offline/session/"]) {
  test(`while a session runs at ${running} nothing is taken over and nothing thrown away`, async () => {
    const device = newDevice();
    await run("worker.js", device).fire("install");
    const next = run("worker.js", device, { version: "2", assets: ["/static/a.2.js"] });
    await next.fire("install");
    device.windows = ["/today/", running];
    await next.fire("message", { data: { do: "take_over" } });
    assert.deepEqual(next.told, []);
    await next.fire("activate");
    assert.deepEqual(await device.caches.keys(), ["steadyback-1", "steadyback-2"]);
    assert.equal((await next.file("/static/a.1.js")).body, "/static/a.1.js of 1", "the session's own files are found still");
    device.windows = ["/today/"];
    await next.fire("message", { data: { do: "take_over" } });
    assert.ok(next.told.includes("skipWaiting"));
    await next.fire("message", { data: { do: "tidy" } });
    assert.deepEqual(await device.caches.keys(), ["steadyback-2"]);
  });
}

test("asked for it, it fetches its pages anew and keeps what it has where it cannot", async () => {
  const device = newDevice();
  await run("worker.js", device).fire("install");
  const worker = run("worker.js", device, { network: (path) => (path === PAGES.home ? answer(200, "neu") : answer(500)) });
  await worker.fire("message", { data: { do: "renew_pages" } });
  const files = device.caches.all.get("steadyback-1");
  assert.equal(files.get(PAGES.home).body, "neu");
  assert.equal(files.get(PAGES.after).body, `${PAGES.after} of 1`);
});

test("a worker whose cache was deleted makes none by looking for a page", async () => {
  const device = newDevice();
  await run("worker.js", device).visit("/in/");
  assert.deepEqual(await device.caches.keys(), []);
});

test("caches of others on this origin are left alone", async () => {
  const device = newDevice();
  await device.caches.open("elsewhere");
  await run("worker.js", device).fire("activate");
  assert.deepEqual(await device.caches.keys(), ["elsewhere"]);
});

const WITHOUT = [
  ["/", "home"], ["/today/", "home"], ["/progress/", "home"], ["/in/", "home"], ["/check-in/3/1/", "check_in"], ["/safety/", "check_in"],
  [`/session/${ID}/`, "session"], [`/session/${ID}/after/`, "after"], [`/session/${ID}/after/note/`, "after"], [`/session/${ID}/done/`, "home"],
  ["/offline/session/", "session"], ["/offline/check-in/", "check_in"], ["/offline/after/", "after"],
];
for (const [path, page] of WITHOUT) {
  test(`without a network ${path} is the page ${page}`, async () => {
    const device = newDevice();
    await run("worker.js", device).fire("install");
    const worker = run("worker.js", device, { network: () => { throw new TypeError("Failed to fetch"); } });
    assert.equal((await worker.visit(path)).body, `${PAGES[page]} of 1`);
  });
}

test("a server that is being mended counts as none; any other answer is passed on", async () => {
  const device = newDevice();
  await run("worker.js", device).fire("install");
  for (const [status, isKept] of [[200, false], [302, false], [403, false], [404, false], [500, false], [502, true], [503, true], [504, true]]) {
    const worker = run("worker.js", device, { network: () => answer(status, "network") });
    assert.equal((await worker.visit("/today/")).body === "network", !isKept, String(status));
  }
});

test("a network that never answers is not waited for; what was sent by a form is", async () => {
  const device = newDevice();
  await run("worker.js", device).fire("install");
  const worker = run("worker.js", device, { network: () => new Promise(() => {}), setTimeout: (work) => work() });
  assert.equal((await worker.visit("/today/")).body, `${PAGES.home} of 1`);
  const slow = run("worker.js", device, { network: async () => answer(200, "late"), setTimeout: (work) => work() });
  assert.equal((await slow.visit("/check-in/3/1/", { method: "POST" })).body, "late");
});

test("pages of staff, the API and what others send are none of its business", async () => {
  const worker = run("worker.js", newDevice());
  for (const path of ["/admin/caseload/", "/accounts/login/", "/api/v1/account/", "/media/x/480.jpg", "/u/token/"]) {
    assert.equal(await worker.visit(path), null, path);
  }
  assert.equal(await worker.file("/more/week/"), null, "what is a client's own is never kept here");
  assert.equal(await worker.file("/plan/3/picture/"), null);
});

test("files without a hash come from the network first, so that no old one stays", async () => {
  const device = newDevice();
  await run("worker.js", device, { hashed: false }).fire("install");
  const online = run("worker.js", device, { hashed: false, network: () => answer(200, "new") });
  assert.equal((await online.file("/static/a.1.js")).body, "new");
  const offline = run("worker.js", device, { hashed: false, network: () => { throw new TypeError("Failed to fetch"); } });
  assert.equal((await offline.file("/static/a.1.js")).body, "/static/a.1.js of 1");
  await assert.rejects(offline.file("/static/unknown.js"));
});

test("in the background it sends the queues of whoever is signed in, and asks to be called again where it cannot", async () => {
  const sent = [];
  let state = "idle";
  const globals = {
    openStore: async (name) => ({ name }),
    Sync: class {
      constructor(values) { Object.assign(this, values); }
      async send() { sent.push([this.store.name, this.url, this.list, this.account, this.token()]); }
      get state() { return state; }
    },
  };
  const who = () => ({ ...answer(), json: async () => ({ account: "carl", token: "t" }) });
  const worker = run("worker.js", newDevice(), { ...globals, network: who });
  await worker.fire("sync", { tag: "events" });
  assert.deepEqual(sent, [["carl", "/e/", "events", "carl", "t"], ["carl-safety", "/c/", "checks", "carl", "t"]]);
  state = "offline";
  await assert.rejects(worker.fire("sync", { tag: "events" }));
  sent.length = 0;
  await run("worker.js", newDevice(), { ...globals, network: () => answer(403) }).fire("sync", { tag: "events" });
  assert.deepEqual(sent, [], "signed out: nothing is sent, and nothing tried again");
});

test("the worker that takes the app away leaves no cache, no worker and answers nothing", async () => {
  const device = newDevice();
  await run("worker.js", device).fire("install");
  await device.caches.open("elsewhere");
  const gone = run("gone.js", device);
  await gone.fire("install");
  await gone.fire("activate");
  assert.deepEqual(gone.told, ["skipWaiting", "unregister"]);
  assert.deepEqual(await device.caches.keys(), ["elsewhere"]);
  assert.equal(gone.listeners.fetch, undefined);
});

/** A worker with notifications; `shown` and `opened` keep what it did. */
function pushing(windows = []) {
  const shown = [];
  const opened = [];
  const worker = run("worker.js", newDevice());
  worker.self.registration.showNotification = async (title, options) => shown.push([title, options]);
  worker.self.clients.openWindow = async (url) => opened.push(url);
  worker.self.clients.matchAll = async () => windows.map((path) => ({ url: `${HOME}${path}`, focus: async () => opened.push(`focus ${path}`) }));
  const click = async (navigate) => {
    let closed = false;
    await worker.fire("notificationclick", { notification: { data: { navigate }, close: () => { closed = true; } } });
    assert.ok(closed);
    return opened;
  };
  return { worker, shown, click };
}

test("a push is shown as it says, and one without a payload is let be", async () => {
  const { worker, shown } = pushing();
  const notification = { title: "Your routine is ready", body: "You choose the pace.", lang: "en", dir: "ltr", tag: "session", navigate: `${HOME}/today/` };
  await worker.fire("push", { data: { json: () => ({ web_push: 8030, notification }) } });
  const { title, navigate, ...rest } = notification;
  assert.deepEqual(JSON.parse(JSON.stringify(shown)), [[title, { ...rest, data: { navigate } }]]);
  await worker.fire("push", { data: null });
  assert.equal(shown.length, 1);
});

test("a tap brings Today to the front, opens it beside a running session, and nothing elsewhere", async () => {
  assert.deepEqual(await pushing(["/today/"]).click(`${HOME}/today/`), ["focus /today/"]);
  assert.deepEqual(await pushing([`/session/${ID}/`]).click(`${HOME}/today/`), [`${HOME}/today/`]);
  assert.deepEqual(await pushing().click(`${HOME}/today/`), [`${HOME}/today/`]);
  assert.deepEqual(await pushing().click("https://elsewhere.example/"), []);
});
