/**
 * Keep the screen awake while a session runs. The lock is lost whenever the page is hidden, so "on" is asked for
 * again on return; a device without it goes on without.
 */

export class WakeLock {
  #lock = null;
  #wanted = false;

  constructor(navigator = globalThis.navigator) {
    this.navigator = navigator;
  }

  /** False where the client has to keep the screen on. */
  get isKnown() {
    return Boolean(this.navigator?.wakeLock);
  }

  async set(on) {
    this.#wanted = on;
    if (!on) {
      const lock = this.#lock;
      this.#lock = null;
      await lock?.release().catch(() => {});
      return;
    }
    if (this.#lock && !this.#lock.released) return;
    try {
      const lock = await this.navigator.wakeLock?.request("screen");
      if (this.#wanted) this.#lock = lock ?? null;
      else await lock?.release();
    } catch {
      // Refused (battery saver, page not visible): the next return to the page asks again.
    }
  }
}
