// The program as tests have it: built once for each run of them, and what of it they use in their own process.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Context, Run } from '../../src/cli/context.ts';
import { PLAIN } from '../../src/cli/output/paint.ts';
import { isAlive } from './processes.ts';

const project = join(import.meta.dirname, '..', '..');
/** Of this run: scripts/test.mjs names it, else it is called after whoever starts the test files. */
const program = process.env.COORD_E2E_PROGRAM ?? join(project, 'node_modules', '.cache', `coord-e2e-${process.ppid}`);
/** There once a fleet was made. */
export const mainPath = join(program, 'main.js');

/** Beside the program: what is used of it here, and need not be read from its sources by each test file. */
const PARTS = [
  'src/compose.ts',
  'src/operations/machine/join.ts',
  'src/system/policy/policy-file.ts',
  'src/cli/parser.ts',
  'src/cli/output/report.ts',
  'src/system/fleet/find-fleet.ts',
];

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

interface Place {
  readonly name: string;
  readonly folder: string;
  readonly home: string;
  readonly coordHome: string;
}

export const envOf = ({ home, coordHome }: Place): Record<string, string> => {
  return { PATH: process.env.PATH ?? '', HOME: home, COORD_HOME: coordHome, LANG: 'C.UTF-8', COORD_USAGE: '0.1 0.2' };
};

let acting: Promise<unknown> = Promise.resolve();
let acts = 0;

/** One at a time, because HOME is the process's. */
function inHome<T>({ home }: Place, act: () => Promise<T>): Promise<T> {
  acts += 1;
  const mine = acting.then(async () => {
    const own = process.env.HOME;
    process.env.HOME = home;
    try {
      return await act();
    } finally {
      acts -= 1;
      if (own === undefined) delete process.env.HOME;
      else process.env.HOME = own;
    }
  });
  acting = mine.catch(() => {});
  return mine;
}

const composed = () => import(join(program, 'compose.js')) as Promise<typeof import('../../src/compose.ts')>;

/** What `coord init` and `coord allow shell` do (join.test.ts, policy.test.ts), by the program as it was built, in this process. */
export async function init(hub: string, machine: Place): Promise<void> {
  const { name, folder, coordHome } = machine;
  const [{ makeWorld }, { joinFleet }, { changePolicy }] = await Promise.all([
    composed(),
    import(join(program, 'operations/machine/join.js')) as Promise<typeof import('../../src/operations/machine/join.ts')>,
    import(join(program, 'system/policy/policy-file.js')) as Promise<typeof import('../../src/system/policy/policy-file.ts')>,
  ]);
  await inHome(machine, async () => {
    const world = await makeWorld({ env: envOf(machine), cwd: dirname(folder), entry: pathToFileURL(mainPath).href });
    await joinFleet(world, { url: hub, dir: folder, name, tags: null, slots: null, as: null, mayFound: true });
    changePolicy(coordHome, folder, 'allow', 'shell', true);
  });
}

/** What a person types to set something up or to look, and what neither reads standard input nor takes a terminal. */
const HERE = new Set([
  ...['sync', 'status', 'order', 'retry', 'cancel', 'approve', 'answer', 'timeline', 'stats', 'alerts'],
  ...['send', 'inbox', 'sent', 'machines', 'allow', 'deny', 'rename', 'pause', 'resume', 'emergency', 'agent'],
  ...['init', 'join', 'adopt', 'leave', 'doctor', 'workspace', 'artifacts', 'resolve', 'handoffs', 'wait', 'plan'],
  ...['trust', 'sign', 'verify'],
]);

interface DoneHere {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A command by the program as it was built, in this process: a start costs many times what the command does. Words that it does not know are
 * an error here. Null = not such a command, or something else goes on here, and may be what this one has to wait for.
 */
export function runHere(machine: Place, words: readonly string[]): Promise<DoneHere> | null {
  const command = words[0] === '--dir' ? words[2] : words[0];
  if (!HERE.has(command ?? '') || acts > 0) return null;
  return inHome(machine, () => runNow(machine, words));
}

async function runNow(machine: Place, words: readonly string[]): Promise<DoneHere> {
  const [{ makeWorld, openJournal }, { buildParser, parseWords }, { findFleet, findFleetHere }, { errorWords }] =
    await Promise.all([
      composed(),
      import(join(program, 'cli/parser.js')) as Promise<typeof import('../../src/cli/parser.ts')>,
      import(join(program, 'system/fleet/find-fleet.js')) as Promise<typeof import('../../src/system/fleet/find-fleet.ts')>,
      import(join(program, 'cli/output/report.js')) as Promise<typeof import('../../src/cli/output/report.ts')>,
    ]);
  const { folder } = machine;
  // Where a person stands who is about to make it.
  const cwd = existsSync(folder) ? folder : dirname(folder);
  let [stdout, stderr] = ['', ''];
  let chosen: Run = () => Promise.reject(new Error('no command'));
  const parser = buildParser('0.0.0-test', (run) => {
    chosen = run;
  });
  await parseWords(words, parser);
  const { dir, fleet } = parser.opts<{ dir?: string; fleet?: string }>();
  const which = { dir, fleet, env: envOf(machine), cwd };
  const context: Context = {
    fleetWord: fleet,
    isNamed: dir !== undefined || fleet !== undefined,
    fleet: () => findFleet(which).folder,
    fleetHere: () => findFleetHere(which),
    world: () => makeWorld({ env: envOf(machine), cwd, entry: pathToFileURL(mainPath).href }),
    journal: openJournal,
    ...{ dir, mainPath, isTerminal: false, paint: PLAIN, nowMs: Date.now },
    out: (line) => {
      stdout += `${line}\n`;
    },
    note: (line) => {
      stderr += `${line}\n`;
    },
    busy: (_what, work) => work,
  };
  const code = await chosen(context).catch((error: unknown) => {
    const told = errorWords(error, words);
    stderr += told.text;
    return told.code;
  });
  return { code, stdout, stderr };
}
