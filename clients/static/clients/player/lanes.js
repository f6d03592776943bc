/**
 * Which lane today is done in: steady, sore or flare. Pure: no DOM, no clock.
 *
 * The Python twin is `clients/rules/lanes.py`; both read tests/vectors/lanes.json. Rules only lower: a client may
 * always choose a gentler lane than the one offered, never a harder one. An answer that is missing never counts as good.
 */

const FULL = 100; // percent of the approved dose
const SORE_PERCENT = 75; // percent; source: rule_language.lanes.sore

/** Return the percent that a lane's own items are done at: a sore lane stands at three quarters already. */
export function lanePercent(lane, percent) {
  if (lane === "steady") return percent;
  return lane === "sore" && percent < SORE_PERCENT ? percent : FULL;
}

/**
 * Return {lane, percent, reason}. today: {pain_before 0-10 or null, flare none|on|resting, percent 1-100};
 * edges: {amber_max}. Lane "none" means that the plan rests.
 */
export function pickLane({ pain_before: pain, flare, percent }, { amber_max: most }) {
  if (flare === "resting") return { lane: "none", percent: FULL, reason: "flare_resting" };
  if (flare === "on") return { lane: "flare", percent: FULL, reason: "flare" };
  if (pain !== null && pain > most) return { lane: "sore", percent: lanePercent("sore", percent), reason: "pain_high" };
  if (percent < FULL) return { lane: "steady", percent, reason: "reduced" };
  return { lane: "steady", percent: FULL, reason: pain === null ? "not_answered" : "as_planned" };
}
