/**
 * Changes poses of an exercise for one client and side, with the sliders of the pose editor. What comes out is written
 * into the plan's own field as data; the plan is saved by its own form.
 */
import { applyOverride, overrideOf } from "#routines/movement/override.js";
import { openEditor } from "#routines/pose/editor.js";

const SWAPPED = [
  ["titles", "leg.R", "leg.L"], ["titles", "arm.R", "arm.L"], ["words", "right_hand", "left_hand"],
  ["words", "right_foot", "left_foot"], ["warnings", "right", "left"], ["feet", "thigh.R", "thigh.L"],
  ["hands", "shin.R", "shin.L"], ["hands", "thighback.R", "thighback.L"], ["hands", "strap.R", "strap.L"],
];

/** The words of the editor for a mirrored figure: what is drawn as the right side is the client's left. */
export function mirroredText(text) {
  const swapped = { ...text, joints: { ...text.joints, ...text.joints_mirrored } };
  for (const [kind, one, other] of SWAPPED) swapped[kind] = { ...swapped[kind], [one]: swapped[kind][other], [other]: swapped[kind][one] };
  return swapped;
}

/** Whether a figure must be mirrored to show this side. */
export const isMirrored = (figure, side) => (
  figure.sides === "each" && ["left", "right"].includes(side) && side !== (figure.works === "L" ? "left" : "right"));

/** The field's data with another change of one figure on one side; an empty change is taken out. */
export function withChange(poses, side, name, change) {
  const figures = { ...poses[side], [name]: change };
  if (!Object.keys(change).length) delete figures[name];
  const result = { ...poses, [side]: figures };
  if (!Object.keys(figures).length) delete result[side];
  return result;
}

function dataOf(field) {
  try {
    const found = JSON.parse(field.value || "{}");
    return found && typeof found === "object" && !Array.isArray(found) ? found : {};
  } catch {
    return {};
  }
}

/** Opens the dialog for the exercise that `button` belongs to. */
export async function openPoses(dialog, button) {
  const part = (name) => dialog.querySelector(`[data-part="${name}"]`);
  const holder = button.closest("[data-figures]");
  const field = holder.parentElement.querySelector("textarea");
  const side = button.dataset.poses;
  const answer = await fetch(holder.dataset.figures, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const { figures, postures, text, language } = await answer.json();
  let poses = dataOf(field);
  let desk = null;

  const keep = () => {
    if (desk) poses = withChange(poses, side, desk.name, overrideOf(figures[desk.name], desk.figure));
  };
  const show = (name) => {
    keep();
    const fresh = dialog.querySelector("template").content.cloneNode(true);
    part("place").replaceChildren(fresh);
    const root = part("desk");
    root.dataset.palette = dialog.dataset.palette;
    const figure = applyOverride(figures[name], poses[side]?.[name] ?? {});
    root.querySelector('[data-part="data"]').value = JSON.stringify(figure);
    const mirrored = isMirrored(figure, side);
    desk = openEditor(root, { name, postures, language, mirrored, text: mirrored ? mirroredText(text) : text });
  };

  part("title").textContent = part("title").dataset[side];
  const choice = part("figure");
  choice.replaceChildren(...Object.keys(figures).map((name) => Object.assign(document.createElement("option"), { value: name, textContent: name.replaceAll("-", " ") })));
  choice.closest(".field").hidden = Object.keys(figures).length < 2;
  choice.onchange = () => show(choice.value);
  part("cancel").onclick = () => dialog.close();
  part("use").onclick = () => {
    keep();
    field.value = Object.keys(poses).length ? JSON.stringify(poses) : "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    dialog.close();
  };
  dialog.onclose = () => { part("place").replaceChildren(); desk = null; button.focus(); };
  dialog.showModal();
  show(Object.keys(figures)[0]);
}
