/**
 * What the session knows for the gates of its exercises, and what it still has to ask. Pure.
 */

import { equipmentOf, evaluate, questions } from "#clients/player/gates.js";
import { formOf } from "#clients/player/turn.js";

/**
 * Return the pain that counts today: the highest of the one before and of any "This hurts".
 * Null when one of them was not answered: it never counts as good.
 */
export function painToday(s) {
  if (s.facts.pain_before === null || s.facts.hurtUnanswered) return null;
  return Math.max(s.facts.pain_before, s.facts.hurtMost ?? 0);
}

/** A gated segment is in the timeline only when the practitioner switched it on, hence approved. */
function factsFor(s) {
  return {
    approved: true,
    ...s.session.facts,
    tags: s.session.tags,
    pain_before: painToday(s),
    equipment: s.facts.equipment,
    leg_symptoms: s.facts.leg_symptoms,
  };
}

const gateOf = (s, index, key) => (formOf(s, index).timeline.gates || {})[key] || { unnamed_gate: key };

/** True for a part that a rule of the plan leaves out on a day like this. */
const isSkipped = (s, key) => s.session.day.skip.includes(key);

/** Return {opens, reason}; "left_out" when the client chose to leave the segment out. */
export function gateVerdict(s, index, key) {
  const item = s.session.items[index];
  if ((s.leftOut[item.id] || []).includes(key)) return { opens: false, reason: "left_out" };
  const verdict = evaluate(gateOf(s, index, key), factsFor(s));
  return verdict.opens && isSkipped(s, key) ? { opens: false, reason: "rule" } : verdict;
}

function segmentsWithGate(s, index) {
  return [...new Set(formOf(s, index).groups.map((group) => group.gate).filter(Boolean))];
}

/** Return the first question that a gate of the item still has, one at a time: {segment, ask} or null. */
export function openQuestion(s, index) {
  const item = s.session.items[index];
  for (const segment of segmentsWithGate(s, index)) {
    if ((s.leftOut[item.id] || []).includes(segment) || isSkipped(s, segment)) continue;
    const painStaysUnknown = s.facts.pain_before === null ? s.facts.painDeclined : s.facts.hurtUnanswered;
    const ask = questions(gateOf(s, index, segment), factsFor(s));
    const staysUnknown = (painStaysUnknown && ask.includes("pain_before")) || (s.facts.legsDeclined && ask.includes("leg_symptoms"));
    if (ask.length && !staysUnknown) return { segment, ask: ask[0] };
  }
  return null;
}

/** Return {key, params} of the calm sentence that says why a segment is left out; null when the client chose. */
export function withheldNote(s, index, segment) {
  const { opens, reason } = gateVerdict(s, index, segment);
  if (opens || reason === "left_out") return null;
  const gate = gateOf(s, index, segment);
  const part = partName(s, index, segment);
  if (reason === "rule") return { key: "withheld_rule", params: { part } };
  if (reason === "pain_too_high") return { key: "withheld_pain", params: { part, limit: gate.pain_before_max } };
  if (reason === "pain_unknown") return { key: "withheld_pain_unknown", params: { part } };
  if (reason.startsWith("equipment")) {
    const missing = equipmentOf(gate).find((name) => s.facts.equipment[name] !== true);
    return { key: "withheld_equipment", params: { part, equipment: equipmentName(s, missing) } };
  }
  if (reason === "leg_symptoms_unknown") return { key: "withheld_legs_unknown", params: { part } };
  if (reason.startsWith("leg_symptoms")) return { key: "withheld_legs", params: { part } };
  return { key: "withheld_other", params: { part } };
}

/** Return the reader's name of a segment, or null where the bundle has none. */
export function partName(s, index, segment) {
  return s.session.items[index].parts?.[segment] || null;
}

/** Return the reader's name of a piece of equipment. */
export function equipmentName(s, name) {
  return s.session.kitNames[name] || name.replaceAll("_", " ");
}
