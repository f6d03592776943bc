/**
 * From a phase of a timeline to a moment of a figure. The figure has no clock: the player says how much of the phase
 * is over, and the same answer comes out every time.
 *
 * The pose of a phase is {figure, key} (go there, or stay there), {figure, key, via: [keys]} (pass through these on
 * the way) or {figure, loop: [keys]} (go round, as many whole rounds as fit into the phase at the figure's own
 * tempo). `start` is the key the body comes from when the phase before showed another figure.
 */

/** Seconds a figure itself gives to reach a key, at least a quarter of a second. */
const pace = (figure, key) => Math.max(figure.keys[key].move ?? 1, 0.25);
const rest = (figure, key) => figure.keys[key].hold ?? 0;

/** The moment in a chain of keys when `share` (0..1) of its time is over; `stops` adds each key's own hold. */
function alongChain(figure, start, chain, share, stops) {
  let from = start;
  const steps = [];
  for (const to of chain) {
    if (to !== from) steps.push({ from, to, move: pace(figure, to), hold: stops ? rest(figure, to) : 0 });
    from = to;
  }
  let left = share * steps.reduce((sum, { move, hold }) => sum + move + hold, 0);
  for (const { from: a, to, move, hold } of steps) {
    if (left < move) return { from: a, to, t: left / move };
    left -= move;
    if (left < hold) return { from: to, to, t: 0 };
    left -= hold;
  }
  return { from, to: from, t: 0 };
}

const roundOf = (figure, chain) => chain.reduce((sum, key) => sum + pace(figure, key) + rest(figure, key), 0);

/** One round of a figure in its own tempo: {seconds, momentAt(second)}; for previews. */
export function ownTempo(figure) {
  const order = figure.order || figure.keys.map((_, i) => i);
  const chain = figure.returns === false ? order.slice(1) : [...order.slice(1), order[0]];
  const seconds = roundOf(figure, chain);
  const momentAt = (second) => alongChain(figure, order[0], chain, (second % seconds) / seconds || 0, true);
  return { seconds, momentAt };
}

/** The key a pose ends on. */
export const endKey = ({ key, loop }) => key ?? loop[loop.length - 1];

/**
 * The moment {from, to, t} of `figure` when `elapsed` of the phase's `seconds` are over. `pose` is the pose of the
 * phase, `before` that of the phase before it (or null).
 */
export function momentFor(figure, pose, before, elapsed, seconds) {
  const share = seconds > 0 ? Math.min(Math.max(elapsed / seconds, 0), 1) : 1;
  if (pose.loop) {
    const rounds = Math.max(1, Math.round(seconds / roundOf(figure, pose.loop)));
    return alongChain(figure, endKey(pose), pose.loop, Math.min(share * rounds, rounds - 1e-9) % 1, true);
  }
  const start = before && before.figure === pose.figure ? endKey(before) : pose.start ?? (pose.via ? 0 : pose.key);
  return alongChain(figure, start, [...(pose.via || []), pose.key], share, false);
}
