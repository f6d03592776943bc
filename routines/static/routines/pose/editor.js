/**
 * The pose editor. The form of the page carries the figure as data and the pose of each step; this file shows it as
 * pictures and sliders and keeps the data in step. Saving is the form's own.
 */
import { say } from "#portal/modules.js";
import { make } from "#routines/pose/controls.js";
import { Desk } from "#routines/pose/desk.js";
import { MOST_KEYS, inserted, moved, removed } from "#routines/pose/keys.js";
import { keyPanels } from "#routines/pose/panels.js";
import { Pictures } from "#routines/pose/pictures.js";
import { fill } from "#routines/pose/sentences.js";
import { wholePanels } from "#routines/pose/whole.js";

export default function mount(root) {
  openEditor(root, JSON.parse(document.getElementById("pose-start").textContent));
}

/**
 * Brings the editor to life in `root`, whose parts are those of the templates pose_stage and pose_panels. `start` is
 * {name, postures, language, text, mirrored}. Returns the state (desk.js), null where the data is no figure.
 */
export function openEditor(root, start) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const names = ["stage", "strip", "keys", "warnings", "words", "panel", "whole", "data", "problem"];
  const parts = Object.fromEntries(names.map((name) => [name, part(name)]));
  const { words } = start.text;
  const selects = [...root.querySelectorAll("[data-step]")];
  const figure = readable(parts.data.value);
  if (!figure) return null; // What was sent is no figure: the page shows it as data, with what is wrong.
  const steps = Object.fromEntries(selects.map((select) => [select.name, JSON.parse(select.value)]));
  const desk = new Desk(start, figure, steps, () => refresh());
  const pictures = new Pictures(parts, desk, root.dataset.palette);
  let controls = [];
  let shown = null;
  let written = parts.data.value;

  function buildPanels() {
    const panels = [...keyPanels(desk).map((panel) => [parts.panel, panel]), ...wholePanels(desk).map((panel) => [parts.whole, panel])];
    const open = new Set([...root.querySelectorAll("details[data-panel][open]")].map((one) => one.dataset.panel));
    controls = [];
    parts.panel.replaceChildren();
    parts.whole.replaceChildren();
    for (const [place, { name, title, open: usually, controls: some }] of panels) {
      const details = make("details", { data: { panel: name }, open: shown === null ? Boolean(usually) : open.has(name) },
        make("summary", {}, make("span", { textContent: title }), make("span", { className: "pose-panel__count" })),
        ...some.map(({ element }) => element));
      place.append(details);
      controls.push({ refresh: () => count(details) }, ...some);
    }
  }

  function count(details) {
    const changed = details.querySelectorAll(".is-changed").length;
    details.querySelector(".pose-panel__count").textContent = changed ? `${changed} ${words.changed}` : "";
  }

  function buildKeys() {
    const list = desk.figure.keys.map((_, index) => {
      const tab = make("button", { type: "button", className: "pose-key" },
        make("span", { className: "pose-key__picture", data: { picture: "" } }), make("span", { textContent: fill(words.pose, { n: index + 1 }) }));
      tab.addEventListener("click", () => desk.select(index));
      return tab;
    });
    parts.keys.replaceChildren(...list);
  }

  function refresh() {
    const signature = `${desk.figure.keys.length}`;
    if (shown !== signature) {
      buildKeys();
      if (shown === null) buildPanels();
      shown = signature;
    }
    for (const [index, tab] of [...parts.keys.children].entries()) tab.setAttribute("aria-pressed", String(index === desk.selected));
    for (const control of controls.filter((one) => one.element)) control.refresh();
    for (const control of controls.filter((one) => !one.element)) control.refresh();
    part("undo").disabled = !desk.history.canUndo;
    part("redo").disabled = !desk.history.canRedo;
    part("earlier").disabled = desk.selected === 0;
    part("later").disabled = desk.selected === desk.figure.keys.length - 1;
    part("remove").disabled = desk.figure.keys.length === 1;
    part("add").disabled = part("copy").disabled = desk.figure.keys.length >= MOST_KEYS;
    part("which").textContent = fill(words.figure_of_pose, { n: desk.selected + 1, count: desk.figure.keys.length });
    written = JSON.stringify(desk.figure, null, 2);
    if (document.activeElement !== parts.data) parts.data.value = written;
    selects.forEach(showStep);
    pictures.update();
  }

  /** The poses that a step may show, and the one it shows. */
  function showStep(select) {
    const now = JSON.stringify(desk.steps[select.name]);
    const options = [["null", words.no_figure], ...desk.figure.keys.map((_, key) => (
      [JSON.stringify({ figure: desk.name, key }), fill(words.step_pose, { n: key + 1 })]))];
    if (!options.some(([value]) => value === now)) options.push([now, select.dataset.written || now]);
    select.replaceChildren(...options.map(([value, textContent]) => make("option", { value, textContent })));
    select.value = now;
  }

  const { keys } = desk.figure;
  const acts = {
    undo: () => desk.undo() && say(words.undone),
    redo: () => desk.redo() && say(words.redone),
    add: () => {
      const { base, move = 2, hold = 1 } = desk.figure.keys[desk.selected];
      desk.changeKeys(inserted(desk.figure, desk.selected + 1, { base, move, hold }), desk.selected + 1);
    },
    copy: () => desk.changeKeys(inserted(desk.figure, desk.selected + 1, desk.figure.keys[desk.selected]), desk.selected + 1),
    earlier: () => desk.changeKeys(moved(desk.figure, desk.selected, desk.selected - 1), desk.selected - 1),
    later: () => desk.changeKeys(moved(desk.figure, desk.selected, desk.selected + 1), desk.selected + 1),
    remove: () => desk.changeKeys(removed(desk.figure, desk.selected), Math.max(desk.selected - 1, 0)),
    play: () => {
      pictures.toggle();
      part("play").querySelector("[data-label]").textContent = pictures.isPlaying ? words.stop : words.play;
    },
  };
  for (const [name, act] of Object.entries(acts)) {
    part(name).addEventListener("click", () => {
      act();
      if (part(name).disabled) parts.keys.children[desk.selected]?.focus();
    });
  }
  root.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.target === parts.data) return;
    const key = event.key.toLowerCase();
    const again = key === "y" || (key === "z" && event.shiftKey);
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    acts[again ? "redo" : "undo"]();
  });
  root.addEventListener("change", (event) => { if (event.target.type === "range") desk.history.close(); });
  for (const select of selects) select.addEventListener("change", () => desk.setStep(select.name, JSON.parse(select.value)));
  parts.data.addEventListener("change", () => {
    if (parts.data.value === written) return;
    const found = readable(parts.data.value);
    parts.problem.textContent = found ? "" : fill(words.not_data, { reason: reasonOf(parts.data.value) });
    if (found) desk.changeFigure(found);
  });
  for (const name of Object.keys(acts)) part(name).hidden = false;
  root.classList.add("is-live");
  const data = parts.data.closest("details");
  if (data) data.open = "keep" in data.dataset;
  if (keys.length) refresh();
  return desk;
}

/** The figure in a text; null where it is none. */
function readable(text) {
  try {
    const found = JSON.parse(text);
    const fine = Array.isArray(found.keys) && found.keys.length > 0 && found.keys.every((key) => key && typeof key === "object" && !Array.isArray(key));
    return fine ? { camera: { yaw: 22, pitch: 12 }, arrows: [], focus: [], sides: "none", ...found } : null;
  } catch {
    return null;
  }
}

function reasonOf(text) {
  try {
    JSON.parse(text);
    return "keys";
  } catch (error) {
    return error.message;
  }
}
