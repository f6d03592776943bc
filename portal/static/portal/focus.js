/** Moves focus to an element that the page opened with, such as the box that says what is wrong. */
export default function mount(element) {
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "nearest" });
}
