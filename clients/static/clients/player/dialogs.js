/**
 * The dialogs of the player: native <dialog>, filled from view.js. Esc closes, the title gets the focus.
 */

import { inATask, oneByOne } from "#clients/player/frames.js";
import { make, setLang } from "#clients/player/screen.js";
import { showIn } from "#clients/player/settings.js";

const listInto = (part, texts) => {
  part.replaceChildren(...texts.map((text) => make("li", { text })));
  part.closest("section").hidden = texts.length === 0;
};

const show = (part, text) => {
  part.textContent = text;
  part.hidden = !text;
};

export class Dialogs {
  #open = null;

  /** stillOf: draws a picture that view.js names, see figure.js. */
  constructor(root, dispatch, stillOf) {
    this.stillOf = stillOf;
    this.dialogs = {};
    for (const dialog of root.querySelectorAll("dialog[data-dialog]")) {
      this.dialogs[dialog.dataset.dialog] = dialog;
      dialog.addEventListener("cancel", (event) => {
        event.preventDefault();
        dispatch({ type: "close" });
      });
      // Some browsers close on a second Esc without a cancel event; the session must hear of it.
      dialog.addEventListener("close", () => {
        if (this.#open === dialog) dispatch({ type: "close" });
      });
    }
  }

  /** Open, fill or close, as the view says. */
  paint({ dialog: name, content }) {
    const wanted = name ? this.dialogs[name] : null;
    if (this.#open && this.#open !== wanted) {
      const old = this.#open;
      this.#open = null;
      old.querySelectorAll("video, audio").forEach((playing) => playing.pause());
      old.close();
    }
    if (!wanted) return;
    const part = (key) => wanted.querySelector(`[data-in="${key}"]`);
    if (!this.#open) wanted.querySelectorAll("input").forEach((input) => { input.checked = false; });
    this[`_${name}`](part, content);
    if (this.#open) return;
    this.#open = wanted;
    // The whole page is laid out when it opens: not in the task that filled it.
    inATask(() => {
      if (this.#open !== wanted || wanted.open) return;
      wanted.showModal();
      wanted.scrollTop = 0;
      wanted.querySelector("h2").focus({ preventScroll: true });
    });
  }

  _hurts(part, { thanks, easier, another, skip, mayCarryOn }) {
    show(part("thanks"), thanks);
    for (const [key, label] of [["easier", easier], ["another", another], ["skip", skip]]) {
      part(key).hidden = !label;
      part(`${key}Label`).textContent = label;
    }
    part("carryOn").hidden = !mayCarryOn;
  }

  _how(part, { item, stills, title, steps, focus, precautions, note, pace, lang, hasTempo, canCountAlone }) {
    for (const key of ["title", "steps", "focus", "care"]) setLang(part(key), lang);
    part("title").textContent = title;
    listInto(part("steps"), steps);
    listInto(part("focus"), focus);
    listInto(part("care"), precautions);
    show(part("note"), note);
    this.#showStills(part("stills"), stills);
    this.#showMedia(part("media"), item);
    part("pace").hidden = !hasTempo && !canCountAlone;
    for (const button of part("pace").querySelectorAll("[data-do=pace]")) button.hidden = !hasTempo;
    part("own").hidden = !canCountAlone || pace === "own";
    part("guided").hidden = !canCountAlone || pace === "guided";
  }

  /** Start and end of the movement; drawn once, since they stand still, and one by one, since each takes its time. */
  #showStills(place, stills) {
    const key = JSON.stringify(stills);
    if (this.#open && place.dataset.shown === key) return;
    place.dataset.shown = key;
    const pictures = [...place.querySelectorAll("figure")];
    for (const { firstElementChild } of pictures) firstElementChild.replaceChildren();
    const count = stills ? stills.keys.length : 0;
    place.hidden = !count;
    pictures.forEach((figure, i) => {
      figure.hidden = i >= count;
      figure.lastElementChild.hidden = count === 1;
    });
    oneByOne(pictures.slice(0, count).map((figure, i) => () => {
      if (place.dataset.shown !== key) return;
      // The paper below the dialog is light or dark by the reader's choice, which its own colour tells.
      const [red] = getComputedStyle(place.closest("dialog")).backgroundColor.match(/\d+/) ?? [255];
      const drawn = this.stillOf(stills, i, Number(red) < 128);
      figure.firstElementChild.innerHTML = drawn;
      if (!drawn) place.hidden = true;
    }));
  }

  /** Pictures, films and sound of the exercise, written by the server; a film that runs goes on when the pace is changed. */
  #showMedia(place, item) {
    const key = String(item ?? "");
    if (place.dataset.item === key) return;
    place.dataset.item = key;
    const written = document.querySelector(`template[data-media="${key}"]`);
    place.replaceChildren(...(written ? [written.content.cloneNode(true)] : []));
    place.closest("section").hidden = !written;
  }

  _settings(_part, { settings }) {
    showIn(this.dialogs.settings, settings);
  }

  _swap(part, { to, text, stills }) {
    part("to").textContent = to;
    this.#showStills(part("stills"), stills);
    show(part("text"), text);
  }

  _skip(part, { title, hint }) {
    part("title").textContent = title;
    show(part("hint"), hint);
  }
}
