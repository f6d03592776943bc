/**
 * The sentence of a "say" effect, for the screen reader and for the voice. Pure.
 */

import { isOneSide } from "#clients/player/plan.js";

/** Return "set 2 of 3, left side": what tells one set from another; empty where there is one set without a side. */
export function setWords(t, { set, sets, side }) {
  const parts = [];
  if (sets > 1) parts.push(t("set_of", { set, sets }));
  if (isOneSide(side)) parts.push(t(`side_${side}`));
  return parts;
}

/** Return the name of a gated part: the library's own, or a general one. */
export const partWords = (t, part) => part || t("extra_part");

const SENTENCES = {
  say_ready: (t, { title, dose, seconds }) => t("say_ready", { title, dose, n: seconds }),
  voice_ready: (t, params) => t("voice_ready", params),
  say_step: (t, { text }) => text,
  say_set: (t, params) => `${setWords(t, params).join(". ")}.`,
  say_switch: (t, { side }) => t("say_switch", { side: t(`side_${side}`) }),
  say_rest: (t, { seconds, next }) =>
    t("say_rest", { n: seconds, next: [next.title, ...setWords(t, next)].join(", ") }),
  say_away: (t) => t("was_away"),
  say_finished: (t) => t("finished_title"),
  say_choice: (t) => t("choice_title"),
  voice_side: (t, { side }) => t(`side_${side}`),
  voice_rep: (t, { rep }) => String(rep),
  voice_cue: (t, { text }) => text,
};

/** Return the words of an effect {do: "say", key, params}. */
export function sentenceOf(t, { key, params }) {
  if (SENTENCES[key]) return SENTENCES[key](t, params);
  if (key.startsWith("withheld_")) return t(key, { ...params, part: partWords(t, params.part) });
  return t(key, params);
}
