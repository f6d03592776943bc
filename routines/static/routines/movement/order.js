/**
 * Which part is painted first. Every part is sampled by balls; where the balls of two parts overlap on the picture
 * their depths are compared, and the parts are sorted so that the nearer one comes later.
 */

/** Parts that touch at nearly the same depth: the higher number is painted later. */
const RANK = {
  pelvis: 5, neck: 5.5, thorax: 6, head: 7, thigh: 8, foot: 8.5, shank: 9, arm: 10, forearm: 11, hand: 12,
};
const TOUCHING = 0.012;

const rank = (name) => RANK[name.split('.')[0]] ?? 4;

function sample(e) {
  if (e.r) return [e];
  // A flat or long ellipse counts as three balls along its longer axis.
  const half = (e.xx + e.yy) / 2;
  const spread = Math.sqrt(((e.xx - e.yy) / 2) ** 2 + e.xy * e.xy);
  const long = Math.sqrt(half + spread), short = Math.sqrt(Math.max(half - spread, 1));
  const r = Math.max(short, long * 0.4);
  if (long < r * 1.25) return [{ x: e.x, y: e.y, z: e.z, r }];
  const angle = Math.atan2(2 * e.xy, e.xx - e.yy) / 2;
  const dx = Math.cos(angle) * (long - r), dy = Math.sin(angle) * (long - r);
  return [-1, 0, 1].map((k) => ({ x: e.x + k * dx, y: e.y + k * dy, z: e.z + k * (e.slope || 0), r }));
}

/** Balls of a part: every ellipse and one ball half way between the ends of each two-ended hull. */
export function samples(ellipses, hulls) {
  const balls = ellipses.flatMap(sample);
  for (const hull of hulls) {
    if (hull.length !== 2) continue;
    const [a, b] = [ellipses[hull[0]], ellipses[hull[1]]];
    if (a.r && b.r) balls.push({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, z: (a.z + b.z) / 2, r: (a.r + b.r) / 2 });
  }
  return balls;
}

/** Bounds and mean depth of a part, ready for sorting. */
export function sortable(name, balls, extra = {}) {
  let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity, z = 0;
  for (const ball of balls) {
    if (ball.x - ball.r < left) left = ball.x - ball.r;
    if (ball.x + ball.r > right) right = ball.x + ball.r;
    if (ball.y - ball.r < top) top = ball.y - ball.r;
    if (ball.y + ball.r > bottom) bottom = ball.y + ball.r;
    z += ball.z;
  }
  return { name, balls, left, right, top, bottom, z: z / (balls.length || 1), ...extra };
}

/** Mean depth of b minus that of a where they overlap (metres), or null when they do not. */
function nearer(a, b) {
  if (a.right < b.left || b.right < a.left || a.bottom < b.top || b.bottom < a.top) return null;
  let weight = 0, sum = 0;
  for (const p of a.balls) {
    if (p.x + p.r < b.left || p.x - p.r > b.right) continue;
    for (const q of b.balls) {
      const dx = p.x - q.x, dy = p.y - q.y, reach = p.r + q.r;
      const square = dx * dx + dy * dy;
      if (square >= reach * reach) continue;
      const overlap = (reach - Math.sqrt(square)) / Math.min(p.r, q.r);
      weight += overlap;
      sum += overlap * (q.z - p.z);
    }
  }
  return weight ? sum / weight : null;
}

/** Order of neighbours at the neck: true when a comes first, null when depth decides. */
function always(a, b) {
  if (a.name === 'neck' && b.name === 'head') return true;
  if (b.name === 'hair' && (a.name === 'neck' || a.name === 'head')) return false;
  if (a.name === 'thorax' && b.name === 'neck') return Boolean(b.over);
  if (a.name === 'thorax' && b.name === 'head' && b.over) return true;
  return null;
}

/** Parts in painting order (furthest first). Cycles are broken at the part that lies furthest away. */
export function paintOrder(parts) {
  const n = parts.length;
  const behind = parts.map(() => []);
  const waits = new Array(n).fill(0);
  const put = (first, then) => { behind[first].push(then); waits[then] += 1; };
  for (let i = 0; i < n; i += 1) {
    for (let j = i + 1; j < n; j += 1) {
      const a = parts[i], b = parts[j];
      const fixed = always(a, b);
      if (fixed !== null) { if (fixed) put(i, j); else put(j, i); continue; }
      const gap = nearer(a, b);
      if (gap === null) continue;
      const first = Math.abs(gap) < TOUCHING ? rank(a.name) <= rank(b.name) : gap > 0;
      if (first) put(i, j); else put(j, i);
    }
  }
  const done = new Array(n).fill(false);
  const order = [];
  while (order.length < n) {
    let next = -1;
    for (let i = 0; i < n; i += 1) {
      if (done[i]) continue;
      const better = next < 0 || waits[i] < waits[next] || (waits[i] === waits[next] && parts[i].z < parts[next].z);
      if (better && (next < 0 || waits[next] > 0 || waits[i] === 0)) next = i;
    }
    done[next] = true;
    order.push(parts[next]);
    for (const later of behind[next]) waits[later] -= 1;
  }
  return order;
}
