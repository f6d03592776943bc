/**
 * What this device keeps of one account for days without a network: the sessions of the week, and each session that
 * was begun here. A database for each account, apart from the queue of events: plans may be dropped, events never.
 *
 * Whose device it is stands in localStorage, as the account's opaque key. Another account that signs in takes its place,
 * and what was kept of plans for the one before is deleted.
 */

import { databaseName, openStore } from "#clients/player/store.js";

const OWNER = "steadyback-account";
const WEEK = "week";
const SESSIONS = "sessions";
const KEEP_MS = 8 * 24 * 3600 * 1000;

const keptName = (account) => `${databaseName(account)}-kept`;

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => resolve(null);
  });

/** Return the key of the account that this device is kept for, or null. */
export function owner(storage = globalThis.localStorage) {
  try {
    return storage.getItem(OWNER);
  } catch {
    return null; // storage is switched off: nothing is kept here
  }
}

/** Keep this device for an account from now on; plans of the one before it are deleted. */
export async function takeFor(account, { storage = globalThis.localStorage, indexedDB = globalThis.indexedDB } = {}) {
  const before = owner(storage);
  if (before !== null && before !== account) await forgetPlans(before, indexedDB);
  storage.setItem(OWNER, account);
}

/** Keep nothing of plans here: a shared phone. */
export async function keepNothing(account, { storage = globalThis.localStorage, indexedDB = globalThis.indexedDB } = {}) {
  for (const each of new Set([owner(storage), account])) if (each) await forgetPlans(each, indexedDB);
  storage.removeItem(OWNER);
}

async function forgetPlans(account, indexedDB) {
  await settled(indexedDB.deleteDatabase(keptName(account)));
}

class Kept {
  constructor(database) {
    this.database = database;
    database.onversionchange = () => database.close(); // another page wipes
  }

  #at(store, mode = "readonly") {
    return this.database.transaction(store, mode).objectStore(store);
  }

  /** Keep the sessions of the days ahead, in place of those kept before. */
  async putWeek(week) {
    await settled(this.#at(WEEK, "readwrite").put(week, WEEK));
  }

  /** Return what is kept of the days ahead, whatever its dates; null for nothing. */
  async week() {
    return (await settled(this.#at(WEEK).get(WEEK))) ?? null;
  }

  /** Keep the bundle of a session that was begun, for as long as it may be gone on with. */
  async putSession(bundle, now = Date.now()) {
    await settled(this.#at(SESSIONS, "readwrite").put({ id: bundle.session, bundle, kept: now }));
  }

  async session(id) {
    return (await settled(this.#at(SESSIONS).get(id)))?.bundle ?? null;
  }

  async sessions() {
    return (await settled(this.#at(SESSIONS).getAll())).map(({ bundle }) => bundle);
  }

  /** Drop sessions that were begun long ago, and a week that is over. day: the local date. */
  async tidy(day, now = Date.now()) {
    const sessions = await settled(this.#at(SESSIONS).getAll());
    for (const { id, kept } of sessions) if (now - kept > KEEP_MS) await settled(this.#at(SESSIONS, "readwrite").delete(id));
    const week = await this.week();
    if (week && week.until < day) await settled(this.#at(WEEK, "readwrite").delete(WEEK));
  }
}

/** Open what is kept of an account; null where the device keeps nothing. */
export async function openKept(account, { indexedDB = globalThis.indexedDB } = {}) {
  if (!account) return null;
  try {
    const request = indexedDB.open(keptName(account), 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(WEEK);
      request.result.createObjectStore(SESSIONS, { keyPath: "id" });
    };
    const database = await settled(request);
    return database && new Kept(database);
  } catch {
    return null;
  }
}

/** Keep a session that was opened, where this device is kept for its account. Never fails: it is a second copy. */
export async function keepSession(bundle) {
  if (owner() !== bundle.account) return;
  try {
    await (await openKept(bundle.account))?.putSession(bundle);
  } catch {
    // The page itself has the session; it can only not be opened again without a network.
  }
}

/**
 * Return how many events and checks of an account this device holds that the server does not have, waiting or refused;
 * null where a store cannot be read.
 */
export async function unsentOf(account) {
  const stores = await Promise.all([openStore(account), openStore(`${account}-safety`)]);
  if (!stores.every(({ durable }) => durable)) return null;
  const found = await Promise.all(stores.flatMap((store) => [store.waiting(), store.refused()]));
  return found.flat().length;
}

/**
 * Delete what this site has on the device: the worker, databases, caches and storage. What an account has not sent stays,
 * but for `agreed`, the account whose client agreed to lose it. Returns true where nothing stayed.
 */
export async function wipe(accounts, { agreed = null, indexedDB = globalThis.indexedDB, caches = globalThis.caches } = {}) {
  for (const each of (await navigator.serviceWorker?.getRegistrations()) ?? []) await each.unregister();
  const found = (await indexedDB.databases?.())?.map(({ name }) => name) ?? [];
  const mine = databaseName("");
  const here = found.filter((name) => name.startsWith(mine)).map((name) => name.slice(mine.length).replace(/-(kept|safety)$/, ""));
  const stay = [];
  for (const each of new Set([...accounts, ...here])) {
    const isUnsent = each !== agreed && (await unsentOf(each)) !== 0;
    const queues = [databaseName(each), databaseName(`${each}-safety`)];
    if (isUnsent) stay.push(each);
    for (const name of isUnsent ? [keptName(each)] : [...queues, keptName(each)]) await settled(indexedDB.deleteDatabase(name));
  }
  for (const name of (await caches?.keys()) ?? []) await caches.delete(name);
  const last = owner();
  localStorage.clear();
  sessionStorage.clear();
  if (stay.includes(last)) localStorage.setItem(OWNER, last); // the sign-in page says what waits here
  return stay.length === 0;
}
