/** Tells at the check-in, as soon as a number is chosen, that the gentle session will be offered: nothing starts yet. */

import { pickLane } from "#clients/player/lanes.js";

export default function mount(element) {
  const { name, offer, onward } = element.dataset;
  const { today, levels } = JSON.parse(document.getElementById(offer).textContent);
  const form = element.closest("form");
  const label = form.querySelector(".btn--primary > span");
  const start = label.textContent;
  const show = () => {
    const chosen = new FormData(form).get(name);
    const pain = chosen === null ? null : Number(chosen);
    element.hidden = pickLane({ ...today, pain_before: pain }, levels).lane !== "sore";
    label.textContent = element.hidden ? start : onward;
  };
  form.addEventListener("change", show);
  show();
}
