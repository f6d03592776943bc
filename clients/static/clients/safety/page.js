/** The page of the safety check: decided on this device; without this module the server decides. */

import { Asking, openChecks } from "#clients/safety/asking.js";

export default async function mount(root) {
  const data = JSON.parse(document.getElementById("safety-data").textContent);
  const checks = await openChecks(data);
  const about = { trigger: data.trigger, place: "page", session: null };
  const asking = new Asking(root, data, checks, about, (level) => {
    const onward = root.querySelector("[data-part=onward]");
    if (onward) onward.hidden = data.locking.includes(level);
  });
  window.addEventListener("online", () => checks.sync.send());
  checks.sync.send();
  return asking;
}
