/**
 * Reminders on this device: the question after a session, and the switch under More. The browser's own question comes
 * after a tap alone. Both parts stay hidden where a browser has no push.
 */

/** Return what this browser can do: "able", "denied", "ios" where only the home screen helps, or "none". Pure. */
export function abilityOf({ hasPush, permission, isApple, isStandalone }) {
  if (hasPush) return permission === "denied" ? "denied" : "able";
  return isApple && !isStandalone ? "ios" : "none";
}

function ability() {
  const isApple = /iPhone|iPad/.test(navigator.userAgent) || (/Mac/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
  return abilityOf({
    hasPush: "serviceWorker" in navigator && "PushManager" in window && "Notification" in window,
    permission: globalThis.Notification?.permission,
    isApple,
    isStandalone: matchMedia("(display-mode: standalone)").matches,
  });
}

/** Return base64url text as bytes. Pure. */
export function bytesOf(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/** Return bytes as base64url without padding. Pure. */
export function textOf(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer ?? []))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Return the address as the page's `known` has it. */
export async function hashOf(endpoint) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function tell(root, address, values) {
  const token = root.querySelector("[name=csrfmiddlewaretoken]").value;
  const body = new URLSearchParams(values);
  const answer = await fetch(address, { method: "POST", body, credentials: "same-origin", redirect: "manual", headers: { "X-CSRFToken": token } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

async function managerOf(root) {
  await navigator.serviceWorker.register(root.dataset.worker, { updateViaCache: "none" });
  return (await navigator.serviceWorker.ready).pushManager;
}

/** Return this browser's subscription where there is one; no question is asked. */
async function current() {
  return (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription() ?? null;
}

async function isOn(root) {
  const subscription = await current();
  return subscription !== null && root.dataset.known.split(" ").includes(await hashOf(subscription.endpoint));
}

/** Subscribe with the portal's key; a subscription to another key is given up first. */
async function turnOn(root) {
  if ((await Notification.requestPermission()) !== "granted") return "denied";
  const manager = await managerOf(root);
  let subscription = await manager.getSubscription();
  if (subscription && textOf(subscription.options.applicationServerKey) !== root.dataset.key) {
    await subscription.unsubscribe();
    subscription = null;
  }
  subscription ??= await manager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(root.dataset.key) });
  const { endpoint } = subscription;
  await tell(root, root.dataset.on, { endpoint, p256dh: textOf(subscription.getKey("p256dh")), auth: textOf(subscription.getKey("auth")) });
  return "saved";
}

/** Stop; the browser stays subscribed where another practice of the same person reminds them there. */
async function turnOff(root) {
  const subscription = await current();
  if (!subscription) return "saved";
  const told = await tell(root, root.dataset.off, { endpoint: subscription.endpoint });
  if (!told.in_use) await subscription.unsubscribe();
  return "saved";
}

/** Do it, and say what came of it. */
async function attempt(root, act) {
  const line = root.querySelector("[data-part=said]");
  line.textContent = "";
  line.hidden = false; // before it has words, so that a screen reader says them; until then it would be an empty line
  const outcome = await act(root).catch(() => "failed");
  line.textContent = line.dataset[outcome];
  return outcome;
}

/** The switch under More. */
export async function showSwitch(root) {
  const can = ability();
  if (can === "none") return;
  const box = root.querySelector("[data-part=switch]");
  if (box && can === "able") {
    box.checked = await isOn(root);
    box.addEventListener("change", async () => {
      const wanted = box.checked;
      box.disabled = true;
      if ((await attempt(root, wanted ? turnOn : turnOff)) !== "saved") box.checked = !wanted;
      box.disabled = false;
      box.focus();
    });
  }
  for (const part of root.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(can);
  root.hidden = false;
}

/** The question after a session. */
export async function ask(root) {
  if (ability() !== "able" || (await isOn(root))) return;
  const buttons = root.querySelector("[data-part=buttons]");
  root.querySelector("[data-part=yes]").addEventListener("click", async () => {
    const outcome = await attempt(root, turnOn);
    buttons.hidden = outcome !== "failed";
    if (outcome === "denied") await tell(root, root.dataset.later, {}).catch(() => {});
  });
  root.querySelector("[data-part=later]").addEventListener("click", async () => {
    await attempt(root, () => tell(root, root.dataset.later, {}).then(() => "saved"));
    buttons.hidden = true;
  });
  root.hidden = false;
}
