/**
 * Signing out of this device: what waits is sent first. Where that cannot be done the client is asked, and then all that
 * this site has on the device is deleted. What others have not sent stays here for their next sign-in, and so does
 * everything unsent where the page does not know whose account it signs out (staff; somebody without a clinic).
 *
 * The server has the browser clear its storage only when this says that nothing unsent is left in it.
 */

const PATIENCE_MS = 8000;

/** Send what waits, as far as that is quick; return how many entries the server does not have. */
export async function sendFirst(queue, ms = PATIENCE_MS) {
  const late = new Promise((resolve) => { setTimeout(resolve, ms); });
  await Promise.race([queue.send(), late]);
  return queue.unsent();
}

/** Send the form, and with it whether the device is cleared. */
function submit(form, isCleared) {
  if (isCleared) {
    const word = document.createElement("input");
    Object.assign(word, { type: "hidden", name: "device", value: "cleared" });
    form.append(word);
  }
  form.submit();
}

export default function mount(root) {
  const { account = null, events, checks } = root.dataset;
  const dialog = root.querySelector("dialog");
  // Every page of staff has this form, and few send it: what it needs comes with the first tap.
  const load = () => Promise.all([import("#clients/offline/kept.js"), import("#clients/offline/queue.js")]);
  let form = null;
  const leave = async (agreed) => {
    const [{ owner, wipe }] = await load();
    const isCleared = await wipe([account, owner()].filter(Boolean), { agreed });
    if (navigator.onLine || !dialog) submit(form, isCleared);
    else {
      dialog.close();
      root.querySelector("[data-part=cleared]").hidden = false;
    }
  };
  /** Whatever fails here must keep nobody signed in; what this device holds then stays. */
  const orOnlySignOut = async (work) => {
    try {
      await work();
    } catch (error) {
      console.info("this device is not cleared:", error.message);
      submit(form, false);
    }
  };
  const begin = async () => {
    const [, { Queue }] = await load();
    const left = account ? await sendFirst(await new Queue(account, { events, checks }, () => {}).open()) : 0;
    if (!dialog || (left === 0 && navigator.onLine)) {
      await leave(null);
      return;
    }
    for (const each of dialog.querySelectorAll("[data-when]")) {
      const is = { left: left > 0, offline: !navigator.onLine, online: navigator.onLine };
      each.hidden = !is[each.dataset.when];
    }
    dialog.showModal();
  };
  root.addEventListener("submit", async (event) => {
    if (event.target.method === "dialog") return;
    event.preventDefault();
    form = event.target;
    const button = event.submitter;
    if (button) button.disabled = true;
    await orOnlySignOut(begin);
    if (button) button.disabled = false;
  });
  dialog?.querySelector("[data-part=leave]").addEventListener("click", () => orOnlySignOut(() => leave(account)));
  root.dataset.ready = "";
}
