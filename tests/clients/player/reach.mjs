/** A session brought to each of its screens, by the way a client would take. */

import { Walker, deepFreeze, goldenTimeline, makeBundle, makeItem } from "./make.mjs";

const easier = (name, title) => ({ title, exercise: goldenTimeline(name).exercise, text: "", timeline: goldenTimeline(name) });

/** Sides one after the other, two sets with rest, an easier form; then a last exercise. */
export function plainBundle() {
  return deepFreeze(makeBundle([
    makeItem("side-bridge-knees", { id: 11, easier: easier("incline-plank", "Incline plank") }),
    makeItem("cat-camel", { id: 12 }),
  ]));
}

export const gatedBundle = (overrides = {}) =>
  deepFreeze(makeBundle([
    makeItem("knee-squeezes-with-rocking", { id: 21, easier: easier("hamstring-strap", "Strap stretch") }),
    makeItem("cat-camel", { id: 22 }),
  ], overrides));

export const choiceBundle = () =>
  deepFreeze(makeBundle([
    makeItem("cat-camel", { id: 31, choice_group: "a" }),
    makeItem("glute-bridge", { id: 32, choice_group: "a" }),
    makeItem("bird-dog", { id: 33 }),
  ]));

const inWork = () => {
  const walker = new Walker(plainBundle());
  walker.send("start");
  walker.waitFor((s) => s.screen === "work" && s.group === 2).wait(1);
  return walker;
};

const then = (make, ...events) => () => {
  const walker = make();
  for (const [type, values] of events) walker.send(type, values);
  return walker;
};

const SCREENS = {
  start: () => new Walker(plainBundle()),
  choice: then(() => new Walker(choiceBundle()), ["start"]),
  gate: then(() => new Walker(gatedBundle()), ["start"]),
  ready: () => {
    const walker = new Walker(plainBundle());
    walker.send("start");
    return walker.wait(1);
  },
  work: inWork,
  switch: () => inWork().waitFor((s) => s.screen === "switch").wait(1),
  rest: () => inWork().waitFor((s) => s.screen === "rest").wait(1),
  paused: then(inWork, ["pause"]),
  hurts: then(inWork, ["hurts"]),
  how: then(inWork, ["how"]),
  swap: then(inWork, ["pause"], ["easier"]),
  skip: then(inWork, ["pause"], ["skip_ask"]),
  settings: then(inWork, ["pause"], ["settings"]),
  stopped: then(inWork, ["stop"]),
  finished: then(inWork, ["pause"], ["finish"]),
  left: then(inWork, ["leave"]),
};

export const SCREEN_NAMES = Object.keys(SCREENS);

export function reach(screen) {
  const walker = SCREENS[screen]();
  if (walker.state.screen !== screen) throw new Error(`wanted ${screen}, reached ${walker.state.screen}`);
  return walker;
}
