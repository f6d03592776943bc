/**
 * Search from anywhere: "/" or Ctrl+K opens a dialog with a combobox; arrows choose, Enter opens, Escape closes.
 * Without this file the link that it is mounted on leads to a page that searches.
 */

import { nextOption } from "#portal/options.js";

const WAIT = 150; // milliseconds of no typing before the server is asked

/** Whether a key press asks for the search. isField: it was typed into a field, where "/" is a letter. */
export function isAsking(event, isField) {
  if (event.altKey || event.isComposing) return false;
  if (event.ctrlKey || event.metaKey) return !event.shiftKey && event.key.toLowerCase() === "k";
  return event.key === "/" && !isField;
}

const part = (root, name) => root.querySelector(`[data-part="${name}"]`);
const options = (root) => [...root.querySelectorAll('[role="option"]')];

function choose(dialog, box, index) {
  const all = options(dialog);
  all.forEach((option, number) => option.setAttribute("aria-selected", String(number === index)));
  const chosen = all[index];
  if (chosen) {
    box.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  } else box.removeAttribute("aria-activedescendant");
}

const chosenOf = (dialog) => options(dialog).findIndex((option) => option.getAttribute("aria-selected") === "true");

/** Make the list that came a list of options of the box, the first of them chosen. */
export function decorate(dialog, box) {
  const list = part(dialog, "list");
  list.id = "find-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-labelledby", "find-title");
  for (const group of list.querySelectorAll("section")) {
    group.setAttribute("role", "group");
    const title = group.querySelector("h2");
    title.setAttribute("role", "presentation");
    group.setAttribute("aria-label", title.textContent);
    for (const item of group.querySelectorAll("ul, li")) item.setAttribute("role", "presentation");
  }
  [...list.querySelectorAll("a")].forEach((link, number) => {
    link.id = `find-${number}`;
    link.setAttribute("role", "option");
    link.tabIndex = -1;
  });
  const isFull = options(dialog).length > 0;
  list.hidden = !isFull;
  box.setAttribute("aria-expanded", String(isFull));
  if (isFull) box.setAttribute("aria-controls", list.id);
  else box.removeAttribute("aria-controls");
  part(dialog, "said").textContent = list.dataset.said;
  choose(dialog, box, isFull ? 0 : -1);
}

export default function mount(link) {
  const dialog = document.querySelector('[data-part="find"]');
  const form = dialog.querySelector("form");
  const box = dialog.querySelector("input[type=search]");
  let timer = 0;
  let latest = 0;
  let isStale = false; // the list answers an older text
  let opensFirst = false; // Enter was pressed before the list came

  // Only whoever has this file needs the looks of the dialog.
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = dialog.dataset.sheet;
  document.head.append(sheet);
  link.querySelector("kbd").hidden = false;

  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-expanded", "false");

  const open = () => {
    if (document.querySelector("dialog[open]")) return;
    dialog.showModal();
    box.select();
  };

  async function ask() {
    clearTimeout(timer);
    const number = ++latest;
    const body = new URLSearchParams(new FormData(form));
    body.set("part", "found");
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const html = await answer.text();
      if (number !== latest) return;
      part(dialog, "found").innerHTML = html;
      isStale = false;
      decorate(dialog, box);
      if (opensFirst) options(dialog)[0]?.click();
      opensFirst = false;
    } catch {
      // The form leads to the page of the search, or to the door where the person is signed out.
      if (number === latest) form.submit();
    }
  }

  document.addEventListener("keydown", (event) => {
    const isField = Boolean(event.target.closest?.("input, textarea, select, [contenteditable]"));
    if (!isAsking(event, isField)) return;
    event.preventDefault();
    open();
  });
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  part(dialog, "close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // beside it
  });
  box.addEventListener("input", () => {
    isStale = true;
    opensFirst = false;
    choose(dialog, box, -1);
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(dialog, box, nextOption(event.key, chosenOf(dialog), options(dialog).length));
    } else if (event.key === "Escape") {
      event.preventDefault(); // some browsers would only empty the box
      dialog.close();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (isStale) {
        opensFirst = true;
        ask();
      } else options(dialog)[chosenOf(dialog)]?.click();
    }
  });
}
