// `coord instance start` and `stop` beside a supervisor: what they wait for, and what they do not.
import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { Hono } from 'hono';
import { afterAll, expect, test } from 'vitest';
import { parseInstances } from '../../../src/features/services/documents/instances.ts';
import { desiredState, startMsUpTo } from '../../../src/features/services/operations/desired-state.ts';
import { servicesApi } from '../../../src/features/services/server/instance-routes.ts';
import type { World } from '../../../src/operations/sync/dependencies.ts';
import type { Api, ApiDeps } from '../../../src/server/api.ts';
import { readServices, readServicesFile, writeServices } from '../../../src/system/fleet/local-services.ts';
import { bootId, identityOf } from '../../../src/system/process/process-identity.ts';
import { isAlive } from '../../e2e/fleet.ts';
import { endSupervised, freePorts, type Supervised, supervised, until } from './supervised.ts';

afterAll(endSupervised);

const world = { random: { uuid: randomUUID } } as unknown as World;
/** This process stands for the daemon. */
const isDaemon = ({ folder }: Supervised) =>
  writeFileSync(
    folder.daemon,
    JSON.stringify({ pid: process.pid, identity: identityOf(process.pid), boot: bootId(), version: '1', since: '' }),
  );
/** It hears what is wished, also where a change is told of late. */
const wished = (it: Supervised, verb: 'start' | 'stop', ...names: string[]) => {
  const done = desiredState(world, it.folder, verb, names);
  process.emit('SIGHUP');
  return done;
};

test.concurrent('L2 to stop all waits for no entry that is wrong and never ran', async () => {
  const it = supervised();
  isDaemon(it);
  it.save('instances:\n  first: { command: exec sleep 1001 }\n  bad: { comand: x }\n');
  await it.begin();
  await until('it runs', () => it.of('first')?.state === 'ONLINE');
  const { pid } = it.of('first') ?? {};
  const begunMs = performance.now();
  expect(await wished(it, 'stop')).toMatchObject([
    { name: 'first', status: { state: 'OFFLINE', detail: 'stopped by a person' }, isDone: true },
    { name: 'bad', status: null, isDone: true },
  ]);
  expect(isAlive(pid ?? 0)).toBe(false);
  expect(performance.now() - begunMs).toBeLessThan(10_000);
  // Also when it is mended.
  it.save('instances:\n  first: { command: exec sleep 1001 }\n  bad: { command: exec sleep 1002 }\n');
  await until('it is taken', () => it.of('bad')?.detail === 'stopped by a person');
});

test.concurrent('L4 one that ends with 0, as its policy lets it, has been started', async () => {
  const it = supervised();
  isDaemon(it);
  it.save('instances:\n  task: { command: "echo done", restart: on-failure }\n  fails: { command: "exit 3", restart: never }\n');
  await it.begin();
  await until('both have ended', () => it.of('fails')?.state === 'CRASHED' && it.of('task')?.state === 'OFFLINE');
  expect(await wished(it, 'start')).toMatchObject([
    { name: 'task', status: { state: 'OFFLINE', detail: 'ended with exit code 0' }, isDone: true },
    { name: 'fails', status: { state: 'CRASHED' }, isDone: false },
  ]);
  expect(it.logOf('task')).toBe('done\ndone\n');
});

test.concurrent('L4 the local API says of one that did not come up what the command says', async () => {
  const it = supervised();
  isDaemon(it);
  it.save('instances:\n  fails: { command: "exit 3", restart: never }\n');
  await it.begin();
  await until('it has ended', () => it.of('fails')?.state === 'CRASHED');
  const app: Api = new Hono();
  servicesApi({ world, folder: it.folder, changed() {} } as unknown as ApiDeps).addRoutes(app);
  const incoming = Object.assign(Readable.from([]), { headers: {} });
  const asked = app.request('/api/v1/instances/fails/start', { method: 'POST' }, { incoming } as never);
  // When the wish is written, nobody else says.
  const telling = setInterval(() => process.emit('SIGHUP'), 100);
  const answer = await Promise.resolve(asked).finally(() => clearInterval(telling));
  expect(await answer.json()).toMatchObject({
    status: { state: 'CRASHED' },
    isDone: false,
    warnings: [expect.stringMatching(/^fails · CRASHED.*exit code 3/)],
  });
});

test('L2 a start is waited for as long as those before it may take', () => {
  const entry = (name: string, more: string) => `  ${name}: { ${more} }\n`;
  const { services } = parseInstances(
    `instances:\n${entry('a', 'command: x, start_time: 10s')}${entry('b', 'managed: false, port: 9, start_time: 10m')}${entry('c', 'command: x, start_time: 2m')}`,
    { path: '', home: '/' },
  );
  expect(['a', 'c', 'runs-on'].map((name) => startMsUpTo(services, name) - startMsUpTo([], name))).toEqual([10_000, 130_000, 0]);
});

test.concurrent('L2 what coord had started is ended once its entry says managed: false, with and without a daemon', async () => {
  const it = supervised();
  const [port] = await freePorts(1);
  const ours = 'instances:\n  first: { command: exec sleep 1001 }\n';
  const theirs = `instances:\n  first: { managed: false, port: ${port} }\n`;
  it.save(ours);
  await it.begin();
  await until('it runs', () => it.of('first')?.state === 'ONLINE');
  const { pid } = it.of('first') ?? {};
  it.save(theirs);
  await until('it has ended', () => it.of('first')?.managed === false && !isAlive(pid ?? 0));
  await until('it is watched', () => it.of('first')?.detail === `port ${port}: nothing listens there`);
  it.save(ours);
  await until('it runs again', () => it.of('first')?.state === 'ONLINE');
  await it.end();
  it.save(theirs);
  rmSync(it.folder.daemon, { force: true });
  expect(await desiredState(world, it.folder, 'stop', ['first'])).toEqual([{ name: 'first', status: null, isDone: true }]);
  expect(it.processes('first')).toEqual([]);
  await expect(desiredState(world, it.folder, 'stop', ['first'])).rejects.toMatchObject({ code: 'REFUSED' });
});

test.concurrent('L5.3 without a daemon, one that was given up and is stopped by a person calls nobody any more', async () => {
  const it = supervised();
  it.save('instances:\n  fails: { command: "exit 3", restart: never }\n');
  await it.begin();
  await until('it has ended', () => it.of('fails')?.state === 'CRASHED');
  await it.end();
  rmSync(it.folder.daemon, { force: true });
  const file = readServicesFile(it.folder);
  if (file === null) throw new Error('there is none');
  const programs = file.programs.map((service) => ({ ...service, givenUp: true }));
  writeServices(it.folder, { ...file, programs, by: { ...file.by, identity: 'of a daemon that is gone' } });
  expect(readServices(it.folder)).toMatchObject([{ state: 'CRASHED', givenUp: true }]);
  expect(await desiredState(world, it.folder, 'stop', ['fails'])).toMatchObject([{ name: 'fails', isDone: true }]);
  expect(readServices(it.folder)).toMatchObject([{ state: 'OFFLINE', givenUp: false, detail: 'stopped by a person' }]);
});
