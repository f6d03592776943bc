/**
 * What every picture must be: well formed, small, free of scripts and styles, with ids of its own, the same every time.
 */
import assert from 'node:assert/strict';
import test from 'node:test';

import { draw } from '#routines/movement/draw.js';
import { bodyAt, moves } from '#routines/movement/motion.js';
import { extentOf, makeScene } from '#routines/movement/scene.js';
import { PALETTES, THEMES } from '#routines/movement/themes.js';

import { figures, postures } from './library.mjs';

const LARGEST = 30_000;
const BETWEEN = 60;
const scenes = Object.fromEntries(Object.entries(figures).map(([id, figure]) => [id, makeScene(figure, postures)]));

/** Reads an SVG as strictly as an XML reader: balanced tags, quoted attributes once each, no stray signs. */
function readSvg(text) {
  const open = [];
  const ids = [];
  const links = [];
  const attribute = '\\s+[a-zA-Z:-]+="[^"<&]*(?:&(?:amp|lt|gt|quot|#39);[^"<&]*)*"';
  const tags = new RegExp(`<(/?)([a-zA-Z]+)((?:${attribute})*)\\s*(/?)>|([^<]+)`, 'gy');
  let end = 0;
  for (let token = tags.exec(text); token; token = tags.exec(text)) {
    end = tags.lastIndex;
    const [, closing, name, attributes = '', single, words] = token;
    if (words !== undefined) { assert.ok(['title', 'desc'].includes(open.at(-1)), `stray words: ${words}`); continue; }
    if (closing) { assert.equal(open.pop(), name); continue; }
    const names = [...attributes.matchAll(/([a-zA-Z:-]+)="([^"]*)"/g)];
    assert.equal(new Set(names.map(([, one]) => one)).size, names.length, `an attribute twice: ${attributes}`);
    for (const [, one, value] of names) {
      assert.ok(!one.startsWith('on') && one !== 'style' && one !== 'class', `${one} breaks the content policy`);
      if (one === 'id') ids.push(value);
      for (const [, id] of value.matchAll(/url\(#([^)]+)\)/g)) links.push(id);
      if (one === 'href') links.push(value.slice(1));
      if (one === 'aria-labelledby') links.push(...value.split(' '));
    }
    if (!single) open.push(name);
  }
  assert.equal(end, text.length, `not SVG from: ${text.slice(end, end + 60)}`);
  assert.deepEqual(open, []);
  for (const link of links) assert.ok(ids.includes(link), `nothing has the id ${link}`);
  return ids;
}

const check = (svg) => {
  assert.ok(svg.length < LARGEST, `${svg.length} characters`);
  assert.ok(!/NaN|Infinity|undefined|null/.test(svg), 'a number is missing');
  return readSvg(svg);
};

for (const [id, scene] of Object.entries(scenes)) {
  test(`${id}: every key and sixty in-betweens are sound pictures`, () => {
    for (const key of scene.motion.keys.keys()) {
      for (const theme of ['light', 'print']) check(draw(scene, { from: key }, { theme, arrows: 'all', ghost: 0 }));
    }
    for (const move of moves(scene.figure)) {
      for (let i = 1; i < BETWEEN; i += 1) check(draw(scene, { ...move, t: i / BETWEEN }));
    }
  });
}

test('ids differ between all pictures of a page', () => {
  const card = (scene, i) => check(draw(scene, { from: 0 }, { prefix: `card-${i}`, title: 'A' }));
  const ids = Object.values(scenes).flatMap(card);
  assert.equal(new Set(ids).size, ids.length);
});

test('every theme and palette draws every kind of posture', () => {
  for (const theme of Object.keys(THEMES)) {
    for (const palette of Object.keys(PALETTES)) {
      for (const id of ['bird-dog', 'sit-to-stand', 'clamshell', 'shoulder-blade-squeeze', 'hamstring-strap']) {
        check(draw(scenes[id], { from: 1 }, { theme, palette, ghost: 0, arrows: 'all', mirrored: true }));
      }
    }
  }
});

test('an unknown theme or palette is an error, not a default', () => {
  assert.throws(() => draw(scenes['bird-dog'], { from: 0 }, { theme: 'noon' }), /unknown theme or palette "noon"/);
  assert.throws(() => draw(scenes['bird-dog'], { from: 0 }, { palette: 'x' }), /unknown theme or palette "light", "x"/);
});

test('the same call gives the same picture', () => {
  const again = makeScene(figures['glute-bridge'], postures);
  for (const moment of [{ from: 0 }, { from: 0, to: 1, t: 0.37 }]) {
    assert.equal(draw(again, moment), draw(scenes['glute-bridge'], moment));
  }
});

test('print separates outline and fill, because PDF makers ignore paint-order', () => {
  const print = draw(scenes['glute-bridge'], { from: 1 }, { theme: 'print' });
  assert.ok(!/paint-order|radialGradient|[^-]opacity=/.test(print));
  assert.ok(print.includes('stroke-dasharray'), 'the focus is a dashed ring');
  assert.ok(draw(scenes['glute-bridge'], { from: 1 }).includes('paint-order="stroke"'));
});

test('a mirrored picture turns the drawing and keeps the frame', () => {
  const [plain, mirrored] = [false, true].map((one) => draw(scenes['knee-squeezes'], { from: 1 }, { mirrored: one }));
  const view = /viewBox="[^"]+"/;
  assert.equal(mirrored.match(view)[0], plain.match(view)[0]);
  assert.match(mirrored, /<g transform="matrix\(-1 0 0 1 -?[\d.]+ 0\)"/);
});

test('the frame of a figure is the same at every moment, so that it never jumps', () => {
  const view = (t) => draw(scenes['sit-to-stand'], { from: 0, to: 1, t }).match(/viewBox="[^"]+"/)[0];
  const views = new Set([0, 0.3, 0.6, 1].map(view));
  assert.equal(views.size, 1);
});

const MOMENTS = [0, 0.2, 0.4, 0.6, 0.8, 1];

for (const [id, { figure, motion, camera, box, bodies }] of Object.entries(scenes)) {
  test(`${id}: the body stays within the frame at every moment, in a close-up of the upper body its head`, () => {
    const ways = moves(figure).flatMap(({ from, to }) => MOMENTS.map((t) => ({ from, to, t })));
    const shown = [...bodies, ...ways.flatMap((moment) => [-0.5, 0.5].map((breath) => bodyAt(motion, moment, { breath })))];
    const still = extentOf(bodies, camera);
    const [wide, high] = [still[2] - still[0], still[3] - still[1]];
    const [left, top, right, bottom] = extentOf(shown, camera, figure.crop && high > wide ? ['head'] : undefined);
    const [x, y, width, height] = box;
    assert.ok(left >= x && top >= y && right <= x + width && bottom <= y + height,
      `${[left, top, right, bottom].map(Math.round)} in ${[x, y, x + width, y + height].map(Math.round)}`);
  });
}

test('words are escaped, and a picture without words is silent', () => {
  const svg = draw(scenes['bird-dog'], { from: 0 }, { title: 'Reach & <hold>', description: '"5 s"', prefix: 'a' });
  assert.ok(svg.includes('<title id="a-title">Reach &amp; &lt;hold&gt;</title>'));
  assert.ok(svg.includes('<desc id="a-desc">&quot;5 s&quot;</desc>'));
  assert.ok(svg.includes('role="img" aria-labelledby="a-title a-desc"'));
  assert.ok(draw(scenes['bird-dog'], { from: 0 }).includes('aria-hidden="true" focusable="false"'));
});

test('arrows show only on the way to their key, the ghost only when asked for', () => {
  const arrow = (moment) => draw(scenes['cat-camel'], moment).includes(THEMES.light.halo.concat('" stroke-width="8.4'));
  const moments = [{ from: 0 }, { from: 0, to: 1, t: 0.5 }, { from: 1 }, { from: 1, to: 2, t: 0.5 }];
  assert.deepEqual(moments.map(arrow), [false, true, true, false]);
  const size = (ghost) => draw(scenes['cat-camel'], { from: 1 }, { ghost }).length;
  assert.ok(size(0) > size(null) + 3000);
});
