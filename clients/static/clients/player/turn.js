/**
 * One turn of the session engine: the next state and the effects in the making.
 *
 * Pure: the time is given. Nested values of the state are replaced, never changed in place. Effects leave in the
 * order save, everything else, paint, so that what a client did is stored before the screen changes.
 */

/** Screens on which a clock runs. */
export const RUNNING = ["ready", "work", "switch", "rest"];

export class Turn {
  constructor(state, now) {
    this.s = { ...state, seenAt: now };
    this.now = now;
    this.effects = [];
  }

  /** Keep an event; `item` is the item's id, or null for one about the whole session. */
  save(type, data = {}, item = this.s.session.items[this.s.item]?.id ?? null) {
    this.effects.push({ do: "save", event: { type, item, data } });
  }

  /** `live` goes to the screen reader's line, `voice` ("short" or "full") to the spoken cues. */
  say(key, params = {}, { live = true, voice = "short" } = {}) {
    this.effects.push({ do: "say", key, params, live, voice });
  }

  /** Play a tone at an instant (ms), so that it can be scheduled on the audio clock. */
  tone(name, at = this.now) {
    this.effects.push({ do: "tone", name, at });
  }

  add(effect, values = {}) {
    this.effects.push({ do: effect, ...values });
  }

  result() {
    const saves = this.effects.filter((effect) => effect.do === "save");
    const others = this.effects.filter((effect) => effect.do !== "save" && effect.do !== "paint");
    const paints = this.effects.some((effect) => effect.do === "paint") ? [{ do: "paint" }] : [];
    return { state: this.s, effects: [...saves, ...others, ...paints] };
  }
}

export const itemOf = (s) => s.session.items[s.item] || null;

/** Return the timeline and groups that an item is done with: its own, or those of the easier form. */
export function formOf(s, index = s.item) {
  const item = s.session.items[index];
  return s.swapped[item.id] && item.easierForm ? item.easierForm : item.main;
}

export const groupOf = (s) => formOf(s).groups[s.group] || null;
export const phaseOf = (s) => formOf(s).timeline.phases[s.phase] || null;
export const titleOf = (s, index = s.item) => {
  const item = s.session.items[index];
  return s.swapped[item.id] && item.easierForm ? item.easier.title : item.title;
};

/** True while the client counts alone: no clock, the set ends by a tap. Self-care is always told, never timed. */
export function isOwnPace(s) {
  const group = groupOf(s);
  if (group?.kind !== "set") return false;
  return isSelfCare(s) || (group.mode === "reps" && s.ownPace[itemOf(s).id] === true);
}

/** True for a comfort measure or an article, which is done when the client says so. */
export const isSelfCare = (s) => itemOf(s)?.self_care === true;

/** Return the language of the words of an item where it is not the page's; null where it is. */
export function langOf(s, index = s.item) {
  const item = s.session.items[index];
  return (s.swapped[item.id] && item.easierForm ? item.easier.lang : item.lang) || null;
}

/** Return the milliseconds that are left of the running or stopped phase; null without a clock. */
export function leftMs(s, now) {
  if (s.endsAt !== null) return Math.max(0, s.endsAt - now);
  return s.left;
}

/** Return the milliseconds of the phase that have been done. */
export function passedMs(s, now) {
  if (s.startedAt === null) return s.passed;
  return s.passed + Math.max(0, now - s.startedAt);
}
