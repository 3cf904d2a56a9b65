// The local API of a real daemon: docs/api.md is run as it stands, and `coord api` says and sets what is.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasProgram } from '../programs.ts';
import { createFleet, endFleets, type TestMachine, until } from './fleet.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'api.md'), 'utf8');
const hasCurl = hasProgram('curl');

/** Several may run this at once. */
const first = 26_000 + Math.floor(Math.random() * 100) * 50;
let pc: TestMachine;
let pid = 0;
const record = () => JSON.parse(readFileSync(join(pc.folder, '.coord', 'api.json'), 'utf8')) as { url: string | null };
const state = (name: string) => join(pc.folder, '.coord', name);

beforeAll(async () => {
  const fleet = createFleet();
  const [machine] = await fleet.joined('pc');
  if (machine === undefined) throw new Error('no machine');
  pc = machine;
  fleet.person().push({ 'coordination/fleet.yaml': 'pushes_per_minute: 600\n' });
  const daemon = pc.start(['daemon', 'run'], { env: { COORD_LOOK_MS: '600000', COORD_API_FIRST_PORT: String(first) } });
  pid = daemon.pid;
  await until('it listens', () => existsSync(state('api.json')) && record().url !== null);
  await until('its first sync', () => (JSON.parse(readFileSync(state('daemon.json'), 'utf8')) as { syncs: number }).syncs > 0);
});

afterAll(async () => {
  await pc.coord(['daemon', 'stop', '--runs']);
  endFleets();
});

describe.runIf(hasCurl)('docs/api.md', () => {
  /** Each script with the answer that the page shows for its last line; null = it shows none. */
  const examples = [...page.matchAll(/^```sh\n([\s\S]*?)^```\n(?:```json\n([\s\S]*?)^```$)?/gm)].map(([, script, answer]) => ({
    script: script ?? '',
    answer: answer === undefined ? null : (JSON.parse(answer) as unknown),
  }));
  const [prelude, ...rest] = examples;

  test('every example is answered as it says, in their order', async () => {
    expect(rest.length).toBeGreaterThan(15);
    expect(rest.filter(({ answer }) => answer === null)).toEqual([]);
    const env = { PATH: process.env.PATH ?? '', HOME: pc.home };
    for (const { script, answer } of rest) {
      const lines = `set -eu\n${prelude?.script}\n${script.replaceAll(/^api /gm, 'echo; api ')}`;
      const { stdout } = await promisify(execFile)('sh', ['-c', lines], { cwd: pc.folder, env });
      expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''), script).toEqual(like(answer));
    }
  });

  /** Fields may be more than the page shows; `…` is any text. */
  function like(shown: unknown): unknown {
    if (shown === '…') return expect.any(String);
    if (Array.isArray(shown)) return shown.map(like);
    if (typeof shown !== 'object' || shown === null) return shown;
    return expect.objectContaining(Object.fromEntries(Object.entries(shown).map(([key, value]) => [key, like(value)])));
  }
});

describe('coord api', () => {
  test('says where it answers and where the token lies, and exits 0; doctor agrees', async () => {
    expect(await pc.ok('api')).toBe(`answers on ${record().url} · token in ${state('api-token')}\n`);
    expect(await pc.json('api')).toMatchObject({ enabled: true, faults: [], answers: true, url: record().url, outside: null });
    expect(statSync(state('api-token')).mode & 0o777).toBe(0o600);
    const checks = await pc.json<{ id: string; state: string; found: string }[]>('doctor');
    expect(checks.find(({ id }) => id === 'api')).toMatchObject({ state: 'ok', found: `answers on ${record().url}` });
    const before = (await pc.ok('api', 'token')).trim();
    expect(before).toBe(readFileSync(state('api-token'), 'utf8').trim());
    expect((await pc.ok('api', 'token', '--new')).trim()).not.toBe(before);
  });

  test('off, on, another port: obeyed at once; without a daemon it says so', async () => {
    const url = record().url ?? '';
    expect(await pc.ok('api', 'off')).toBe('off: coord api on\n');
    await expect(fetch(`${url}/api/v1/health`)).rejects.toThrow();
    expect(await pc.coord(['api'])).toMatchObject({ code: 1, stdout: 'off: coord api on\n' });
    expect(await pc.ok('api', 'on')).toMatch(/^answers on http:\/\/127\.0\.0\.1:\d+ · /);
    expect(await pc.ok('api', 'port', String(first + 20))).toContain(`answers on http://127.0.0.1:${first + 20} · `);
    expect((await pc.coord(['api', 'port', '80'])).code).toBe(2);
    expect(readFileSync(state('api.yaml'), 'utf8')).toMatch(
      new RegExp(`^# The local API[^]*\nenabled: true\nport: ${first + 20}\n$`),
    );
    process.kill(pid, 'SIGTERM');
    await until('it has ended', () => !existsSync(state('daemon.json')));
    expect(existsSync(state('api.json'))).toBe(false);
    expect(await pc.coord(['api'])).toMatchObject({ code: 1, stdout: 'on, but no daemon runs: coord daemon start\n' });
    expect(readFileSync(state('daemon.log'), 'utf8')).not.toContain(readFileSync(state('api-token'), 'utf8').trim());
  });
});
