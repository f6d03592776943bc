/** What is heard: settings, the sound check, tones and voice of a device that is played by the test. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { TONE_NAMES, Tones } from "#clients/player/audio.js";
import { MediaKeys } from "#clients/player/media.js";
import { changed, hasTones, isAnnounced, isSpoken, keepSettings, readSettings, settingsFrom, toggled, volumes } from "#clients/player/settings.js";
import { Voice, inParts } from "#clients/player/voice.js";
import { WakeLock } from "#clients/player/wake.js";

import { Walker, deepFreeze, makeBundle, makeItem } from "./make.mjs";
import { gatedBundle, plainBundle, reach } from "./reach.mjs";

const plain = settingsFrom();

test("what is kept is read again, and what makes no sense is as at first", () => {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  keepSettings({ ...plain, talk: "tones", stretch: 1.3 }, storage);
  assert.equal(readSettings(storage).talk, "tones");
  assert.equal(readSettings(storage).stretch, 1.3);
  assert.deepEqual(settingsFrom({ talk: "shout", voice: "deafening", awake: "no", big: "yes", stretch: null, more: 1 }), plain);
  assert.deepEqual(readSettings({ getItem: () => "{" }), plain);
  assert.deepEqual(readSettings({ getItem: () => { throw new Error("refused"); } }), plain);
});

for (const [talk, full, short, tones] of [
  ["full", true, true, true], ["short", false, true, true], ["tones", false, false, true], ["off", false, false, false],
]) {
  test(`talk ${talk}: steps ${full}, counts ${short}, tones ${tones}`, () => {
    const settings = changed(plain, "talk", talk);
    assert.deepEqual([isSpoken(settings, "full"), isSpoken(settings, "short"), hasTones(settings)], [full, short, tones]);
    assert.equal(isSpoken(settings, null), false);
  });
}

test("the voice never talks over a screen reader, whatever is chosen", () => {
  const settings = changed(plain, "reader", true);
  assert.equal(settings.talk, "tones");
  assert.equal(isSpoken({ ...settings, talk: "full" }, "short"), false);
  assert.equal(changed(settings, "reader", false).talk, "full");
});

test("a screen reader is told milestones, and each count only where that is wanted", () => {
  const reader = changed(plain, "reader", true);
  assert.deepEqual([true, "each", false].map((live) => isAnnounced(reader, live)), [true, false, false]);
  const each = changed(reader, "each", true);
  assert.deepEqual([true, "each", false].map((live) => isAnnounced(each, live)), [true, true, false]);
  assert.equal(isAnnounced({ ...plain, each: true }, "each"), false);
});

test("one tap silences everything, the next brings back what was heard before", () => {
  const short = changed(plain, "talk", "short");
  assert.equal(toggled(short).talk, "off");
  assert.equal(toggled(toggled(short)).talk, "short");
  const walker = reach("work");
  assert.deepEqual(walker.send("sound").map((effect) => effect.do), ["hush", "remember", "paint"]);
  assert.equal(walker.state.settings.talk, "off");
});

test("the sound check comes before the first session, by itself only once", () => {
  const walker = new Walker(plainBundle());
  assert.equal(walker.state.check, "ask");
  walker.send("sample");
  assert.equal(walker.state.check, "heard");
  assert.equal(walker.of("sample").length, 1);
  walker.send("check", { value: "no" });
  assert.equal(walker.state.check, "no");
  walker.send("check", { value: "yes" });
  assert.equal(walker.state.check, null);
  assert.equal(walker.of("remember").length, 1);
  assert.equal(new Walker(plainBundle(), { remembered: walker.state.settings }).state.check, null);
});

test("whoever starts without an answer has passed the check over", () => {
  const walker = new Walker(plainBundle());
  walker.send("start");
  assert.equal(walker.state.settings.checked, true);
  assert.equal(walker.state.screen, "ready");
});

test("text only and a screen reader are answers of the check", () => {
  const answer = (value) => {
    const walker = new Walker(plainBundle());
    walker.send("check", { value });
    return walker.state;
  };
  assert.equal(answer("text").settings.talk, "off");
  assert.equal(answer("reader").settings.reader, true);
  assert.equal(answer("reader").check, null);
});

test("a setting that is changed in a pause counts from then on", () => {
  const walker = reach("settings");
  walker.send("set", { key: "big", value: true });
  walker.send("close");
  assert.equal(walker.state.screen, "paused");
  assert.equal(walker.state.settings.big, true);
  assert.equal(walker.of("remember").length, 2); // the check that was passed over, and this
});

test("a screen that need not stay on is given back at once, and kept on again", () => {
  const walker = reach("settings");
  const before = walker.of("lock").length;
  for (const value of [false, true]) walker.send("set", { key: "awake", value });
  assert.equal(walker.of("lock").length, before + 2);
});

test("headphone buttons that are switched on or off in a pause are held or given back at once", () => {
  const walker = reach("settings");
  const before = walker.of("lock").length;
  walker.send("set", { key: "own", value: true });
  assert.deepEqual([walker.state.settings.own, walker.of("lock").length], [true, before + 1]);
  walker.send("set", { key: "own", value: false });
  assert.deepEqual([walker.state.settings.own, walker.of("lock").length], [false, before + 2]);
  assert.ok(walker.of("lock").every(({ on }) => on), "the screen stays awake");
  walker.send("set", { key: "big", value: true });
  assert.equal(walker.of("lock").length, before + 2);
});

test("before the first tap nothing is held, whatever is set", () => {
  const walker = new Walker(plainBundle());
  walker.send("set", { key: "own", value: true });
  assert.equal(walker.of("lock").length, 0);
});

/** A device whose audio clock starts at 100 s; keeps what was scheduled. */
function makeDevice() {
  const device = { notes: [], gains: [], contexts: 0, session: {} };
  const param = () => ({ setValueAtTime() {}, linearRampToValueAtTime() {} });
  device.window = {
    navigator: { audioSession: device.session },
    AudioContext: class {
      state = "running";

      currentTime = 100;

      constructor() { device.contexts += 1; }

      async suspend() { device.still = true; }

      async resume() { device.still = false; }

      createOscillator() {
        const node = { frequency: param(), connect: (next) => next, start: (at) => device.notes.push(at), stop() { node.stopped = true; } };
        return node;
      }

      createGain() {
        const gain = { setValueAtTime: (value) => device.gains.push(value), linearRampToValueAtTime: (value) => device.gains.push(value) };
        return { gain, connect: (next) => next };
      }
    },
  };
  return device;
}

