/** The safety questions over the player: after "Stop", and for as long as an answer on this device locks the plan. */

import { Asking, lockedHere, openChecks } from "#clients/safety/asking.js";

export class SafetyDialog {
  static async open(root, { safety, session }) {
    return new SafetyDialog(root.querySelector("dialog[data-safety]"), safety, session, await openChecks(safety));
  }

  constructor(dialog, data, session, checks) {
    Object.assign(this, { dialog, data, checks });
    this.asking = new Asking(dialog, data, checks, { trigger: "stop", place: "player", session });
    // Nothing lies behind it that could be gone on with: the session is over.
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    dialog.addEventListener("close", () => this.#show());
  }

  /** Send what waits; keep the player closed while a check here locks, and ask again where "Stop" was not followed. */
  async begin(wasStopped) {
    const locked = await lockedHere(this.checks.store, this.data.locking);
    if (locked) {
      this.#show();
      this.asking.show(locked);
    } else if (wasStopped) this.ask();
    this.send();
  }

  ask() {
    this.#show();
    if (!this.asking.form.hidden) this.dialog.querySelector("h2").focus({ preventScroll: true });
  }

  send() {
    return this.checks.sync.send();
  }

  #show() {
    if (!this.dialog.open) this.dialog.showModal();
  }
}
