/** Breaks on a page that is kept open: counts to the next one, shows a move, and takes what the client chooses. */

import { after, dayOf, isOn, nextBreak, problemOf, readPlan, readState } from "#clients/breaks/rhythm.js";
import { Tones } from "#clients/player/audio.js";

const KEPT = "steadyback-breaks";
const TICK_MS = 5000; // browsers slow down pages that are not looked at anyway

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT) || "null");
  } catch {
    return null;
  }
}

function keep(value) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(value));
  } catch {
    // Private windows may refuse; the page goes on with what is chosen now.
  }
}

class Breaks {
  constructor(root) {
    this.root = root;
    this.words = root.dataset;
    this.parts = Object.fromEntries([...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    this.moves = [...root.querySelectorAll("[data-move]")];
    this.tones = new Tones();
    this.title = document.title;
    this.plan = null;
    this.state = null;
    this.isDue = false;
    this.number = 0;
    const found = kept();
    const plan = readPlan(found?.plan);
    if (!plan) return;
    this.fill(plan);
    const state = readState(found.today, Date.now());
    if (state) Object.assign(this, { plan, state });
  }

  fill({ days, every, from, until }) {
    const { elements } = this.parts.form;
    for (const box of elements.days) box.checked = days.includes(Number(box.value));
    for (const [name, value] of Object.entries({ every, from, until })) elements[name].value = value;
  }

  begin() {
    this.parts.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.start();
    });
    this.root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) this.choose(button.dataset.do);
    });
    document.addEventListener("visibilitychange", () => this.look());
    if (this.plan) this.run();
    this.root.classList.add("is-live");
  }

  start() {
    const { days, every, from, until } = this.parts.form.elements;
    const chosen = [...days].filter((box) => box.checked).map((box) => Number(box.value));
    const plan = { every: Number(every.value), from: from.value, until: until.value, days: chosen };
    const problem = problemOf(plan);
    this.parts.problem.textContent = problem === "days" ? this.words.noDay : problem ? this.words.problem : "";
    this.parts.problem.hidden = !problem;
    if (problem) {
      ({ every: every[0], from, until, order: until, days: days[0] })[problem].focus();
      return;
    }
    this.tones.unlock();
    this.plan = plan;
    this.state = { began: Date.now(), last: null, snoozedUntil: null, pausedOn: null };
    this.remember();
    this.isDue = false;
    this.run();
    this.parts.heading.focus();
  }

  /** Count from here on. */
  run() {
    clearInterval(this.timer);
    this.timer = setInterval(() => this.look(), TICK_MS);
    this.look();
  }

  /** Keep the plan, and for the rest of this day where it stands. */
  remember() {
    keep({ plan: this.plan, today: { day: dayOf(new Date()), ...this.state } });
  }

  choose(choice) {
    if (choice === "change") {
      clearInterval(this.timer);
      keep({ plan: this.plan });
      this.plan = null;
      this.parts.running.hidden = true;
      this.parts.form.hidden = false;
      return;
    }
    this.tones.unlock(); // a page that was opened again has had no tap before
    this.state = after(this.state, choice, Date.now());
    this.remember();
    this.isDue = false;
    if (choice === "done" || choice === "skip") this.number += 1;
    this.paint();
    this.parts.heading.focus();
  }

  look() {
    if (!this.plan || this.isDue) return;
    const due = nextBreak(this.plan, this.state, Date.now());
    if (due !== null && due <= Date.now()) {
      this.isDue = true;
      this.tones.play("start", Date.now());
    }
    this.paint();
  }

  paint() {
    const due = nextBreak(this.plan, this.state, Date.now());
    const paused = this.state.pausedOn !== null && due === null && !this.isDue && isOn(this.plan, Date.now());
    const clock = due === null ? "" : new Date(due).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    const text = this.isDue ? this.words.due
      : !isOn(this.plan, Date.now()) ? this.words.off
      : paused ? this.words.paused
      : due === null ? this.words.over
      : this.words.next.replace("{time}", clock);
    if (this.parts.heading.textContent !== text) this.parts.heading.textContent = text;
    document.title = this.isDue ? `${this.words.due} – ${this.title}` : this.title;
    this.parts.form.hidden = true;
    this.parts.running.hidden = false;
    this.parts.choices.hidden = !this.isDue;
    this.parts.pause.hidden = paused || this.isDue || due === null;
    this.parts.resume.hidden = !paused;
    this.parts.change.hidden = this.isDue;
    this.moves.forEach((move, index) => { move.hidden = !this.isDue || index !== this.number % this.moves.length; });
  }
}

export default function mount(root) {
  new Breaks(root).begin();
}
