import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimPidFile } from '../../src/operations/daemon/pid-file.ts';
import { apiCheck } from '../../src/operations/doctor/api.ts';
import type { Exam } from '../../src/operations/doctor/exam.ts';
import {
  apiPaths,
  ensureApiToken,
  isTokenOpen,
  readApiToken,
  renewApiToken,
  writeApiRecord,
} from '../../src/system/fleet/api-files.ts';
import { type FleetFolder, fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';

let root = '';
let folder: FleetFolder;
const look = () => apiCheck.look({ world: { env: {} }, folder } as unknown as Exam);

beforeEach(() => {
  root = mkdtempSync(`${tmpdir()}/coord-api-`);
  folder = { ...fleetFolderAt(root), state: root, daemon: `${root}/daemon.json`, daemonLock: `${root}/lock` };
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('doctor says whether it answers, what keeps it from that, and who could read its token', async () => {
  expect(await look()).toEqual({ state: 'ok', found: 'starts with the daemon, which does not run' });
  ensureApiToken(folder);
  chmodSync(apiPaths(folder).token, 0o644);
  expect(isTokenOpen(folder)).toBe(true);
  expect(await look()).toMatchObject({ state: 'warning', fix: 'coord api token --new' });
  renewApiToken(folder);
  expect((await look()).state).toBe('ok');
  // This process is the daemon.
  await claimPidFile(folder, { version: '1', since: '' }, () => {});
  const record = { outside: null, trouble: null, mark: '', pid: process.pid };
  // Nobody has this port.
  writeApiRecord(folder, { ...record, url: 'http://127.0.0.1:1' });
  expect(await look()).toMatchObject({ state: 'warning', found: 'nothing answers on http://127.0.0.1:1' });
  writeApiRecord(folder, { ...record, url: 'http://127.0.0.1:1', pid: 1 });
  expect(await look()).toMatchObject({ state: 'warning', found: 'nothing answers on any port' });
  writeApiRecord(folder, { ...record, url: null, trouble: 'port 9000 is taken by other programs' });
  expect(await look()).toMatchObject({ state: 'warning', found: expect.stringContaining('port 9000 is taken') });
  writeFileSync(apiPaths(folder).settings, 'enabled: maybe\n');
  expect(await look()).toMatchObject({
    state: 'warning',
    found: expect.stringContaining('expected "enabled" to be true or false'),
  });
  writeFileSync(apiPaths(folder).settings, 'enabled: false\n');
  expect(await look()).toEqual({ state: 'ok', found: 'off' });
});

test('a token that a power cut left empty is made anew; a good one stays', () => {
  ensureApiToken(folder);
  const first = readApiToken(folder);
  ensureApiToken(folder);
  expect(readApiToken(folder)).toBe(first);
  writeFileSync(apiPaths(folder).token, '');
  expect(readApiToken(folder)).toBe(null);
  ensureApiToken(folder);
  expect(readApiToken(folder)).toMatch(/^[0-9a-f]{64}$/);
  expect(readApiToken(folder)).not.toBe(first);
});

test('a daemon that is busy for seconds answers, and is not said to be gone', async () => {
  const busy = createServer((_, response) => setTimeout(() => response.end('{"ok":true}'), 3_000));
  await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
  ensureApiToken(folder);
  await claimPidFile(folder, { version: '1', since: '' }, () => {});
  const url = `http://127.0.0.1:${(busy.address() as AddressInfo).port}`;
  writeApiRecord(folder, { outside: null, trouble: null, mark: '', pid: process.pid, url });
  expect((await look()).state).toBe('ok');
  busy.close();
});
