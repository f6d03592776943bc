/** Work that waits for its turn, so that no task of the page is longer than a tap should wait. */

/** Call `work` in a task of its own, as soon as the page is free. */
export function inATask(work) {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    work();
  };
  port2.postMessage(null);
}

/** Call `work` once the next frame is on the screen: it finds everything laid out, and nobody waits for it. */
export const afterFrame = (work) => requestAnimationFrame(() => setTimeout(work, 0));

/** Do pieces of work one after the other, each in a frame of its own. */
export function oneByOne([first, ...others]) {
  if (!first) return;
  afterFrame(() => {
    first();
    oneByOne(others);
  });
}
