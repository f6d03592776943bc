/**
 * Tones of the session, scheduled on the audio clock; nothing sounds before `unlock`, which needs a tap.
 * What is slow about the first sound is done by `prepare`, before anybody waits for it.
 */

const LATE_S = 0.4;

/** name: [[start Hz, end Hz, seconds after the start, length, loudness]] */
const TONES = {
  tick: [[880, 880, 0, 0.07, 0.14]],
  start: [[523, 523, 0, 0.14, 0.2], [784, 784, 0.14, 0.26, 0.22]],
  step: [[523, 523, 0, 0.12, 0.16]],
  hold: [[440, 440, 0, 0.2, 0.16]],
  in: [[330, 494, 0, 0.55, 0.2]],
  out: [[494, 294, 0, 0.65, 0.2]],
  long: [[659, 659, 0, 0.95, 0.22]],
  finished: [[523, 523, 0, 0.3, 0.2], [659, 659, 0.28, 0.3, 0.2], [784, 784, 0.56, 0.9, 0.22]],
};
export const TONE_NAMES = Object.keys(TONES);

export class Tones {
  #context = null;
  #playing = new Set();
  volume = 1; // 0 to 1, of the tones that are scheduled from now on

  constructor({ window = globalThis } = {}) {
    this.window = window;
  }

  /** Make the audio clock, standing still. */
  prepare() {
    const AudioContext = this.window.AudioContext ?? this.window.webkitAudioContext;
    if (!AudioContext || this.#context) return;
    this.#context = new AudioContext();
    this.#context.suspend().catch(() => {});
    this.#context.createOscillator(); // the first one takes longest
  }

  /** Call inside a tap. Other apps keep their sound unless it is to be `own`, which a silent phone plays too. */
  unlock({ own = false } = {}) {
    this.prepare();
    if (!this.#context) return;
    const session = this.window.navigator?.audioSession;
    if (session) session.type = own ? "playback" : "transient";
    this.#context.resume().catch(() => {});
  }

  /** Play a tone at `at` (ms of Date); one that is long past stays silent. */
  play(name, at, now = Date.now()) {
    const context = this.#context;
    if (!context || !TONES[name]) return;
    const delay = (at - now) / 1000;
    if (delay < -LATE_S) return;
    for (const note of TONES[name]) this.#note(context.currentTime + Math.max(0, delay), note);
  }

  #note(at, [from, to, after, length, loudness]) {
    const begin = at + after;
    const oscillator = this.#context.createOscillator();
    const gain = this.#context.createGain();
    oscillator.type = "sine";
    oscillator.frequency.setValueAtTime(from, begin);
    oscillator.frequency.linearRampToValueAtTime(to, begin + length);
    const most = loudness * this.volume;
    gain.gain.setValueAtTime(0, begin);
    gain.gain.linearRampToValueAtTime(most, begin + 0.02);
    gain.gain.setValueAtTime(most, begin + length * 0.6);
    gain.gain.linearRampToValueAtTime(0, begin + length);
    oscillator.connect(gain).connect(this.#context.destination);
    oscillator.start(begin);
    oscillator.stop(begin + length + 0.05);
    this.#playing.add(oscillator);
    oscillator.onended = () => this.#playing.delete(oscillator);
  }

  /** Silence what sounds and what is still to come. */
  hush() {
    for (const oscillator of this.#playing) oscillator.stop();
    this.#playing.clear();
  }
}
