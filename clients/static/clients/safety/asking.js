/**
 * Asks the safety questions, decides at once on this device, shows the care card, and keeps the answers until they are
 * sent. Nothing waits for the network.
 *
 * The answers lie in a store of their own beside the session's events, and are sent in the same way.
 */

import { isoWithOffset, newId } from "#clients/player/events.js";
import { openStore } from "#clients/player/store.js";
import { Sync, csrfToken } from "#clients/player/sync.js";
import { decide } from "#clients/safety/decide.js";

const CLEAR = "clear";

/** Return the store and the sender of an account's checks. data: {account, url}, as the page gives them. */
export async function openChecks({ account, url }, onStatus = () => {}) {
  const store = await openStore(`${account}-safety`);
  const sync = new Sync({ store, url, account, list: "checks", token: () => csrfToken(document), onStatus });
  return { store, sync };
}

/** Return the level of a check on this device that locks and has not reached the server; null for none. */
export async function lockedHere(store, locking) {
  const waiting = (await store.waiting()).map(({ event }) => event.level);
  return locking.find((level) => waiting.includes(level)) ?? null;
}

/** Return {question: [ticked]} of a form with one field for each question. */
export function answersOf(form, questions) {
  const data = new FormData(form);
  return Object.fromEntries(questions.map(({ id }) => [id, data.getAll(id)]).filter(([, ticked]) => ticked.length));
}

export class Asking {
  /**
   * root holds the form and the cards of templates/clients/safety. about: {trigger, place, session}. `decided` is told
   * the level (null: nothing found) once the answers are stored.
   */
  constructor(root, data, { store, sync }, about, decided = () => {}) {
    Object.assign(this, { root, data, store, sync, about, decided });
    this.form = root.querySelector("[data-part=questions]");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.answer();
    });
  }

  async answer() {
    const { questions, levels, version } = this.data;
    const answers = answersOf(this.form, questions);
    const { level, missing, final } = decide(questions, answers, levels);
    this.#showMissing(final ? [] : missing);
    if (!final) return;
    const check = { id: newId(), ...this.about, version, answers, level, at: isoWithOffset(new Date()) };
    this.show(level, answers);
    await this.store.add([check]);
    this.decided(level);
    await this.sync.send();
    this.#tell();
  }

  /** Show the card of a level in place of the questions. */
  show(level, answers = {}) {
    this.form.hidden = true;
    const name = level ?? CLEAR;
    for (const card of this.root.querySelectorAll("[data-card]")) card.hidden = card.dataset.card !== name;
    for (const advice of this.root.querySelectorAll("[data-advice]")) {
      advice.hidden = !(answers[advice.dataset.advice] ?? []).some((each) => each !== "none");
    }
    const leave = this.root.querySelector("[data-part=leave]");
    if (leave) leave.hidden = false;
    this.root.querySelector(`[data-card=${name}] .care__title`)?.focus();
    this.root.scrollTop = 0;
  }

  #showMissing(missing) {
    for (const field of this.form.querySelectorAll("fieldset[data-question]")) {
      const lacks = missing.includes(field.dataset.question);
      field.querySelector("[data-part=missing]").hidden = !lacks;
      field.classList.toggle("field--error", lacks);
    }
    if (missing.length) this.form.querySelector(`[data-question="${missing[0]}"] input`).focus();
  }

  async #tell() {
    const line = this.root.querySelector("[data-part=sending]");
    const waits = (await this.store.waiting()).length > 0;
    line.textContent = waits ? this.data.words.kept_here : this.data.words.is_sent;
    line.hidden = false;
  }
}
