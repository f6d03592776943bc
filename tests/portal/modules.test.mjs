import assert from "node:assert/strict";
import test from "node:test";

import { mountAll } from "#portal/modules.js";

/** The little of the DOM that the loader touches. */
const element = (module) => ({ dataset: { module } });
const page = (...elements) => ({ querySelectorAll: () => elements });

test("each element gets its own module, once", async () => {
  const mounted = [];
  const elements = [element("clients/a"), element("portal/b")];
  const load = async (name) => ({ default: (target) => mounted.push([name, target]) });
  assert.equal(await mountAll(page(...elements), load), 2);
  assert.deepEqual(mounted, [["clients/a", elements[0]], ["portal/b", elements[1]]]);
  assert.ok(elements.every((each) => each.dataset.mounted === ""));
});

test("an element is marked when its module is at work, not while it is on its way", async () => {
  const target = element("clients/slow");
  let arrive;
  const arrival = new Promise((resolve) => { arrive = resolve; });
  let calls = 0;
  const load = () => { calls += 1; return arrival; };
  const first = mountAll(page(target), load);
  assert.equal(target.dataset.mounted, undefined);
  assert.equal(await mountAll(page(target), load), 0);
  arrive({ default: () => {} });
  assert.equal(await first, 1);
  assert.equal(target.dataset.mounted, "");
  assert.equal(calls, 1);
});

test("a word behind the name calls the export of that name", async () => {
  const target = element("clients/here showQueue");
  const mounted = [];
  const load = async (name) => ({ default: () => {}, showQueue: (each) => mounted.push([name, each]) });
  assert.equal(await mountAll(page(target), load), 1);
  assert.deepEqual(mounted, [["clients/here", target]]);
});

test("a broken module is told of and leaves the others alone", async (context) => {
  const told = context.mock.method(console, "error", () => {});
  const load = async (name) => {
    if (name === "clients/broken") throw new Error("no such file");
    return { default: () => {} };
  };
  assert.equal(await mountAll(page(element("clients/broken"), element("portal/b")), load), 1);
  assert.equal(told.mock.callCount(), 1);
  assert.equal(told.mock.calls[0].arguments[0], "clients/broken");
});
