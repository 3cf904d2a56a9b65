// `coord top` on a real terminal: tmux gives it one that can be read.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasProgram } from '../programs.ts';
import { createFleet, endFleets, type Fleet, mainPath, type TestMachine, until } from './fleet.ts';

const hasTmux = hasProgram('tmux');

let fleet: Fleet;
let mac: TestMachine;
let socket: string;

const tmux = (...args: readonly string[]) =>
  execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { encoding: 'utf8' });
const screen = () => tmux('capture-pane', '-p');
const isShown = (words: string | RegExp) => () => (typeof words === 'string' ? screen().includes(words) : words.test(screen()));

beforeAll(async () => {
  fleet = createFleet();
  const [first] = await fleet.joined('mac');
  if (first === undefined) throw new Error('no machine');
  mac = first;
  socket = join(fleet.root, 'tmux');
  fleet.person().order([
    { id: 'build', assign: 1, run: 'for n in 1 2 3; do echo "part $n of 3"; done; sleep 600' },
    { id: 'deploy', assign: 1, after: ['build'], run: 'true' },
  ]);
  await mac.ok('sync');
});

afterAll(() => {
  if (hasTmux) spawnSync('tmux', ['-S', socket, 'kill-server']);
  endFleets();
});

test('without a terminal it says so, and what does without one', async () => {
  const { code, stderr } = await mac.coord(['top']);
  expect(code).toBe(2);
  expect(stderr).toContain('coord status --watch');
});

/** As a shell is given it; writes down its process. */
function topCommand(pids: string): string {
  const { folder, home, coordHome } = mac;
  const env = ['PATH', 'HOME', 'COORD_HOME', 'LANG', 'CI', 'NO_COLOR'].map((name) => {
    const own: Record<string, string | undefined> = {
      HOME: home,
      COORD_HOME: coordHome,
      LANG: 'C.UTF-8',
      CI: 'true',
      NO_COLOR: '1',
    };
    return `${name}="${own[name] ?? process.env[name] ?? ''}"`;
  });
  return `sh -c 'echo $$ >> ${pids}; exec env -i TERM=$TERM ${env.join(' ')} ${process.execPath} ${mainPath} --dir ${folder} top'`;
}

const onTerminal = `shows the fleet, cancels a run that it was asked to, and gives the terminal back as it was${hasTmux ? '' : ' (not played: no tmux here)'}`;

test.skipIf(!hasTmux)(onTerminal, async () => {
  const pids = join(fleet.root, 'pids');
  const top = topCommand(pids);
  const ended = `echo "ended with $?"; stty -a | grep -o -- '-*icanon'`;
  const shell = `echo before; ${[top, ended, top, ended, top, ended].join('; ')}; sleep 600`;
  const started = () => (existsSync(pids) ? readFileSync(pids, 'utf8').trim().split('\n') : []);
  execFileSync('tmux', ['-u', '-S', socket, '-f', '/dev/null', 'new-session', '-d', '-x', '80', '-y', '24', shell], {
    env: { ...process.env, LANG: 'C.UTF-8' },
  });
  await until('the run is shown with its last line', isShown(/build +● RUNNING +1 mac .*“part 3 of 3”/));
  expect(screen()).toMatch(/deploy +▲ BLOCKED .*waits for build/);
  expect(screen()).not.toContain('before');
  expect(tmux('capture-pane', '-p', '-e')).not.toMatch(/\u001b\[3\d?m/);

  tmux('resize-window', '-x', '130', '-y', '30');
  await until('machines stand beside runs', isShown(/Machines 1 ─.*│.*Runs 1/));

  tmux('send-keys', 'Tab', 'c');
  await until('it asks first', isShown('Cancel build, which is IN PROGRESS on 1 mac?'));
  tmux('send-keys', 'y');
  await until('it says what came of it', isShown('cancelled build: it was stopped here'));
  expect(JSON.parse(fleet.board('ORDERS.json')).orders[0]).toMatchObject({ id: 'build', cancelled: true });
  await until('the view has followed', isShown(/build +− CANCELLED/));

  const isThere = (nth: number) => () => started().length === nth && isShown('▸ Machines')();
  tmux('send-keys', 'q');
  await until('the next one is there', isThere(2));
  tmux('send-keys', 'C-c');
  await until('and the last one', isThere(3));
  process.kill(Number(started()[2]), 'SIGTERM');
  await until('the terminal is as it was', isShown(/before\n(ended with 0\nicanon\n){3}/));
  expect(screen()).not.toContain('q quit');
});

test.skipIf(!hasTmux)('Ctrl-Z gives the terminal to the shell, fg takes it back, and a terminal that goes ends it', async () => {
  const pids = join(fleet.root, 'pids-of-jobs');
  writeFileSync(join(fleet.root, 'top.sh'), topCommand(pids));
  execFileSync('tmux', ['-u', '-S', socket, '-f', '/dev/null', 'new-session', '-d', '-s', 'jobs', 'env PS1="ready> " sh -i']);
  const inJobs = (...keys: readonly string[]) => tmux('send-keys', '-t', 'jobs', ...keys);
  const shows = (words: RegExp) => () => words.test(tmux('capture-pane', '-p', '-t', 'jobs'));
  await until('the shell is there', shows(/ready>/));
  inJobs(`. ${join(fleet.root, 'top.sh')}`, 'Enter');
  await until('it is drawn', shows(/▸ Machines/));
  inJobs('C-z');
  await until('the shell is back', shows(/ready> \. (?!.*Machines).*Stopped/s));
  inJobs('stty -a | grep -o -- "-*icanon"; fg', 'Enter');
  await until('it is drawn again', shows(/▸ Machines/));
  inJobs('C-c');
  await until('the terminal was as it was meanwhile', shows(/^icanon$/m));
  inJobs(`. ${join(fleet.root, 'top.sh')}`, 'Enter');
  await until('the next one is drawn', shows(/▸ Machines/));
  const last = Number(readFileSync(pids, 'utf8').trim().split('\n').at(-1));
  tmux('kill-session', '-t', 'jobs');
  await until('it has ended', () => !isAlive(last));
});

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('no other command loads the screen', () => {
  const program = dirname(mainPath);
  const staticImports = (path: string) =>
    [...readFileSync(join(program, path), 'utf8').matchAll(/^(?:import|export) ?[^'";(]*?['"](\.[^'"]+)['"]/gm)].map(
      ([, target]) => posix.join(posix.dirname(path), target ?? ''),
    );
  const loads = (path: string, seen = new Set<string>()): ReadonlySet<string> => {
    if (seen.has(path)) return seen;
    seen.add(path);
    for (const target of staticImports(path)) loads(target, seen);
    return seen;
  };
  const chunks = readdirSync(join(program, 'chunks')).filter((name) => name.endsWith('.js'));
  const loading = ['main.js', 'quick.js', 'watchdog.js', ...chunks.map((name) => `chunks/${name}`)].filter((path) => {
    const all = loads(path);
    return all.has('top.js');
  });
  expect(loading).toEqual([]);
});
