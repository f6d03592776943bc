/** A button that prints the page; without this it is not shown. */
export default function mount(button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
