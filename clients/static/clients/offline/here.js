/** What a page knows of this device: what waits here to be sent, a lock that was told here, the week that is kept. */

export { keepHere } from "#clients/offline/keep.js";
export { showQueue } from "#clients/offline/queue.js";
export { showLock } from "#clients/safety/waiting.js";
