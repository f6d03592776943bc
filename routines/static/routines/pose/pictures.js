/** What the pose editor draws: the stage with the ghost of the start, one small picture a key, the strip in between. */
import { check, describe, draw, makeScene, ownTempo } from "#routines/movement/editor.js";
import { themeNow } from "#routines/display.js";
import { make } from "#routines/pose/controls.js";
import { fill, warningWords } from "#routines/pose/sentences.js";

const IN_BETWEEN = [0, 0.25, 0.5, 0.75, 1];
const CALM_MS = 220; // of no change before strip, words and warnings are made anew
const FRAME_MS = 1000 / 30;

export class Pictures {
  constructor(parts, desk, palette) {
    Object.assign(this, { parts, desk, palette });
    this.scene = null;
    this.timer = 0;
    this.request = 0;
    this.playing = 0;
    this.drawn = null;
  }

  /** Draws the stage at the next frame, and the rest when the hand rests. */
  update() {
    if (!this.request) this.request = requestAnimationFrame(() => { this.request = 0; this.#stage(); });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#rest(), CALM_MS);
  }

  #options(prefix, more = {}) {
    return { theme: themeNow(), palette: this.palette, mirrored: Boolean(this.desk.mirrored), prefix, ...more };
  }

  /** The scene of the figure as it is now; null, and the reason on the page, where it cannot be drawn. */
  #sceneNow() {
    const { figure, postures, text } = this.desk;
    if (this.drawn === figure) return this.scene;
    this.drawn = figure;
    try {
      this.scene = makeScene(figure, postures);
      this.problem = "";
    } catch (error) {
      this.scene = null;
      this.problem = fill(text.warnings.broken, { reason: error.message });
    }
    return this.scene;
  }

  #stage() {
    const scene = this.#sceneNow();
    if (!scene) return this.#warn([this.problem]);
    if (this.playing) return null;
    const { selected } = this.desk;
    this.parts.stage.innerHTML = draw(scene, { from: selected }, this.#options("stage", { ghost: selected ? 0 : null, aspect: null }));
    return null;
  }

  #rest() {
    const scene = this.#sceneNow();
    if (!scene) return;
    const { figure, postures, selected, text, language } = this.desk;
    for (const [index, holder] of [...this.parts.keys.querySelectorAll("[data-picture]")].entries()) {
      if (figure.keys[index]) holder.innerHTML = draw(scene, { from: index }, this.#options(`key-${index}`, { arrows: false, focus: false }));
    }
    const from = Math.max(selected - 1, 0);
    this.parts.strip.replaceChildren(...(figure.keys.length < 2 ? [] : IN_BETWEEN).map((t, i) => {
      const holder = make("div");
      holder.innerHTML = draw(scene, { from, to: from + 1, t }, this.#options(`strip-${i}`, { arrows: false, focus: false }));
      return holder;
    }));
    const found = check(figure, postures).map((one) => warningWords(one, text.warnings));
    this.#warn([...new Set(found)]);
    try {
      const { title, description } = describe(figure, postures, {
        language: ["en", "de"].includes(language) ? language : "en", mirrored: Boolean(this.desk.mirrored),
      });
      this.parts.words.textContent = `${title}. ${description}`;
    } catch {
      this.parts.words.textContent = "";
    }
  }

  #warn(sentences) {
    const { fine } = this.desk.text.warnings;
    const list = sentences.length ? sentences : [fine];
    const shown = [...this.parts.warnings.children].map((line) => line.textContent);
    if (shown.join("\n") === list.join("\n")) return;
    this.parts.warnings.classList.toggle("is-fine", sentences.length === 0);
    this.parts.warnings.replaceChildren(...list.map((textContent) => make("li", { textContent })));
  }

  get isPlaying() { return this.playing !== 0; }

  /** Plays the figure in its own tempo, or stops it. */
  toggle() {
    if (this.playing) {
      cancelAnimationFrame(this.playing);
      this.playing = 0;
      this.update();
      return;
    }
    const begun = performance.now();
    let last = -Infinity;
    const frame = (now) => {
      this.playing = requestAnimationFrame(frame);
      const scene = this.#sceneNow();
      if (!scene || now - last < FRAME_MS - 2) return;
      last = now;
      const { momentAt } = ownTempo(this.desk.figure);
      this.parts.stage.innerHTML = draw(scene, momentAt((now - begun) / 1000), this.#options("stage", { ghost: 0, aspect: null }));
    };
    this.playing = requestAnimationFrame(frame);
  }
}
