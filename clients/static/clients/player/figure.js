/**
 * The moving figure with its words below. It has no clock: show() is given what to picture (see pictured.js) and draws
 * it. Where an exercise has no figure, or the engine cannot be loaded, the words stand there alone, large.
 *
 * A picture is worked out in a task of its own and put on the page with the next frame: together they would be longer
 * than a tap on a slow phone should wait.
 */

import { drawnFor } from "#clients/player/drawn.js";
import { inATask } from "#clients/player/frames.js";

const FRAME_MS = 33; // thirty pictures a second are enough for slow movements
const SHARE_OF_TIME = 3; // a slow phone draws fewer, so that two thirds of its time are left for taps and the rest
const PREPARE_MS = 60;
const REST_MS = 250; // after a touch, so that the tap and what it opens find the page free
const BREATH_S = 4; // a hold breathes at this pace
const DEPTH = 0.5; // of a full breath
const LONG_WORDS = 60;
const WIDE = 1.4; // two pictures wider than this stand one above the other on an upright phone

const flip = { left: "L", right: "R" };
const wave = (share) => (1 - Math.cos(Math.PI * share)) / 2;

/** Air in the lungs, -1 to 1, at a moment of a phase: with the cue, or quietly to and fro. */
function air({ breath, breathBefore, share, seconds }) {
  if (breath === "in") return DEPTH * (2 * wave(share) - 1);
  if (breath === "out") return DEPTH * (1 - 2 * wave(share));
  const phase = (2 * Math.PI * share * seconds) / BREATH_S;
  return (breathBefore === "in" ? 1 : -1) * DEPTH * Math.cos(phase);
}

const STAGES = { work: "pine", breathe: "dusk", rest: "sand" };

