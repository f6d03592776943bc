import assert from "node:assert/strict";
import { test } from "node:test";

import mount from "../../clients/static/clients/practitioner/unseen.js";

function page(links) {
  const clicked = [];
  let heard;
  const element = {
    querySelector: (selector) => {
      const name = /data-unseen=(\w+)/.exec(selector)?.[1];
      return links.includes(name) ? { click: () => clicked.push(name) } : null;
    },
  };
  mount(element, { addEventListener: (kind, listener) => (heard = listener) });
  const press = (key, held = {}) => {
    let prevented = false;
    heard({ key, altKey: true, ...held, preventDefault: () => (prevented = true) });
    return prevented;
  };
  return { clicked, press };
}

test("Alt with an arrow leads to the session beside, instead of back in the browser", () => {
  const { clicked, press } = page(["older", "newer"]);
  assert.ok(press("ArrowLeft"));
  assert.ok(press("ArrowRight"));
  assert.deepEqual(clicked, ["older", "newer"]);
});

test("where there is none, and with other keys, the browser does what it always does", () => {
  const { clicked, press } = page(["newer"]);
  assert.equal(press("ArrowLeft"), false);
  assert.equal(press("ArrowRight", { altKey: false }), false);
  assert.equal(press("ArrowRight", { ctrlKey: true }), false);
  assert.equal(press("a"), false);
  assert.deepEqual(clicked, []);
});
