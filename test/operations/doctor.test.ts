// coord doctor: what it shows, and the checks of the computer and of what this machine knows. Each has a case where all is well, and
// one where it is not. Real repos, real machines, the real program.
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createFleet, endFleets } from '../e2e/fleet.ts';
import { age, examine, oneMachine, state } from './examine.ts';

afterEach(endFleets);

test('a healthy machine: everything is looked at, nothing is found, and nothing of it stays on the remote', async () => {
  const { fleet, mac } = await oneMachine();
  const before = fleet.git('for-each-ref');
  const { code, all, of } = await examine(mac);
  expect(code).toBe(0);
  expect(all.filter((check) => check.state !== 'ok')).toEqual([]);
  expect(all.every(({ fix, canFix, did }) => fix === null && !canFix && did === null)).toBe(true);
  expect(of('writable').found).toMatch(/^pushed refs\/coord\/probe\/[0-9a-f]{16} and deleted it again$/);
  expect(of('lane').found).toContain('pushed from here');
  expect(of('allowed').found).toContain('shell in ');
  mkdirSync(join(mac.coordHome, 'history'));
  writeFileSync(join(mac.coordHome, 'history', 'old.bundle'), Buffer.alloc(3 * 1024 ** 2, 1));
  expect((await examine(mac)).of('own-disk').found).toMatch(/^[3-9] MB: .*bundles of coord compact 3 MB$/);
  // A file of that size that takes no room is none that is too much.
  truncateSync(join(mac.coordHome, 'history', 'old.bundle'), 300 * 1024 ** 2);
  expect((await examine(mac)).of('own-disk')).toMatchObject({ state: 'ok' });
  writeFileSync(join(mac.coordHome, 'history', 'old.bundle'), Buffer.alloc(200 * 1024 ** 2, 1));
  expect((await examine(mac)).of('own-disk')).toMatchObject({ state: 'warning', fix: expect.stringContaining('rm it there') });
  expect(fleet.git('for-each-ref')).toBe(before);
});

test('people get a line each, with the fix below it, and the sums', async () => {
  const { mac } = await oneMachine();
  await mac.ok('deny', 'shell');
  const text = await mac.ok('doctor', '--verbose');
  expect(text).toMatch(/^✓ remote · .*fleet\.git answers, \d+ refs$/m);
  expect(text).toMatch(/^! what may run here · nothing\n {4}fix: coord allow shell$/m);
  expect(text.trimEnd().split('\n').at(-1)).toBe('0 problems, 1 warning');
  await mac.ok('allow', 'agent');
  expect((await examine(mac)).of('allowed')).toMatchObject({
    ...{ state: 'warning', fix: 'coord allow folder <path>', found: expect.stringContaining('agents have no folder to work in') },
  });
});

test('outside of a fleet folder the computer alone is examined', async () => {
  const fleet = createFleet();
  const machine = fleet.machine('mac');
  const { code, all } = await examine(machine);
  expect(code).toBe(0);
  expect(all.map(({ id, state }) => [id, state])).toEqual([
    ['git', 'ok'],
    ['node', 'ok'],
    ['fleet', 'skipped'],
  ]);
  expect((await machine.coord(['--dir', fleet.root, 'doctor'])).code).toBe(3);
});

test('a git that is too old, in front of the PATH: it is asked once, and once more with that of cron', async () => {
  const { fleet, mac } = await oneMachine();
  const bin = join(fleet.root, 'old');
  mkdirSync(bin);
  writeFileSync(
    join(bin, 'git'),
    `#!/bin/sh\n[ "$1" = --version ] && set -- --no-pager --version\nfor last; do :; done\n[ "$last" = --version ] && echo asked >> ${bin}/log && echo git version 2.20.1 && exit 0\nPATH=\${PATH#*:} exec git "$@"\n`,
    { mode: 0o755 },
  );
  const { code, of } = await examine(mac, [], { PATH: `${bin}:${process.env.PATH}` });
  expect(code).toBe(1);
  expect(of('git')).toMatchObject({ state: 'problem', fix: 'install git 2.34 or newer' });
  expect(readFileSync(join(bin, 'log'), 'utf8')).toBe('asked\n');
  expect(of('cron-path').state).toBe('ok');
});

