// examples/container: the script that a container starts, as three machines on one hub, each with a data folder of its own.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createFleet, endFleets, mainPath, until } from './fleet.ts';

const root = mkdtempSync(join(tmpdir(), 'coord-container-'));
const example = join(import.meta.dirname, '..', '..', 'examples', 'container');
const hub = join(root, 'fleet.git');
const running = new Set<ReturnType<typeof spawn>>();
afterAll(() => {
  for (const machine of running) machine.kill('SIGKILL');
  endFleets();
  rmSync(root, { recursive: true, force: true, maxRetries: 20 });
});

/** As the container sees it: its own data, and coord on PATH. */
function envOf(name: string): NodeJS.ProcessEnv {
  const data = join(root, name);
  mkdirSync(data, { recursive: true });
  const env = { PATH: `${join(root, 'bin')}:${process.env.PATH}`, HOME: data, DATA: data, COORD_HOME: join(data, 'coord') };
  return { ...env, FLEET_URL: hub, MACHINE_NAME: name, MACHINE_ALLOW: 'shell' };
}

function start(name: string) {
  const log = openSync(join(root, `${name}.log`), 'a');
  const machine = spawn(join(example, 'machine.sh'), { env: envOf(name), stdio: ['ignore', log, log] });
  closeSync(log);
  running.add(machine);
  const ended = once(machine, 'exit').then(() => running.delete(machine));
  return { stop: () => machine.kill('SIGTERM') && ended, hasEnded: () => !running.has(machine) };
}
/** What the containers said, for a test that fails. */
const said = (): string =>
  ['one', 'two', 'three'].map((name) => `${name}:\n${readFileSync(join(root, `${name}.log`), 'utf8')}`).join('\n');

const coord = (name: string, ...args: readonly string[]): string =>
  execFileSync(process.execPath, [mainPath, ...args], { cwd: join(root, name, 'fleet'), env: envOf(name), encoding: 'utf8' });
/** As the last cycle of machine one left it. Null = there is none yet. */
function status(): { readonly orders: Record<string, { readonly machines: Record<string, { readonly state: string }> }> } | null {
  const path = join(root, 'one', 'fleet', 'coordination', 'STATUS.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}
/** As its daemon says it: null = it runs none that has synced. */
function nextLook(name: string): string | null {
  const path = join(root, name, 'fleet', '.coord', 'daemon.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).nextLook : null;
}

test('I1 a container that nobody named leaves its name to coord, which knows what a name can be', () => {
  const bin = join(root, 'told');
  mkdirSync(bin);
  writeFileSync(join(bin, 'coord'), '#!/bin/sh\nfor word; do printf "[%s]" "$word"; done; echo; mkdir -p "$DATA/fleet"\n', {
    mode: 0o755,
  });
  const told = (name: string, more: NodeJS.ProcessEnv) => {
    const env = { ...envOf(name), PATH: `${bin}:${process.env.PATH}`, ...more };
    return execFileSync(join(example, 'machine.sh'), { env, encoding: 'utf8' }).split('\n')[0];
  };
  const init = (name: string) => `[init][${hub}][${join(root, name, 'fleet')}]`;
  expect(told('unnamed', { MACHINE_NAME: undefined })).toBe(init('unnamed'));
  expect(told('named', { MACHINE_NAME: 'my pc', MACHINE_TAGS: 'gpu' })).toBe(`${init('named')}[--name][my pc][--tags][gpu]`);
});

test('I1, I3 three containers on one hub are three machines; one that starts again is the same one', async () => {
  // It makes the program.
  createFleet();
  mkdirSync(join(root, 'bin'));
  writeFileSync(join(root, 'bin', 'coord'), `#!/bin/sh\nexec ${process.execPath} ${mainPath} "$@"\n`);
  chmodSync(join(root, 'bin', 'coord'), 0o755);
  execFileSync('git', ['init', '--quiet', '--bare', hub]);
  const names = ['one', 'two', 'three'];
  const machines = names.map(start);
  const all = () => {
    if (machines.some(({ hasEnded }) => hasEnded())) throw new Error(`a machine has ended\n${said()}`);
    return names.every((name) => nextLook(name) !== null);
  };
  await until('three have joined, and sync', all, 60_000).catch((error) => {
    throw new Error(`${error.message}\n${said()}`);
  });
  coord('one', 'order', 'add', 'hello', '--for', 'all', '--', 'echo hello');
  // They look once a minute by themselves.
  for (const name of names.slice(1)) coord(name, 'sync');
  const states = () => Object.values(status()?.orders.hello?.machines ?? {}).map(({ state }) => state);
  await until('all have run it', () => states().filter((state) => state === 'COMPLETED').length === 3, 90_000);
  await machines[1]?.stop();
  expect(nextLook('two')).toBeNull();
  machines[1] = start('two');
  await until('it syncs again', all, 60_000);
  expect(
    coord('two', 'machines')
      .split('\n')
      .filter((line) => names.some((name) => line.includes(name))),
  ).toHaveLength(3);
  for (const machine of machines) await machine.stop();
});

test('the Dockerfile copies what is there; the machines of compose set what is read, and keep data', () => {
  const [docker, script, compose] = ['Dockerfile', 'machine.sh', 'compose.yaml'].map((name) =>
    readFileSync(join(example, name), 'utf8'),
  ) as [string, string, string];
  const copied = [...docker.matchAll(/^COPY (\S+) (\S+)$/gm)].map(([, from, to]) => [from, to]);
  expect(copied).toEqual([
    ['git-coord-*.tgz', '/tmp/'],
    ['machine.sh', '/usr/local/bin/coord-machine'],
  ]);
  expect(docker).toContain('ENTRYPOINT ["tini", "--", "coord-machine"]');
  const read = new Set([...script.matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
  type Service = { readonly environment?: Record<string, string>; readonly volumes: readonly string[] };
  const { services } = parse(compose, { merge: true }) as { services: Record<string, Service> };
  const machines = Object.entries(services).filter(([, { environment }]) => environment !== undefined);
  expect(machines.map(([name]) => name)).toEqual(['one', 'two', 'three']);
  for (const [name, { environment = {}, volumes }] of machines) {
    expect(Object.keys(environment).filter((variable) => !read.has(variable))).toEqual([]);
    expect(environment.MACHINE_NAME).toBe(name);
    expect(volumes).toContain(`${name}:/data`);
  }
});
