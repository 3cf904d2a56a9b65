// A fleet for tests, of nothing but real parts: a bare hub, machines with a folder and homes of their own, people with plain git,
// and the program itself, built once for each run of the tests. Everything lies in one temporary folder, which `endFleets` removes.
import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { stampedProcesses } from '../../src/system/process/process-table.ts';
import { editMain, type Files, hasHooks } from './hub-edit.ts';
import { isNew, keepJoined, takeJoined } from './just-joined.ts';
import { buildOnce, envOf, init, mainPath, runHere } from './program.ts';

export { isAlive, until } from './processes.ts';
export { mainPath };

export interface Done {
  /** Null = ended by a signal. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

export interface Going {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  /** What it wrote to standard output so far. */
  said(): string;
  /** To standard error. */
  noted(): string;
  readonly done: Promise<Done>;
}

interface CallOptions {
  /** Standard input; without it there is none. */
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface TestMachine {
  readonly name: string;
  /** The fleet folder. */
  readonly folder: string;
  /** HOME, where runs work. */
  readonly home: string;
  readonly coordHome: string;
  /** Runs the program to its end. */
  coord(args: readonly string[], options?: CallOptions): Promise<Done>;
  /** The same in the test's own process, where that is free and `program.ts` lists the command. */
  here(args: readonly string[]): Promise<Pick<Done, 'code' | 'stdout' | 'stderr'>>;
  /** The same, with exit code 0 expected; returns standard output. */
  ok(...args: readonly string[]): Promise<string>;
  start(args: readonly string[], options?: CallOptions): Going;
  /** The JSON that a command with `--json` prints. */
  json<T = Status>(...args: readonly string[]): Promise<T>;
  /** A file in HOME; empty when it is not there. */
  read(path: string): string;
  /** Lines in a file of HOME. */
  count(path: string): number;
  /** Keys of the runs that have a folder here. */
  runs(): string[];
  /** Processes of its runs that live. */
  processes(): number[];
}

export interface Person {
  readonly clone: string;
  git(...args: readonly string[]): string;
  /** Puts files on main, as a person would: pull, change, commit, push. Null = delete. */
  push(files: Files): void;
  /** Pushes a new ORDERS.json; orders, or its text. */
  order(orders: readonly object[] | string): void;
}

/** What tests look at in STATUS.json and in `coord status --json`. */
export interface Status {
  readonly summary: Record<string, number>;
  readonly machines: Record<string, { name: string; state: string; runs: string[] }>;
  readonly orders: Record<string, OrderStatus>;
  readonly needsYou: readonly { order?: string; document?: string; why: string }[];
  readonly faults: readonly { document: string; line?: number; message: string }[];
  readonly self: { machine: number; name: string; allows: string[]; remote: string };
  readonly sync: {
    unsyncedSince: string | null;
    pendingEdits: unknown[];
    boardRefused: { since: string; detail: string } | null;
    duplicate: string | null;
  };
}

export interface OrderStatus {
  readonly state: string;
  readonly reason?: string;
  readonly machine?: number;
  readonly attempt?: number;
  readonly generation?: number;
  readonly exitCode?: number | null;
  readonly tail?: string;
  readonly outputs?: Record<string, string>;
  readonly machines?: Record<string, OrderStatus>;
}

export interface Fleet {
  readonly root: string;
  readonly hub: string;
  machine(name: string): TestMachine;
  /** Machines that have joined in this order and may run shell orders. */
  joined(...names: readonly string[]): Promise<TestMachine[]>;
  /** The same, in a fleet whose heartbeat no test outlasts: however slow this computer is, no beat makes a push and nobody is lost. */
  calm(...names: readonly string[]): Promise<TestMachine[]>;
  person(name?: string): Person;
  /** Git in the hub. */
  git(...args: readonly string[]): string;
  /** A file as main has it on the hub. */
  board(path: string, branch?: string): string;
  status(branch?: string): Status;
  /** A hook of the hub; null removes it. */
  hook(name: 'update' | 'pre-receive', script: string | null): void;
  /** Takes the hub off the network, or brings it back. */
  away(isDeclaredLost: boolean): void;
}

const open: { root: string; machines: TestMachine[] }[] = [];

/** For `afterEach` or `afterAll`: ends what a test left running, and removes its files. */
export function endFleets(): void {
  for (const { root, machines } of open.splice(0)) {
    for (const machine of machines) for (const pid of machine.processes()) killQuietly(pid);
    removed(root);
  }
}

/** A watchdog whose command was just ended still writes what became of it, beside the files that are being removed. */
export function removed(root: string): void {
  for (let tries = 1; ; tries += 1) {
    try {
      rmSync(root, { recursive: true, force: true, maxRetries: 3, retryDelay: 20 });
      return;
    } catch (error) {
      if (tries === 20) throw error;
    }
  }
}

/** A new empty hub and nobody in the fleet yet. */
export function createFleet(): Fleet {
  buildOnce();
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'coord-e2e-')));
  const hub = join(root, 'hub', 'fleet.git');
  const machines = new Map<string, TestMachine>();
  const people = new Map<string, Person>();
  const opened = { root, machines: [] as TestMachine[] };
  open.push(opened);
  runGit(root, root, ['init', '--quiet', '--bare', '--template=', '--initial-branch=main', hub]);
  // A process less at each push.
  appendFileSync(join(hub, 'config'), '[receive]\n\tautogc = false\n');
  const config = readFileSync(join(hub, 'config'), 'utf8');
  const git = (...args: readonly string[]) => runGit(root, root, ['--git-dir', hub, ...args]);
  const fleet: Fleet = {
    root,
    hub,
    git,
    machine(name) {
      const known = machines.get(name);
      if (known !== undefined) return known;
      const machine = createMachine(root, name);
      machines.set(name, machine);
      opened.machines.push(machine);
      return machine;
    },
    async joined(...names) {
      // What people have made here before is not of every fleet: it would be copied with it.
      const wasNew = people.size === 0 && isNew(root, hub, config);
      const all = names.map(fleet.machine);
      if (wasNew && takeJoined(root, names)) return all;
      const joinedMs = Date.now();
      for (const machine of all) await init(hub, machine);
      if (wasNew) keepJoined(root, names, joinedMs);
      return all;
    },
    async calm(...names) {
      const all = await fleet.joined(...names);
      fleet.person().push({ 'coordination/fleet.yaml': 'heartbeat: 1h\n' });
      return all;
    },
    person(name = 'person') {
      const known = people.get(name);
      if (known !== undefined) return known;
      const person = createPerson(root, hub, name);
      people.set(name, person);
      return person;
    },
    board: (path, branch = 'main') => git('show', `refs/heads/${branch}:coordination/${path}`),
    status: (branch) => JSON.parse(fleet.board('STATUS.json', branch)) as Status,
    hook(name, script) {
      const path = join(hub, 'hooks', name);
      mkdirSync(dirname(path), { recursive: true });
      if (script === null) return rmSync(path, { force: true });
      writeFileSync(path, `#!/bin/sh\n${script}\n`);
      chmodSync(path, 0o755);
    },
    away: (isDeclaredLost) => (isDeclaredLost ? renameSync(hub, `${hub}.away`) : renameSync(`${hub}.away`, hub)),
  };
  return fleet;
}

