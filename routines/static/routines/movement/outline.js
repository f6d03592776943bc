/**
 * Outlines of projected solids as SVG path data.
 *
 * Two circles give an exact capsule (lines and arcs). Ellipses are wrapped by their support function: in each of a
 * few directions the furthest point, joined by quadratic curves whose handles lie on the tangents, with straight
 * lines where the hull passes from one ellipse to the next. All sub-paths run the same way round, so a nonzero fill
 * is their union.
 */

/** Texts of whole tenths from -500 to 500 px, made when they are first wanted: most of a picture is numbers. */
const MOST_TENTHS = 5000;
const texts = [];

/** A number of tenths as text, without a leading zero. */
function tenthsText(tenths) {
  const isKept = tenths >= -MOST_TENTHS && tenths <= MOST_TENTHS;
  if (isKept && texts[tenths + MOST_TENTHS]) return texts[tenths + MOST_TENTHS];
  let text = String(tenths / 10);
  if (tenths > -10 && tenths < 10 && tenths !== 0) text = text.replace('0.', '.');
  if (isKept) texts[tenths + MOST_TENTHS] = text;
  return text;
}

/** Collects path commands with relative coordinates in tenths of a pixel; rounding errors do not add up. */
export class Path {
  constructor() { this.d = ''; this.x = 0; this.y = 0; }

  /** Two numbers as text; a minus serves as the separator. */
  pair(x, y, first) {
    const one = Math.round(x * 10), two = Math.round(y * 10);
    return (first || one < 0 ? '' : ' ') + tenthsText(one) + (two < 0 ? '' : ' ') + tenthsText(two);
  }

  to(letter, x, y) {
    this.d += letter + this.pair(x - this.x, y - this.y, true);
    this.arrive(x, y);
  }

  /** The pen stands where the rounded numbers have brought it. */
  arrive(x, y) {
    this.x += Math.round((x - this.x) * 10) / 10;
    this.y += Math.round((y - this.y) * 10) / 10;
  }

  move(x, y) {
    const X = Math.round(x * 10) / 10, Y = Math.round(y * 10) / 10;
    this.d += `M${this.pair(X, Y, true)}`;
    this.x = X; this.y = Y;
  }

  line(x, y) {
    if (Math.abs(x - this.x) + Math.abs(y - this.y) >= 0.1) this.to('l', x, y);
  }

  curve(cx, cy, x, y) {
    this.d += `q${this.pair(cx - this.x, cy - this.y, true)}${this.pair(x - this.x, y - this.y, false)}`;
    this.arrive(x, y);
  }

  arc(r, x, y, large = 0) {
    const size = String(Math.round(r * 10) / 10);
    this.d += `a${size} ${size} 0 ${large} 1${this.pair(x - this.x, y - this.y, false)}`;
    this.arrive(x, y);
  }

  close() { this.d += 'z'; }
}

function circle(path, { x, y, r }) {
  path.move(x - r, y);
  path.arc(r, x + r, y);
  path.arc(r, x - r, y);
  path.close();
}

function capsule(path, a, b) {
  const dx = b.x - a.x, dy = b.y - a.y;
  const d = Math.sqrt(dx * dx + dy * dy);
  if (d <= Math.abs(a.r - b.r) + 0.05) { circle(path, a.r > b.r ? a : b); return; }
  const along = Math.acos((a.r - b.r) / d);
  const base = Math.atan2(dy, dx);
  const on = (c, angle) => [c.x + c.r * Math.cos(angle), c.y + c.r * Math.sin(angle)];
  const [ax, ay] = on(a, base + along), [bx, by] = on(a, base - along);
  const [cx, cy] = on(b, base - along), [ex, ey] = on(b, base + along);
  path.move(ax, ay);
  path.arc(a.r, bx, by, along < Math.PI / 2 ? 1 : 0);
  path.line(cx, cy);
  path.arc(b.r, ex, ey, along > Math.PI / 2 ? 1 : 0);
  path.close();
}

/**
 * Directions in which a hull is sampled: the normals at eight even steps around its largest ellipse. Eight tangent
 * curves follow an ellipse within 0.3 % of its radius.
 */
const EVEN = Array.from({ length: 8 }, (_, i) => [Math.cos((i * Math.PI) / 4), Math.sin((i * Math.PI) / 4)]);

function directions(ellipses) {
  let largest = null;
  for (const e of ellipses) if (!e.r && (!largest || e.xx + e.yy > largest.xx + largest.yy)) largest = e;
  if (!largest) return EVEN;
  const a = Math.sqrt(Math.max(largest.xx, 0.01));
  const b = largest.xy / a;
  const c = Math.sqrt(Math.max(largest.yy - b * b, 0.01));
  return EVEN.map(([cos, sin]) => {
    const u = cos / a - (b * sin) / (a * c), v = sin / c;
    const size = Math.sqrt(u * u + v * v);
    return [u / size, v / size];
  });
}

/** The furthest point of one ellipse in direction (u, v): [reach, x, y]. */
function furthest(e, u, v) {
  if (e.r) return [e.x * u + e.y * v + e.r, e.x + e.r * u, e.y + e.r * v];
  const sx = e.xx * u + e.xy * v, sy = e.xy * u + e.yy * v;
  const size = Math.sqrt(Math.max(sx * u + sy * v, 1e-9));
  return [e.x * u + e.y * v + size, e.x + sx / size, e.y + sy / size];
}

