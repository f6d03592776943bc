/** The player on a page that was kept: the session comes from this device, and so do the safety questions. */

import { openMoment } from "#clients/offline/moment.js";
import { sessionIn } from "#clients/offline/session-id.js";
import { mountSession } from "#clients/player/player.js";

export default async function mount(root) {
  const { kept, week } = await openMoment();
  const id = sessionIn(location);
  const bundle = kept && id ? await kept.session(id) : null;
  // Without the questions there is no session: "Stop" must be able to ask them.
  if (!bundle || !week) {
    location.replace(root.dataset.home);
    return undefined;
  }
  root.dataset.account = bundle.account;
  root.querySelector("dialog[data-safety]").innerHTML = week.asked.player; // made by the server, kept by this site alone
  return mountSession(root, bundle);
}
