/**
 * The sound check before the first session, and the settings of sound and screen. Pure; handlers of engine.js.
 *
 * `s.check` is null once it is over, else "ask", "heard" (the sample was played) or "no" (it was not heard).
 */

import { stopFor } from "#clients/player/flow.js";
import { changed, toggled } from "#clients/player/settings.js";

function keep(turn, settings) {
  turn.s.settings = settings;
  turn.add("remember");
  turn.add("paint");
}

/** A change by name and value, from a dialog or the check. */
export function set(turn, { key, value }) {
  keep(turn, changed(turn.s.settings, key, value));
  // What takes the sound over goes with the lock, which is told anew: the tap that chose it is the one that may play.
  if (["own", "awake"].includes(key) && turn.s.locked) turn.add("lock", { on: true });
}

export function toggleSound(turn) {
  turn.add("hush");
  keep(turn, toggled(turn.s.settings));
}

/** Play what the session sounds like, whatever is set: this is asked for. */
export function playSample(turn) {
  if (turn.s.check !== null) turn.s.check = "heard";
  turn.add("sample");
  turn.add("paint");
}

export function checkAnswered(turn, { value }) {
  const { s } = turn;
  if (s.check === null) return;
  if (value === "no") {
    s.check = "no";
    turn.add("paint");
    return;
  }
  if (value === "text") s.settings = changed(s.settings, "talk", "off");
  if (value === "reader") s.settings = changed(s.settings, "reader", true);
  endCheck(turn);
  turn.add("focus", { on: "big" });
  turn.add("paint");
}

/** The check does not come again, answered or passed over. */
export function endCheck(turn) {
  const { s } = turn;
  if (s.check === null) return;
  s.check = null;
  s.settings = { ...s.settings, checked: true };
  turn.add("remember");
}

export function openSettings(turn) {
  stopFor(turn, "settings");
  turn.add("focus", { on: "dialog" });
}