function createMachine(root: string, name: string): TestMachine {
  const at = join(root, name);
  const [folder, home, coordHome] = [join(at, 'fleet'), join(at, 'home'), join(at, 'coord')];
  mkdirSync(home, { recursive: true });
  const runs = () => (existsSync(join(folder, '.coord', 'runs')) ? readdirSync(join(folder, '.coord', 'runs')) : []);
  const machine: TestMachine = {
    name,
    folder,
    home,
    coordHome,
    start(args, { env = {}, cwd, input } = {}) {
      return start(
        process.execPath,
        [mainPath, ...args],
        { ...envOf(machine), ...env },
        cwd ?? (existsSync(folder) ? folder : at),
        input,
      );
    },
    coord: (args, options) => machine.start(args, options).done,
    here: (args) => runHere(machine, args) ?? machine.coord(args),
    async ok(...args) {
      const done = await machine.here(args);
      expect(done.code, `${name}: coord ${args.join(' ')}\n${done.stdout}${done.stderr}`).toBe(0);
      return done.stdout;
    },
    json: async <T>(...args: readonly string[]) => JSON.parse(await machine.ok(...args, '--json')) as T,
    read(path) {
      const file = join(home, path);
      return existsSync(file) ? readFileSync(file, 'utf8') : '';
    },
    count: (path) => machine.read(path).split('\n').length - 1,
    runs,
    processes: () => runs().flatMap((key) => stampedProcesses(key)),
  };
  return machine;
}

