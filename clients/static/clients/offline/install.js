/** Opens the part for this device, and offers the browser's own way to install where there is one. */

/** Return which part fits: "ios", "android" or "desktop". Pure. */
export function kindOf({ userAgent, maxTouchPoints }) {
  if (/iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1)) return "ios";
  return /Android/.test(userAgent) ? "android" : "desktop";
}

export default function mount(root) {
  const kind = kindOf(navigator);
  for (const each of root.querySelectorAll("details")) each.open = each.dataset.kind === kind;
  const isInstalled = matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
  root.querySelector("[data-part=installed]").hidden = !isInstalled;
  const button = root.querySelector("[data-part=install]");
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    button.hidden = false;
    button.addEventListener("click", () => event.prompt(), { once: true });
  });
}
