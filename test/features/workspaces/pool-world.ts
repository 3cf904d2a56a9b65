// A pool on a real disk, repos that real git serves from it, and runs as a watchdog would have them: a process that owns the workspace,
// a phase before the run's command, one after it, and one after its check.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { CALL } from '../../../src/core/model/orders/call.ts';
import {
  WORKSPACE_PLACE,
  WORKSPACE_REPORT,
  WORKSPACE_WATCHDOG,
  type WorkspacePhase,
  type WorkspacePlace,
  type WorkspaceReport,
  type WorkspaceRequest,
} from '../../../src/core/model/orders/workspace.ts';
import { runPhase } from '../../../src/features/workspaces/adapters/run-phase.ts';

export interface Run {
  readonly key: string;
  readonly place: WorkspacePlace;
  /** As the run would: in its folder, with plain git. */
  git(...args: readonly string[]): string;
  write(path: string, text: string): void;
  read(path: string): string | null;
  phase(word: WorkspacePhase): Promise<WorkspaceReport>;
  /** Keeps and pushes; the reports of both. */
  ends(): Promise<WorkspaceReport>;
  /** As a watchdog ends. */
  dies(): Promise<void>;
}

export interface PoolWorld {
  readonly root: string;
  readonly pool: string;
  readonly fleet: string;
  readonly home: string;
  /** Environment of the machine's owner. */
  readonly person: Readonly<Record<string, string>>;
  /** A bare repo with one commit, or none. */
  repo(name: string, files?: Readonly<Record<string, string>>): string;
  /** Git of a person, anywhere. */
  git(folder: string, ...args: readonly string[]): string;
  /** The first phase; the run, or what it failed of. */
  begin(order: string, request: Partial<WorkspaceRequest>, session?: string): Promise<Run | WorkspaceReport>;
  run(order: string, request: Partial<WorkspaceRequest>, session?: string): Promise<Run>;
  said(): string;
  end(): Promise<void>;
}

export function createPoolWorld(below = tmpdir()): PoolWorld {
  const root = realpathSync(mkdtempSync(join(below, 'coord-pool-')));
  const at = (name: string) => join(root, name);
  const [pool, fleet, home] = [at('coord/workspaces'), at('fleet'), at('coord')];
  for (const folder of [home, at('home'), join(fleet, 'coordination'), join(fleet, '.coord')])
    mkdirSync(folder, { recursive: true });
  const person = { PATH: process.env.PATH ?? '', HOME: at('home'), GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
  writeFileSync(
    join(at('home'), '.gitconfig'),
    '[user]\n\tname = A person\n\temail = p@example.com\n[init]\n\tdefaultBranch = main\n',
  );
  const git = (folder: string, ...args: readonly string[]) =>
    execFileSync('git', args, { cwd: folder, env: person, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  const watchdogs: ChildProcess[] = [];
  let runs = 0;
  let said = '';
  const out = new Writable({
    write(chunk, _encoding, done) {
      said += String(chunk);
      done();
    },
  });
  const world: PoolWorld = {
    ...{ root, pool, fleet, home, person, git },
    said: () => said,
    repo(name, files = { 'README.md': 'one\n' }) {
      const path = at(name);
      git(root, 'init', '--quiet', '--bare', path);
      if (Object.keys(files).length === 0) return path;
      const clone = at(`${name}-clone`);
      git(root, 'clone', '--quiet', path, clone);
      for (const [file, text] of Object.entries(files)) put(join(clone, file), text);
      git(clone, 'add', '-A');
      git(clone, 'commit', '--quiet', '-m', 'first');
      git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
      return path;
    },
    async begin(order, asked, session) {
      const folder = at(`run-${++runs}`);
      mkdirSync(folder);
      const watchdog = spawn('sleep', ['600'], { stdio: 'ignore' });
      watchdogs.push(watchdog);
      const request: WorkspaceRequest = {
        ...{
          repo: asked.url ?? '',
          branch: 'main',
          url: '',
          result: `coord/${order}-1`,
          within: '',
          expectsChanges: false,
          pool,
        },
        ...{
          limits: { max: 8, diskBytes: 1024 ** 3 },
          title: null,
          machine: { number: 1, name: 'pc' },
          agent: null,
          goesOn: false,
        },
        ...{ fleet, home, person, command: ['node'] },
        ...asked,
      };
      // By its key, what a run left is ended: no other world on this computer may have it.
      const key = `${basename(root)}-${order}-${runs}`;
      const spec = { key, order, generation: 1, attempt: 1, workspace: request };
      writeFileSync(join(folder, 'spec.json'), JSON.stringify(spec));
      writeFileSync(join(folder, 'outputs'), session === undefined ? '' : `session=${session}\n`);
      let place: WorkspacePlace | null = null;
      const phase = async (word: WorkspacePhase): Promise<WorkspaceReport> => {
        const report = join(folder, 'workspace.json');
        const about = place === null ? {} : { [WORKSPACE_PLACE]: JSON.stringify(place) };
        const env = { [CALL]: join(folder, 'spec.json'), [WORKSPACE_REPORT]: report, ...about };
        await runPhase(word, { ...env, [WORKSPACE_WATCHDOG]: String(watchdog.pid) }, out);
        const told = JSON.parse(readFileSync(report, 'utf8')) as WorkspaceReport;
        place = told.place ?? place;
        return told;
      };
      const dies = () => ended(watchdog);
      const made = await phase('prepare');
      if (made.place === null) {
        await dies();
        return made;
      }
      const at2 = made.place.root;
      return {
        key,
        place: made.place,
        git: (...args) => git(at2, ...args),
        write: (path, text) => put(join(at2, path), text),
        read: (path) => (existsSync(join(at2, path)) ? readFileSync(join(at2, path), 'utf8') : null),
        phase,
        async ends() {
          const kept = await phase('keep');
          const last = kept.problem !== null || kept.place?.commit === null ? kept : await phase('push');
          await dies();
          return last === kept ? kept : { ...last, notes: [...kept.notes, ...last.notes] };
        },
        dies,
      };
    },
    async run(order, request, session) {
      const run = await world.begin(order, request, session);
      if ('problem' in run) throw new Error(run.problem ?? 'no place');
      return run;
    },
    async end() {
      await Promise.all(watchdogs.map(ended));
      execFileSync('chmod', ['-R', 'u+rwX', root]);
      rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    },
  };
  return world;
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
