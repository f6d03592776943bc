/**
 * The exercise editor: rows are added, copied, removed and moved without loading the page, by buttons or by dragging; the
 * preview and the checks beside the form follow what is typed. Without this file the same buttons load the page.
 */

import { formOf, rebuild, send, takeOver } from "#portal/form_buttons.js";
import { takeDrags } from "#routines/editor/dragging.js";

const WAIT = 300; // milliseconds of no typing before the server is asked

const part = (root, name) => root.querySelector(`[data-part="${name}"]`);

/** Put a new preview in the place of the old one; the reader stays where they were in it. */
export function show(root, html) {
  const old = part(root, "preview");
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector('[data-part="preview"]');
  if (!fresh) return;
  const top = old.querySelector(".phone__screen").scrollTop;
  const held = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  old.replaceWith(fresh);
  fresh.querySelector(".phone__screen").scrollTop = top;
  if (held) fresh.querySelector(`[href="${held}"]`)?.focus();
}

/** Open what hides a field and go to it. */
function goTo(field) {
  for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  field.focus();
  field.scrollIntoView({ block: "center" });
}

export default function mount(root) {
  let timer = 0;
  let latest = 0;

  async function refresh() {
    const number = ++latest;
    try {
      const html = await (await send(root.dataset.preview, formOf(root), null, "text/html")).text();
      if (number === latest) show(root, html);
    } catch {
      // The page works without: "Check" asks the server again.
    }
  }

  root.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, WAIT);
  });
  root.addEventListener("click", (event) => {
    const link = event.target.closest('[data-part="preview"] a[href^="#"]');
    const field = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!field) return;
    event.preventDefault();
    goTo(field);
  });
  takeDrags(root);
  takeOver(root, ["save", "review", "publish"], refresh);
}
