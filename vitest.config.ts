import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/**
 * What a file leaves behind in its process: modules put in another's place, clocks that stand, the environment, another user. Such files get a process
 * each, and so do those of the simulation, which load a bundle of their own; all others share one a worker, because loading the program
 * again for each file cost half the time of a small one.
 */
const LEAVES_TRACES =
  /\bvi\.(?!fn\b|waitFor\b)\w+\(|process\.(chdir|seteuid(\?\.)?)\(|(delete |assign\()process\.env\b|process\.env(\.\w+|\[[^\]]+\])\s*=[^=]/;

const SIMULATED = /^test\/sim\//;

const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts'))
  .map((path) => join('test', path).replaceAll('\\', '/'));
/** The end of the names of those that are not played now; scripts/test.mjs says. */
const left = process.env.COORD_TESTS_WITHOUT;
const leftOut = left === undefined ? [] : files.filter((path) => path.endsWith(left));
const alone = files.filter((path) => SIMULATED.test(path) || LEAVES_TRACES.test(readFileSync(path, 'utf8')));
// Generous: a machine that is busy with other work is slow, not wrong.
const limits = { testTimeout: 180_000, hookTimeout: 180_000, maxConcurrency: 3, expect: { poll: { timeout: 30_000 } } };

export default defineConfig({
  define: { COORD_VERSION: '"0.0.0-test"', COORD_BUILD: '"test"' },
  test: {
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        test: { ...limits, name: 'shared', include: ['test/**/*.test.ts'], exclude: [...alone, ...leftOut], isolate: false },
      },
      { extends: true, test: { ...limits, name: 'alone', include: alone, exclude: leftOut } },
    ],
  },
});
