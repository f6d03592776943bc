/** Alt with an arrow leads to the session before or after that nobody has looked over: the links of the element. */
export default function mount(element, target = window) {
  target.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = element.querySelector({ ArrowLeft: "[data-unseen=older]", ArrowRight: "[data-unseen=newer]" }[event.key] ?? "none");
    if (!link) return;
    event.preventDefault(); // browsers go back and forth with these keys
    link.click();
  });
}
