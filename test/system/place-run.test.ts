import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import type { LocalService } from '../../src/core/model/machines/local-service.ts';
import type { Call } from '../../src/core/model/orders/call.ts';
import type { Order } from '../../src/core/model/orders/order.ts';
import { placeRun } from '../../src/system/policy/place-run.ts';
import type { Placement } from '../../src/system/policy/placement.ts';
import { order } from '../core/samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'coord-place-'));
afterAll(() => rmSync(folder, { recursive: true }));

const work: Call = {
  ...{ kind: 'call', to: { kind: 'specialty', name: 'build' }, method: 'POST', path: '/x', headers: { A: 'b' }, body: '{}' },
  expect: [201],
};
const check = { kind: 'line', line: 'true' } as const;

function placed(change: Partial<Order>, program: string | null = 'builder') {
  const placement: Placement = {
    ...{
      policy: { allow: ['call'], folders: [folder], env: [], slots: 1, timeoutMsMax: 1e9, secrets: [], wake: false },
      machine: 3,
      machineName: 'pc',
    },
    ...{
      path: '/bin',
      env: { HOME: '/home/p', GH_TOKEN: 'x' },
      secrets: { KEY: 'secret' },
      caller: ['node', 'main.js', '__call'],
      state: '/fleet/.coord',
    },
    services: [
      { name: 'builder', port: 8001 },
      { name: 'silent', port: null },
    ] as LocalService[],
  };
  return placeRun(order('x', { work, env: { SEED: '7' }, ...change }), 2, 'key', program, placement);
}

test('O7 O14 a call is a run of coord’s own command, with the request beside it', () => {
  const spec = placed({ timeoutMs: 5000 });
  expect(spec).toMatchObject({
    ...{ order: 'x', attempt: 2, check: null, timeoutMs: 5000, command: { kind: 'argv', argv: ['node', 'main.js', '__call'] } },
    call: { program: 'builder', port: 8001, method: 'POST', path: '/x', headers: { A: 'b' }, body: '{}', expect: [201] },
    env: { COORD_ORDER: 'x', COORD_ATTEMPT: '2', COORD_IDEMPOTENCY_KEY: 'x@1', COORD_MACHINE: '3', COORD_MACHINE_NAME: 'pc' },
  });
  expect(JSON.stringify(spec)).not.toMatch(/SEED|secret|GH_TOKEN/);
});

test('O10, O14 it needs no folder, unless it names one or has a check; variables and secrets are for that', () => {
  expect(placed({})).not.toHaveProperty('blocked');
  expect(placed({ cwd: '/' })).toMatchObject({ blocked: { reason: 'folder / not allowed; on pc: coord allow folder /' } });
  expect(placed({ check })).toMatchObject({ blocked: { reason: 'folder ~ not allowed; on pc: coord allow folder ~' } });
  expect(placed({ check, cwd: folder })).toMatchObject({ check, cwd: folder, env: { SEED: '7', KEY: 'secret' } });
});

test('O10 a relative cwd is below the home folder, wherever the process stands that places it', () => {
  const home = realpathSync(mkdtempSync(join(folder, 'home-')));
  mkdirSync(join(home, 'apps/web'), { recursive: true });
  vi.stubEnv('HOME', home);
  try {
    expect(homedir()).toBe(home);
    const before = process.cwd();
    for (const here of ['/', join(home, 'apps'), before]) {
      process.chdir(here);
      expect(placed({ check, cwd: 'apps/web' })).toMatchObject({ cwd: join(home, 'apps/web') });
      expect(placed({ check, cwd: './apps/../apps' })).toMatchObject({ cwd: join(home, 'apps') });
      const missing = `folder ${join(home, 'web')} does not exist on pc`;
      expect(placed({ check, cwd: 'web' })).toMatchObject({ blocked: { reason: missing } });
      const above = join(home, '../..');
      const unfit = `folder ${above} not allowed; on pc: coord allow folder ${above}`;
      expect(placed({ check, cwd: '../..' })).toMatchObject({ blocked: { reason: unfit } });
    }
    process.chdir(before);
  } finally {
    vi.unstubAllEnvs();
  }
});

test('O14 a program that went between the choice and the start', () => {
  for (const program of ['gone', 'silent', null])
    expect(placed({}, program)).toEqual({ blocked: { code: 'noProgram', reason: `program ${program} is no longer there` } });
});
