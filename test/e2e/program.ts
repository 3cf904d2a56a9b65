// The program as tests have it: built once for each run of them, and what of it they use in their own process.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isAlive } from './processes.ts';

const project = join(import.meta.dirname, '..', '..');
/** Of this run: scripts/test.mjs names it, else it is called after whoever starts the test files. */
const program = process.env.COORD_E2E_PROGRAM ?? join(project, 'node_modules', '.cache', `coord-e2e-${process.ppid}`);
/** There once a fleet was made. */
export const mainPath = join(program, 'main.js');

/** Beside the program: what is used of it here, and need not be read from its sources by each test file. */
const PARTS = ['src/compose.ts', 'src/operations/join.ts', 'src/system/policy-file.ts'];

export function buildOnce(): void {
  if (existsSync(mainPath)) return;
  const own = `${program}.${process.pid}`;
  execFileSync(process.execPath, [join(project, 'scripts', 'build.mjs'), own, ...PARTS]);
  try {
    renameSync(own, program);
  } catch {
    // Another test file was quicker.
    rmSync(own, { recursive: true, force: true });
  }
  // Runs are ended without a last word: who comes later clears away what they built.
  for (const name of readdirSync(dirname(program))) {
    const pid = Number(/^coord-e2e-(\d+)(?:-\d+)?(?:\.\d+)?$/.exec(name)?.[1] ?? Number.NaN);
    if (Number.isInteger(pid) && !isAlive(pid)) rmSync(join(dirname(program), name), { recursive: true, force: true });
  }
}

interface Joiner {
  readonly name: string;
  readonly folder: string;
  readonly home: string;
  readonly coordHome: string;
}

let joining: Promise<void> = Promise.resolve();

/** What `coord init` and `coord allow shell` do (join.test.ts, policy.test.ts), by the program as it was built, in this process; one at a time, because HOME is the process's. */
export function init(hub: string, machine: Joiner): Promise<void> {
  const mine = joining.then(() => initNow(hub, machine));
  joining = mine.catch(() => {});
  return mine;
}

async function initNow(hub: string, { name, folder, home, coordHome }: Joiner): Promise<void> {
  const env = { PATH: process.env.PATH ?? '', HOME: home, COORD_HOME: coordHome, LANG: 'C.UTF-8' };
  const [{ makeWorld }, { joinFleet }, { changePolicy }] = await Promise.all([
    import(join(program, 'compose.js')) as Promise<typeof import('../../src/compose.ts')>,
    import(join(program, 'operations', 'join.js')) as Promise<typeof import('../../src/operations/join.ts')>,
    import(join(program, 'system', 'policy-file.js')) as Promise<typeof import('../../src/system/policy-file.ts')>,
  ]);
  const own = process.env.HOME;
  process.env.HOME = home;
  try {
    const world = await makeWorld({ env, cwd: dirname(folder), entry: pathToFileURL(mainPath).href });
    await joinFleet(world, { url: hub, dir: folder, name, tags: null, slots: null, as: null, mayFound: true });
    changePolicy(coordHome, folder, 'allow', 'shell', true);
  } finally {
    if (own === undefined) delete process.env.HOME;
    else process.env.HOME = own;
  }
}
