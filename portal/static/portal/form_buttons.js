/**
 * Buttons that add, remove and move rows of a long form change the page in place. The server builds the new form; without
 * this file the same buttons load the page. The form carries data-part="form", and data-focus: the id to look at next.
 */

/** Send the form as its button would; resolve to the answer. Throws for anything but a page or data of this form. */
export async function send(address, form, button, accept) {
  const body = new URLSearchParams(new FormData(form, button));
  const response = await fetch(address, { method: "POST", body, headers: { Accept: accept } });
  if (response.redirected || !response.ok) throw new Error(String(response.status));
  return response;
}

export const formOf = (root) => root.querySelector('[data-part="form"]');

/** Put the server's new form in the place of the old one and focus what it names, or what was focused before. */
export async function rebuild(root, button) {
  const old = formOf(root);
  const held = document.activeElement?.id;
  const response = await send(location.href, old, button, "text/html");
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = formOf(page);
  if (!fresh) throw new Error("The answer has no form.");
  old.replaceWith(fresh);
  const target = document.getElementById(fresh.dataset.focus || held || "");
  (target?.disabled ? target.closest("[tabindex]") : target)?.focus();
  return fresh;
}

/** Take over the buttons of the form, except those whose value stands in `left`, which load the page. */
export function takeOver(root, left, after = () => {}) {
  root.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || left.includes(button.value) || "plain" in button.dataset) return;
    event.preventDefault();
    rebuild(root, button)
      .then(after)
      .catch(() => {
        button.dataset.plain = "";
        formOf(root).requestSubmit(button);
      });
  });
}
