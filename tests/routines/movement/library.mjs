/** The packaged figures for tests under node, read by the same Python that serves them. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
// PYTHON is set by the test run; by hand, the project's own environment is found.
const python = process.env.PYTHON || [`${ROOT}.local/venv/bin/python`].find(existsSync) || 'python3';

export const { postures, figures } = JSON.parse(
  execFileSync(python, ['-m', 'routines.movement', 'library'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 1e7 }),
);
