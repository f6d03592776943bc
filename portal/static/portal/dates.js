/** The whole date beside "Today" shows by pointing or focus; Escape hides it until the next of either (WCAG 1.4.13). */
export default function mount(root) {
  document.addEventListener("keydown", ({ key }) => { if (key === "Escape") root.dataset.dates = "closed"; });
  for (const type of ["focusin", "pointerover"]) root.addEventListener(type, () => { delete root.dataset.dates; });
}
