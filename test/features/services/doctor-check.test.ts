import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LocalService } from '../../../src/core/model/machines/local-service.ts';
import { instancesCheck } from '../../../src/features/services/operations/doctor-check.ts';
import { instancesPath } from '../../../src/features/services/system/service-files.ts';
import type { Exam } from '../../../src/operations/doctor/exam.ts';
import { type FleetFolder, fleetFolderAt } from '../../../src/system/fleet/fleet-folder.ts';
import { readServices, servicesPath, writeServices } from '../../../src/system/fleet/local-services.ts';
import { bootId, identityOf } from '../../../src/system/process/process-identity.ts';

let root = '';
let folder: FleetFolder;
const me = { pid: process.pid, identity: identityOf(process.pid) ?? '', boot: bootId() };
const gone = { ...me, identity: 'of another process' };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coord-doctor-'));
  folder = fleetFolderAt(root);
  mkdirSync(dirname(servicesPath(folder)), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const look = () => instancesCheck.look({ folder } as Exam);
const save = (text: string) => {
  writeFileSync(instancesPath(folder), text);
  chmodSync(instancesPath(folder), 0o600);
};
const status = (change: Partial<LocalService> = {}): LocalService => ({
  ...{ name: 'a', state: 'ONLINE', since: '2026-11-20T22:00:00.000Z', pid: process.pid, port: null, specialties: [] },
  ...{ capacity: 1, managed: true, failures: 0, givenUp: false, detail: null },
  ...change,
});
const write = (by: typeof me, programs: readonly LocalService[], processes = { a: me }) =>
  writeServices(folder, { programs, processes, turns: {}, by });

test('doctor says what of instances.yaml is wrong, who else may write it, and what is not well', async () => {
  expect(await look()).toEqual({ state: 'ok', found: 'none: no instances.yaml' });
  save('instances: [');
  expect(await look()).toMatchObject({ state: 'problem', found: expect.stringMatching(/instances.yaml line 1: expected/) });
  save('instances: { a: { command: x }, b: 1 }');
  expect(await look()).toMatchObject({
    state: 'problem',
    found: expect.stringMatching(/^1 program; .* line 1: b: expected a mapping/),
  });
  save('instances: { a: { command: x, colour: red } }');
  expect(await look()).toMatchObject({ state: 'warning', found: expect.stringContaining('"colour" is unknown') });
  save('instances: { a: { command: x } }');
  expect(await look()).toMatchObject({ state: 'warning', fix: 'coord daemon start' });
  chmodSync(instancesPath(folder), 0o666);
  expect(await look()).toMatchObject({ state: 'problem', fix: expect.stringContaining('chmod go-w') });
  save('instances: { a: { command: x } }');
  writeFileSync(folder.daemon, JSON.stringify({ ...me, version: '1', since: '' }));
  write(me, [status()]);
  expect(await look()).toEqual({ state: 'ok', found: '1 program' });
  write(me, [status({ state: 'DEGRADED', detail: 'it answered 500' })]);
  expect(await look()).toMatchObject({
    state: 'warning',
    found: '1 program; a is DEGRADED: it answered 500',
    fix: 'coord instance logs a',
  });
  write(me, [status({ state: 'CRASHED', givenUp: true })]);
  expect(await look()).toMatchObject({ state: 'problem', fix: 'coord instance start a' });
});

test('L5 without the daemon that wrote it, what lives is as it was; gone or only watched is OFFLINE', () => {
  expect(readServices(folder)).toEqual([]);
  const watched = status({ name: 'b', managed: false, pid: null });
  write(me, [status(), watched]);
  expect(readServices(folder)).toEqual([status(), watched]);
  write(gone, [status(), watched]);
  expect(readServices(folder)).toMatchObject([
    { state: 'ONLINE', pid: process.pid },
    { state: 'OFFLINE', detail: 'no daemon runs' },
  ]);
  write(gone, [status({ state: 'CRASHED', givenUp: true }), status()], { a: gone });
  expect(readServices(folder)).toMatchObject([
    { state: 'CRASHED', givenUp: true, pid: null },
    { state: 'OFFLINE', pid: null },
  ]);
  writeFileSync(servicesPath(folder), '{');
  expect(readServices(folder)).toEqual([]);
});
