// What the program takes to start, beside node itself.
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { filesLoaded } from './files-loaded.ts';
import { counted, inTurns, ms, times } from './numbers.ts';
import type { Bench, Row } from './row.ts';

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

const SPECS = { documents: 200, tasks: 20, atMost: 1.5 } as const;

export const start: Bench = {
  name: 'start',
  async rows({ scratch, program, quick }) {
    const fleet = join(scratch, 'start', 'fleet');
    const coord = (...args: readonly string[]) => run(process.execPath, [program, ...args], { cwd: scratch });
    await coord('--dir', fleet, 'init', '--name', 'here');
    const planned = join(scratch, 'start', 'planned');
    await coord('--dir', planned, 'init', '--name', 'here');
    saveSpecs(join(planned, 'coordination', 'specs'));
    for (let syncs = 0; syncs < 3; syncs += 1) await coord('--dir', planned, 'sync');
    const took = await inTurns(quick ? QUICK_TURNS : TURNS, {
      version: { run: () => coord('--version') },
      status: { run: () => coord('--dir', fleet, 'status') },
      sync: { run: () => coord('--dir', fleet, 'sync') },
      planned: { run: () => coord('--dir', planned, 'sync') },
      node: { run: () => run(process.execPath, ['-e', '0']) },
    });
    const files = {
      version: filesLoaded([program, '--version'], join(scratch, 'start', 'version')),
      status: filesLoaded([program, '--dir', fleet, 'status'], join(scratch, 'start', 'status')),
      sync: filesLoaded([program, '--dir', fleet, 'sync'], join(scratch, 'start', 'sync')),
    };
    const rows = (['version', 'status', 'sync'] as const).map((name): Row => {
      const ratio = took[name] / took.node;
      return {
        what: NAMES[name],
        measured: `${times(ratio)} \`node -e 0\` (${ms(took[name])}); ${counted(files[name], 'file')} of code`,
        atMost: `${LIMITS[name]} × \`node -e 0\`; ${counted(FILES_MAX[name], 'file')}`,
        beside: `\`node -e 0\`: ${ms(took.node)}`,
        isOk: ratio <= LIMITS[name] && files[name] <= FILES_MAX[name],
      };
    });
    const ratio = took.planned / took.sync;
    const what = `the same, where there are ${SPECS.documents} specs with ${(SPECS.documents * SPECS.tasks).toLocaleString('en')} tasks`;
    const measured = `${times(ratio)} that without specs (${ms(took.planned)})`;
    const atMost = `${SPECS.atMost} × that without specs`;
    return [...rows, { what, measured, atMost, beside: `without specs: ${ms(took.sync)}`, isOk: ratio <= SPECS.atMost }];
  },
};

function saveSpecs(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const task = (spec: number, at: number) =>
    `- [${at % 3 === 0 ? 'x' : ' '}] Build piece ${at} of part ${spec}\n  - run: make piece-${at}\n  - timeout: 10m\n  - check: make test\n\n  It is to do what is said above.\n`;
  for (let spec = 1; spec <= SPECS.documents; spec += 1) {
    const head = `---\nmvp: Product ${spec % 20}\nowner: Ada\ndefaults:\n  assign: pc\n---\n# Part ${spec}\n\nWhat people want of it.\n\n## Tasks\n\n`;
    writeFileSync(
      join(folder, `part-${spec}.md`),
      head + Array.from({ length: SPECS.tasks }, (_, at) => task(spec, at + 1)).join(''),
    );
  }
}
