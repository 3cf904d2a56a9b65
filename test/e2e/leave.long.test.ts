// Leaving, and coming back (I4). Real git, real processes.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { serveHub } from '../ledger/http-backend.ts';
import { createFleet, endFleets, until } from './fleet.ts';
import { lane, two } from './two.ts';

afterEach(endFleets);

test('I4 leave waits for what runs, reports it, starts nothing; its words stay; later syncs are silent', async () => {
  const { fleet, mac, pc } = await two();
  const going = { id: 'going', assign: 2, run: 'until [ -e go ]; do sleep 0.05; done; echo done' };
  fleet.person().order([going]);
  await pc.ok('sync');
  const leaving = pc.start(['leave']);
  await until('it is on its way', () =>
    readFileSync(join(pc.folder, '.coord', 'journal.json'), 'utf8').includes('"landed": false'),
  );
  fleet.person().order([going, { id: 'later', assign: 2, run: 'echo x >> later' }]);
  writeFileSync(join(pc.home, 'go'), '');
  expect(await leaving.done).toMatchObject({ code: 0, stdout: expect.stringContaining('machine 2 pc has left the fleet') });
  const status = fleet.status();
  expect(status.machines['2']).toMatchObject({ state: 'LEFT', runs: [] });
  expect(status.orders).toMatchObject({
    going: { state: 'COMPLETED', tail: 'done' },
    later: { state: 'BLOCKED', reason: '2 pc has left the fleet' },
  });
  expect(pc.count('later')).toBe(0);
  const before = lane(fleet, 2);
  fleet.away(true);
  expect(await pc.ok('sync')).toMatch(/^machine 2 pc has left the fleet; to come back: coord join .* --as 2\n$/);
  expect(await pc.here(['send', '1', 'too late'])).toMatchObject({ code: 5, stderr: expect.stringContaining('has left') });
  expect(await pc.here(['order', 'add', 'x', '--for', '1', '--', 'true'])).toMatchObject({ code: 5 });
  expect(await pc.ok('leave')).toContain('had left the fleet already');
  fleet.away(false);
  await mac.ok('sync');
  expect(lane(fleet, 2)).toBe(before);
  expect(await mac.ok('machines')).toContain('LEFT');
});

test('I4 leave --stop stops what runs and says why it ended', async () => {
  const { fleet, pc } = await two();
  fleet.person().order([{ id: 'long', assign: 2, run: 'exec sleep 1000' }]);
  await pc.ok('sync');
  await pc.ok('leave', '--stop');
  expect(fleet.status()).toMatchObject({
    machines: { 2: { state: 'LEFT' } },
    orders: { long: { state: 'CANCELLED', reason: 'the machine left the fleet' } },
  });
  expect(pc.processes()).toEqual([]);
});

test('I4 M4 messages to a machine that reads nothing hold no leave, which says that they were not sent', async () => {
  const { pc } = await two();
  const entries = Array.from({ length: 17 }, (_, at) => `## ${at}\n\n${'x'.repeat(60_000)}\n`);
  const messages = join(pc.folder, 'coordination', 'messages');
  mkdirSync(messages, { recursive: true });
  writeFileSync(join(messages, '2_TO_1.md'), entries.join('\n'));
  await pc.ok('sync');
  expect(await pc.here(['send', '1', 'y'.repeat(30_000)])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('the log is full of unread messages'),
  });
  expect(await pc.ok('leave')).toContain('1 message to 1 was not sent: its log is full');
  expect(JSON.parse(await pc.ok('leave', '--json'))).toMatchObject({ already: true, unsent: { 1: 1 } });
});

test('I4 offline: the remote does not know yet, it says; coord sync finishes it, with what waited', async () => {
  const { fleet, mac, pc } = await two();
  fleet.away(true);
  await pc.ok('send', '1', 'farewell');
  await pc.ok('order', 'add', 'bye', '--for', '1', '--', 'true');
  const offline = await pc.here(['leave', '--purge']);
  expect(offline).toMatchObject({ code: 4, stderr: expect.stringMatching(/the remote does not know yet[\s\S]*coord sync/) });
  expect(existsSync(join(pc.folder, '.coord', 'fleet.json'))).toBe(true);
  fleet.away(false);
  expect(await pc.ok('sync')).toContain('has left the fleet');
  expect(JSON.parse(fleet.board('ORDERS.json'))).toMatchObject({ orders: [{ id: 'bye' }] });
  await mac.ok('sync');
  expect(await mac.ok('inbox')).toContain('farewell');
});