test("nothing sounds before a tap", () => {
  const device = makeDevice();
  const tones = new Tones({ window: device.window });
  tones.play("start", 1000, 1000);
  assert.deepEqual([device.contexts, device.notes], [0, []]);
});

test("a clock that was made ahead stands still until a tap, and is made once", () => {
  const device = makeDevice();
  const tones = new Tones({ window: device.window });
  tones.prepare();
  assert.deepEqual([device.contexts, device.still, device.session.type], [1, true, undefined]);
  tones.unlock();
  assert.deepEqual([device.contexts, device.still, device.session.type], [1, false, "transient"]);
});

test("a tone is scheduled at its instant on the audio clock, and a late one left out", () => {
  const device = makeDevice();
  const tones = new Tones({ window: device.window });
  tones.unlock();
  tones.play("in", 5_250, 1_000);
  tones.play("tick", 900, 1_000);
  tones.play("tick", 500, 1_000);
  assert.deepEqual(device.notes, [104.25, 100]);
  for (const name of TONE_NAMES) tones.play(name, 2_000, 1_000);
  assert.ok(device.notes.length > TONE_NAMES.length);
});

test("tones and voice are as loud as is set", () => {
  const device = makeDevice();
  const tones = new Tones({ window: device.window });
  const speaker = makeSpeaker();
  const loudest = () => {
    const volume = volumes(settingsFrom({ tones: device.level, voice: device.level }));
    tones.volume = volume.tones;
    speaker.voice.volume = volume.voice;
    device.gains = [];
    tones.play("long", 1_000, 1_000);
    speaker.voice.hush();
    speaker.voice.say("Hello.");
    return [Math.max(...device.gains), speaker.spoken.at(-1).volume];
  };
  tones.unlock();
  const [loud, medium, quiet] = ["loud", "medium", "quiet"].map((level) => loudest(Object.assign(device, { level })));
  assert.deepEqual([loud[1], medium[1], quiet[1]], [1, 0.6, 0.3]);
  assert.ok(loud[0] > medium[0] && medium[0] > quiet[0] && quiet[0] > 0);
});

