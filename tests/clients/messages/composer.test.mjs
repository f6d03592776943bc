import assert from "node:assert/strict";
import { test } from "node:test";
import { Composer, meaningOf } from "#clients/messages/composer.js";

const JSON_TYPE = "application/json";
const WORDS = { sending: "Sending", sent: "Sent", later: "Later", failed: "Failed" };

function made({ answers = [], online = true, value = "", about = "", kept = {} } = {}) {
  const told = [];
  const calls = { fetch: 0, done: 0, plain: 0 };
  const composer = new Composer({
    form: {},
    text: { value },
    about,
    words: WORDS,
    show: (text) => told.push(text),
    done: () => { calls.done += 1; },
    plain: () => { calls.plain += 1; },
    store: { getItem: (key) => kept[key] ?? null, setItem: (key, text) => { kept[key] = text; }, removeItem: (key) => { delete kept[key]; } },
    fetch: async () => {
      calls.fetch += 1;
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    isOnline: () => online.now ?? online,
  });
  return { composer, told, calls, kept };
}

const ok = { status: 200, redirected: false, type: JSON_TYPE };

for (const [name, answer, meaning] of [
  ["kept", ok, "sent"],
  ["refused with words", { status: 400, redirected: false, type: JSON_TYPE }, "refused"],
  ["a sign-in page", { status: 200, redirected: true, type: "text/html" }, "elsewhere"],
  ["a page where JSON was asked for", { status: 200, redirected: false, type: "text/html" }, "elsewhere"],
  ["a server in trouble", { status: 502, redirected: false, type: "text/html" }, "failed"],
]) {
  test(`an answer means: ${name}`, () => assert.equal(meaningOf(answer), meaning));
}

test("what was sent is no draft any more", async () => {
  const { composer, told, calls, kept } = made({ answers: [ok], value: "Hello" });
  composer.keep();
  assert.equal(Object.values(kept)[0], "Hello");
  await composer.send();
  assert.deepEqual([told, calls.done, kept], [["Sending", "Sent"], 1, {}]);
});

test("a draft comes back after a reload, and never over what the page brings", () => {
  const kept = {};
  made({ value: "Half a sent", kept }).composer.keep();
  assert.equal(made({ kept }).composer.text.value, "Half a sent");
  assert.equal(made({ kept, value: "From a form" }).composer.text.value, "From a form");
});

test("what is written about an exercise comes back with that exercise alone", async () => {
  const kept = {};
  made({ value: "May I swim?", kept }).composer.keep();
  const asking = made({ answers: [ok], value: "It hurts here", about: "7", kept }).composer;
  asking.keep();
  const drafts = () => ["", "7", "8"].map((about) => made({ about, kept }).composer.text.value);
  assert.deepEqual(drafts(), ["May I swim?", "It hurts here", ""]);
  await asking.send();
  assert.deepEqual(drafts(), ["May I swim?", "", ""]);
});

test("offline it waits, and goes out once when the network is back", async () => {
  const online = { now: false };
  const { composer, told, calls } = made({ answers: [new TypeError(), ok], online, value: "Hi" });
  await composer.send();
  assert.equal(told.at(-1), "Later");
  online.now = true;
  composer.online();
  composer.online();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([calls.fetch, calls.done, told.at(-1)], [2, 1, "Sent"]);
});

test("a broken line is said, and the draft stays", async () => {
  const { composer, told, calls, kept } = made({ answers: [new TypeError()], value: "Hi" });
  composer.keep();
  await composer.send();
  assert.deepEqual([told.at(-1), calls.done, Object.values(kept)], ["Failed", 0, ["Hi"]]);
});

test("a refusal is told in the server's words", async () => {
  const { composer, told } = made({ answers: [{ ...ok, status: 400, detail: "Write your message first." }], value: "x" });
  await composer.send();
  assert.equal(told.at(-1), "Write your message first.");
});

test("a session that is over sends the form itself, so that the door can ask", async () => {
  const { composer, calls } = made({ answers: [{ status: 200, redirected: true, type: "text/html" }], value: "x" });
  await composer.send();
  assert.equal(calls.plain, 1);
});
