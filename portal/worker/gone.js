/**
 * Takes the app off a device: no more caches, no more worker; pages come from the network again. What waits to be
 * sent lies in IndexedDB and stays, and the pages send it.
 */

async function leave() {
  const mine = (await caches.keys()).filter((name) => name.startsWith("steadyback-"));
  await Promise.all(mine.map((name) => caches.delete(name)));
  await self.registration.unregister();
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(leave()));