/** Colours for the stage that the figure stands on: its own theme, or the plain one, by day or by night. */
function lookOn(player) {
  if (matchMedia("(forced-colors: active)").matches) return { theme: "contrast" };
  const paper = getComputedStyle(player).getPropertyValue("--stage").trim();
  if (!/^#[\da-f]{6}$/i.test(paper)) return { theme: "light" };
  const light = [1, 3, 5].reduce((sum, i) => sum + parseInt(paper.slice(i, i + 2), 16), 0) > 384;
  const own = STAGES[player.dataset.stage];
  const isNight = !light && own !== "pine" && own !== "dusk";
  return { theme: isNight ? "dark" : own ?? "light", paper };
}

class MovingFigure {
  #engine = null;
  #scenes = new Map();
  #words = null;
  #last = "";
  #label = "";
  #drawnAt = 0;
  #pauseMs = FRAME_MS - 4;
  #wanted = null;
  #waits = false;
  #rest = null;
  #stage = "";
  #look = { theme: "light" };

  constructor(element, library) {
    this.element = element;
    this.library = library;
    this.picture = document.createElement("div");
    this.picture.className = "player__picture";
    this.picture.setAttribute("role", "img");
    this.text = document.createElement("div");
    this.text.className = "player__words";
    element.replaceChildren(this.picture, this.text);
    this.picture.hidden = true;
    if (Object.keys(library.figures).length) this.#load();
  }

  async #load() {
    try {
      this.#engine = await import("#routines/movement/index.js");
      this.#prepare();
    } catch {
      // The words stay: a session goes on without pictures.
    }
  }

  /** What costs much, before it is needed: one figure at a time, between other work. */
  #prepare() {
    const next = Object.keys(this.library.figures).find((id) => !this.#scenes.has(id));
    if (!next) return;
    setTimeout(() => {
      this.#try(() => this.#scene(next));
      setTimeout(() => this.#try(() => {
        // The first drawing takes longest. Nobody sees this one, or waits for it.
        this.#engine.draw(this.#scene(next), { from: 0 }, {
          ...this.#look, aspect: null, ghost: 0, palette: this.library.palette,
        });
        this.#prepare();
      }), PREPARE_MS);
    }, PREPARE_MS);
  }

  /** Do what needs the engine, if it is there. No session stops for a picture: after an error the words stand alone. */
  #try(work) {
    if (!this.#engine) return;
    try {
      work();
    } catch (error) {
      this.#engine = null;
      this.#reveal(false);
      console.error("the figure cannot be drawn", error);
    }
  }

  #scene(id) {
    if (!this.#scenes.has(id)) {
      this.#scenes.set(id, this.#engine.makeScene(this.library.figures[id], this.library.postures));
    }
    return this.#scenes.get(id);
  }

  /** `words`: what to do as sentences; `reduced`: start and end side by side instead of movement. */
  show(picture, { words, reduced }) {
    this.#showWords(words);
    const shown = picture && drawnFor(this.library.items, picture.item, picture.side, picture.pose?.figure);
    const figure = this.#engine && shown && this.library.figures[shown.id];
    this.#reveal(Boolean(figure));
    this.#wanted = figure ? { figure, shown, picture, reduced } : null;
    this.#begin();
  }

  get isResting() {
    return this.#rest !== null;
  }

  /** Stand still for a moment: someone touches the page, and the answer comes first. */
  rest() {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#rest = null;
      this.#begin();
    }, REST_MS);
  }

  #begin() {
    if (!this.#wanted || this.#waits || this.#rest || !this.#isNew(this.#wanted)) return;
    this.#waits = true;
    setTimeout(() => this.#try(() => this.#work()), 0);
  }

  #work() {
    const begun = performance.now();
    const drawn = this.#wanted && !this.#rest ? this.#drawn(this.#wanted) : null;
    const worked = performance.now() - begun;
    requestAnimationFrame(() => {
      this.#waits = false;
      if (drawn === null || !this.#wanted) return;
      if (this.#rest) {
        this.#last = ""; // drawn again after the rest
        return;
      }
      const putAt = performance.now();
      this.picture.innerHTML = drawn;
      inATask(() => { this.#pauseMs = Math.max(FRAME_MS - 4, SHARE_OF_TIME * (worked + performance.now() - putAt)); });
    });
  }

  #reveal(isDrawn) {
    this.picture.hidden = !isDrawn;
    this.element.classList.toggle("player__figure--drawn", isDrawn);
  }

  #showWords(words) {
    const key = words.join("\n");
    if (key === this.#words) return;
    this.#words = key;
    this.text.replaceChildren(...words.map((text) => {
      const line = document.createElement("p");
      line.textContent = text;
      return line;
    }));
    this.element.classList.toggle("player__words--long", key.length > LONG_WORDS);
    this.element.classList.toggle("player__words--several", words.length > 1);
  }

  /** What tells one picture from another: `still` for all of a movement, `moving` for each moment of it. */
  #keysOf({ figure, shown: { id, range }, picture: { pose, share, side, kind }, reduced }) {
    const isMirrored = Boolean(pose.mirror) !== this.#isOtherSide(figure, side);
    const { stage } = this.element.closest(".player").dataset;
    const still = `${id} ${range} ${pose.key} ${pose.loop} ${isMirrored} ${reduced} ${kind} ${stage}`;
    return { isMirrored, still, moving: reduced ? still : `${still} ${share.toFixed(4)}` };
  }

  /** True where the wanted picture is another than the one drawn last, and that was long enough ago. */
  #isNew(wanted) {
    const { still, moving } = this.#keysOf(wanted);
    if (moving === this.#last) return false;
    return wanted.reduced || !this.#last.startsWith(still) || performance.now() - this.#drawnAt >= this.#pauseMs;
  }

  #drawn(wanted) {
    const { figure, shown: { id, range }, picture, reduced } = wanted;
    const { pose, before, share, seconds, kind } = picture;
    const { isMirrored, moving } = this.#keysOf(wanted);
    this.#last = moving;
    this.#drawnAt = performance.now();
    this.#lookNow();
    this.#name(id, isMirrored);
    const { draw, momentFor } = this.#engine;
    const at = (elapsed) => momentFor(figure, pose, before, elapsed, seconds);
    const options = { ...this.#look, mirrored: isMirrored, aspect: null, range, palette: this.library.palette, prefix: "player" };
    const scene = this.#scene(id);
    this.picture.classList.toggle("player__picture--wide", scene.box[2] > WIDE * scene.box[3]);
    if (reduced) {
      return this.#pair(figure, pose).map((key, i) => (
        draw(scene, { from: key }, { ...options, arrows: i > 0, prefix: `player-${i}` }))).join("");
    }
    const isWay = kind === "move" && !pose.loop;
    const moment = at(share * seconds);
    return draw(scene, moment, {
      ...options, breath: air(picture), arrows: isWay || Boolean(pose.loop), ghost: isWay ? at(0).from : null,
    });
  }

  /**
   * Still picture number `i` of {item, figure, side, mirror, keys} (see pictured.js) for a place of this colour scheme, as
   * SVG text; "" where it cannot be drawn.
   */
  still({ item, figure: name, side, mirror, keys }, i, isDark) {
    const { id, range } = drawnFor(this.library.items, item, side, name);
    const figure = this.library.figures[id];
    if (!this.#engine || !figure) return "";
    const theme = matchMedia("(forced-colors: active)").matches ? "contrast" : isDark ? "dark" : "light";
    const mirrored = Boolean(mirror) !== this.#isOtherSide(figure, side);
    // The last picture speaks for both.
    const title = i === keys.length - 1 ? this.#wordsOf(id, mirrored) : "";
    try {
      return this.#engine.draw(this.#scene(id), { from: keys[i] }, {
        theme, mirrored, range, palette: this.library.palette, arrows: i > 0, prefix: `how-${i}`, title,
      });
    } catch {
      return "";
    }
  }

  /** The two keys that say what a phase does: where it comes from and where it goes. */
  #pair(figure, { key, loop, via, start }) {
    const end = key ?? loop[0];
    const begin = start ?? via?.[0] ?? loop?.at(-1) ?? 0;
    return begin === end ? [0, figure.shows ?? Math.min(1, figure.keys.length - 1)] : [begin, end];
  }

  #isOtherSide(figure, side) {
    return figure.sides === "each" && side in flip && flip[side] !== (figure.works ?? "R");
  }

  #wordsOf(id, isMirrored) {
    const [drawn, mirrored] = this.library.words[id] ?? ["", null];
    return isMirrored && mirrored ? mirrored : drawn;
  }

  /** The text alternative changes with figure and side, never with the moment. */
  #name(id, isMirrored) {
    const label = this.#wordsOf(id, isMirrored);
    if (label === this.#label) return;
    this.#label = label;
    this.picture.setAttribute("aria-label", label);
  }

  #lookNow() {
    const player = this.element.closest(".player");
    if (player.dataset.stage === this.#stage) return;
    this.#stage = player.dataset.stage;
    this.#look = lookOn(player);
  }
}

const NO_FIGURES = { postures: {}, figures: {}, words: {} };

/** Take over `element`; `library` is {postures, figures, words, items, palette} of the session, see routines.looks.for_player. */
export const mountFigure = (element, library) => new MovingFigure(element, library ?? NO_FIGURES);
