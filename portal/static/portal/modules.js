/**
 * Gives life to a page: <div data-module="clients/player"> loads "#clients/player.js" and calls its
 * default export with the element; "clients/here showQueue" calls the export of that name. Every page is readable
 * without this file.
 */

const taken = new WeakSet(); // elements whose module is on its way or has arrived

/** Mounts every module below `root`, once; resolves to the number that were mounted. A mounted one has data-mounted. */
export async function mountAll(root = document, load = (name) => import(`#${name}.js`)) {
  const elements = [...root.querySelectorAll("[data-module]")].filter((element) => !taken.has(element));
  const results = await Promise.allSettled(
    elements.map(async (element) => {
      taken.add(element);
      const [name, mount = "default"] = element.dataset.module.split(" ");
      const module = await load(name);
      await module[mount](element);
      element.dataset.mounted = "";
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
