/**
 * Decide whether a gated part of an exercise may run today.
 *
 * Pure: no DOM, no clock. The Python twin is `clients/rules/gates.py`; both read tests/vectors/gates.json.
 * What is unknown never counts as good: an absent or null fact closes the gate, and so does a condition
 * that this code does not know.
 *
 * Facts: {pain_before 0-10, tags [str], equipment {name: true|false}, leg_symptoms none|same|better|worse|further_down,
 *         pain_during_max3 0-10, next_day_delta_max3 -10..10, sessions_completed count, effort_max2 0-10,
 *         approved bool}. Upper bounds and lower bounds are inclusive. Source: library conventions, "gate".
 */

const NOT_WORSE = ["none", "same", "better"];
const known = (value) => value !== null && value !== undefined;

const atMost = (fact, unknown, tooHigh) => (limit, facts) => {
  if (!known(facts[fact])) return unknown;
  return facts[fact] <= limit ? null : tooHigh;
};

const legSymptoms = (wanted, facts) => {
  if (!known(facts.leg_symptoms)) return "leg_symptoms_unknown";
  if (wanted === "better") return facts.leg_symptoms === "better" ? null : "leg_symptoms_not_better";
  if (wanted === "not_worse") return NOT_WORSE.includes(facts.leg_symptoms) ? null : "leg_symptoms_worse";
  return "unknown_condition";
};

const equipment = (wanted, facts) => {
  const names = Array.isArray(wanted) ? wanted : [wanted];
  const answers = names.map((name) => (facts.equipment || {})[name]);
  if (answers.some((answer) => answer === false)) return "equipment_missing";
  return answers.every((answer) => answer === true) ? null : "equipment_unknown";
};

const noneOf = (excluded, facts) => {
  if (!known(facts.tags)) return "tags_unknown";
  return excluded.some((tag) => facts.tags.includes(tag)) ? "excluded_tag" : null;
};

/** Conditions in the order in which they are asked; the first that fails gives the reason. */
const CONDITIONS = [
  ["practitioner_approval", (wanted, facts) => (!wanted || facts.approved === true ? null : "not_approved")],
  ["excluded_tags", noneOf],
  ["pain_before_max", atMost("pain_before", "pain_unknown", "pain_too_high")],
  ["pain_during_max", atMost("pain_during_max3", "pain_during_unknown", "pain_during_too_high")],
  ["pain_next_day_delta_max", atMost("next_day_delta_max3", "next_day_unknown", "next_day_worse")],
  ["sessions_completed_min", (least, facts) => {
    if (!known(facts.sessions_completed)) return "sessions_unknown";
    return facts.sessions_completed >= least ? null : "too_few_sessions";
  }],
  ["effort_max", atMost("effort_max2", "effort_unknown", "effort_too_high")],
  ["leg_symptoms", legSymptoms],
  ["equipment_confirmed", equipment],
];
const KNOWN_KEYS = new Set([...CONDITIONS.map(([key]) => key), "seed_condition"]);

/** What the client can be asked in the session, by the reason that closes the gate. */
export const ASKABLE = {
  pain_unknown: "pain_before",
  leg_symptoms_unknown: "leg_symptoms",
  equipment_unknown: "equipment",
};

/** Return {opens, reason}; reason is "open" or the code of the first condition that fails. */
export function evaluate(gate, facts) {
  if (Object.keys(gate).some((key) => !KNOWN_KEYS.has(key))) return { opens: false, reason: "unknown_condition" };
  for (const [key, check] of CONDITIONS) {
    if (!known(gate[key])) continue;
    const reason = check(gate[key], facts);
    if (reason) return { opens: false, reason };
  }
  return { opens: true, reason: "open" };
}

/** Return the equipment names that a gate wants confirmed. */
export function equipmentOf(gate) {
  if (!known(gate.equipment_confirmed)) return [];
  return Array.isArray(gate.equipment_confirmed) ? gate.equipment_confirmed : [gate.equipment_confirmed];
}

/**
 * Return what to ask the client, in order: "pain_before", "leg_symptoms", {equipment: name}.
 * Empty when the gate is open already, or closed by something that no answer of today can change.
 */
export function questions(gate, facts) {
  const asked = [];
  const assumed = { ...facts, equipment: { ...facts.equipment } };
  for (let verdict = evaluate(gate, assumed); !verdict.opens; verdict = evaluate(gate, assumed)) {
    const subject = ASKABLE[verdict.reason];
    if (subject === "pain_before") {
      asked.push("pain_before");
      assumed.pain_before = gate.pain_before_max;
    } else if (subject === "leg_symptoms") {
      asked.push("leg_symptoms");
      assumed.leg_symptoms = "better";
    } else if (subject === "equipment") {
      for (const name of equipmentOf(gate).filter((each) => !known(assumed.equipment[each]))) {
        asked.push({ equipment: name });
        assumed.equipment[name] = true;
      }
    } else return [];
  }
  return asked;
}
