/**
 * The editor of self-care items: sections are added, moved and removed without loading the page, and preview and checks
 * follow what is typed. Without this file the same buttons load the page.
 */

import { formOf, send, takeOver } from "#portal/form_buttons.js";
import { takeDrags } from "#routines/editor/dragging.js";

const WAIT = 300; // milliseconds of no typing before the server is asked

const part = (root, name) => root.querySelector(`[data-part="${name}"]`);

export default function mount(root) {
  let timer = 0;
  let latest = 0;

  async function refresh() {
    const number = ++latest;
    try {
      const html = await (await send(location.href, formOf(root), part(root, "check"), "text/html")).text();
      const fresh = part(new DOMParser().parseFromString(html, "text/html"), "preview");
      if (number === latest && fresh) part(root, "preview").replaceWith(fresh);
    } catch {
      // The page works without: "Check" asks the server again.
    }
  }

  root.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, WAIT);
  });
  takeDrags(root);
  takeOver(root, ["save", "review", "publish", "check"], refresh);
}
