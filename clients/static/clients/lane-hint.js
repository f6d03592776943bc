/** Tells at the check-in, as soon as a number is chosen, that the gentle session will be offered. */

import { pickLane } from "#clients/player/lanes.js";

export default function mount(element) {
  const { name, offer } = element.dataset;
  const { today, levels } = JSON.parse(document.getElementById(offer).textContent);
  const form = element.closest("form");
  const show = () => {
    const chosen = new FormData(form).get(name);
    const pain = chosen === null ? null : Number(chosen);
    element.hidden = pickLane({ ...today, pain_before: pain }, levels).lane !== "sore";
  };
  form.addEventListener("change", show);
  show();
}
