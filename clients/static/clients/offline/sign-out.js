/**
 * Signing out of this device: what waits is sent first. Where that cannot be done the client is asked, and then all that
 * this site has on the device is deleted.
 */

import { owner, wipe } from "#clients/offline/kept.js";
import { Queue } from "#clients/offline/queue.js";

const PATIENCE_MS = 8000;

/** Send what waits, as far as that is quick; return how many sessions and checks are left. */
export async function sendFirst(queue, ms = PATIENCE_MS) {
  const late = new Promise((resolve) => { setTimeout(resolve, ms); });
  await Promise.race([queue.send(), late]);
  const { sessions, checks } = await queue.waiting();
  return sessions + checks;
}

export default async function mount(root) {
  const { account, events, checks } = root.dataset;
  const queue = await new Queue(account, { events, checks }, () => {}).open();
  const dialog = root.querySelector("dialog");
  let form = null;
  const leave = async () => {
    await wipe([account, owner()].filter(Boolean));
    if (navigator.onLine) form.submit();
    else {
      dialog.close();
      root.querySelector("[data-part=cleared]").hidden = false;
    }
  };
  root.addEventListener("submit", async (event) => {
    if (event.target.method === "dialog") return;
    event.preventDefault();
    form = event.target;
    const button = event.submitter;
    if (button) button.disabled = true;
    const left = await sendFirst(queue);
    if (button) button.disabled = false;
    if (left === 0 && navigator.onLine) {
      await leave();
      return;
    }
    for (const each of dialog.querySelectorAll("[data-when]")) {
      const is = { left: left > 0, offline: !navigator.onLine, online: navigator.onLine };
      each.hidden = !is[each.dataset.when];
    }
    dialog.showModal();
  });
  dialog.querySelector("[data-part=leave]").addEventListener("click", leave);
  root.dataset.ready = "";
}
