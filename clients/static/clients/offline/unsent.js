/** On the sign-in page: what this phone still has to send. Loads what it needs only where this phone is anybody's. */

export default async function mount(root) {
  let account = null;
  try {
    account = localStorage.getItem("steadyback-account"); // see kept.js, which is not loaded for a phone that is nobody's
  } catch {
    return; // storage is switched off
  }
  if (!account) return;
  const [{ openStore }, { createText }, { countWaiting }, { lineFor }] = await Promise.all([
    import("#clients/player/store.js"), import("#clients/player/text.js"), import("#clients/offline/week.js"), import("#clients/offline/queue.js"),
  ]);
  const stores = await Promise.all([openStore(account), openStore(`${account}-safety`)]);
  const [events, checks] = await Promise.all(stores.map((store) => store.waiting()));
  const waiting = countWaiting(events.map(({ event }) => event), checks);
  if (waiting.sessions + waiting.checks === 0) return;
  const { key, n } = lineFor({ state: "sign_in", ...waiting });
  const t = createText(JSON.parse(root.querySelector("script").textContent), document.documentElement.lang);
  root.querySelector("[data-part=line]").textContent = t(key, { n });
  root.hidden = false;
}
