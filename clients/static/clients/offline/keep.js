/**
 * Makes this device ready for days without a network: the service worker, and the sessions of the week. Mounted on
 * Today; nothing waits for it.
 */

import { keepNothing, openKept, owner, takeFor } from "#clients/offline/kept.js";

const LOOK = "steadyback-look";
const CACHES = "steadyback-"; // as the worker names them

/** Have the browser run the worker, or take it away where the app is switched off. */
export async function runWorker(url, container = navigator.serviceWorker) {
  if (!container) return;
  if (!url) {
    for (const each of await container.getRegistrations()) await each.unregister();
    // A worker that goes before its last version has come drops nothing of what it kept.
    for (const name of (await caches.keys()).filter((each) => each.startsWith(CACHES))) await caches.delete(name);
    return;
  }
  const registration = await container.register(url, { updateViaCache: "none" });
  registration?.waiting?.postMessage({ do: "take_over" });
  registration?.active?.postMessage({ do: "tidy" });
  if (isNewLook(document.documentElement)) registration?.active?.postMessage({ do: "renew_pages" });
}

/** True where the language or the look of pages is not what it was; kept pages follow it. */
function isNewLook({ lang, dataset }) {
  const look = [lang, dataset.theme, dataset.text, dataset.motion].join(" ");
  const isNew = localStorage.getItem(LOOK) !== look;
  localStorage.setItem(LOOK, look);
  return isNew;
}

/** Fetch the sessions of the week and keep them; on a shared phone keep nothing. */
export async function keepWeek(url, fetch = globalThis.fetch) {
  // Whoever is signed out is sent to the door; that page is not wanted here.
  const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" }, redirect: "manual" });
  if (!answer.ok) return;
  const week = await answer.json();
  if (week.plans === null) {
    await keepNothing(week.account);
    return;
  }
  await takeFor(week.account);
  await (await openKept(week.account))?.putWeek(week);
  // In a tab some browsers would ask the client; an app on the home screen is granted it.
  if (matchMedia("(display-mode: standalone)").matches) await navigator.storage?.persist?.();
}

/** Browsers delete what pages keep, some after 7 days without a visit: then the client is told, once. */
export async function keepHere(root) {
  const { dataset } = root;
  const wasDeleted = "hasKept" in dataset && owner() === null;
  try {
    await runWorker(dataset.worker);
    if (dataset.worker) await keepWeek(dataset.week);
    else await keepNothing(dataset.account);
    root.hidden = !(wasDeleted && owner() === dataset.account);
    document.documentElement.dataset.kept = "";
  } catch (error) {
    // A browser without storage, or a network that went away: the page itself works.
    console.info("not kept for offline:", error.message);
  }
}
