/**
 * The picker of exercises as a combobox: hits come while one types; arrows choose among them, Enter adds the chosen one,
 * Escape empties the box. Without this file the same form searches and adds by its buttons.
 */

import { send } from "#portal/form_buttons.js";
import { nextOption } from "#portal/options.js";

const WAIT = 200; // milliseconds of no typing before the server is asked

const part = (root, name) => root.querySelector(`[data-part="${name}"]`);
const options = (root) => [...root.querySelectorAll('[data-part="list"] button')];

function choose(root, index) {
  const box = root.querySelector("#add-exercise");
  options(root).forEach((option, number) => {
    option.setAttribute("aria-selected", String(number === index));
    if (number === index) option.scrollIntoView({ block: "nearest" });
  });
  const chosen = options(root)[index];
  if (chosen) box.setAttribute("aria-activedescendant", chosen.id);
  else box.removeAttribute("aria-activedescendant");
}

const chosenOf = (root) => options(root).findIndex((option) => option.getAttribute("aria-selected") === "true");

/** Make the search box and its hits a combobox with a list of options. */
export function decorate(root) {
  const box = root.querySelector("#add-exercise");
  if (!box) return;
  const list = part(root, "list");
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-expanded", String(Boolean(list)));
  box.removeAttribute("aria-activedescendant");
  if (!list) {
    box.removeAttribute("aria-controls");
    return;
  }
  box.setAttribute("aria-controls", list.id);
  list.setAttribute("role", "listbox");
  for (const option of options(root)) {
    option.parentElement.setAttribute("role", "none");
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.tabIndex = -1;
  }
  if (box.value) choose(root, 0);
}

/** Bring the picker of the page to life. Call it before other listeners for typing. */
export function takePicker(root) {
  let timer = 0;
  let latest = 0;
  let isStale = false; // the hits on the page answer an older text
  let addsFirst = false; // Enter was pressed before the hits came

  async function refresh(button) {
    clearTimeout(timer);
    const number = ++latest;
    const picker = part(root, "picker");
    try {
      const html = await (await send(picker.dataset.find, picker.closest("form"), button, "text/html")).text();
      if (number !== latest || !picker.isConnected) return;
      const held = document.activeElement?.id;
      const isOpen = part(picker, "filters")?.open;
      part(picker, "hits").innerHTML = html;
      part(picker, "filters").open = isOpen;
      decorate(root);
      isStale = false;
      const [first] = options(root);
      if (addsFirst && first) {
        addsFirst = false;
        first.closest("form").requestSubmit(first);
        return;
      }
      addsFirst = false;
      const target = held && document.getElementById(held);
      if (target && target !== document.activeElement) target.focus();
    } catch {
      // The form works without: "Search" asks the server again.
    }
  }

  root.addEventListener("input", (event) => {
    if (!event.target.name?.startsWith("find-")) return;
    event.stopImmediatePropagation(); // what is looked for changes nothing of the form
    isStale = true;
    addsFirst = false;
    choose(root, -1);
    clearTimeout(timer);
    timer = setTimeout(() => refresh(), WAIT);
  });
  root.addEventListener("keydown", (event) => {
    if (event.target.id !== "add-exercise" || event.isComposing) return;
    const index = chosenOf(root);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(root, nextOption(event.key, index, options(root).length));
    } else if (event.key === "Enter") {
      event.preventDefault();
      const option = isStale ? null : options(root)[index];
      if (option) {
        option.closest("form").requestSubmit(option);
      } else {
        addsFirst = isStale;
        refresh();
      }
    } else if (event.key === "Escape" && event.target.value) {
      event.preventDefault();
      event.target.value = "";
      refresh();
    }
  });
  root.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.name !== "find-page" && button?.value !== "find") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    refresh(button).then(() => root.querySelector("#add-exercise")?.focus());
  });
  decorate(root);
}
