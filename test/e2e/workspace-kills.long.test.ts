// O16: workspaces under kill -9, of the whole run at any moment of its phases, with other runs on the same repo beside it. Few kills with
// `npm test`, many with `npm run workspace-kills`.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { WorkspacePlace, WorkspaceReport } from '../../src/core/model/orders/workspace.ts';
import { readIfThere } from '../../src/system/files/read-if-there.ts';
import { createFleet, endFleets, mainPath } from './fleet.ts';

const KILLS = Number(process.env.WORKSPACE_KILLS ?? 3);
const LANES = 3;
const root = realpathSync(mkdtempSync(join(tmpdir(), 'coord-kills-')));
const env = { PATH: process.env.PATH ?? '', HOME: root, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
/** Nobody else's on this computer, as coord's are: whoever gets the workspace of a dead run ends all that has its key. */
const keyOf = (order: string) => `${basename(root)}-${order}`;
const hub = join(root, 'app.git');
const git = (...args: string[]) => execFileSync('git', args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

afterAll(() => {
  endFleets();
  rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

/** Some megabytes, so that there is a fetch and a checkout to be killed in. */
function makeRepo(): void {
  git('init', '--quiet', '--bare', '--initial-branch=main', hub);
  let seed = 1;
  const word = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed.toString(36);
  };
  const files = Array.from({ length: 1_000 }, (_, at) => {
    const text = Array.from({ length: 300 }, word).join('\n');
    return `M 100644 inline d${at % 30}/f${at}\ndata ${text.length}\n${text}\n`;
  });
  const input = `commit refs/heads/main\ncommitter A <a@example.com> 1700000000 +0000\ndata 1\nx\n${files.join('')}\n`;
  execFileSync('git', ['--git-dir', hub, 'fast-import', '--quiet'], { input, env });
}

/** What owns the workspace, and runs the phases that it reads the names of. */
function watchdogOf(folder: string, order: string) {
  const word = `while read -r phase place; do COORD_WORKSPACE_PLACE="$place"; [ -n "$place" ] && export COORD_WORKSPACE_PLACE; "$@" "$phase" 2>&1; echo phase-over; done`;
  const own = {
    COORD_CALL: join(folder, 'spec.json'),
    COORD_WORKSPACE_REPORT: join(folder, 'workspace.json'),
    COORD_RUN_KEY: keyOf(order),
  };
  const child = spawn('/bin/sh', ['-c', word, 'sh', process.execPath, mainPath, '__workspace'], {
    ...{ env: { ...env, ...own }, detached: true },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let said = '';
  let over = () => {};
  child.stdin.on('error', () => {});
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (/^phase-over$/m.test(said)) over();
  });
  child.once('exit', () => over());
  return {
    end: () => child.stdin.end(),
    async phase(name: string, place: WorkspacePlace | null, killAfterMs: number | null): Promise<WorkspaceReport | string> {
      said = '';
      rmSync(join(folder, 'workspace.json'), { force: true });
      const done = new Promise<void>((resolve) => {
        over = resolve;
      });
      child.stdin.write(`${name} ${place === null ? '' : JSON.stringify(place)}\n`);
      const kill = () => child.exitCode === null && child.signalCode === null && process.kill(-(child.pid ?? 0), 'SIGKILL');
      const timer = killAfterMs === null ? undefined : setTimeout(kill, killAfterMs);
      // It may have gone between two phases.
      if (child.exitCode !== null || child.signalCode !== null) over();
      await done;
      clearTimeout(timer);
      const report = readIfThere(join(folder, 'workspace.json'));
      return report === null ? said : (JSON.parse(report) as WorkspaceReport);
    },
  };
}

function specOf(order: string): object {
  const workspace = {
    ...{ repo: hub, url: `file://${hub}`, branch: 'main', result: `coord/${order}-1`, within: '', expectsChanges: false },
    ...{ pool: join(root, 'pool'), limits: { max: LANES, diskBytes: 1024 ** 4 }, title: null, agent: null, goesOn: false },
    ...{ machine: { number: 1, name: 'pc' }, fleet: root, home: root, person: env, command: ['node'] },
  };
  return { key: keyOf(order), order, generation: 1, attempt: 1, workspace };
}

test(`O16 killed at ${KILLS} moments: who is not killed has a clean workspace, and pushes its change only`, async () => {
  // Builds the program.
  createFleet();
  makeRepo();
  let kills = 0;
  let runs = 0;
  let landed = 0;
  const play = async (isKilled: boolean) => {
    const order = `o${++runs}`;
    const folder = join(root, order);
    mkdirSync(folder);
    writeFileSync(join(folder, 'spec.json'), JSON.stringify(specOf(order)));
    const watchdog = watchdogOf(folder, order);
    const fatal = Math.floor(Math.random() * 3);
    let place: WorkspacePlace | null = null;
    for (const [at, name] of ['prepare', 'keep', 'push'].entries()) {
      const report: WorkspaceReport | string = await watchdog.phase(
        name,
        place,
        isKilled && at === fatal ? Math.random() * 600 : null,
      );
      if (typeof report === 'string') {
        expect(isKilled, `${order} ${name}: ${report}`).toBe(true);
        break;
      }
      expect(report.problem).toBe(null);
      place = report.place ?? place;
      if (name === 'prepare' && place !== null) {
        expect(git('-C', place.root, 'status', '--porcelain', '--ignored')).toBe('');
        mkdirSync(join(place.root, order));
        for (const path of [`${order}/new`, 'd1/f1']) writeFileSync(join(place.root, path), order);
      }
      if (name !== 'push') continue;
      landed += 1;
      expect(git('--git-dir', hub, 'diff', '--name-only', 'main', `coord/${order}-1`).split('\n')).toEqual([
        'd1/f1',
        `${order}/new`,
      ]);
    }
    watchdog.end();
  };
  const lane = async () => {
    while (kills < KILLS) {
      kills += 1;
      await play(true);
      if (Math.random() < 0.5) await play(false);
    }
    await play(false);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  expect(landed).toBeGreaterThanOrEqual(LANES);
  const [repo = ''] = readdirSync(join(root, 'pool')).filter((name) => name.startsWith('app-'));
  expect(git('--git-dir', join(root, 'pool', repo, 'mirror.git'), 'fsck', '--no-dangling', '--no-progress')).toBe('');
  expect(JSON.parse(readFileSync(join(root, 'pool', repo, 'repo.json'), 'utf8'))).toMatchObject({ repo: `file://${hub}` });
}, 1_800_000);