test('an identity that cannot be read', async () => {
  const { fleet, mac } = await oneMachine();
  writeFileSync(state(mac, 'fleet.json'), '{ "version": 1, ');
  const { code, of, all } = await examine(mac);
  expect(code).toBe(1);
  const way = `coord join ${fleet.hub} ${mac.folder} --as 1`;
  expect(of('fleet')).toMatchObject({ state: 'problem', fix: way });
  expect(all).toHaveLength(3);
  // What is advised ends it: the same machine, in the same folder.
  expect((await mac.coord(['join', fleet.hub, mac.folder])).stderr).toContain(`try: ${way}`);
  await mac.ok(...way.split(' ').slice(1));
  expect((await examine(mac)).of('fleet')).toMatchObject({ state: 'ok', found: expect.stringContaining('machine 1 mac') });
  expect(fleet.git('for-each-ref', '--format=%(refname)', 'refs/coord/machines')).toBe('refs/coord/machines/1');
});

test('the state of a fleet folder that is gone is a problem, and the way back is the same machine', async () => {
  const { mac } = await oneMachine();
  rmSync(join(mac.folder, '.coord'), { recursive: true });
  const done = await mac.coord(['doctor', '--json'], { cwd: mac.folder, env: { COORD_DIR: '' } });
  expect(done.code).toBe(1);
  const fleet = (JSON.parse(done.stdout) as { id: string }[]).find(({ id }) => id === 'fleet');
  const fix = `coord join <url> ${mac.folder} --as 1`;
  expect(fleet).toMatchObject({ state: 'problem', found: expect.stringContaining('its .coord is gone'), fix });
});

test('an unreadable ORDERS.json is a problem with its place, shown first; what is well, on request', async () => {
  const { fleet, mac } = await oneMachine();
  fleet.person().order('{ "orders": [');
  await mac.coord(['sync']);
  const { code, of } = await examine(mac);
  expect(code).toBe(1);
  expect(of('documents').state).toBe('problem');
  expect(of('documents').found).toMatch(/^1 fault: ORDERS\.json line 1: /);
  const short = (await mac.coord(['doctor'])).stdout;
  expect(short).toMatch(/^✗ documents can be read/);
  expect(short).not.toContain('✓');
  expect((await mac.coord(['doctor', '--verbose'])).stdout).toContain('✓ git');
});

describe('what this machine knows', () => {
  test('it was never synced, is unsynced since, and has edits to send', async () => {
    const { fleet, mac } = await oneMachine();
    const view = readFileSync(state(mac, 'view.json'));
    rmSync(state(mac, 'view.json'));
    expect((await examine(mac)).of('synced')).toMatchObject({ state: 'warning', found: 'never', fix: 'coord sync' });
    expect((await examine(mac)).of('board').state).toBe('skipped');
    writeFileSync(state(mac, 'view.json'), '{');
    expect((await examine(mac)).of('synced')).toMatchObject({ state: 'warning', found: 'never', fix: 'coord sync' });
    writeFileSync(state(mac, 'view.json'), view);
    fleet.away(true);
    await mac.ok('order', 'add', 'hello', '--for', '1', '--', 'true');
    fleet.away(false);
    const { of } = await examine(mac);
    expect(of('synced')).toMatchObject({ state: 'warning', fix: 'coord sync' });
    expect(of('synced').found).toMatch(/^unsynced since 2/);
    expect(of('outbox')).toMatchObject({ state: 'warning', fix: 'coord sync' });
    expect(of('outbox').found).toContain('add hello');
    await mac.ok('sync');
    const after = await examine(mac);
    expect([after.of('synced').state, after.of('outbox').state]).toEqual(['ok', 'ok']);
    age(state(mac, 'clone.git', 'FETCH_HEAD'), 3 * 86_400_000);
    expect((await examine(mac)).of('synced').state).toBe('warning');
  });

  test('an edit that could not be taken, and whose command did not hear of it', async () => {
    const { fleet, mac } = await oneMachine();
    fleet.away(true);
    await mac.ok('order', 'add', 'hello', '--for', '1', '--', 'true');
    fleet.away(false);
    fleet.person().order([{ id: 'hello', assign: 9, run: 'false' }]);
    await mac.ok('sync');
    const { of } = await examine(mac);
    expect(of('lost-edits').state).toBe('warning');
    expect(of('lost-edits').found).toContain('add hello: ');
  });

  test('a journal that is gone or damaged', async () => {
    const { mac } = await oneMachine();
    writeFileSync(state(mac, 'journal.json'), '{ "version"');
    const { code, of } = await examine(mac);
    expect(code).toBe(1);
    expect(of('journal')).toMatchObject({ state: 'problem' });
    expect(of('journal').found).toContain('is damaged');
    rmSync(state(mac, 'journal.json'));
    expect((await examine(mac)).of('journal')).toMatchObject({ state: 'problem' });
  });

  test('a policy that cannot be read allows nothing', async () => {
    const { mac } = await oneMachine();
    writeFileSync(join(mac.coordHome, 'policy.yaml'), 'fleets: [');
    expect((await examine(mac)).of('allowed').state).toBe('problem');
  });
});
