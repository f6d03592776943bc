/** Which figure an exercise shows to one client. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawnFor } from '#clients/player/drawn.js';

const items = {
  7: { both: { figures: { clamshell: 'clamshell@7' } }, left: { figures: { clamshell: 'clamshell@7left' }, range: 60 } },
};

test('a side of its own goes before both, and the library before neither', () => {
  assert.deepEqual(drawnFor(items, 7, 'left', 'clamshell'), { id: 'clamshell@7left', range: 0.6 });
  assert.deepEqual(drawnFor(items, 7, 'right', 'clamshell'), { id: 'clamshell@7', range: 1 });
  assert.deepEqual(drawnFor(items, 7, 'none', 'bird-dog'), { id: 'bird-dog', range: 1 });
  assert.deepEqual(drawnFor(items, 8, 'left', 'clamshell'), { id: 'clamshell', range: 1 });
  assert.deepEqual(drawnFor(undefined, 8, 'left', 'clamshell'), { id: 'clamshell', range: 1 });
});
