/**
 * The plan editor while it is typed in: minutes and doses are asked of the server, and the buttons of the list change
 * the page in place. Without this file the "Update" button and the same buttons do the same by loading the page.
 */

import { formOf, rebuild, send, takeOver } from "#portal/form_buttons.js";
import { say } from "#portal/modules.js";
import { takeDrags } from "#routines/editor/dragging.js";
import { decorate, takePicker } from "#routines/picker.js";

const WAIT = 300; // milliseconds of no typing before the server is asked

const parts = (root, name) => [...root.querySelectorAll(`[data-part="${name}"]`)];

const write = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

/** Write the answer of the server into the page; tells whether the form itself needs to be built anew. */
export function show(root, form, answer) {
  const words = parts(root, "words");
  const lengths = parts(root, "length");
  if (words.length !== answer.items.length) return true;
  answer.items.forEach((item, index) => {
    write(words[index], item.dose);
    write(lengths[index], item.length);
  });
  write(parts(root, "total")[0], answer.total);
  for (const name of ["phone", "budget"]) {
    const [part] = parts(root, name);
    if (part && answer[name] !== undefined) part.innerHTML = answer[name]; // made by the server's own templates
  }
  return answer.questions.join(" ") !== form.dataset.questions || String(answer.reminders) !== form.dataset.reminders;
}

/** The address of a picture with as much of the movement as was typed; other addresses stay as they are. */
export function atRange(address, share) {
  const [path, query] = address.split("?");
  const values = new URLSearchParams(query);
  if (share === 100) values.delete("range");
  else values.set("range", share);
  return `${path}?${values}`;
}

/** Let the picture beside a number follow it, as far as the number can be. */
function showRange(holder, { value, min, max }) {
  const share = value === "" ? 100 : Number(value);
  if (!Number.isInteger(share) || share < Number(min) || share > Number(max)) return;
  for (const source of holder.querySelectorAll("source")) source.srcset = atRange(source.srcset, share);
  const image = holder.querySelector("img");
  if (image) image.src = atRange(image.getAttribute("src"), share);
}

export default function mount(root) {
  let timer = 0;
  let latest = 0;

  async function preview() {
    const number = ++latest;
    const form = formOf(root);
    try {
      const answer = await (await send(root.dataset.preview, form, null, "application/json")).json();
      if (number === latest && form.isConnected && show(root, form, answer)) {
        await rebuild(root, form.querySelector('[value="update"]'));
        decorate(root);
      }
    } catch {
      // The page works without the preview: "Update" and "Give" ask the server again.
    }
  }

  // A number that is clicked is chosen whole, so that typing replaces it, as it does after Tab.
  let entered = null;
  root.addEventListener("focusin", ({ target }) => { entered = target; });
  root.addEventListener("click", ({ target }) => {
    if (target === entered && target.matches("input[type=number]")) target.select();
    entered = null;
  });
  takePicker(root);
  takeDrags(root);
  root.addEventListener("input", ({ target }) => {
    const holder = target.closest('[data-part="range"]');
    if (holder) showRange(holder, target);
    clearTimeout(timer);
    timer = setTimeout(preview, WAIT);
  });
  root.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-poses]");
    if (!button) return;
    const { openPoses } = await import("#clients/practitioner/pose_dialog.js");
    await openPoses(document.querySelector('[data-part="pose-dialog"]'), button);
  });
  root.addEventListener("submit", () => {
    clearTimeout(timer);
    latest += 1;
  });
  takeOver(root, ["save", "draft", "template"], () => {
    decorate(root);
    say(parts(root, "total")[0]?.textContent ?? "");
  });
}
