/**
 * Sends checks that this device still keeps, and shows a plan as locked from the moment of the answer, not from the
 * moment at which the server hears of it.
 */

import { lockedHere, openChecks } from "#clients/safety/asking.js";

export async function showLock(element) {
  const data = JSON.parse(document.getElementById("safety-waiting").textContent);
  const { store, sync } = await openChecks(data);
  if (!(await store.waiting()).length) return;
  const locked = await lockedHere(store, data.locking);
  element.hidden = locked === null;
  if (locked) for (const start of document.querySelectorAll("[data-starts]")) start.hidden = true;
  await sync.send();
  if (!(await store.waiting()).length) location.reload();
}
