/** How this device shows figures: the theme to draw them in, and whether they should move. */

const asks = (query) => matchMedia(query).matches;

/** The theme of movement/themes.js that fits the page as it is now. */
export function themeNow() {
  if (asks("(forced-colors: active)")) return "contrast";
  const chosen = document.documentElement.dataset.theme;
  return chosen || (asks("(prefers-color-scheme: dark)") ? "dark" : "light");
}

/** Whether less movement is wished for, by the device or by the page's own setting. */
export const reduced = () => document.documentElement.dataset.motion === "less" || asks("(prefers-reduced-motion: reduce)");
