/**
 * The guided session on the page: feeds the engine with taps, keys and time, and carries out its effects.
 *
 * What was done is stored before the screen changes; tones and the wake lock do not wait for the store.
 */

import { keepSession } from "#clients/offline/kept.js";
import { Tones } from "#clients/player/audio.js";
import { waitMs } from "#clients/player/cues.js";
import { Dialogs } from "#clients/player/dialogs.js";
import { step } from "#clients/player/engine.js";
import { makeEvent, newId } from "#clients/player/events.js";
import { afterFrame, inATask, oneByOne } from "#clients/player/frames.js";
import { MediaKeys } from "#clients/player/media.js";
import { pictured } from "#clients/player/pictured.js";
import { createState } from "#clients/player/resume.js";
import { Screen } from "#clients/player/screen.js";
import { sentenceOf } from "#clients/player/sentences.js";
import {
  hasTones, isAnnounced, isSpoken, keepSettings, readSettings, valueOf, volumes,
} from "#clients/player/settings.js";
import { EventStore, openStore } from "#clients/player/store.js";
import { Sync, csrfToken } from "#clients/player/sync.js";
import { createText } from "#clients/player/text.js";
import { RUNNING, phaseOf } from "#clients/player/turn.js";
import { live, stoppedAt, view } from "#clients/player/view.js";
import { Voice } from "#clients/player/voice.js";
import { WakeLock } from "#clients/player/wake.js";
import { SafetyDialog } from "#clients/safety/dialog.js";

const SEND_BEFORE_LEAVING_MS = 3000;
const TELLS_STATUS = ["start", "paused", "finished", "choice", "gate"];

const wish = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)"); // asked with every frame
const lessMotion = () => document.documentElement.dataset.motion === "less" || wish.matches;

class Player {
  constructor(root, bundle, store, known, safety) {
    const language = document.documentElement.lang || "en";
    this.root = root;
    this.bundle = bundle;
    this.store = store;
    this.t = createText(bundle.text, language);
    this.wake = new WakeLock();
    this.state = this.stateFrom(known);
    this.shown = this.state;
    this.tones = new Tones();
    this.voice = new Voice({ language });
    this.adjustVolume();
    this.media = new MediaKeys((event) => this.dispatch(event), { address: root.dataset.silence });
    this.screen = new Screen(root, this.t, bundle.figures);
    this.dialogs = new Dialogs(root, (event) => this.dispatch(event), (...asked) => this.screen.figure.still(...asked));
    this.line = document.getElementById("say");
    this.safety = safety;
    this.work = Promise.resolve();
    // A quick help has nowhere to send to: it is extra, and nothing of it is kept.
    this.sync = !bundle.events_url ? { send: async () => {} } : new Sync({
      store,
      url: bundle.events_url,
      account: bundle.account,
      token: () => csrfToken(document),
      onStatus: (status) => this.tell(status),
    });
  }

  stateFrom(events) {
    return createState(this.bundle, events, readSettings(), { canWake: this.wake.isKnown });
  }

  get settings() {
    return this.state.settings;
  }

  adjustVolume() {
    const { voice, tones } = volumes(this.settings);
    this.voice.volume = voice;
    this.tones.volume = tones;
  }

  begin() {
    for (const touch of ["pointerdown", "click"]) this.root.addEventListener(touch, () => this.screen.figure.rest());
    this.root.addEventListener("click", (event) => this.tapped(event));
    this.root.addEventListener("change", (event) => this.answered(event));
    this.root.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("keydown", (event) => this.pressed(event));
    document.addEventListener("visibilitychange", () => {
      this.dispatch({ type: document.hidden ? "hidden" : "visible" });
      this.sync.send({ keepalive: document.hidden });
    });
    window.addEventListener("online", () => {
      this.sync.send();
      this.safety.send();
    });
    window.addEventListener("pagehide", () => this.sync.send({ keepalive: true }));
    // A page that the browser kept whole and brings back may stand behind what the server and the store know.
    window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
    this.paint();
    this.root.dataset.ready = "";
    this.store.tidy(Date.now());
    this.sync.send();
    this.safety.begin(this.state.screen === "stopped");
    this.tick();
    // Whatever takes longest the first time is done before the first tap; the engine's turn here changes nothing.
    const turn = () => step(this.state, { type: "start" }, Date.now());
    oneByOne([() => this.tones.prepare(), () => this.voice.prepare(), turn, ...this.screen.preparations()]);
  }