test("other apps keep their sound unless the session may take it", () => {
  const device = makeDevice();
  const tones = new Tones({ window: device.window });
  tones.unlock();
  assert.equal(device.session.type, "transient");
  tones.unlock({ own: true });
  assert.equal(device.session.type, "playback");
});

/** A voice that speaks as long as the test wants. */
function makeSpeaker(voices = []) {
  const speaker = { spoken: [], current: null, cancelled: 0, time: 0 };
  speaker.window = {
    setTimeout: (work) => { speaker.timeout = work; return 1; },
    clearTimeout: () => { speaker.timeout = null; },
    SpeechSynthesisUtterance: class { constructor(text) { this.text = text; } },
    speechSynthesis: {
      speak: (utterance) => { speaker.spoken.push(utterance); speaker.current = utterance; },
      cancel: () => { speaker.cancelled += 1; },
      getVoices: () => voices,
    },
  };
  speaker.voice = new Voice({ language: "de", window: speaker.window, clock: () => speaker.time });
  speaker.texts = () => speaker.spoken.map(({ text }) => text);
  speaker.end = () => speaker.current.onend();
  return speaker;
}

test("one sentence after the other, each in its own language", () => {
  const speaker = makeSpeaker();
  speaker.voice.say("Einatmen");
  speaker.voice.say("Lie on your back", "full", "en");
  assert.deepEqual(speaker.texts(), ["Einatmen"]);
  speaker.end();
  assert.deepEqual(speaker.spoken.map(({ text, lang }) => [text, lang]), [["Einatmen", "de"], ["Lie on your back", "en"]]);
});

test("a count that is no longer true is left out, the next one is said", () => {
  const speaker = makeSpeaker();
  speaker.voice.say("A long step.", "full");
  speaker.voice.say("3");
  speaker.time = 4000;
  speaker.voice.say("4");
  speaker.end();
  assert.deepEqual(speaker.texts(), ["A long step.", "4"]);
});

test("a long text is said in parts of a dozen seconds, and left out as a whole", () => {
  const long = `${"One two three four five. ".repeat(12)}The end.`;
  assert.ok(inParts(long).every((part) => part.length <= 150));
  assert.equal(inParts(long).join(" "), long);
  const speaker = makeSpeaker();
  speaker.voice.say("First.");
  speaker.voice.say(long, "full");
  speaker.time = 10_000;
  speaker.voice.say("Last.");
  speaker.end();
  assert.deepEqual(speaker.texts(), ["First.", "Last."]);
});

test("silence at once, and what waited is forgotten", () => {
  const speaker = makeSpeaker();
  speaker.voice.say("One.");
  speaker.voice.say("Two.");
  speaker.voice.hush();
  assert.equal(speaker.cancelled, 1);
  speaker.voice.say("Three.");
  assert.deepEqual(speaker.texts(), ["One.", "Three."]);
});

test("a device that never says that it has ended does not fall silent", () => {
  const speaker = makeSpeaker();
  speaker.voice.say("One.");
  speaker.voice.say("Two.");
  speaker.timeout();
  assert.deepEqual(speaker.texts(), ["One.", "Two."]);
});

test("a voice that lives on the device is taken, since it needs no network", () => {
  const far = { lang: "de-DE", localService: false, name: "far" };
  const near = { lang: "de_DE", localService: true, name: "near" };
  const speaker = makeSpeaker([far, { lang: "en-GB", localService: true }, near]);
  speaker.voice.say("Einatmen");
  assert.equal(speaker.current.voice, near);
  const other = makeSpeaker([far]);
  other.voice.say("Einatmen");
  assert.equal(other.current.voice, null);
});

