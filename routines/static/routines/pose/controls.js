/**
 * The controls of the pose editor. Each is {element, refresh}: refresh() shows the value that the state has now. A
 * control that differs from the base posture is marked and can be reset.
 */
import { fill } from "#routines/pose/sentences.js";

let count = 0;

/** An element with properties, data and children. */
export function make(tag, { data = {}, aria = {}, ...properties } = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  Object.assign(element.dataset, data);
  for (const [name, value] of Object.entries(aria)) element.setAttribute(`aria-${name}`, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

const newId = () => `pose-control-${count += 1}`;

/**
 * A number with a slider: {label, limits: [least, most], step, unit, get, set(value), changed(), reset(), words}.
 * `changed` and `reset` may be left out where there is nothing to differ from.
 */
export function slider({ label, limits, step = 1, unit = "°", get, set, changed, reset, words }) {
  const id = newId();
  const range = make("input", { type: "range", id, min: limits[0], max: limits[1], step });
  const output = make("output", { className: "pose-slider__value", htmlFor: id });
  const mark = make("span", { className: "hidden-text" });
  const back = make("button", { type: "button", className: "pose-slider__reset", textContent: "×", title: fill(words.reset, { name: label }) });
  back.setAttribute("aria-label", fill(words.reset, { name: label }));
  const element = make("div", { className: "pose-slider" },
    make("label", { htmlFor: id }, make("span", { textContent: label }), mark), range, output, back);
  range.addEventListener("input", () => set(Number(range.value)));
  back.addEventListener("click", () => { reset(); range.focus(); });
  const refresh = () => {
    const value = get();
    const isChanged = Boolean(changed?.());
    range.value = value;
    const shown = `${Math.round(value * 10) / 10}${unit}`.replace("-", "−");
    output.textContent = shown;
    range.setAttribute("aria-valuetext", isChanged ? `${shown}, ${words.changed}` : shown);
    element.classList.toggle("is-changed", isChanged);
    mark.textContent = isChanged ? ` (${words.changed})` : "";
    back.hidden = !isChanged;
  };
  refresh();
  return { element, refresh };
}

/** A choice: {label, options: [[value, text]], get, set(value), changed()}; values are texts. */
export function choice({ label, options, get, set, changed }) {
  const id = newId();
  const select = make("select", { id });
  const element = make("div", { className: "field pose-choice" },
    make("label", { className: "field__label", htmlFor: id, textContent: label }), select);
  select.addEventListener("change", () => set(select.value));
  const refresh = () => {
    const list = typeof options === "function" ? options() : options;
    select.replaceChildren(...list.map(([value, text]) => make("option", { value, textContent: text })));
    select.value = get();
    element.classList.toggle("is-changed", Boolean(changed?.()));
  };
  refresh();
  return { element, refresh };
}

/** Something that is so or not: {label, hint, get, set(checked)}. */
export function tick({ label, hint = "", get, set }) {
  const id = newId();
  const box = make("input", { type: "checkbox", id });
  const element = make("div", { className: "pose-tick" },
    make("label", { htmlFor: id }, box, make("span", { textContent: label })));
  if (hint) {
    element.append(make("p", { className: "small muted", id: `${id}-hint`, textContent: hint }));
    box.setAttribute("aria-describedby", `${id}-hint`);
  }
  box.addEventListener("change", () => set(box.checked));
  const refresh = () => { box.checked = get(); };
  refresh();
  return { element, refresh };
}

/** A number that is typed: {label, limits, step, get, set(value or undefined)}. */
export function typed({ label, limits, step = 1, get, set }) {
  const id = newId();
  const input = make("input", { type: "number", id, min: limits[0], max: limits[1], step });
  const element = make("div", { className: "field pose-choice pose-typed" },
    make("label", { className: "field__label", htmlFor: id, textContent: label }), input);
  input.addEventListener("change", () => {
    const value = input.value === "" ? undefined : Math.min(Math.max(Number(input.value), limits[0]), limits[1]);
    set(value);
  });
  const refresh = () => { if (document.activeElement !== input) input.value = get() ?? ""; };
  refresh();
  return { element, refresh };
}

/** A button inside a panel. */
export const button = (label, act, { about = "", kind = "line" } = {}) => {
  const element = make("button", { type: "button", className: `btn btn--small btn--${kind}` }, make("span", { textContent: label }));
  if (about) element.append(make("span", { className: "hidden-text", textContent: ` ${about}` }));
  element.addEventListener("click", act);
  return element;
};
