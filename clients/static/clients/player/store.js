/**
 * The queue of events on this device: one IndexedDB database for each account.
 *
 * An entry is {n, event, state, detail}: "waiting" to be sent, "sent", or "refused" by the server, which is kept so
 * that nothing is lost. Sent ones stay for a while, so that a page from the cache still knows where a session stands.
 * Where IndexedDB cannot be used the queue lives in memory and says so by `durable`.
 */

const VERSION = 1;
const STORE = "events";
const SLOW_MS = 1500; // a database that does not answer must not hold up an exercise
const KEEP_SENT_MS = 8 * 24 * 3600 * 1000;

const asPromise = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const done = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });

function inTime(promise, ms) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("the device's store does not answer")), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The queue in memory: for devices without a store, and for tests. */
export class MemoryStore {
  durable = false;
  #entries = [];

  async add(events) {
    const known = new Set(this.#entries.map((entry) => entry.event.id));
    for (const event of events) {
      if (!known.has(event.id)) this.#entries.push({ n: this.#entries.length + 1, event, state: "waiting", detail: "" });
    }
  }

  async all() {
    return this.#entries.map((entry) => ({ ...entry }));
  }

  async mark(ids, state, detail = "") {
    for (const entry of this.#entries) if (ids.includes(entry.event.id)) Object.assign(entry, { state, detail });
  }

  async forget(isOld) {
    this.#entries = this.#entries.filter((entry) => !isOld(entry));
  }
}

class DatabaseStore {
  durable = true;
  #database;

  constructor(database) {
    this.#database = database;
  }

  async #run(mode, work) {
    const transaction = this.#database.transaction(STORE, mode, mode === "readwrite" ? { durability: "strict" } : {});
    const finished = done(transaction);
    const result = await work(transaction.objectStore(STORE));
    await finished;
    return result;
  }

  async add(events) {
    await this.#run("readwrite", (store) => {
      for (const event of events) {
        const request = store.add({ id: event.id, event, state: "waiting", detail: "", kept: Date.now() });
        // The index takes each id once; one that is known stays as it is, and the others are kept all the same.
        request.onerror = (error) => {
          if (request.error.name !== "ConstraintError") return;
          error.preventDefault();
          error.stopPropagation();
        };
      }
    });
  }

  async all() {
    return this.#run("readonly", (store) => asPromise(store.getAll()));
  }

  async mark(ids, state, detail = "") {
    await this.#run("readwrite", async (store) => {
      for (const id of ids) {
        const entry = await asPromise(store.index("id").get(id));
        if (entry) store.put({ ...entry, state, detail });
      }
    });
  }

  async forget(isOld) {
    await this.#run("readwrite", async (store) => {
      for (const entry of await asPromise(store.getAll())) if (isOld(entry)) store.delete(entry.n);
    });
  }
}

/** Return the name of an account's database. */
export const databaseName = (account) => `steadyback-${account}`;

function openDatabase(indexedDB, account) {
  const request = indexedDB.open(databaseName(account), VERSION);
  request.onupgradeneeded = () => {
    const store = request.result.createObjectStore(STORE, { keyPath: "n", autoIncrement: true });
    store.createIndex("id", "id", { unique: true });
  };
  return asPromise(request).then((database) => {
    database.onversionchange = () => database.close(); // signing out deletes it, from this page or another
    return database;
  });
}

/**
 * The store of an account. `add` never fails: what the database does not take goes to memory and `durable` turns
 * false. `waiting()` are the entries that are still to be sent, in the order in which they happened.
 */
export class EventStore {
  #database;
  #memory = new MemoryStore();

  constructor(database) {
    this.#database = database;
  }

  get durable() {
    return this.#database !== null;
  }

  /** Keep events. Resolves when they are written. */
  async add(events) {
    if (this.#database) {
      try {
        await inTime(this.#database.add(events), SLOW_MS);
        return;
      } catch {
        await this.#giveUp();
      }
    }
    await this.#memory.add(events);
  }

  /** Go on in memory, with what can still be read of the database. */
  async #giveUp() {
    const database = this.#database;
    this.#database = null;
    try {
      const entries = await inTime(database.all(), SLOW_MS);
      await this.#memory.add(entries.filter((entry) => entry.state === "waiting").map((entry) => entry.event));
    } catch {
      // The database is gone; what was in it is sent when the page is opened next.
    }
  }

  get #store() {
    return this.#database ?? this.#memory;
  }

  async waiting() {
    return (await this.#store.all()).filter((entry) => entry.state === "waiting");
  }

  async refused() {
    return (await this.#store.all()).filter((entry) => entry.state === "refused");
  }

  /** Return all entries that this device knows, sent or not. */
  async known() {
    return this.#store.all();
  }

  /** Return all events of one session that this device knows, sent or not. */
  async ofSession(session) {
    const entries = await this.known();
    return entries.map((entry) => entry.event).filter((event) => event.session === session);
  }

  async markSent(ids) {
    await this.#store.mark(ids, "sent");
  }

  async markRefused(id, detail) {
    await this.#store.mark([id], "refused", detail);
  }

  /** Drop what was sent long ago. */
  async tidy(now) {
    await this.#store.forget((entry) => entry.state === "sent" && now - entry.kept > KEEP_SENT_MS);
  }
}

/** Open the store of an account. Never fails: without a database the store is in memory. */
export async function openStore(account, { indexedDB = globalThis.indexedDB } = {}) {
  try {
    const database = await inTime(openDatabase(indexedDB, account), SLOW_MS);
    return new EventStore(new DatabaseStore(database));
  } catch {
    return new EventStore(null);
  }
}
