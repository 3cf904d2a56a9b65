// What the program takes to start, beside node itself.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { filesLoaded } from './files-loaded.ts';
import { counted, inTurns, ms, times } from './numbers.ts';
import type { Bench } from './row.ts';

const run = promisify(execFile);
const TURNS = 21;
const QUICK_TURNS = 7;
const LIMITS = { version: 1.4, status: 1.8, sync: 6 } as const;
const FILES_MAX = { version: 2, status: 3, sync: 200 } as const;
const NAMES = {
  version: '`coord --version`',
  status: '`coord status`',
  sync: '`coord sync`, nothing new, its fetch from a local path',
} as const;

export const start: Bench = {
  name: 'start',
  async rows({ scratch, program, quick }) {
    const fleet = join(scratch, 'start', 'fleet');
    const coord = (...args: readonly string[]) => run(process.execPath, [program, ...args], { cwd: scratch });
    await coord('--dir', fleet, 'init', '--name', 'here');
    const took = await inTurns(quick ? QUICK_TURNS : TURNS, {
      version: { run: () => coord('--version') },
      status: { run: () => coord('--dir', fleet, 'status') },
      sync: { run: () => coord('--dir', fleet, 'sync') },
      node: { run: () => run(process.execPath, ['-e', '0']) },
    });
    const files = {
      version: filesLoaded([program, '--version'], join(scratch, 'start', 'version')),
      status: filesLoaded([program, '--dir', fleet, 'status'], join(scratch, 'start', 'status')),
      sync: filesLoaded([program, '--dir', fleet, 'sync'], join(scratch, 'start', 'sync')),
    };
    return (['version', 'status', 'sync'] as const).map((name) => {
      const ratio = took[name] / took.node;
      return {
        what: NAMES[name],
        measured: `${times(ratio)} \`node -e 0\` (${ms(took[name])}); ${counted(files[name], 'file')} of code`,
        atMost: `${LIMITS[name]} × \`node -e 0\`; ${counted(FILES_MAX[name], 'file')}`,
        beside: `\`node -e 0\`: ${ms(took.node)}`,
        isOk: ratio <= LIMITS[name] && files[name] <= FILES_MAX[name],
      };
    });
  },
};
