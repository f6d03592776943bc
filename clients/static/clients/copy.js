import { say } from "#portal/modules.js";

/** A button that copies the text of a field; without a clipboard it stays hidden and the field can be selected. */
export default function mount(button, clipboard = navigator.clipboard) {
  const field = document.getElementById(button.dataset.copies);
  if (!clipboard || !field) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await clipboard.writeText(field.value);
      say(button.dataset.done);
      button.querySelector("span").textContent = button.dataset.done;
    } catch {
      // The browser does not allow it: leave the text selected, ready for the keyboard.
      field.focus();
      field.select();
    }
  });
}
