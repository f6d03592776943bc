/** The account of this device and all that is kept for it, opened together; the same for every page without a network. */

import { owner, openKept } from "#clients/offline/kept.js";
import { dayOf, isUsable } from "#clients/offline/week.js";
import { openStore } from "#clients/player/store.js";
import { Sync, csrfToken } from "#clients/player/sync.js";
import { openChecks } from "#clients/safety/asking.js";

/**
 * Return {account, kept, week, store, checks, sync, day}; week is null where nothing usable is kept. day: the local date
 * in the client's time zone, as far as the kept week names it.
 */
export async function openMoment(now = new Date()) {
  const account = owner();
  const kept = await openKept(account);
  if (!kept) return { account: null, kept: null, week: null, day: dayOf(now) };
  const week = await kept.week();
  const day = dayOf(now, week?.time_zone);
  await kept.tidy(day, now.getTime());
  const store = await openStore(account);
  const usable = isUsable(week, day) ? week : null;
  const checks = await openChecks({ account, url: week?.safety.url ?? "/" });
  const sync = new Sync({ store, account, url: week?.events_url ?? "/", token: () => csrfToken(document) });
  return { account, kept, week: usable, store, checks, sync, day };
}

/** Return the checks of the safety questions that this device has, sent or not. */
export const checksHere = async (checks) => (await checks.store.known()).map(({ event }) => event);
