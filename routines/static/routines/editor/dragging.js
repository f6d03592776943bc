/**
 * Moving an entry of a list by dragging it. An entry carries data-list (the path of its list) and data-place, its handle
 * data-drag (its own path); the form has a button with data-part="drop", which then says where it goes.
 */

import { formOf } from "#portal/form_buttons.js";

const part = (root, name) => root.querySelector(`[data-part="${name}"]`);

/** The place to which a dragged entry may be dropped: an entry of the same list, or null. */
export function dropTarget(element, path) {
  const entry = element?.closest?.("[data-list]");
  if (!entry || !path) return null;
  const list = path.slice(0, path.lastIndexOf("["));
  if (entry.dataset.list === list) return entry;
  return dropTarget(entry.parentElement, path);
}

/** Let entries of the form be dragged. */
export function takeDrags(root) {
  let dragged = null;
  root.addEventListener("dragstart", (event) => {
    dragged = event.target.dataset?.drag ?? null;
    if (dragged) event.dataTransfer.setData("text/plain", dragged);
  });
  root.addEventListener("dragover", (event) => {
    const target = dropTarget(event.target, dragged);
    for (const old of root.querySelectorAll(".is-target")) old.classList.toggle("is-target", old === target);
    if (!target) return;
    event.preventDefault();
    target.classList.add("is-target");
  });
  root.addEventListener("drop", (event) => {
    const target = dropTarget(event.target, dragged);
    if (!target) return;
    event.preventDefault();
    const button = part(root, "drop");
    button.value = `to-${target.dataset.place}:${dragged}`;
    formOf(root).requestSubmit(button);
  });
  root.addEventListener("dragend", () => {
    dragged = null;
    for (const old of root.querySelectorAll(".is-target")) old.classList.remove("is-target");
  });
}
