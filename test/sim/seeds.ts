// How the test files share the seeds: each takes its own, `npm test` a few of them, and the long ones the rest.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { JUDGED, SEEDS_TO_JUDGE, unjudged } from './judgements.ts';

const root = join(import.meta.dirname, '..', '..');

const GROUP = 25;
/** A busy computer takes ten times as long. */
const TIMEOUT_MS = 300_000;

/** In one file, as `npm run sim` has it: module by module, as vitest loads it, the same takes a quarter longer. */
async function bundled(): Promise<typeof import('./simulate.ts')> {
  const { bundleFor } = (await import(pathToFileURL(join(root, 'scripts/sim.mjs')).href)) as {
    bundleFor(entry: string, outfile: string): Promise<void>;
  };
  const folder = join(root, 'node_modules', '.cache', `coord-seeds-${process.pid}`);
  try {
    await bundleFor('test/sim/simulate.ts', join(folder, 'simulate.js'));
    return await import(pathToFileURL(join(folder, 'simulate.js')).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** So many for one of the files. COORD_SIM_SEEDS=100 runs more or fewer in each. */
export async function seedsOf(file: number, many: number): Promise<void> {
  const count = Number(process.env.COORD_SIM_SEEDS ?? many);
  const { simulate } = await bundled();
  const first = file * 1_000_000 + 1;
  const groups = Array.from({ length: Math.ceil(count / GROUP) }, (_, index) => {
    return { from: first + index * GROUP, to: first + Math.min(count, (index + 1) * GROUP) - 1 };
  });
  const total = new Map<string, number>();
  test.each(groups)('S3, S5, R3, D1, D2, D6: seeds $from to $to', { timeout: TIMEOUT_MS }, async ({ from, to }) => {
    for (let seed = from; seed <= to; seed += 1) {
      const { violations, events, counts } = await simulate(seed);
      for (const [what, times] of counts) total.set(what, (total.get(what) ?? 0) + times);
      const story = violations.length === 0 ? [] : events.slice(-30);
      expect({ seed, violations, story }).toEqual({ seed, violations: [], story: [] });
    }
  });
  if (count < SEEDS_TO_JUDGE) return;
  test('each judge has judged, and often', () => {
    const judged = [...total].filter(([what]) => what.startsWith(JUDGED)).sort(([one], [other]) => (one < other ? -1 : 1));
    console.log(
      `${count} seeds, ${judged.map(([what, times]) => `${what} ${times}`).join(', ')}`.replaceAll(`, ${JUDGED}`, ', '),
    );
    expect(unjudged(total, count)).toEqual([]);
  });
}
