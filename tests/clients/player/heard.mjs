/**
 * What is announced, said, sounded and felt in a session, a line each: second, channel, words. Reads a bundle as JSON.
 *
 * read: the screen reader's line; read each: there too, where every count is wanted; say, say fully: the voice at the
 * levels "short" and "full"; tone, stroke: at the instant for which they are planned.
 */

import { readFileSync } from "node:fs";

import { sentenceOf } from "#clients/player/sentences.js";
import { createText } from "#clients/player/text.js";

import { Walker } from "./make.mjs";

const { bundle, language } = JSON.parse(readFileSync(0, "utf8"));
const t = createText(bundle.text, language);
const walker = new Walker(bundle);
const begun = walker.now;
const lines = [];
const put = (at, channel, words) => lines.push([at - begun, `${((at - begun) / 1000).toFixed(1).padStart(6)}  ${channel.padEnd(9)}  ${words}`]);

const WRITES = {
  say: (effect) => {
    const words = sentenceOf(t, effect);
    if (effect.live) put(walker.now, effect.live === "each" ? "read each" : "read", words);
    if (effect.voice) put(walker.now, effect.voice === "full" ? "say fully" : "say", words);
  },
  tone: ({ name, at }) => put(at, "tone", name),
  vibrate: ({ pattern }) => put(walker.now, "stroke", pattern.join(" ")),
};
const hear = (effects) => effects.forEach((effect) => WRITES[effect.do]?.(effect));

hear(walker.send("start"));
if (walker.state.screen === "gate") hear(walker.send("gate_add", { value: true }));
while (walker.state.screen !== "finished") {
  walker.now += 250;
  hear(walker.send("tick"));
}
// Tones are planned ahead: in the order of their instants they stand where they are heard.
process.stdout.write(`${lines.sort(([a], [b]) => a - b).map(([, line]) => line).join("\n")}\n`);