test("the device looks for its voices before the first tap, and says nothing yet", () => {
  const asked = [];
  const speechSynthesis = { getVoices: () => asked.push("voices"), speak: () => asked.push("speech") };
  new Voice({ window: { speechSynthesis } }).prepare();
  assert.deepEqual(asked, ["voices"]);
});

test("a browser without a voice, without sound and without a lock goes on in silence", async () => {
  const voice = new Voice({ window: {} });
  voice.prepare();
  voice.prime();
  voice.say("One.");
  voice.hush();
  new Tones({ window: {} }).unlock();
  const keys = new MediaKeys(() => {}, { window: {} });
  keys.hold(true);
  keys.show({ title: "Bridge", running: true });
  const lock = new WakeLock({});
  await lock.set(true);
  assert.equal(lock.isKnown, false);
});

test("headphone buttons pause, go on, and turn to the next and the one before", () => {
  const handlers = {};
  const told = [];
  const played = [];
  const session = { setActionHandler: (action, work) => {
    if (action === "stop") throw new TypeError("unknown");
    handlers[action] = work;
  } };
  const window = {
    navigator: { mediaSession: session },
    Audio: class { constructor(address) { played.push(address); } play() { played.push("play"); return null; } pause() { played.push("pause"); } },
  };
  const keys = new MediaKeys((event) => told.push(event.type), { window, address: "/silence.flac" });
  for (const action of ["play", "pause", "nexttrack", "previoustrack"]) handlers[action]();
  assert.deepEqual(told, ["carry_on", "pause", "next", "back"]);
  keys.hold(false);
  keys.hold(true);
  keys.hold(false);
  assert.deepEqual(played, ["/silence.flac", "play", "pause"]);
  keys.show({ title: "Bridge", running: true });
  assert.equal(session.playbackState, "playing");
});

test("every cue of a breath is enough alone: a tone, a word, a stroke", () => {
  const walker = new Walker(deepFreeze(makeBundle([makeItem("belly-breathing")])));
  walker.send("start");
  walker.waitFor((s) => s.screen === "work" && s.group === 2);
  walker.effects = [];
  walker.wait(20);
  const kinds = (kind, key) => walker.of(kind).map((effect) => effect[key]);
  assert.deepEqual(kinds("tone", "name").filter((name) => name === "in" || name === "out").slice(0, 3), ["in", "out", "in"]);
  assert.equal(walker.of("say").filter(({ key }) => key === "voice_cue").length >= 1, true);
  assert.deepEqual(kinds("vibrate", "pattern").slice(0, 2), [[60, 90, 60], [60]]);
});

test("slower is slower at once, and the tone comes later too", () => {
  const walker = new Walker(deepFreeze(makeBundle([makeItem("belly-breathing")])));
  walker.send("start");
  walker.waitFor((s) => s.screen === "work" && s.group === 2).wait(2);
  const { startedAt, endsAt } = walker.state;
  const length = endsAt - startedAt;
  const effects = walker.send("pace", { value: "slower" });
  const left = walker.state.endsAt - walker.now;
  assert.ok(Math.abs(left - (endsAt - walker.now) * 1.15) < 2, `${left}`);
  assert.ok(effects.some((effect) => effect.do === "hush"));
  assert.equal(effects.filter((effect) => effect.do === "tone").at(-1).at, walker.state.endsAt);
  walker.wait(left / 1000 + 0.25);
  assert.equal(walker.state.endsAt - walker.state.startedAt, Math.round(length * 1.5 * 1.15));
  assert.equal(walker.saved.some(({ type }) => type === "paused"), false);
});

test("the questions of a gate cannot be answered by a headphone", () => {
  const walker = new Walker(gatedBundle());
  walker.send("start");
  const { state } = walker;
  for (const type of ["next", "back", "pause", "carry_on"]) walker.send(type);
  assert.equal(walker.state, state);
});