function createPerson(root: string, hub: string, name: string): Person {
  const home = join(root, `${name}-home`);
  mkdirSync(home, { recursive: true });
  let cloned = false;
  const clone = () => {
    const path = join(root, name);
    if (!cloned) runGit(home, root, ['clone', '--quiet', hub, path]);
    cloned = true;
    return path;
  };
  const git = (...args: readonly string[]) => runGit(home, clone(), args);
  // A clone that a test looks at goes along; otherwise there is none.
  const edit = (files: Files) => (cloned || hasHooks(hub) ? pushFrom(clone(), git, files) : editMain(hub, files, gitEnv(home)));
  const person: Person = {
    get clone() {
      return clone();
    },
    git,
    push(files) {
      for (let tries = 1; ; tries += 1) {
        try {
          return edit(files);
        } catch (error) {
          // A machine was quicker.
          if (tries === 10) throw error;
        }
      }
    },
    order: (orders) =>
      person.push({
        'coordination/ORDERS.json': typeof orders === 'string' ? orders : `${JSON.stringify({ version: 1, orders }, null, 2)}\n`,
      }),
  };
  return person;
}

function pushFrom(clone: string, git: Person['git'], files: Files): void {
  git('fetch', '--quiet');
  if (git('for-each-ref', 'refs/remotes/origin/main') !== '') git('reset', '--quiet', '--hard', 'origin/main');
  for (const [path, file] of Object.entries(files)) put(join(clone, path), file);
  git('add', '--all');
  git('commit', '--quiet', '--message', 'An edit');
  git('push', '--quiet', 'origin', 'HEAD:main');
}

function put(path: string, file: Files[string] | undefined): void {
  rmSync(path, { recursive: true, force: true });
  if (file === null || file === undefined) return;
  mkdirSync(dirname(path), { recursive: true });
  if (typeof file === 'string') writeFileSync(path, file);
  else if (file.mode === 'symlink') symlinkSync(file.text, path);
  else writeFileSync(path, file.text, { mode: 0o755 });
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone meanwhile.
  }
}

function start(
  command: string,
  args: readonly string[],
  env: Record<string, string>,
  cwd: string,
  input?: string | Uint8Array,
): Going {
  const startedMs = performance.now();
  const child = spawn(command, args, { cwd, env, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
  child.stdin?.end(input);
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const done = new Promise<Done>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr, ms: performance.now() - startedMs }));
  });
  return { pid: child.pid ?? 0, kill: (signal) => void child.kill(signal), said: () => stdout, noted: () => stderr, done };
}

function gitEnv(home: string): Record<string, string> {
  const who = { GIT_AUTHOR_NAME: 'A person', GIT_AUTHOR_EMAIL: 'p@example.com', GIT_COMMITTER_NAME: 'A person' };
  const alone = { LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
  return { PATH: process.env.PATH ?? '', HOME: home, ...alone, ...who, GIT_COMMITTER_EMAIL: 'p@example.com' };
}

function runGit(home: string, cwd: string, args: readonly string[]): string {
  return execFileSync('git', args, {
    cwd,
    env: gitEnv(home),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
  }).trimEnd();
}
