/**
 * Gives life to a page: <div data-module="clients/player"> loads "#clients/player.js" and calls its
 * default export with the element; "clients/here showQueue" calls the export of that name. Every page is readable
 * without this file.
 */

/** Mounts every module below `root`; resolves to the number that were mounted. */
export async function mountAll(root = document, load = (name) => import(`#${name}.js`)) {
  const elements = [...root.querySelectorAll("[data-module]:not([data-mounted])")];
  const results = await Promise.allSettled(
    elements.map(async (element) => {
      element.dataset.mounted = "";
      const [name, mount = "default"] = element.dataset.module.split(" ");
      const module = await load(name);
      await module[mount](element);
    }),
  );
  for (const [index, result] of results.entries()) {
    // One broken module must not take the others with it, and must not hide.
    if (result.status === "rejected") {
      elements[index].dataset.failed = "";
      console.error(elements[index].dataset.module, result.reason);
    }
  }
  return results.filter((result) => result.status === "fulfilled").length;
}

/** Says `text` to screen readers without moving focus. */
export function say(text) {
  const line = document.getElementById("say");
  if (line) line.textContent = text;
}

if (typeof document !== "undefined") mountAll();
