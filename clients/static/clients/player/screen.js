/**
 * Put what view.js says on the page. The frame stands in the template and never moves; this only fills it.
 */

import { mountFigure } from "#clients/player/figure.js";
import { partWords } from "#clients/player/sentences.js";
import { hasTones } from "#clients/player/settings.js";

const LAID_OUT_AHEAD = ["chip", "count", "cue", "figure", "controls", "foot", "ring", "card"];
const PART_ICON = { back: "back", more: "plus" };

/** Return a new element with text or children. */
export function make(tag, { className = "", text = null, data = {} } = {}, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== null) element.textContent = text;
  Object.assign(element.dataset, data);
  element.append(...children);
  return element;
}

/** Mark words in a language that is not the page's, for screen readers. */
export function setLang(element, language) {
  if (language) element.lang = language;
  else element.removeAttribute("lang");
}

export class Screen {
  #last = {};

  constructor(root, t, figures) {
    this.root = root;
    this.t = t;
    this.parts = Object.fromEntries([...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    this.figure = mountFigure(this.parts.figure, figures);
  }

  /**
   * What is slow about the first exercise, as pieces of work to be done before it: letters are made ready the first time
   * that they are laid out in a size, so each part is laid out once where nobody sees it.
   */
  preparations() {
    return [...LAID_OUT_AHEAD.map((name) => this.parts[name]), ...this.root.querySelectorAll("dialog")].map((shown) => () => {
      const part = shown.cloneNode(true);
      part.open = true;
      for (const each of [part, ...part.querySelectorAll("*")]) {
        each.hidden = false;
        if (!each.childNodes.length && !each.closest("svg")) each.textContent = `${this.t("get_ready")} 0123456789`;
      }
      part.style = "position: absolute; visibility: hidden";
      shown.after(part);
      part.getBoundingClientRect();
      part.remove();
    });
  }

  icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("focusable", "false");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${this.root.dataset.icons}#i-${name}`);
    svg.append(use);
    return svg;
  }

  /** Run `draw` only when `value` is not what was drawn before. */
  #when(name, value, draw) {
    const key = JSON.stringify(value ?? null);
    if (this.#last[name] === key) return;
    this.#last[name] = key;
    draw(this.parts[name], value);
  }

  #text(name, value) {
    this.#when(name, value, (part) => {
      part.textContent = value || "";
      part.hidden = !value;
    });
  }

  /** Draw a view (see view.js). */
  paint(view) {
    const { root, parts } = this;
    root.dataset.stage = view.stage;
    root.dataset.screen = view.screen;
    root.toggleAttribute("data-aside", view.dialog !== null);
    document.documentElement.toggleAttribute("data-tv", view.settings.big);
    this.#when("lang", view.lang, (_part, lang) => {
      setLang(parts.heading, lang.title);
      for (const part of [parts.figure, parts.focus]) setLang(part, lang.words);
    });
    this.#text("heading", view.heading);
    this.#text("chip", view.chip);
    this.#text("cue", view.cue);
    this.#text("remark", view.remark);
    const note = view.note && this.t(view.note.key, { ...view.note.params, part: partWords(this.t, view.note.params.part) });
    this.#text("note", note);
    this.#when("progress", view.progress, (part, { label, parts: shares }) => {
      part.setAttribute("aria-label", label);
      part.replaceChildren(...shares.map((share) => {
        const bar = make("i");
        bar.style.setProperty("--share", share);
        return bar;
      }));
    });
    this.#when("count", view.count, (part, count) => {
      part.hidden = !count || count.kind === "ring";
      parts.digit.textContent = count?.digit ?? "";
      parts.of.textContent = count?.of ?? "";
    });
    this.#when("tempo", view.tempo && [view.tempo, view.heading], (part) => this.#drawTempo(part, view.tempo));
    this.#when("focus", view.focus, (part, points) => {
      part.hidden = points.length === 0;
      part.replaceChildren(...points.map((text) => make("li", { text })));
    });
    this.#when("lines", view.lines, (part, lines) => {
      part.hidden = lines.length === 0;
      part.replaceChildren(...lines.map((text) => make("p", { text })));
    });
    this.#when("card", view.card, (part, card) => {
      part.hidden = !card;
      if (!card) return;
      parts.cardLabel.textContent = card.label;
      parts.cardTitle.textContent = card.title;
      parts.cardChip.textContent = card.chip;
      parts.cardChip.hidden = !card.chip;
    });
    this.#when("slot", view.slot, (part, slot) => {
      part.hidden = !slot;
      if (!slot) return;
      parts.slotButton.textContent = slot.label;
      parts.slotButton.dataset.do = slot.action;
    });
    this.#when("sound", hasTones(view.settings), (part, on) => part.setAttribute("aria-pressed", String(on)));
    this.#when("pace", view.pace, (part, shown) => { part.hidden = !shown; });
    this.#when("check", view.check, (part, check) => {
      part.hidden = !check;
      for (const each of part.querySelectorAll("[data-when]")) each.hidden = !each.dataset.when.split(" ").includes(check);
    });
    this.#paintActions(view);
    this.#paintGate(view);
    this.isRing = view.ring !== null;
    parts.ring.toggleAttribute("hidden", !this.isRing);
    parts.figure.hidden = this.isRing || (view.words.length === 0 && !view.card);
    if (this.isRing) parts.ringWord.textContent = view.ring.word;
    this.view = view;
  }

  #drawTempo(part, tempo) {
    part.hidden = !tempo;
    part.replaceChildren(...(tempo || []).map(({ label, seconds, place }) => {
      const bar = make("span", { className: place === 0 ? "is-now" : "" }, make("b"), make("em", { text: label }));
      bar.style.setProperty("flex-grow", seconds);
      bar.firstChild.style.setProperty("--fill", place < 0 ? 1 : 0);
      return bar;
    }));
    this.tempoNow = part.querySelector(".is-now b");
  }

  #paintActions(view) {
    const { parts } = this;
    this.#when("big", view.big, (part, big) => {
      part.hidden = !big;
      if (!big) return;
      part.dataset.do = big.action;
      part.disabled = false;
      part.replaceChildren(this.icon(big.action === "ok" ? "right" : "play"), make("span", { text: big.label }));
    });
    const list = (buttons, choice) => buttons.map((each) =>
      make("button", { className: choice ? "player__choice" : "btn", data: { do: each.action, ...(choice && { item: each.item }) } },
        ...(each.icon ? [this.icon(each.icon)] : []),
        make("span", { text: each.label }),
        ...(each.hint ? [make("small", { text: each.hint })] : [])));
    this.#when("options", view.options, (part, options) => {
      part.hidden = options.length === 0;
      part.replaceChildren(...list(options, false));
    });
    this.#when("choices", view.choices, (part, choices) => {
      part.hidden = choices.length === 0;
      part.replaceChildren(...list(choices, true));
    });
    this.#when("controls", view.controls && [view.controls, view.back, view.next], (part) => {
      part.hidden = !view.controls;
      if (!view.controls) return;
      parts.backLabel.textContent = view.back;
      parts.nextLabel.textContent = view.next;
      parts.backIcon.replaceChildren(this.icon(PART_ICON[view.controls.back]));
    });
    this.#when("foot", view.foot, (part, foot) => {
      part.hidden = !foot.hurts;
      parts.howButton.hidden = !foot.how;
      parts.howLabel.textContent = foot.how;
    });
  }

  #paintGate(view) {
    const { parts } = this;
    this.#when("gate", view.gate, (part, gate) => {
      part.hidden = !gate;
      if (!gate) return;
      if (part.dataset.question !== gate.question) part.reset();
      part.dataset.question = gate.question;
      for (const field of part.querySelectorAll("[data-question]")) field.hidden = field.dataset.question !== gate.question;
      parts.gateLead.textContent = gate.lead;
      parts.gateLead.hidden = !gate.lead;
      parts.gateFocus.hidden = gate.focus.length === 0;
      parts.gateFocus.replaceChildren(...gate.focus.map((text) => make("li", { text })));
      parts.gateAdd.textContent = gate.add;
      parts.gateProblem.textContent = gate.problem;
      parts.gateProblem.hidden = !gate.problem;
    });
  }

  /** Draw what moves (see `live` in view.js); `reduced` shows steps instead of movement. */
  frame({ seconds, share }, { picture, phase, reduced }) {
    const { parts, view } = this;
    if (!view) return;
    if (view.count?.kind === "seconds" && seconds !== null) {
      if (parts.digit.textContent !== String(seconds)) parts.digit.textContent = String(seconds);
      const unit = this.t("seconds", { n: seconds });
      if (parts.of.textContent !== unit) parts.of.textContent = unit;
    }
    const shown = reduced && share !== null && phase ? Math.floor(share * phase.seconds) / phase.seconds : share;
    if (this.tempoNow && shown !== null) this.tempoNow.style.setProperty("--fill", shown.toFixed(3));
    if (this.isRing) this.#frameRing(seconds, shown, reduced);
    else this.figure.show(picture, { reduced, words: view.words });
  }

  #frameRing(seconds, share, reduced) {
    const { parts, view } = this;
    if (seconds !== null && parts.ringDigit.textContent !== String(seconds)) parts.ringDigit.textContent = String(seconds);
    if (share === null) return;
    const eased = (1 - Math.cos(Math.PI * share)) / 2;
    const size = view.ring.breath === "in" ? eased : 1 - eased;
    parts.ringBall.style.setProperty("--size", reduced ? 0.85 : (0.7 + size * 0.3).toFixed(4));
    parts.ringArc.style.setProperty("--share", share.toFixed(4));
  }

  /** Show one line about sending; `link` is {href, label} or null. */
  status(text, link = null) {
    this.#when("status", [text, link], (part) => {
      part.hidden = !text;
      part.replaceChildren(make("span", { text }));
      if (!link) return;
      const anchor = make("a", { text: link.label });
      anchor.href = link.href;
      part.append(" ", anchor);
    });
  }
}
