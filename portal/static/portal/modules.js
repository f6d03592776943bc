/**
 * Gives life to a page: <div data-module="clients/player"> loads "#clients/player.js" and calls its
 * default export with the element; "clients/here showQueue" calls the export of that name. Every page is readable
 * without this file.
 */

const taken = new WeakSet(); // elements whose module is on its way or has arrived

/** Mounts every module below `root`, once; resolves to the number that were mounted. A mounted one has data-mounted. */
export async function mountAll(root = document, load = (name) => import(`#${name}.js`)) {
  let mounted = 0;
  const mountOne = async (element) => {
    if (taken.has(element)) return;
    taken.add(element);
    const [name, mount = "default"] = element.dataset.module.split(" ");
    try {
      await (await load(name))[mount](element);
      element.dataset.mounted = "";
      mounted += 1;
    } catch (reason) {
      // One broken module must not take the others with it, and must not hide.
      element.dataset.failed = "";
      console.error(element.dataset.module, reason);
    }
  };
  await Promise.all([...root.querySelectorAll("[data-module]")].map(mountOne));
  return mounted;
}

/** Says `text` to screen readers without moving focus. */
export function say(text) {
  const line = document.getElementById("say");
  if (line) line.textContent = text;
}

if (globalThis.document) {
  mountAll();
  // A fade between pages is dropped where the window changes its size meanwhile, as with a keyboard or a turned phone.
  // That is no fault: the page is there without it. Nobody else looks at the promise, so its refusal is taken here.
  addEventListener("pagereveal", ({ viewTransition }) => viewTransition?.ready.catch(() => {}));
}