  /** Give the engine an event and carry out what it answers. */
  dispatch(event) {
    const { state, effects } = step(this.state, event, Date.now());
    this.state = state;
    if (!effects.length) {
      this.shown = state;
      return;
    }
    for (const effect of effects) this.atOnce(effect);
    const saved = effects.filter((effect) => effect.do === "save").map((effect) => this.eventOf(effect.event));
    this.work = this.work.then(async () => {
      // Without anything to store the screen changes in a task of its own too: taps are answered in between.
      await (saved.length ? this.store.add(saved) : new Promise(inATask));
      this.afterwards(effects);
      if (saved.length) this.sync.send();
    });
  }

  eventOf(event) {
    return makeEvent(this.bundle.session, event, { id: newId(), date: new Date() });
  }

  atOnce(effect) {
    const { settings } = this;
    if (effect.do === "tone" && hasTones(settings)) this.tones.play(effect.name, effect.at);
    else if (effect.do === "hush") {
      this.tones.hush();
      this.voice.hush();
    } else if (effect.do === "lock") {
      this.wake.set(effect.on && settings.awake);
      this.media.hold(effect.on && settings.own);
    } else if (effect.do === "vibrate" && settings.vibrate) navigator.vibrate?.(effect.pattern);
    else if (effect.do === "remember") {
      keepSettings(settings);
      this.adjustVolume();
    } else if (effect.do === "sample") {
      this.tones.play("start", Date.now());
      if (!settings.reader) this.voice.say(this.t("sample"));
    }
  }

  afterwards(effects) {
    if (effects.some((effect) => effect.do === "paint")) this.paint();
    const said = effects.filter((effect) => effect.do === "say");
    this.announce(said.filter((effect) => isAnnounced(this.settings, effect.live)).map((effect) => sentenceOf(this.t, effect)));
    for (const effect of said.filter((each) => isSpoken(this.settings, each.voice))) {
      this.voice.say(sentenceOf(this.t, effect), effect.voice, effect.params.lang);
    }
    for (const effect of effects) {
      if (effect.do === "focus") this.focusSoon(effect.on);
      else if (effect.do === "go") this.go(effect.to);
      else if (effect.do === "ask_safety") this.safety.ask();
    }
  }

  announce(sentences) {
    if (!sentences.length) return;
    const text = sentences.join(" ");
    // A line that stays the same is not read again: a space that is not seen makes it another.
    this.line.textContent = this.line.textContent === text ? `${text}\u00a0` : text;
  }

  paint() {
    this.shown = this.state;
    const now = view(this.state, this.t);
    this.screen.paint(now);
    // To open a dialog the whole page is laid out: the answer to the tap is seen before. The last view counts.
    const opens = now.dialog && now.dialog !== this.now?.dialog;
    this.now = now;
    (opens ? afterFrame : inATask)(() => this.dialogs.paint(this.now));
    this.media.show({ title: now.heading, running: RUNNING.includes(this.state.screen) });
    this.draw();
    this.tell(this.status);
  }

  /** The last wish counts. In the task that painted, the browser would have to lay out the page as well. */
  focusSoon(on) {
    this.wanted = on;
    inATask(() => {
      if (this.wanted === on) this.focus(on);
      this.wanted = null;
    });
  }

  focus(on) {
    const { parts } = this.screen;
    const places = { pause: parts.pause, carry_on: parts.big, big: parts.big, heading: parts.heading };
    const isShown = (button) => !button.closest("[hidden], dialog");
    const target = places[on] ?? [...this.root.querySelectorAll(`[data-do="${on}"]`)].find(isShown);
    if (target && !target.closest("[hidden]")) target.focus({ preventScroll: on !== "heading" });
  }

  tapped(event) {
    const button = event.target.closest("[data-do]");
    if (button && !button.closest("[hidden]")) this.act(button.dataset);
    else if (event.target.closest("[data-part=figure], [data-part=ring]")) this.dispatch({ type: "pause" });
  }

  act({ do: type, value, item }) {
    const { settings } = this;
    if (["start", "carry_on", "sound", "sample"].includes(type)) this.unlock();
    if (type === "skip") this.dispatch({ type, reason: value });
    else if (type === "choose") this.dispatch({ type, item: Number(item) });
    else this.dispatch({ type, value });
    if (type === "start" && settings.big) document.documentElement.requestFullscreen?.().catch(() => {});
  }

  /** Inside a tap, so that tones and voice may sound from now on. */
  unlock() {
    this.tones.unlock(this.settings);
    this.voice.prime();
  }

  answered({ target }) {
    if (target.name === "hurt") this.dispatch({ type: "rate", value: Number(target.value) });
    const { set: key } = target.dataset;
    if (!key) return;
    this.dispatch({ type: "set", key, value: valueOf(target) });
    if (key === "own") this.unlock();
  }

