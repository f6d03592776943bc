/**
 * Words for figures, held to a reviewed golden file. After a change that is meant, rewrite it and read every line:
 *   REWRITE=1 node --test tests/routines/movement/words.test.mjs
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import test from 'node:test';

import { describe } from '#routines/movement/describe.js';
import { LANGUAGES } from '#routines/movement/words.js';

import { figures, postures } from './library.mjs';

const FILE = new URL('../../vectors/figure_words.json', import.meta.url);
const tell = (figure) => Object.fromEntries(Object.keys(LANGUAGES).map((language) => (
  [language, describe(figure, postures, { language })])));
const told = Object.fromEntries(Object.entries(figures).map(([id, figure]) => [id, tell(figure)]));

if (process.env.REWRITE) writeFileSync(FILE, `${JSON.stringify(told, null, 1)}\n`);

test('every figure is told as it was reviewed', () => {
  assert.deepEqual(told, JSON.parse(readFileSync(FILE, 'utf8')));
});

test('both languages know the same words', () => {
  const shape = (value) => (typeof value === 'string' ? '' : Array.isArray(value) ? value.map((one) => one === '')
    : Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shape(inner)]).sort()));
  assert.deepEqual(shape(LANGUAGES.de), shape(LANGUAGES.en));
});

test('nothing is left to fill in, and sentences are whole', () => {
  for (const [id, languages] of Object.entries(told)) {
    for (const { title, description } of Object.values(languages)) {
      assert.ok(!/[{}]|undefined| ,|,,| {2}/.test(title + description), `${id}: ${description}`);
      assert.match(description, /^[A-ZÄÖÜ].*\.$/);
      assert.ok(title.length < 160 && description.length < 420, id);
    }
  }
});

test('a mirrored figure tells the other side', () => {
  const { description } = describe(figures['knee-squeezes'], postures, { mirrored: true });
  assert.match(description, /^Lying on your back, knees bent, feet flat\. The left knee moves to the chest/);
  const other = describe(figures.clamshell, postures, { mirrored: true });
  assert.match(other.description, /Lying on your right side.*left knee/);
  assert.match(describe(figures['neck-turns'], postures, { mirrored: true, language: 'de' }).description, /nach links/);
});

test('a language without words is an error', () => {
  assert.throws(() => describe(figures.walking, postures, { language: 'xx' }), /no words in the language "xx"/);
});
