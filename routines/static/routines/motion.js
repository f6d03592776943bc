/**
 * A figure that moves when it is tapped, in its own tempo. Until then, and without this file, start and end stand side
 * by side. Where less movement is wished for, the keys follow each other as still pictures.
 */

import { reduced, themeNow } from "#routines/display.js";

const FRAME_MS = 1000 / 30;
const STEP_MS = 1600; // how long each still picture stays where less movement is wished for
let count = 0;

export default function mount(root) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const [stills, stage, button, label] = ["stills", "stage", "button", "label"].map(part);
  if (!button) return;
  const data = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
  const figure = data.figures[data.figure];
  const prefix = `motion-${count += 1}`;
  let scene = null;
  let engine = null;
  let request = 0;
  let begun = 0;
  let drawn = -Infinity;

  const momentAt = (ms) => {
    if (!reduced()) return engine.ownTempo(figure).momentAt(ms / 1000);
    return { from: Math.floor(ms / STEP_MS) % figure.keys.length };
  };

  function frame(now) {
    request = requestAnimationFrame(frame);
    if (now - drawn < FRAME_MS - 2) return;
    drawn = now;
    stage.innerHTML = engine.draw(scene, momentAt(now - begun), {
      theme: themeNow(), palette: root.dataset.palette, range: Number(root.dataset.range) / 100, ghost: 0,
      mirrored: "mirrored" in root.dataset, prefix,
    });
  }

  function stop() {
    cancelAnimationFrame(request);
    request = 0;
    stage.hidden = true;
    stills.hidden = false;
  }

  async function start() {
    engine ??= await import("#routines/movement/index.js");
    scene ??= engine.makeScene(figure, data.postures);
    begun = performance.now();
    drawn = -Infinity;
    frame(begun);
    stage.hidden = false;
    stills.hidden = true;
  }

  const toggle = async () => {
    const runs = request !== 0;
    if (runs) stop();
    else await start();
    button.toggleAttribute("data-runs", !runs);
    label.textContent = runs ? label.dataset.play : label.dataset.stop;
  };

  button.hidden = false;
  button.addEventListener("click", toggle);
  for (const picture of [stills, stage]) picture.addEventListener("click", toggle);
}