  submitted(event) {
    const form = event.target;
    if (form.dataset.part !== "gate") return;
    event.preventDefault();
    const data = new FormData(form);
    const pain = data.get("gate_pain");
    const answers = {
      pain_before: pain === null ? null : Number(pain),
      leg_symptoms: data.get("gate_legs"),
      equipment: data.get("gate_equipment") === "on",
    };
    this.dispatch({ type: "gate_add", value: answers[form.dataset.question] });
  }

  pressed(event) {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest?.("dialog, input, select, textarea")) return;
    const type = { ArrowLeft: "back", ArrowRight: "next", Escape: "escape" }[event.key];
    if (!type) return;
    event.preventDefault();
    this.dispatch({ type });
  }

  tick() {
    this.dispatch({ type: "tick" });
    this.draw();
    setTimeout(() => this.tick(), waitMs(this.state, Date.now()));
    if (!this.frame && RUNNING.includes(this.state.screen) && !lessMotion()) {
      this.frame = requestAnimationFrame(() => this.animate());
    }
  }

  animate() {
    if (!this.screen.figure.isResting) this.draw();
    const goesOn = RUNNING.includes(this.state.screen) && !lessMotion();
    this.frame = goesOn ? requestAnimationFrame(() => this.animate()) : null;
  }

  draw() {
    const s = this.shown;
    const now = Date.now();
    const isOver = s.screen === "finished" || s.screen === "left";
    const phase = isOver ? null : phaseOf(s);
    this.screen.frame(live(s, now), { picture: isOver ? null : pictured(s, now), phase, reduced: lessMotion() });
  }

  /** Say how sending stands, where it does not disturb an exercise. */
  tell(status) {
    if (!status) return;
    this.status = status;
    const { state, waiting, refused, durable } = status;
    const shows = TELLS_STATUS.includes(this.state.screen);
    const { t } = this;
    const text =
      state === "sign_in" ? t("sign_in_to_send")
      : waiting > 0 && !durable ? t("not_saved")
      : waiting > 0 && !navigator.onLine ? t("offline")
      : waiting > 0 && (state === "later" || state === "offline") ? t("will_retry")
      : waiting > 0 && this.state.screen === "finished" ? t("sending")
      : refused > 0 ? t("refused")
      : "";
    const link = state === "sign_in" ? { href: this.root.dataset.signIn, label: t("sign_in") } : null;
    const counted = text && waiting > 0 && state !== "sending" ? `${text} ${t("waiting", { n: waiting })}` : text;
    this.screen.status(shows ? counted : "", link);
  }

  /** Leave the page once what was done is stored, and sent where that is quick. */
  async go(to) {
    const addresses = { today: this.bundle.today_url, done: this.bundle.done_url, help: this.root.dataset.help };
    const late = new Promise((resolve) => { setTimeout(resolve, SEND_BEFORE_LEAVING_MS); });
    await Promise.race([this.sync.send(), late]);
    // The page kept for days without a network knows a session that the server may not know yet.
    const isUnknown = (await this.store.waiting()).some(({ event }) => event.session === this.bundle.session && event.type === "started");
    if (isUnknown && to === "done" && !this.bundle.is_part) addresses.done = `${this.root.dataset.after}#${this.bundle.session}`;
    if (navigator.onLine || navigator.serviceWorker?.controller) {
      location.assign(addresses[to]);
      return;
    }
    // No page can be fetched: stay, and let the client carry on from here.
    if (this.state.screen === "left") {
      this.state = this.stateFrom(await this.store.ofSession(this.bundle.session));
    }
    this.paint();
  }
}

/** Return where a session was stopped, in words, for a page that offers to carry on; "" before its first exercise. */
export function stoppedIn(bundle, events, language) {
  const state = createState(bundle, events);
  return state.begun ? stoppedAt(state, createText(bundle.text, language)) : "";
}

/** Take over the page of a session; without this module it is a list to tick. */
export default function mount(root) {
  return mountSession(root, JSON.parse(document.getElementById("session-bundle").textContent));
}

/** Play a session on a page that holds the player's frame. */
export async function mountSession(root, bundle) {
  const store = bundle.events_url ? await openStore(bundle.account) : new EventStore(null);
  if (bundle.events_url) keepSession(bundle);
  const safety = await SafetyDialog.open(root, bundle);
  const player = new Player(root, bundle, store, await store.ofSession(bundle.session), safety);
  document.querySelector("[data-fallback]")?.remove();
  player.begin();
  return player;
}
