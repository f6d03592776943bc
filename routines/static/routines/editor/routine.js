/**
 * The routine editor while it is typed in: minutes, kit and doses are asked of the server, and the buttons of the list
 * change the page in place. Without this file the same buttons load the page.
 */

import { formOf, send, takeOver } from "#portal/form_buttons.js";
import { takeDrags } from "#routines/editor/dragging.js";
import { decorate, takePicker } from "#routines/picker.js";

const WAIT = 300; // milliseconds of no typing before the server is asked

const parts = (root, name) => [...root.querySelectorAll(`[data-part="${name}"]`)];

/** Write the answer of the server into the page; nothing where the list has changed meanwhile. */
export function show(root, answer) {
  const [doses, lengths] = [parts(root, "dose"), parts(root, "length")];
  if (doses.length !== answer.items.length) return;
  answer.items.forEach((item, index) => {
    doses[index].textContent = item.dose;
    lengths[index].textContent = item.length;
  });
  parts(root, "sum")[0].innerHTML = answer.sum;
}

export default function mount(root) {
  let timer = 0;
  let latest = 0;

  async function preview() {
    const number = ++latest;
    try {
      const answer = await (await send(root.dataset.preview, formOf(root), null, "application/json")).json();
      if (number === latest) show(root, answer);
    } catch {
      // The page works without: "Update" asks the server again.
    }
  }

  takePicker(root);
  takeDrags(root);
  root.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(preview, WAIT);
  });
  root.addEventListener("submit", () => {
    clearTimeout(timer);
    latest += 1;
  });
  takeOver(root, ["save"], () => decorate(root));
}
