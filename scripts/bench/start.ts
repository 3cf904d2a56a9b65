// What the program takes to start, beside node itself.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inTurns, ms, times } from './numbers.ts';
import type { Bench } from './row.ts';

const run = promisify(execFile);
const TURNS = 21;
const QUICK_TURNS = 7;
const LIMITS = { version: 1.4, status: 1.8 } as const;

export const start: Bench = {
  name: 'start',
  async rows({ scratch, program, quick }) {
    const fleet = join(scratch, 'start', 'fleet');
    const coord = (...args: readonly string[]) => run(process.execPath, [program, ...args], { cwd: scratch });
    await coord('--dir', fleet, 'init', '--name', 'here');
    const took = await inTurns(quick ? QUICK_TURNS : TURNS, {
      version: { run: () => coord('--version') },
      status: { run: () => coord('--dir', fleet, 'status') },
      node: { run: () => run(process.execPath, ['-e', '0']) },
    });
    return (['version', 'status'] as const).map((name) => {
      const ratio = took[name] / took.node;
      return {
        what: name === 'version' ? '`coord --version`' : '`coord status`',
        measured: `${times(ratio)} \`node -e 0\` (${ms(took[name])})`,
        atMost: `${LIMITS[name]} × \`node -e 0\``,
        beside: `\`node -e 0\`: ${ms(took.node)}`,
        isOk: ratio <= LIMITS[name],
      };
    });
  },
};
