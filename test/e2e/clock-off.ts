// A wall clock that is wrong, for the processes of coord: they see it through a shifted Date; the monotonic clock is the real one.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Fleet } from './fleet.ts';

/** Settings for a process whose wall clock is so far off. */
export function clockOff(fleet: Fleet, ms: number): Record<string, string> {
  const path = join(fleet.root, 'clock.mjs');
  writeFileSync(
    path,
    `const off = Number(process.env.TEST_CLOCK_OFF_MS), real = Date.now, Real = Date;
globalThis.Date = class extends Real {
  constructor(...given) { given.length === 0 ? super(real() + off) : super(...given); }
  static now() { return real() + off; }
};\n`,
  );
  return { NODE_OPTIONS: `--import ${pathToFileURL(path).href}`, TEST_CLOCK_OFF_MS: String(ms) };
}