/** How far an ellipse reaches in direction (u, v). */
function reachOf(e, u, v) {
  const middle = e.x * u + e.y * v;
  return e.r ? middle + e.r : middle + Math.sqrt(Math.max(e.xx * u * u + 2 * e.xy * u * v + e.yy * v * v, 1e-9));
}

function best(ellipses, u, v) {
  let most = -Infinity;
  let i = 0;
  for (let n = 0; n < ellipses.length; n += 1) {
    const far = reachOf(ellipses[n], u, v);
    if (far > most) { most = far; i = n; }
  }
  const [reach, x, y] = furthest(ellipses[i], u, v);
  return { reach, x, y, i, u, v };
}

/** uᵀSv of an ellipse for two directions; its root for one direction is how far the ellipse reaches there. */
const product = (e, p, q) => (e.r ? e.r * e.r * (p.u * q.u + p.v * q.v)
  : e.xx * p.u * q.u + e.xy * (p.u * q.v + p.v * q.u) + e.yy * p.v * q.v);

/**
 * Curves along one ellipse from p to q: the handle is where their tangents meet. Where more than a fifth of the way
 * round lies between them (the tip of a thin ellipse) the handle would stand far out, and the way is halved.
 */
function bend(path, e, p, q) {
  const turned = p.u * q.v - p.v * q.u;
  if (Math.abs(turned) < 0.02 || Math.abs(q.x - p.x) + Math.abs(q.y - p.y) < 0.6) { path.line(q.x, q.y); return; }
  const sizeP = Math.sqrt(Math.max(product(e, p, p), 1e-9)), sizeQ = Math.sqrt(Math.max(product(e, q, q), 1e-9));
  if (product(e, p, q) < 0.3 * sizeP * sizeQ) {
    const u = p.u / sizeP + q.u / sizeQ, v = p.v / sizeP + q.v / sizeQ;
    const size = Math.sqrt(u * u + v * v);
    if (size * sizeP > 1e-3) {
      const [reach, x, y] = furthest(e, u / size, v / size);
      const half = { reach, x, y, u: u / size, v: v / size };
      bend(path, e, p, half);
      bend(path, e, half, q);
      return;
    }
  }
  const cx = (p.reach * q.v - q.reach * p.v) / turned;
  const cy = (q.reach * p.u - p.reach * q.u) / turned;
  path.curve(cx, cy, q.x, q.y);
}

/** The direction between p and q in which both their ellipses reach equally far: the common tangent. */
function tangent(ellipses, p, q) {
  const a = ellipses[p.i], b = ellipses[q.i];
  let { u, v } = p;
  let toU = q.u, toV = q.v;
  for (let i = 0; i < 6; i += 1) {
    const size = Math.sqrt((u + toU) ** 2 + (v + toV) ** 2);
    const middleU = (u + toU) / size, middleV = (v + toV) / size;
    if (reachOf(a, middleU, middleV) > reachOf(b, middleU, middleV)) { u = middleU; v = middleV; }
    else { toU = middleU; toV = middleV; }
  }
  const [ra, ax, ay] = furthest(a, u, v);
  const [rb, bx, by] = furthest(b, u, v);
  return [{ reach: ra, x: ax, y: ay, u, v }, { reach: rb, x: bx, y: by, u, v }];
}

/** Adds the convex hull of projected ellipses to a path. */
export function addHull(path, ellipses) {
  if (ellipses.length === 1 && ellipses[0].r) { circle(path, ellipses[0]); return; }
  if (ellipses.length === 2 && ellipses[0].r && ellipses[1].r) { capsule(path, ellipses[0], ellipses[1]); return; }
  const points = directions(ellipses).map(([u, v]) => best(ellipses, u, v));
  path.move(points[0].x, points[0].y);
  for (let i = 0; i < points.length; i += 1) {
    const p = points[i], q = points[(i + 1) % points.length];
    if (p.i === q.i) { bend(path, ellipses[p.i], p, q); continue; }
    const [leave, enter] = tangent(ellipses, p, q);
    bend(path, ellipses[p.i], p, leave);
    path.line(enter.x, enter.y);
    bend(path, ellipses[q.i], enter, q);
  }
  path.close();
}

/** Path data of a part: its projected solids wrapped hull by hull. */
export function outline(ellipses, hulls) {
  const path = new Path();
  for (const hull of hulls) addHull(path, hull.map((i) => ellipses[i]));
  return path.d;
}

/** Path data of a line through points [[x, y], ...]; `closed` for a polygon. */
export function polyline(points, closed = false) {
  const path = new Path();
  path.move(points[0][0], points[0][1]);
  for (const [x, y] of points.slice(1)) path.line(x, y);
  if (closed) path.close();
  return path.d;
}

/** Path data of a smooth line through points: quadratic curves between the middles of the steps. */
export function smoothLine(points) {
  const path = new Path();
  path.move(points[0][0], points[0][1]);
  for (let i = 1; i < points.length - 1; i += 1) {
    const last = i === points.length - 2;
    const [x, y] = points[i], [nx, ny] = points[i + 1];
    path.curve(x, y, last ? nx : (x + nx) / 2, last ? ny : (y + ny) / 2);
  }
  if (points.length === 2) path.line(points[1][0], points[1][1]);
  return path.d;
}
