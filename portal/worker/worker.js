/**
 * The service worker: pages and files of the app without a network, and what waits to be sent.
 *
 * Before this text the server writes APP: {version, hashed, fixed, assets, pages, account, events, checks}, and the
 * player's store and sync. Cache Storage holds what is the same for everybody: style sheets, modules, the font, and
 * pages without a word about anyone. What is a client's own lies in IndexedDB, where pages put it and read it.
 *
 * A new version fills a cache of its own, then waits until no session runs. Files whose address carries their hash are
 * found in any cache, so that a page goes on with the files that it began with.
 */

const CACHES = "steadyback-";
const MINE = `${CACHES}${APP.version}`;
const PATIENCE_MS = 8000; // for a page that is also here; a network that drops everything never says no
const AWAY = [502, 503, 504];
const RUNNING_SESSION = /^\/(session\/[0-9a-f-]{36}\/|offline\/session\/)$/;
const SHELLS = { // by the kept page: the addresses that it stands for
  after: /^\/(session\/[0-9a-f-]{36}\/after\/|offline\/after\/$)/,
  session: /^\/(session\/[0-9a-f-]{36}\/$|offline\/session\/$)/,
  check_in: /^\/(check-in\/\d+\/\d+\/$|safety\/$|offline\/check-in\/$)/,
};
const OTHER_DOORS = /^\/(admin|accounts|demo|outbox|styleguide|join|invitation|api|media|u)\//;

const shellOf = (path) => APP.pages[Object.keys(SHELLS).find((name) => SHELLS[name].test(path)) ?? "home"];

async function fillCache() {
  const cache = await caches.open(MINE);
  await Promise.all([...APP.assets, ...Object.values(APP.pages)].map(async (address) => {
    const isFixed = APP.hashed && APP.assets.includes(address);
    const known = isFixed ? await caches.match(address) : undefined;
    const answer = known ?? (await fetch(new Request(address, { cache: isFixed ? "default" : "reload" })));
    if (!answer.ok || answer.redirected) throw new Error(`${address} answers ${answer.status}`);
    await cache.put(address, answer);
  }));
}

/** Fetch the pages anew: the client reads another language now, or looks at them in another way. */
async function renewPages() {
  const cache = await caches.open(MINE);
  for (const address of Object.values(APP.pages)) {
    const answer = await fetch(new Request(address, { cache: "reload" }));
    if (answer.ok && !answer.redirected) await cache.put(address, answer);
  }
}

async function sessionRuns() {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return windows.some(({ url }) => RUNNING_SESSION.test(new URL(url).pathname));
}

async function dropOldCaches() {
  if (await sessionRuns()) return;
  const old = (await caches.keys()).filter((name) => name.startsWith(CACHES) && name !== MINE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** A page says that it is a good moment; a session that runs goes on with what it began with. */
async function takeOver() {
  if (!(await sessionRuns())) await self.skipWaiting();
}

async function fileOf(request) {
  if (APP.hashed) return (await caches.match(request)) ?? fetch(request);
  // Addresses without a hash may have new content, so the network comes first.
  try {
    return await fetch(request);
  } catch (error) {
    const known = (await caches.match(request, { cacheName: MINE })) ?? (await caches.match(request));
    if (known) return known;
    throw error;
  }
}

const patience = () =>
  new Promise((_, reject) => { setTimeout(() => reject(new Error("late")), PATIENCE_MS); });

async function pageOf(request, path) {
  const shell = await caches.match(shellOf(path), { cacheName: MINE });
  const network = fetch(request);
  if (!shell) return network;
  try {
    const answer = await (request.method === "GET" ? Promise.race([network, patience()]) : network);
    return AWAY.includes(answer.status) ? shell : answer;
  } catch {
    network.catch(() => {});
    return shell;
  }
}

/** Send what the signed-in account has waiting. Throws where something stays, so that the browser tries again. */
async function sendAll() {
  const answer = await fetch(APP.account, { headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) return; // signed out: the next page asks for it
  const { account, token } = await answer.json();
  for (const [name, url, list] of [[account, APP.events, "events"], [`${account}-safety`, APP.checks, "checks"]]) {
    const store = await openStore(name);
    const sync = new Sync({ store, url, list, account, token: () => token, setTimer: () => null, clearTimer: () => {} });
    await sync.send();
    if (["later", "offline"].includes(sync.state)) throw new Error("not all is sent");
  }
}

self.addEventListener("install", (event) => event.waitUntil(fillCache()));
self.addEventListener("activate", (event) => event.waitUntil(dropOldCaches().then(() => self.clients.claim())));
self.addEventListener("message", (event) => {
  if (event.data?.do === "take_over") event.waitUntil(takeOver());
  if (event.data?.do === "tidy") event.waitUntil(dropOldCaches());
  if (event.data?.do === "renew_pages") event.waitUntil(renewPages());
});
self.addEventListener("sync", (event) => {
  if (event.tag === "events") event.waitUntil(sendAll());
});

/** Show a reminder. Its payload is declarative, so a browser that knows that form shows it without this worker. */
async function show(data) {
  const { title, navigate, ...rest } = data.json().notification;
  await self.registration.showNotification(title, { ...rest, data: { navigate } });
}

/** Bring the app to the front on Today, or open it there. */
async function openApp(address) {
  const { href, origin } = new URL(address, self.location.origin);
  if (origin !== self.location.origin) return;
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  // A window in the middle of a session, or with answers half given, is never led away.
  const there = windows.find((each) => each.url === href);
  await (there ? there.focus() : self.clients.openWindow(href));
}

self.addEventListener("push", (event) => {
  if (event.data) event.waitUntil(show(event.data));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openApp(event.notification.data.navigate));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (!OTHER_DOORS.test(pathname)) event.respondWith(pageOf(request, pathname));
  } else if (request.method === "GET" && APP.fixed.some((start) => pathname.startsWith(start))) {
    event.respondWith(fileOf(request));
  }
});