test.each(['leave-journaled', 'pushed', 'left-journaled'])('I4 C2 killed at %s: the next sync finishes it', async (step) => {
  const { fleet, pc } = await two();
  expect(await pc.coord(['leave'], { env: { COORD_CRASH_AT: step } })).toMatchObject({ code: null });
  expect(await pc.ok('sync')).toContain('machine 2 pc has left the fleet');
  expect(fleet.status().machines['2']).toMatchObject({ state: 'LEFT' });
});

describe('I4: purge', () => {
  test.each([
    null,
    'remote-purged',
    'projection-purged',
    'state-purged',
  ])('I4 leaves no trace and touches nothing else (killed at %s)', async (step) => {
    const { fleet, mac, pc } = await two();
    fleet.person().push({ 'coordination/messages/0_TO_2.md': 'hello\n' });
    await pc.ok('sync');
    writeFileSync(join(pc.folder, 'mine.txt'), 'mine');
    writeFileSync(join(pc.folder, 'coordination', 'messages', 'mine.txt'), 'mine too');
    if (step !== null)
      expect(await pc.coord(['leave', '--purge'], { env: { COORD_CRASH_AT: step } })).toMatchObject({ code: null });
    await pc.ok('leave', '--purge');
    const left = readdirSync(pc.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(left.map(({ name }) => name).sort()).toEqual(['mine.txt', 'mine.txt']);
    expect(existsSync(join(pc.folder, '.coord'))).toBe(false);
    expect(readFileSync(join(pc.coordHome, 'policy.yaml'), 'utf8')).not.toContain(pc.folder);
    expect(await pc.here(['sync'])).toMatchObject({ code: 3 });
    await mac.ok('sync');
    expect(fleet.status().machines['2']).toMatchObject({ state: 'LEFT' });
  });

  test('I4, A2 a host that keeps the files of its runs is said, and the machine leaves all the same', async () => {
    const { fleet, pc } = await two();
    await pc.ok('allow', 'artifacts');
    mkdirSync(join(pc.home, 'app'));
    fleet.person().order([{ id: 'build', assign: 2, cwd: '~/app', run: 'echo one > a.txt', artifacts: ['a.txt'] }]);
    await pc.ok('sync', '--wait');
    const ref = 'refs/coord/artifacts/2';
    expect(fleet.git('rev-parse', ref)).toMatch(/^[0-9a-f]{40}$/);
    mkdirSync(join(fleet.hub, 'hooks'), { recursive: true });
    const hook = `#!/bin/sh\ncase $1 in */artifacts/*) exit 1;; esac\n`;
    writeFileSync(join(fleet.hub, 'hooks', 'update'), hook, { mode: 0o755 });
    expect(await pc.ok('leave', '--purge')).toMatch(
      /has left the fleet\n[\s\S]*still in the repo: hook declined; this deletes them: git push .* --delete refs\/coord\/artifacts\/2\n {2}removed/,
    );
    expect([existsSync(join(pc.folder, '.coord')), fleet.git('rev-parse', ref)]).toEqual([false, expect.any(String)]);
  });

  test('I4 an edit in the projection that was not sent is kept', async () => {
    const { pc } = await two();
    await pc.ok('leave');
    const path = join(pc.folder, 'coordination', 'ORDERS.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('[]', '[{ "id": "x", "assign": 1, "run": "true" }]'));
    expect(await pc.here(['leave', '--purge'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nothing was purged: coordination/ORDERS.json was edited here'),
    });
    expect(existsSync(path)).toBe(true);
  });

  test('I4 a folder that holds the fleet’s own repo is not purged', async () => {
    const fleet = createFleet();
    const mac = fleet.machine('mac');
    expect(await mac.here(['--dir', mac.folder, 'init'])).toMatchObject({
      code: 0,
      stderr:
        '! no other computer reaches this repo; for a fleet of several: coord leave, then coord init <url> in another folder\n',
    });
    const hub = join(mac.folder, '.coord', 'hub.git');
    const refused = await mac.here(['leave', '--purge']);
    expect(refused).toMatchObject({ code: 5, stderr: expect.stringContaining(`own repo lies in ${hub}`) });
    expect(refused.stderr).toContain(`try: coord leave && mv ${hub} ~/old-fleet.git && coord leave --purge`);
    expect(existsSync(join(hub, 'HEAD'))).toBe(true);
    // It has not left either.
    expect(await mac.ok('sync')).not.toContain('has left');
    await mac.ok('leave');
    renameSync(hub, join(mac.home, 'old-fleet.git'));
    expect(await mac.ok('leave', '--purge')).toContain('removed the files of coord');
    expect(existsSync(join(mac.folder, '.coord'))).toBe(false);
  });
});

describe('I4: coming back', () => {
  test('I4 in the same folder with its number: it is there again, runs nothing until allowed, nothing twice', async () => {
    const { fleet, mac, pc } = await two();
    const done = { id: 'done', assign: 2, run: 'echo x >> done' };
    fleet.person().order([done]);
    await pc.ok('sync', '--wait');
    await pc.ok('leave');
    fleet.person().order([done, { id: 'all', assign: 'all', run: 'echo x >> all' }]);
    await mac.ok('sync', '--wait');
    expect(await pc.here(['join', fleet.hub, pc.folder, '--as', '2'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/back in the fleet .* as .*machine 2 pc[\s\S]*nothing may run here yet/),
    });
    await pc.ok('allow', 'shell');
    await pc.ok('sync', '--wait');
    expect([pc.count('done'), pc.count('all'), mac.count('all')]).toEqual([1, 0, 1]);
    expect(fleet.status().machines['2']).toMatchObject({ name: 'pc', state: 'IDLE' });
  });

  test.each([
    null,
    'journal-begun',
    'pushed',
  ])('I4 the command that is said does it with the login that is never shown, also after a kill (%s)', async (step) => {
    const fleet = createFleet();
    const http = await serveHub(join(fleet.root, 'hub'), 'fleet.git');
    try {
      http.requireLogin({ user: 'me', password: 'not-to-be-shown' });
      const pc = fleet.machine('pc');
      await pc.ok('init', http.url.replace('://', '://me:not-to-be-shown@'), pc.folder, '--name', 'pc');
      await pc.ok('leave');
      const words = /to come back: coord (.*)/.exec(await pc.ok('sync'))?.[1]?.split(' ') ?? [];
      expect(words).toEqual(['join', http.url, pc.folder, '--as', '1']);
      if (step !== null) expect(await pc.coord(words, { env: { COORD_CRASH_AT: step } })).toMatchObject({ code: null });
      const holders = () =>
        readdirSync(join(pc.folder, '.coord'))
          .map((name) => join(pc.folder, '.coord', name))
          .filter((path) => statSync(path).isFile() && readFileSync(path, 'utf8').includes('not-to-be-shown'));
      expect(holders().map((path) => statSync(path).mode & 0o777)).toEqual([0o600]);
      expect(await pc.ok(...words)).toContain('machine 1 pc');
      expect(await pc.ok('sync')).not.toContain('has left');
      expect(holders()).toEqual([join(pc.folder, '.coord', 'fleet.json')]);
    } finally {
      await http.close();
    }
  });

  test.each(['written', 'pushed'])('I4 in the same folder with a new number, killed at %s and repeated', async (step) => {
    const { fleet, pc } = await two();
    await pc.ok('leave');
    const args = ['join', fleet.hub, pc.folder, '--name', 'tower'];
    expect(await pc.coord(args, { env: { COORD_CRASH_AT: step } })).toMatchObject({ code: null });
    expect(await pc.ok(...args)).toContain('machine 3 tower');
    expect(fleet.status().machines).toMatchObject({ 2: { state: 'LEFT' }, 3: { name: 'tower', state: 'IDLE' } });
  });

  test('I4 a folder that left one fleet keeps its state from another one until it is purged', async () => {
    const { fleet, pc } = await two();
    const other = createFleet();
    await other.joined('mac');
    await pc.ok('leave');
    expect(await pc.here(['join', other.hub, pc.folder])).toMatchObject({ code: 5, stderr: expect.stringContaining('--purge') });
    expect(await pc.here(['join', fleet.hub, pc.folder, '--as', '9'])).toMatchObject({ code: 1 });
    expect(await pc.ok('sync')).toContain('has left the fleet');
    await pc.ok('leave', '--purge');
    await pc.ok('join', other.hub, pc.folder);
  });
});
